"""The head's board: its figures, counted by hand on a small town; who sees which; what leaves as a spreadsheet."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from odf.opendocument import load
from odf.table import Table, TableRow
from odf.teletype import extractText

from buridan.bureau import pilotage
from buridan.bureau.views_tableau import perimetre
from buridan.dossiers.models import Dossier
from buridan.interface.exports import Feuille, en_csv, en_ods, sans_formule
from buridan.organisation.models import Personne

from .conftest import Troupe
from .monde import AT, JOUR, Monde

pytestmark = pytest.mark.django_db
PERIODE = pilotage.Periode(JOUR - timedelta(days=13), JOUR, JOUR)  # 25 February to 10 March 2026


def _dater(dossier: Dossier, ouvert: int, clos: float | None = None, promis: int | None = None) -> None:
    """Opened, closed, promised so many days before (or after) noon on the day of the town."""
    midi = datetime(2026, 3, 10, 12, tzinfo=UTC)
    Dossier.objects.filter(pk=dossier.pk).update(
        ouvert_le=midi - timedelta(days=ouvert),
        clos_le=midi - timedelta(days=clos) if clos is not None else None,
        promis_le=JOUR - timedelta(days=promis) if promis is not None else None,
    )


@pytest.fixture
def ville(monde: Monde) -> Monde:
    """Voirie: one open and late, one open, one answered in time, one too late, one long ago. Propreté: one open."""
    _dater(monde.ouvrir(), ouvert=20, promis=1)
    _dater(monde.ouvrir(), ouvert=3, promis=0)
    _dater(monde.clos(), ouvert=10, clos=4, promis=4)
    _dater(monde.clos(), ouvert=30, clos=2, promis=5)
    _dater(monde.clos(), ouvert=300, clos=290, promis=200)
    _dater(monde.ouvrir(entite="proprete"), ouvert=0)
    return monde


def _chiffres(x: pilotage.Chiffres) -> tuple[Any, ...]:
    return (x.entrees, x.sorties, x.ouverts, x.retard, x.mediane, x.tenue if x.tenue is None else float(x.tenue))


def test_the_figures_are_those_counted_by_hand(ville: Monde) -> None:
    t = pilotage.tableau(ville.entites.values(), PERIODE)
    assert {x.entite: _chiffres(x) for x in t.services} == {
        ville.entites["voirie"]: (2, 2, 2, 1, 17.0, 50.0),  # median of 6 and 28 days
        ville.entites["proprete"]: (1, 0, 1, 0, None, None),
    }
    assert _chiffres(t.total) == (3, 2, 3, 1, 17.0, 50.0)
    assert [(f.debut, f.entrees, f.sorties) for f in t.flux] == [
        (date(2026, 2, 23), 1, 0), (date(2026, 3, 2), 1, 2), (date(2026, 3, 9), 1, 0),
    ]  # fmt: skip
    assert [(a.titre, a.entite, a.nombre) for a in t.attentes] == [("Qualifier", ville.entites["accueil"], 3)]


def test_both_ends_of_the_period_are_counted_and_days_are_those_of_paris(monde: Monde) -> None:
    dossier = monde.ouvrir()
    for heure, compte in (((3, 8, 22, 59), 0), ((3, 8, 23, 1), 1), ((3, 9, 22, 59), 1), ((3, 9, 23, 1), 0)):
        mois, jour, h, m = heure
        Dossier.objects.filter(pk=dossier.pk).update(ouvert_le=datetime(2026, mois, jour, h, m, tzinfo=UTC))
        jour_lu = pilotage.Periode(date(2026, 3, 9), date(2026, 3, 9), JOUR)
        assert pilotage.tableau(monde.entites.values(), jour_lu).total.entrees == compte, heure


def test_a_long_period_is_shown_by_month(ville: Monde) -> None:
    t = pilotage.tableau(ville.entites.values(), pilotage.Periode(date(2025, 4, 1), JOUR, JOUR))
    assert t.par_mois and len(t.flux) == 12
    assert sum(f.entrees for f in t.flux) == 6 and sum(f.sorties for f in t.flux) == 3


def test_each_sees_the_figures_of_what_he_or_she_answers_for(ville: Monde) -> None:
    def vus(nom: str) -> set[int | None]:
        return {x.entite for x in pilotage.tableau(perimetre(ville.par(nom, AT)), PERIODE).services}

    voirie, proprete = ville.entites["voirie"], ville.entites["proprete"]
    assert vus("chef_voirie") == vus("agent1") == {voirie}
    assert vus("dga") == vus("dgs") == {voirie, proprete}
    assert vus("etranger") == set()


def test_the_page_and_its_exports_give_the_same_figures_by_type_too(troupe: Troupe) -> None:
    for n in range(3):
        troupe.deposer(lieu=f"{n} rue du Compte")
    client = Client()
    client.force_login(Personne.objects.get(pk=troupe.au_poste("resp-voirie").personne))
    page = client.get("/tableau/")
    (type_,) = page.context["t"].types
    assert (type_.entrees, type_.ouverts) == (3, 3)
    csv = client.get("/tableau/", {"format": "csv", "table": "types"}).content.decode()
    assert csv.startswith("\ufeffType de dossier;") and f"{type_.type};3;0;3;0;;" in csv
    ods = load(BytesIO(client.get("/tableau/", {"format": "ods"}).content))
    feuilles = {t.getAttribute("name"): t for t in ods.getElementsByType(Table)}
    assert len(feuilles) == 4
    lignes = [extractText(r) for r in feuilles["Par type de dossier"].getElementsByType(TableRow)]
    assert f"{type_.type}3030" in lignes


def test_the_figures_stand_two_minutes_for_those_who_answer_for_the_same_services(troupe: Troupe) -> None:
    def total(poste: str) -> int:
        client = Client()
        client.force_login(Personne.objects.get(pk=troupe.au_poste(poste).personne))
        return int(client.get("/tableau/").context["t"].total.ouverts)

    troupe.deposer()
    assert (total("resp-voirie"), total("dgs"), total("resp-etat-civil")) == (1, 1, 0)
    troupe.deposer(lieu="3 rue du Compte")
    assert (total("resp-voirie"), total("dgs")) == (1, 1)
    caches["memoire"].clear()
    assert (total("resp-voirie"), total("dgs"), total("resp-etat-civil")) == (2, 2, 0)


def test_another_service_cannot_be_asked_for(troupe: Troupe) -> None:
    troupe.deposer()
    client = Client()
    client.force_login(Personne.objects.get(pk=troupe.present("sports").personne))
    voirie = troupe.annuaire.codes_entites["voirie"]
    page = client.get("/tableau/", {"service": voirie})
    assert "t" not in page.context and page.status_code == 200


def test_a_wrong_period_says_so_and_keeps_what_was_typed(troupe: Troupe) -> None:
    client = Client()
    client.force_login(Personne.objects.get(pk=troupe.au_poste("dgs").personne))
    page = client.get("/tableau/", {"du": "2026-03-10", "au": "2026-03-01"}).content.decode()
    assert "La fin doit suivre le début." in page and 'value="2026-03-10"' in page


@pytest.mark.parametrize("texte", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1"])
def test_no_cell_acts_as_a_formula(texte: str) -> None:
    assert sans_formule(texte) == f"'{texte}"
    feuille = Feuille("Essai", ["Nom", "Nombre"], [[texte, -1]])
    assert f"'{texte}" in en_csv(feuille)
    classeur = load(BytesIO(en_ods([feuille])))
    assert "'" in extractText(classeur.getElementsByType(TableRow)[1])
