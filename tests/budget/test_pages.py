"""The pages of the budget, as somebody uses them."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from odf.opendocument import load
from odf.table import Table, TableRow
from odf.teletype import extractText

from buridan.budget.actions.reserver import engager, reserver
from buridan.budget.models import ImportBudget, LigneBudget, Reservation
from buridan.budget.tableau import tableau
from buridan.organisation.models import Personne
from tests.budget.conftest import TOML, Budget
from tests.conftest import Troupe
from tests.lecture_pdf import balises, texte
from tests.monde import AT, JOUR

pytestmark = pytest.mark.django_db


def client(personne: int | None) -> Client:
    c = Client()
    c.force_login(Personne.objects.get(pk=personne), backend="allauth.account.auth_backends.AuthenticationBackend")
    return c


@pytest.fixture
def voirie(troupe: Troupe) -> Any:
    """A line of the roads, in the preset's budget of this year."""
    return LigneBudget.objects.filter(service__code="voirie").order_by("pk").first()


def poster(c: Client, adresse: str, **champs: Any) -> Any:
    return c.post(adresse, {"jeton": uuid4(), **champs})


def test_each_service_sees_its_own_lines_and_the_whole_town_is_for_those_who_answer_for_it(
    troupe: Troupe, voirie: Any
) -> None:
    toutes = LigneBudget.objects.count()
    siennes = LigneBudget.objects.filter(service__code="voirie").count()
    vues = {
        "agent": (troupe.present("voirie"), siennes),
        "maire": (troupe.au_poste("maire"), toutes), "adjoint": (troupe.au_poste("adjoint-1"), toutes),
        "dgs": (troupe.au_poste("dgs"), toutes), "finances": (troupe.au_poste("agent-finances-1"), toutes),
        "sports": (troupe.present("sports"), LigneBudget.objects.filter(service__code="sports").count()),
    }  # fmt: skip
    for qui, (acteur, attendu) in vues.items():
        page = client(acteur.personne).get("/budget/")
        assert page.context["pages"].paginator.count == attendu, qui
    dga3 = client(troupe.au_poste("dga3").personne).get("/budget/").context["pages"].paginator
    assert siennes < dga3.count < toutes


def test_a_line_of_another_service_is_not_there(troupe: Troupe, voirie: Any) -> None:
    c = client(troupe.present("sports").personne)
    bon = reserver(
        voirie, by=troupe.au_poste("resp-voirie"), at=troupe.at, montant=Decimal(1), reference="B", objet="x"
    )
    assert c.get(f"/budget/{voirie.pk}/").status_code == 404
    assert c.post(f"/budget/{voirie.pk}/reserver/").status_code == 404
    assert c.post(f"/budget/reservations/{bon.pk}/liberer/").status_code == 404


def test_lines_are_filtered_and_leave_as_a_spreadsheet(troupe: Troupe, voirie: Any) -> None:
    c = client(troupe.au_poste("dgs").personne)
    page = c.get("/budget/", {"service": voirie.service_id, "section": "investissement", "q": "réfection"})
    ((ligne, _m),) = page.context["lignes"]
    assert ligne.libelle == "Réfection des rues et trottoirs"
    ods = load(BytesIO(c.get("/budget/", {"service": voirie.service_id, "format": "ods"}).content))
    lignes = [extractText(r) for r in ods.getElementsByType(TableRow)]
    assert len(lignes) == 1 + LigneBudget.objects.filter(service=voirie.service_id).count()
    assert any("Réfection des rues et trottoirs1250000.0" in x for x in lignes)
    assert c.get("/budget/", {"exercice": "1999"}).status_code == 422


def test_the_head_reserves_is_refused_over_the_credits_and_keeps_what_was_typed(troupe: Troupe, voirie: Any) -> None:
    c = client(troupe.au_poste("resp-voirie").personne)
    adresse = f"/budget/{voirie.pk}/reserver/"
    trop = poster(c, adresse, reference="BC-9", objet="Nord Enrobés : sable", montant="99 999 999,99")
    assert trop.status_code == 409
    corps = trop.content.decode()
    assert "de trop" in corps and 'value="Nord Enrobés : sable"' in corps and 'value="99 999 999,99"' in corps
    faux = poster(c, adresse, reference="BC-9", objet="x", montant="cent")
    assert faux.status_code == 422 and "n&#x27;est pas un montant" in faux.content.decode()
    assert poster(c, adresse, reference="BC-9", objet="x", montant="-5").status_code == 422
    assert not Reservation.objects.exists()
    fait = c.post(
        adresse,
        {"jeton": (jeton := uuid4()), "reference": "BC-9", "objet": "Sable", "montant": "1 200.50"},
        follow=True,
    )
    assert "sont réservés pour le bon BC-9" in fait.content.decode()
    encore = c.post(adresse, {"jeton": jeton, "reference": "BC-10", "objet": "Sable", "montant": "1"}, follow=True)
    assert "rien n&#x27;a été fait deux fois" in encore.content.decode()
    assert [b.montant for b in Reservation.objects.all()] == [Decimal("1200.50")]
    assert "a réservé 1\u202f200,50" in c.get(f"/budget/{voirie.pk}/").content.decode()


