"""Who acts is one rule, in Python for the screens and in SQL for the invariants: they agree on any organisation."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buridan.organisation import annuaire
from buridan.organisation.models import (
    Absence,
    Affectation,
    Droit,
    Entite,
    Personne,
    Poste,
    Suppleance,
    VersionEntite,
    VersionPoste,
)
from tests.monde import DEPUIS, JOUR, oublier_le_preset

UN_JOUR = timedelta(days=1)
PERIODES = [(DEPUIS, None), (DEPUIS, None), (DEPUIS, JOUR), (JOUR, None), (JOUR + UN_JOUR, None)]
NATURES = ["", "a", "b"]
periode = st.sampled_from(PERIODES)
entite = st.fixed_dictionaries({"parent": st.integers(0, 5), "periode": periode})
poste = st.fixed_dictionaries(
    {
        "entite": st.integers(0, 5), "responsable": st.booleans(), "periode": periode, "ouvert": st.booleans(),
        "droits": st.sampled_from([[], [], [], [], [Droit.ADMINISTRATION]]), "tenu": st.none() | periode,
        "absent": st.booleans(),
    }
)  # fmt: skip
suppleance = st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from(NATURES), periode)


def _batir(entites: list[Any], postes: list[Any], suppleances: list[Any]) -> tuple[list[int], list[int]]:
    """The drawn organisation; indexes wrap, a stand-in goes from a post to a later one so that none loops."""
    ids = [Entite.objects.create(code=f"hasard-{n}").pk for n in range(len(entites))]
    for n, e in enumerate(entites):
        parent = ids[e["parent"] % n] if n else None
        debut, fin = e["periode"]
        VersionEntite.objects.create(
            entite_id=ids[n], nom=f"E{n}", genre="service", parent_id=parent, debut=debut, fin=fin
        )
    pks = [Poste.objects.create(code=f"hasard-{n}").pk for n in range(len(postes))]
    for n, p in enumerate(postes):
        debut, fin = p["periode"]
        VersionPoste.objects.create(
            poste_id=pks[n], entite_id=ids[p["entite"] % len(ids)], intitule=f"P{n}", responsable=p["responsable"],
            droits=p["droits"], debut=debut, fin=fin,
        )  # fmt: skip
        qui = Personne.objects.create(
            cle=f"hasard-{n}", prenom="P", nom=str(n), email=f"p{n}@hasard.example", is_active=p["ouvert"]
        )
        if p["tenu"]:
            Affectation.objects.create(personne=qui, poste_id=pks[n], debut=p["tenu"][0], fin=p["tenu"][1])
        if p["absent"]:
            Absence.objects.create(personne=qui, debut=JOUR, fin=None)
    for de, vers, nature, (debut, fin) in suppleances:
        if de % len(pks) < vers % len(pks):
            Suppleance.objects.create(
                poste_id=pks[de % len(pks)], suppleant_id=pks[vers % len(pks)], nature=nature, debut=debut, fin=fin
            )
    return ids, pks


def _selon_la_base(poste: int | None, entite: int | None, nature: str) -> bool:
    with connection.cursor() as curseur:
        curseur.execute("SELECT dossiers_quelquun_peut_agir(%s, %s, %s, %s)", [poste, entite, JOUR, nature])
        return bool(curseur.fetchone()[0])


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(entite, min_size=1, max_size=6), st.lists(poste, min_size=1, max_size=8), st.lists(suppleance, max_size=6)
)
def test_python_finds_somebody_exactly_when_the_database_does(
    db: None, entites: list[Any], postes: list[Any], suppleances: list[Any]
) -> None:
    with transaction.atomic():
        oublier_le_preset()
        ids, pks = _batir(entites, postes, suppleances)
        jour = annuaire.charger(JOUR)
        for nature in NATURES:
            for pk in pks:
                assert bool(jour.resoudre(pk, nature).personnes) == _selon_la_base(pk, None, nature), (pk, nature)
            for pk in ids:
                assert bool(jour.resoudre_entite(pk, nature).personnes) == _selon_la_base(None, pk, nature), (
                    pk,
                    nature,
                )
        transaction.set_rollback(True)
