"""Filing: one form one effect, the acknowledgement's mentions, what is found, what is refused as a file."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from buridan.demandes import suivi
from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.forms import FormulaireDemande
from buridan.demandes.models import Adresse, Demande, TypeDemande
from buridan.dossiers.models import Document, Dossier, Etape
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import systeme
from buridan.organisation.models import Droit, Personne

from .conftest import Troupe

pytestmark = pytest.mark.django_db
CHAMPS = {
    "description": "Un trou profond devant l'école du quartier.", "lieu": "3 impasse du Parcours", "nom": "Camille Essai",
    "courriel": "camille@courriel.example", "public": "particulier",
}  # fmt: skip


def _donnees(**plus: object) -> dict[str, object]:
    questions = TypeDemande.objects.get(code="nid-de-poule").questions
    reponses = {
        f"q_{q['cle']}": (q.get("choix") or ["oui"])[0] for q in questions if q.get("genre") in ("choix", "oui_non")
    }
    return {**CHAMPS, **reponses, "jeton": str(uuid4()), **plus}


def test_a_second_click_shows_the_first_request() -> None:
    donnees = _donnees()
    premier = Client().post("/demandes/nid-de-poule/", donnees)
    second = Client().post("/demandes/nid-de-poule/", {**donnees, "quand_meme": "1"})
    assert premier.status_code == second.status_code == 302
    assert premier["Location"] == second["Location"]
    assert Demande.objects.filter(courriel=CHAMPS["courriel"]).count() == 1


def test_a_similar_request_is_shown_before_filing() -> None:
    Client().post("/demandes/nid-de-poule/", _donnees())
    reponse = Client().post("/demandes/nid-de-poule/", _donnees(courriel="voisin@courriel.example"))
    assert "Une demande semblable est déjà en cours" in reponse.content.decode()
    assert CHAMPS["nom"] not in reponse.content.decode().replace('value="Camille Essai"', "")
    assert Demande.objects.count() == 1


def test_a_street_of_the_list_gives_the_point_and_what_is_near() -> None:
    rue = Adresse.objects.exclude(latitude=None).order_by("pk")[0]
    Client().post("/demandes/nid-de-poule/", _donnees(lieu=f"12 {rue.voie}, devant l'école"))
    demande = Demande.objects.get()
    assert (demande.latitude, demande.longitude) == (rue.latitude, rue.longitude)
    reponse = Client().post(
        "/demandes/nid-de-poule/", _donnees(lieu=f"{rue.voie}, au coin", courriel="b@courriel.example")
    )
    assert "Une demande semblable est déjà en cours" in reponse.content.decode()


def test_a_filing_reads_twice_and_writes_once() -> None:
    """Each statement more is paid by everybody who files (docs/adr/0030)."""
    envoi, phrases, donnees = Client(), list[str](), _donnees()
    systeme(timezone.now())  # the organisation is in memory

    def noter(lancer: Any, sql: str, *reste: Any) -> Any:
        phrases.append(sql)
        return lancer(sql, *reste)

    with connection.execute_wrapper(noter):
        assert envoi.post("/demandes/nid-de-poule/", donnees).status_code == 302
    dites = [" ".join(p.split())[:40] for p in phrases if "SAVEPOINT" not in p]
    assert len(dites) == 3, dites


def test_the_acknowledgement_says_what_the_law_asks(troupe: Troupe) -> None:
    demande = troupe.deposer()
    texte = Courriel.objects.get(dossier=demande.dossier.uuid).texte
    for mention in (
        demande.dossier.reference,
        "Reçue le",
        "réponse le",
        "considérée comme refusée",
        "recours",
        "@bethune.example",
        "03 61 99",
    ):
        assert mention in texte, f"CRPA R112-5 : {mention}"


def test_nobody_reachable_is_refused_at_the_field() -> None:
    reponse = Client().post("/demandes/nid-de-poule/", _donnees(courriel=""))
    assert reponse.status_code == 422
    assert "il faut pouvoir vous répondre" in reponse.content.decode()


@pytest.mark.parametrize("mots", ["nid de poule", "Nids de poules", "trou route", "chaussee abimee"])
def test_the_catalogue_forgives_accents_and_plurals(mots: str) -> None:
    assert "nid-de-poule" in [t.code for t in TypeDemande.objects.actifs().cherches(mots)[:5]]


def _png() -> bytes:
    sortie = BytesIO()
    Image.new("RGB", (20, 20), "red").save(sortie, "PNG")
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("photo.png", b"MZ\x90\x00 an executable"),
        ("photo.png", b"\x89PNG\r\n\x1a\n broken"),
        ("archive.zip", b"PK\x03\x04" + b"\0" * 40),
    ],
)
def test_a_file_that_may_harm_is_refused_and_named(nom: str, contenu: bytes) -> None:
    reponse = Client().post("/demandes/nid-de-poule/", _donnees(fichiers=SimpleUploadedFile(nom, contenu, "image/png")))
    assert reponse.status_code == 422
    assert nom in reponse.content.decode()
    assert CHAMPS["description"].replace("'", "&#x27;") in reponse.content.decode()


def test_a_photo_is_made_again_and_served_so_that_it_cannot_act() -> None:
    photo = SimpleUploadedFile("../../photo.png", _png() + b"<script>alert(1)</script>", "image/png")
    reponse = Client().post("/demandes/nid-de-poule/", _donnees(fichiers=photo))
    document = Document.objects.get()
    assert document.nom == "photo.png"
    page = Client().get(reponse["Location"].split("?")[0] + f"documents/{document.uuid}/")
    assert b"<script" not in b"".join(page.streaming_content)  # type: ignore[attr-defined]
    assert page["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page["Content-Security-Policy"]


def test_a_file_already_sent_is_kept_when_a_field_is_missing() -> None:
    photo = SimpleUploadedFile("photo.png", _png(), "image/png")
    refuse = Client().post("/demandes/nid-de-poule/", _donnees(nom="", fichiers=photo))
    assert refuse.status_code == 422
    gardes = refuse.context["gardes"]
    Client().post("/demandes/nid-de-poule/", _donnees(gardes=gardes))
    assert Document.objects.get().nom == "photo.png"


def _guichet(troupe: Troupe) -> Client:
    client = Client()
    client.force_login(Personne.objects.get(pk=troupe.present("accueil").personne))
    return client


def test_the_front_desk_reads_the_reference_of_a_request_that_its_service_alone_opens(troupe: Troupe) -> None:
    client = _guichet(troupe)
    trois = {"description": "On crie la nuit.", "nom": "Camille Essai", "telephone": "03 61 99 00 00"}
    envoi = {**trois, "public": "particulier", "canal": "telephone", "jeton": str(uuid4()), "quand_meme": "1"}
    reponse = client.post("/guichet/bruit/", envoi, follow=True)
    demande = Demande.objects.select_related("dossier").get()
    page = reponse.content.decode()
    assert reponse.status_code == 200 and demande.dossier.reference in page and suivi.code(demande.dossier.uuid) in page
    assert client.post("/guichet/bruit/", envoi, follow=True).content.decode().count(demande.dossier.reference) > 0
    assert trois["description"] not in page
    collegue = next(p for p in _du_guichet(troupe) if p != troupe.present("accueil").personne)
    autre = Client()
    autre.force_login(Personne.objects.get(pk=collegue))
    assert autre.get(f"/guichet/recu/{demande.dossier.uuid}/").status_code == 404
    Dossier.objects.filter(pk=demande.pk).update(ouvert_le=troupe.at - timedelta(days=1))
    assert client.get(f"/guichet/recu/{demande.dossier.uuid}/").status_code == 404


def _du_guichet(troupe: Troupe) -> list[int | None]:
    return [p.personne for p in troupe.annuaire.postes.values() if Droit.GUICHET in p.droits and p.personne]


def test_whoever_makes_a_request_reserved_is_told_and_not_shown_a_missing_page(troupe: Troupe) -> None:
    demande, client = troupe.deposer(), _guichet(troupe)
    etape = Etape.objects.get(dossier=demande.dossier, etat="active")
    bruit = TypeDemande.objects.get(code="bruit").pk
    reponse = client.post(
        f"/dossiers/{demande.dossier.uuid}/etapes/{etape.pk}/qualifier/", {"type": bruit}, follow=True
    )
    assert reponse.redirect_chain[-1][0] == "/bureau/"
    assert "La demande est qualifiée." in reponse.content.decode()
    assert f"{demande.dossier.reference} est maintenant réservé à son service" in reponse.content.decode()


@pytest.mark.parametrize(
    ("debut", "propose"),
    [
        ("12 bis rue de la rep", "12 bis rue de la République"),
        ("place FOCH", "place Foch"),
        ("12", None),
        ("rue Zzz", None),
    ],
)
def test_a_place_is_completed_after_its_number_too(debut: str, propose: str | None) -> None:
    page = Client().get("/rues/", {"lieu": debut}).content.decode()
    assert (f'<option value="{propose}">' in page) if propose else ("<option" not in page)
    assert 'hx-get="/rues/"' in Client().get("/demandes/nid-de-poule/").content.decode()


def test_the_same_caller_is_known_by_the_telephone_at_the_front_desk_and_on_the_portal_by_nothing(
    troupe: Troupe,
) -> None:
    troupe.deposer(courriel="", telephone="03 61 99 12 34", lieu="1 rue Neuve")
    envoi = _donnees(lieu="9 route d'Ailleurs", telephone="0361.99.12.34", courriel="", canal="telephone")
    semblable = "Une demande semblable est déjà en cours"
    assert semblable in _guichet(troupe).post("/guichet/nid-de-poule/", envoi).content.decode()
    assert semblable not in Client().post("/demandes/nid-de-poule/", envoi).content.decode()


@pytest.mark.parametrize(
    ("numero", "bon"),
    [("W621000123", True), ("w9r1 000123", True), ("W6210001", False), ("W62100012R", False), ("AB1234567X", False)],
)
def test_the_number_of_an_association_is_checked_that_of_la_reunion_too(numero: str, bon: bool) -> None:
    formulaire = FormulaireDemande(TypeDemande.objects.get(code="nid-de-poule"), {"rna": numero})
    assert ("rna" not in formulaire.errors) is bon


def test_a_shopkeeper_has_one_desk_that_gives_the_request_to_the_service(troupe: Troupe) -> None:
    habitant, commercant = (
        troupe.deposer("urbanisme-information", public=p).dossier.etapes.order_by("rang")
        for p in ("particulier", "professionnel")
    )
    entites, facture = troupe.annuaire.entites, TypeDemande.objects.get(code="facture-paiement")
    assert [entites[etapes[0].entite_id].code for etapes in (habitant, commercant)] == ["accueil", "commerce"]
    for etapes, bureau in ((habitant, "accueil"), (commercant, "commerce")):
        qualifier(etapes[0], by=troupe.present(bureau), at=troupe.at, type=facture)
    assert [entites[etapes.get(type="reponse").entite_id].code for etapes in (habitant, commercant)] == [
        "finances",
        "commerce",
    ]
    assert commercant.get(type="traitement").entite_id == habitant.get(type="traitement").entite_id
