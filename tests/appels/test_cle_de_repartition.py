"""What the town pays of an intervention by the allocation key of its competence: on the call, in the envelope, to the cent."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from buridan.appels.actions.controler import controler
from buridan.appels.actions.demander import demander, ecrire
from buridan.appels.models import Appel, Cle, Competence, Genre
from buridan.appels.nature import acte
from buridan.appels.papier import contenu
from buridan.appels.queries import enveloppe, reservation_de, resumes
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.chargement import charger
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.models import Reponse
from buridan.outils.montants import repartir
from buridan.outils.verdict import Refus
from tests.appels.essais import a_faire, dire, ecrit, frais, mener, qui_peut, saisie
from tests.appels.test_appels import connecte
from tests.appels.test_invariants_appels import preset as preset
from tests.conftest import Troupe

pytestmark = pytest.mark.django_db
REPAS = "appel-restauration-scolaire"


def des_repas(troupe: Troupe, estimation: str = "1000") -> Appel:
    """The town pays 62,5 % of it."""
    return ecrit(troupe, entite="scolaire", code=REPAS, estimation=Decimal(estimation))


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.lists(st.decimals(min_value=0, max_value=10**6, places=3), min_size=1, max_size=12).filter(any),
)
def test_shares_add_up_to_the_cent_and_none_is_a_cent_away_from_its_exact_part(
    total: Decimal, poids: list[Decimal]
) -> None:
    parts, somme = repartir(total, poids), sum(poids)
    assert sum(parts) == total
    for part, p in zip(parts, poids, strict=True):
        assert abs(part * somme - total * p) < Decimal("0.01") * somme


def test_equal_remainders_give_the_cents_left_to_the_first() -> None:
    assert repartir(Decimal(100), [Decimal(1)] * 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert repartir(Decimal("0.01"), [Decimal(1), Decimal(2)]) == [Decimal(0), Decimal("0.01")]


def test_the_town_engages_its_share_then_pays_it_of_the_real_cost(troupe: Troupe) -> None:
    annee = troupe.annuaire.jour.year
    appel = des_repas(troupe)
    assert (appel.estimation, appel.part) == (Decimal(1000), Decimal("625.00"))
    page = connecte(qui_peut(troupe, a_faire(appel))).get(f"/dossiers/{appel.dossier.uuid}/").content.decode()
    assert (
        "Part de la commune" in page
        and "625,00" in page
        and "62,5&nbsp;%" in page
        and "375,00" in page
        and "à confirmer" in page
    )
    assert "625,00\xa0€ pour la commune, sur 1\u202f000,00" in resumes([appel.pk])[appel.pk]
    engage = acte(appel.dossier)
    assert engage is not None and engage.montant.ttc == Decimal(
        "625.00"
    )  # the ceiling of a delegation bears on what the town pays
    assert enveloppe(appel.competence, annee).estime == Decimal("625.00")
    mener(troupe, appel, TypeEtape.TRAITEMENT)
    appel = frais(appel)
    tenue = reservation_de(appel.dossier)
    assert tenue is not None and tenue.montant == Decimal("625.00")
    assert ["Montant estimé de la participation", "625,00\xa0€"] in contenu(appel, "")["lignes"]
    dire(troupe, appel, Genre.ACCEPTEE, jour=troupe.annuaire.jour)
    etape = a_faire(appel)
    by = qui_peut(troupe, etape)
    assert "En tout : la commune en paie 62,5" in connecte(by).get(f"/dossiers/{appel.dossier.uuid}/").content.decode()
    controler(etape, by=by, at=troupe.at, faite_le=troupe.annuaire.jour, cout=Decimal("1001.01"))
    appel, tenue = frais(appel), reservation_de(appel.dossier)
    assert (appel.cout, appel.part_due) == (Decimal("1001.01"), Decimal("625.63"))
    assert [p.montant for p in appel.parts] == [Decimal("625.63"), Decimal("375.38")]
    assert tenue is not None and tenue.montant == Decimal("625.63")
    assert "dont 625,63\xa0€ à la charge de la commune" in Reponse.objects.get(dossier=appel.dossier).texte
    vue = enveloppe(appel.competence, annee)
    assert vue.depense == Decimal("625.63") and vue.votee == vue.engage + vue.depense + vue.reste


def test_a_competence_without_a_key_says_so_and_the_town_pays_all(troupe: Troupe) -> None:
    appel = ecrit(troupe)
    assert (appel.cle, appel.part) == (None, appel.estimation) and appel.parts == []
    c = connecte(qui_peut(troupe, a_faire(appel)))
    for page in (f"/dossiers/{appel.dossier.uuid}/", reverse("appels_enveloppes"), reverse("appel_nouveau")):
        assert "tout, sans clé de répartition" in c.get(page).content.decode(), page


def test_a_share_below_a_cent_is_refused_with_the_reason(troupe: Troupe) -> None:
    cle = Cle.objects.create(
        code="x", nom="x", genre="population", source="x", membres=["V", "A"], poids=[1, 999], ville=1
    )
    Competence.objects.filter(code=REPAS).update(cle=cle)
    demande = saisie(REPAS, estimation=Decimal("0.50"))
    with pytest.raises(Refus, match="part de la commune serait nulle"):
        demander(demande, by=troupe.present("scolaire"), at=troupe.at)


def test_a_key_that_changes_is_another_one_and_the_calls_keep_theirs(preset: Path, troupe: Troupe) -> None:
    appel, cles = des_repas(troupe), Cle.objects.count()
    charger(preset, at=troupe.at)
    assert Cle.objects.count() == cles  # the same file, the same rows
    fichier = preset / "appels.toml"
    texte = fichier.read_text(encoding="utf-8").replace("part = 62.5", "part = 50").replace("part = 37.5", "part = 50")
    fichier.write_text(texte, encoding="utf-8")
    charger(preset, at=troupe.at)
    renvoyer(a_faire(appel), by=qui_peut(troupe, a_faire(appel)), at=troupe.at, motif="Moins cher.")
    etape = a_faire(appel)
    ecrire(etape, saisie(REPAS, estimation=Decimal(800)), by=qui_peut(troupe, etape), at=troupe.at)
    assert frais(appel).part == Decimal(500) and des_repas(troupe, "800").part == Decimal(400)


REFUSES = {
    "a share that no key gives": "UPDATE appels_appel SET cle_id = NULL WHERE dossier_id = %(pk)s",
    "a share above the whole": "UPDATE appels_appel SET part = estimation + 1 WHERE dossier_id = %(pk)s",
    "a share due of no cost": "UPDATE appels_appel SET part_due = 1 WHERE dossier_id = %(pk)s",
    "a cost of which the town pays nobody knows what": "UPDATE appels_appel SET cout = 1, faite_le = now(), envoye_le = now(),"
    " reponse = 'acceptee' WHERE dossier_id = %(pk)s",
    "a key that changes": "UPDATE appels_cle SET poids = '{1,1}' WHERE id = %(cle)s",
    "a key without the town": "INSERT INTO appels_cle (code, nom, genre, source, a_confirmer, membres, poids, ville) "
    "VALUES ('y', 'y', 'parts', 'y', false, '{A}', '{1}', 2)",
}


@pytest.mark.parametrize("quoi", REFUSES)
def test_the_database_refuses(troupe: Troupe, quoi: str) -> None:
    appel = des_repas(troupe)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(REFUSES[quoi], {"pk": appel.pk, "cle": appel.cle_id})
