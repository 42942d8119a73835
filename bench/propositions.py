"""`python -m bench.propositions [--lettres N ...]`: how right the proposals are on generated post, and what a page costs.

For the letters of a town already there (the demonstration's, or a real one): `buridan propositions`.
"""

import argparse
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from bench import base
from bench.lettres import GRAINE, Ecrite, ecrire
from bench.mots import MOTS

TAILLES = (1_000, 10_000, 100_000)
ESSAIS = 21
_REMPLIR = """
INSERT INTO dossiers_dossier (id, uuid, reference, nature, objet, contenu, etat, tour, entite_id, circuit, circuit_version,
    ouvert_le, clos_le, attente_motif, prioritaire, sensible, projet_reponse, projet_sens, projet_vise, lecteurs, suiveurs,
    bouge_le)
SELECT n, gen_random_uuid(), 'C-' || n, 'courriers', objet, concat_ws(' ', expediteur, organisme, objet, texte), 'clos', 1,
    service, 'courrier', 1, at, traite, '', prioritaire, false, '', '', false, ARRAY[service], '{}', traite FROM bench_lettres;
INSERT INTO courriers_courrier (dossier_id, sens, annee, numero, arrive_le, genre, origine, recommande, expediteur, organisme,
    adresse, courriel, telephone, cle, annexes, effet, silence, confidentiel)
SELECT n, 'arrivee', extract(year FROM at), n, at, 'lettre', 'saisie', '', expediteur, organisme, '', '', '', cle, '', effet,
    'rejet', false FROM bench_lettres;
INSERT INTO dossiers_etape (dossier_id, rang, type, titre, consigne, entite_id, etat, regle, votes_caches, delai, rappel_avant,
    escalade_apres, activee_le, rappels)
SELECT n, rang, genre, 'Étape', '', service, 'faite', 'tous', false, '', 1, 2, at, 0 FROM bench_lettres CROSS JOIN
    unnest(ARRAY['qualification', 'traitement', 'visa', 'signature', 'reponse']) WITH ORDINALITY g(genre, rang);
ANALYZE dossiers_dossier; ANALYZE courriers_courrier; ANALYZE dossiers_etape
"""


def main() -> None:
    """Fill, measure, print, for each size."""
    options = argparse.ArgumentParser(prog="python -m bench.propositions")
    options.add_argument("--lettres", type=int, nargs="+", default=TAILLES, metavar="N")
    options.add_argument("--textes", action="store_true", help="le texte de chaque lettre est connu (150 mots)")
    lues = options.parse_args()
    base.demarrer("propositions")
    from django.conf import settings

    from buridan.dossiers.chargement import charger

    instant = datetime.now(UTC)
    charger(settings.PRESETS / settings.PRESET, at=instant)
    print("Courriers inventés (bench/lettres.py) : plus faciles que de vrais courriers.")
    for taille in sorted(lues.lettres):
        remplir(ecrire(taille, jusqua=instant), textes=lues.textes)
        _mesurer(taille, instant)


def remplir(lettres: list[Ecrite], *, textes: bool) -> None:
    """In the place of those before: rows of the letters and of the étapes of each, without triggers nor foreign keys."""
    from django.db import connection

    from buridan.courriers.queries import cle_de
    from buridan.organisation.models import Entite

    hasard = random.Random(GRAINE)
    entites = dict(Entite.objects.values_list("code", "pk"))
    with connection.cursor() as curseur:
        curseur.execute("SET session_replication_role = replica")
        curseur.execute("TRUNCATE dossiers_dossier CASCADE")
        curseur.execute("""CREATE TEMP TABLE IF NOT EXISTS bench_lettres (n bigint, at timestamptz, traite timestamptz,
            expediteur text, organisme text, cle text, objet text, service bigint, effet text,
            prioritaire boolean, texte text)""")
        curseur.execute("TRUNCATE bench_lettres")
        with curseur.copy("COPY bench_lettres FROM STDIN") as copie:
            for n, e in enumerate(lettres, 1):
                cle = cle_de(e.expediteur, e.organisme)
                copie.write_row((
                    n, e.at, e.at + timedelta(days=e.jours), e.expediteur, e.organisme, cle, e.objet, entites[e.service], e.effet,
                    e.prioritaire, " ".join(hasard.choices(MOTS, k=150 if textes else 0)),
                ))  # fmt: skip
        curseur.execute(_REMPLIR)
        curseur.execute("SET session_replication_role = origin")


def _mesurer(taille: int, instant: datetime) -> None:
    from buridan.courriers.mesure import mesurer_la_ville
    from buridan.courriers.propositions import Lettre, propositions
    from buridan.courriers.queries import bureau
    from buridan.organisation.acteur import systeme

    annuaire, chez = systeme(instant).annuaire, bureau()
    assert chez is not None
    courte = Lettre("Camille 12", "Dépôt sauvage place du Marché", "Syndic 4")
    longue = Lettre("Camille 12", courte.objet, texte=" ".join(e.objet for e in ecrire(60, jusqua=instant)))
    durees = [_chronometrer(lambda lettre=lettre: propositions(lettre, annuaire, chez)) for lettre in (courte, longue)]
    debut = perf_counter()
    bilan = mesurer_la_ville(annuaire)
    nuit = perf_counter() - debut
    print(
        f"\n{taille} courriers. Une page : {durees[0]:.0f} ms (objet), {durees[1]:.0f} ms (long texte). La nuit : {nuit:.1f} s."
    )
    for phrase in bilan.phrases() if bilan else ():
        print(f"  {phrase}")


def _chronometrer(geste: Callable[[], object]) -> float:
    """Milliseconds, median of warm calls."""
    durees = []
    for _ in range(ESSAIS):
        debut = perf_counter()
        geste()
        durees.append((perf_counter() - debut) * 1e3)
    return median(durees)


if __name__ == "__main__":
    main()