def test_who_may_not_override_is_not_asked_why_and_who_may_is_heard(troupe: Troupe, voirie: Any) -> None:
    chef, dgs = client(troupe.au_poste("resp-voirie").personne), client(troupe.au_poste("dgs").personne)
    assert 'name="derogation"' not in chef.get(f"/budget/{voirie.pk}/").content.decode()
    assert 'name="derogation"' in dgs.get(f"/budget/{voirie.pk}/").content.decode()
    champs = {"reference": "BC-1", "objet": "x", "montant": "99999999", "derogation": "Tempête."}
    assert poster(chef, f"/budget/{voirie.pk}/reserver/", **champs).status_code == 409
    assert poster(dgs, f"/budget/{voirie.pk}/reserver/", **champs).status_code == 302
    page = chef.get(f"/budget/{voirie.pk}/").content.decode()
    assert "Dépassement autorisé" in page and "Tempête." in page and "dépassé" in page


def test_an_agent_reads_and_is_told_who_reserves(troupe: Troupe, voirie: Any) -> None:
    page = client(troupe.present("voirie").personne).get(f"/budget/{voirie.pk}/").content.decode()
    assert "Seuls le responsable du service et la direction des finances réservent" in page and "/reserver/" not in page


def test_the_finances_note_the_engagement_and_the_head_gives_back(troupe: Troupe, voirie: Any) -> None:
    chef, finances = troupe.au_poste("resp-voirie"), client(troupe.au_poste("agent-finances-1").personne)
    un, deux = (
        reserver(voirie, by=chef, at=troupe.at, montant=Decimal(10), reference=f"B{n}", objet="x") for n in (1, 2)
    )
    vide = poster(finances, f"/budget/reservations/{un.pk}/engager/")
    assert vide.status_code == 422
    jour = troupe.annuaire.jour.isoformat()
    engage = {f"engager{un.pk}-numero": "E7", f"engager{un.pk}-le": jour}
    assert poster(client(chef.personne), f"/budget/reservations/{un.pk}/engager/", **engage).status_code == 409
    assert poster(finances, f"/budget/reservations/{un.pk}/engager/", **engage).status_code == 302
    assert (
        poster(
            client(chef.personne), f"/budget/reservations/{deux.pk}/liberer/", **{f"rendre{deux.pk}-motif": "Annulée."}
        ).status_code
        == 302
    )
    un.refresh_from_db()
    deux.refresh_from_db()
    assert (un.engagement, deux.liberee_motif) == ("E7", "Annulée.")
    assert poster(finances, f"/budget/reservations/{un.pk}/supprimer/").status_code == 404


# --- files -------------------------------------------------------------------------------------------------------------


def _envoi(contenu: bytes, jour: date, **autres: Any) -> dict[str, Any]:
    return {"jeton": uuid4(), "fichier": SimpleUploadedFile("astre.csv", contenu), "extrait_le": jour.isoformat(),
            "exercice": jour.year, "correspondance": SimpleUploadedFile("m.toml", TOML.replace("essai-", "").encode()), **autres}  # fmt: skip


def test_a_file_is_read_shown_applied_and_a_second_click_says_it_is_done(troupe: Troupe) -> None:
    c, jour = client(troupe.au_poste("agent-finances-1").personne), troupe.annuaire.jour
    entete = "Année;Code;Libellé;Gestionnaire;S;Chapitre;BP;DM;Engagé;Mandaté\n"
    faux = c.post("/budget/imports/", _envoi(f"{entete}{jour.year};X;x;ZZZ;F;011;1;;;\n".encode(), jour))
    assert faux.status_code == 422 and "astre.csv, ligne 2 : aucun service ouvert" in faux.content.decode()
    assert ImportBudget.objects.count() == 1  # the preset's
    bon = _envoi(f"{entete}{jour.year};X;Neuve;VOI;F;011;1 000;;;\n".encode(), jour)
    page = c.post("/budget/imports/", bon, follow=True)
    corps = page.content.decode()
    assert (
        "Lignes nouvelles (1)" in corps
        and "Lignes absentes du fichier" in corps
        and not LigneBudget.objects.filter(code="X").exists()
    )
    encore = c.post("/budget/imports/", {**_envoi(b"x", jour), "jeton": bon["jeton"]}, follow=True)
    assert "déjà lu" in encore.content.decode()
    origine = page.context["origine"]
    vieux = c.post(f"/budget/imports/{origine.pk}/appliquer/", {"empreinte": "0" * 16})
    assert vieux.status_code == 409 and "Relisez-les" in vieux.content.decode()
    fait = c.post(f"/budget/imports/{origine.pk}/appliquer/", {"empreinte": page.context["d"].empreinte}, follow=True)
    assert "Le budget est à jour" in fait.content.decode() and LigneBudget.objects.filter(code="X").exists()
    deux = c.post(f"/budget/imports/{origine.pk}/appliquer/", {"empreinte": "x"}, follow=True)
    assert "déjà fait : cet import est appliqué" in deux.content.decode()


def test_a_wrong_mapping_or_a_missing_file_is_said_at_its_field(troupe: Troupe) -> None:
    c, jour = client(troupe.au_poste("agent-finances-1").personne), troupe.annuaire.jour
    faux = c.post("/budget/imports/", _envoi(b"x", jour, correspondance=SimpleUploadedFile("m.toml", b"[colonnes]\n")))
    assert faux.status_code == 422 and "il manque « code »" in faux.content.decode()
    assert c.post("/budget/imports/", {"jeton": uuid4()}).status_code == 422


def test_the_page_of_the_files_is_closed_to_others(troupe: Troupe) -> None:
    page = client(troupe.au_poste("dgs").personne).get("/budget/imports/")
    assert page.status_code == 403 and "direction des finances" in page.content.decode()


# --- the monthly board -------------------------------------------------------------------------------------------------


def test_a_month_is_seen_as_it_stood_on_its_last_day(budget: Budget) -> None:
    """January's orders and extract, February's engagement, March's give-back do not change each other's month."""
    from datetime import UTC, datetime

    janvier, fevrier, mars = (datetime(2026, m, 10, 9, tzinfo=UTC) for m in (1, 2, 3))
    budget.annee = 2026
    LigneBudget.objects.update(extrait_le=date(2026, 1, 1))
    budget.appliquer("L1;Enrobé;VOI;F;011;1000;;0;", at=janvier, extrait_le=date(2026, 1, 5))
    un = reserver(
        budget.ligne(),
        by=budget.par("chef_voirie", janvier),
        at=janvier,
        montant=Decimal(100),
        reference="B1",
        objet="x",
    )
    reserver(
        budget.ligne(),
        by=budget.par("chef_voirie", fevrier),
        at=fevrier,
        montant=Decimal(50),
        reference="B2",
        objet="x",
    )
    engager(un, by=budget.par("etranger", fevrier), at=fevrier, numero="E1", le=fevrier.date())
    budget.appliquer("L1;Enrobé;VOI;F;011;1 200;;100;40", at=mars, extrait_le=JOUR)
    t = tableau(LigneBudget.objects.values_list("pk", flat=True), annee=2026, mois=3, aujourdhui=JOUR)
    dits = [(m.fin, m.montants.credits, m.montants.engage, m.montants.commande, m.montants.disponible) for m in t.mois]
    assert dits == [
        (date(2026, 1, 31), 1000, 0, 100, 900), (date(2026, 2, 28), 1000, 0, 150, 850), (JOUR, 1200, 100, 50, 1050),
    ]  # fmt: skip
    ligne = budget.ligne()
    assert (t.total.disponible, t.total.mandate, t.extrait_le) == (ligne.disponible, 40, JOUR)
    assert [(s, m.credits) for s, m in t.services] == [(budget.monde.entites["voirie"], 1200)]
    assert [s for s, _m in t.sections] == ["Fonctionnement"]


def test_the_board_leaves_as_a_spreadsheet_and_as_a_tagged_pdf(troupe: Troupe, voirie: Any) -> None:
    reserver(
        voirie,
        by=troupe.au_poste("dgs"),
        at=troupe.at,
        montant=Decimal(99_999_999),
        reference="B",
        objet="x",
        derogation="Tempête.",
    )
    c = client(troupe.au_poste("maire").personne)
    page = c.get("/budget/tableau/")
    assert page.status_code == 200 and page.context["t"].total.depassees == 1
    ods = load(BytesIO(c.get("/budget/tableau/", {"format": "ods"}).content))
    assert [t.getAttribute("name") for t in ods.getElementsByType(Table)] == [
        "Par service",
        "Par section",
        "Mois par mois",
    ]
    pdf = c.get("/budget/tableau/", {"format": "pdf"})
    lu = texte(pdf.content)
    assert "Voirie et signalisation" in lu and "Lignes dépassées : 1." in lu and "Tous les services" in lu
    assert {"/Table", "/TH", "/Figure", "/H1"} <= set(balises(pdf.content))
    sports = client(troupe.present("sports").personne)
    assert [n for n, _m in sports.get("/budget/tableau/").context["services"]] == ["Sports"]
    assert sports.get("/budget/tableau/", {"service": voirie.service_id}).status_code == 422
    assert c.get("/budget/tableau/", {"mois": "2026-13"}).status_code == 422


def test_a_direction_is_seen_with_the_services_below_it(troupe: Troupe) -> None:
    c = client(troupe.au_poste("dgs").personne)
    cadre = troupe.annuaire.codes_entites["cadre-de-vie"]
    page = c.get("/budget/tableau/", {"service": cadre})
    assert len(page.context["services"]) > 3 and "Cadre de vie" in page.content.decode()


def test_without_any_line_the_pages_say_who_brings_them(budget: Budget) -> None:
    c = client(budget.monde.personnes["chef_proprete"])
    assert "La direction des finances importe le budget" in c.get("/budget/").content.decode()
    assert c.get("/budget/tableau/").status_code == 200
    assert AT.year == JOUR.year
