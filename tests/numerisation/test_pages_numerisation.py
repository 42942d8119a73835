"""The pages of scanned post: brought, cut, registered one after another; a refusal says why and loses nothing."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from buridan.courriers.models import Courrier, RegleAiguillage
from buridan.numerisation.atelier import SEPARATEUR
from buridan.numerisation.etats import Lecture
from buridan.numerisation.models import FichierRefuse, Lot, Page, Pli
from tests.conftest import Troupe
from tests.courriers.test_pages_courriers import entrer, saisie
from tests.numerisation.scans import autre, depose, du_courrier, numeros, pages, pas, plis, pret

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(troupe: Troupe) -> Client:
    return entrer(du_courrier(troupe))


def fichier(octets: bytes, nom: str = "matin.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, octets, "application/pdf")


def test_a_batch_is_brought_once_and_its_page_says_how_far_it_is(client: Client, troupe: Troupe) -> None:
    envoi = {"jeton": str(uuid4())}
    page = client.post("/numerisations/", {**envoi, "fichier": fichier(pages(2))}, follow=True)
    lot = Lot.objects.get()
    assert (
        page.redirect_chain[-1][0] == f"/numerisations/{lot.uuid}/" and "Ouverture du fichier" in page.content.decode()
    )
    assert client.post("/numerisations/", envoi)["Location"] == f"/numerisations/{lot.uuid}/", "a second click"
    encore = client.post("/numerisations/", {"fichier": fichier(pages(2))}, follow=True)
    assert "déjà été déposé" in encore.content.decode() and Lot.objects.count() == 1
    pas(troupe, lot)
    dit = client.get(f"/numerisations/{lot.uuid}/").content.decode()
    assert "Pages faites : 0 sur 2" in dit
    assert lot.nom in client.get("/numerisations/").content.decode()


def test_what_is_not_a_plain_pdf_is_refused_with_what_to_do(client: Client) -> None:
    for octets, nom, dit in ((b"", "a.pdf", "vide"), (b"%PDF-1.7 x", "a.pdf", "lire"), (b"bonjour", "a.txt", "PDF")):
        page = client.post("/numerisations/", {"fichier": fichier(octets, nom)})
        assert page.status_code == 422 and dit in page.content.decode(), nom
    assert not Lot.objects.exists()


def test_the_letters_of_a_batch_are_registered_one_after_another(client: Client, troupe: Troupe) -> None:
    lot = pret(troupe, 3, debuts=(1, 3))
    ici = f"/numerisations/{lot.uuid}/plis/"
    page = client.get(f"{ici}1/").content.decode()
    assert 'value="essai 1"' in page and "zygomatique" in page, "what was read helps to type"
    envoi = saisie(pages="1,2", objet="Un banc cassé")
    faux = client.post(f"{ici}1/", {**envoi, "expediteur": ""})
    assert faux.status_code == 422 and "Un banc cassé" in faux.content.decode()
    suite = client.post(f"{ici}1/", envoi, follow=True)
    courrier = Courrier.objects.get()
    assert courrier.cote in suite.content.decode() and suite.redirect_chain[-1][0] == f"{ici}3/"
    assert client.post(f"{ici}1/", envoi)["Location"] == f"/courriers/{courrier.dossier.uuid}/enregistre/"
    assert "déjà enregistré" in client.get(f"{ici}1/", follow=True).content.decode()
    fin = client.post(f"{ici}3/ecarter/", {"pages": "3", "motif": "publicité"}, follow=True).content.decode()
    assert "Tout ce lot est traité" in fin and "publicité" in fin and Courrier.objects.count() == 1
    client.post(f"/numerisations/{lot.uuid}/ecartes/{Pli.objects.get(dossier=None).pk}/reprendre/")
    assert plis(lot)[1].pli is None


def test_what_was_typed_is_shown_again_when_the_batch_was_cut_otherwise_meanwhile(
    client: Client, troupe: Troupe
) -> None:
    lot = pret(troupe, 3, debuts=(1, 3))
    ici = f"/numerisations/{lot.uuid}/plis/"
    client.post(
        f"/numerisations/{lot.uuid}/pages/", {"version": lot.version, "vues": ["1", "2", "3"], "debuts": ["1", "2"]}
    )
    for faute, envoi in (("", {}), ("Qui écrit", {"expediteur": ""})):
        rendu = client.post(f"{ici}1/", saisie(pages="1,2", objet="Un banc cassé", **envoi))
        page = rendu.content.decode()
        assert rendu.status_code == 409 and "Un banc cassé" in page and page.count("Rien n&#x27;est enregistré") == 1, (
            faute
        )
        assert 'name="pages" value="1"' in page and "Enregistrer et donner un numéro" in page
    rendu = client.post(f"{ici}3/", saisie(pages="3", objet="Une fuite"))
    page = rendu.content.decode()
    assert rendu.status_code == 409 and "Une fuite" in page and "Voir où en est le lot" in page
    assert "donner un numéro" not in page and not Courrier.objects.exists()
    client.post(f"{ici}1/", saisie(pages="1", objet="Un banc cassé"))
    assert Courrier.objects.get().dossier.objet == "Un banc cassé"


def test_a_rule_proposes_the_service_from_what_was_read_and_one_press_accepts_it(
    client: Client, troupe: Troupe
) -> None:
    lot, service = pret(troupe, 1), troupe.annuaire.codes_entites["sports"]
    RegleAiguillage.objects.create(ordre=1, mots="boulodrome", service_id=service, at=troupe.at)
    ici = f"/numerisations/{lot.uuid}/plis/1/"
    envoi = saisie(pages="1", objet="Le boulodrome est fermé")
    page = client.post(ici, {**envoi, "proposer": "1"}).content.decode()
    assert f'value="{service}.information.' in page
    client.post(ici, {**envoi, "choisir": f"{service}.information."})
    assert Courrier.objects.get().dossier.entite_id == service


def test_a_letter_already_registered_is_shown_before_it_is_written_again(client: Client, troupe: Troupe) -> None:
    lot = pret(troupe, 2, debuts=(1, 2))
    client.post(f"/numerisations/{lot.uuid}/plis/1/", saisie(pages="1"))
    envoi = saisie(pages="2")
    double = client.post(f"/numerisations/{lot.uuid}/plis/2/", envoi)
    assert "semble déjà enregistré" in double.content.decode() and Courrier.objects.count() == 1
    client.post(f"/numerisations/{lot.uuid}/plis/2/", {**envoi, "quand_meme": "1"})
    assert Courrier.objects.count() == 2


def test_the_reason_of_a_letter_set_aside_is_asked(client: Client, troupe: Troupe) -> None:
    lot = pret(troupe, 1)
    page = client.post(f"/numerisations/{lot.uuid}/plis/1/ecarter/", {"pages": "1", "motif": ""}, follow=True)
    assert "Dites pourquoi" in page.content.decode() and not Pli.objects.exists()
    assert page.redirect_chain[-1][0] == f"/numerisations/{lot.uuid}/plis/1/"


def test_pages_are_cut_on_their_view_and_a_cutting_seen_before_is_refused(client: Client, troupe: Troupe) -> None:
    lot = pret(troupe, 4)
    ici = f"/numerisations/{lot.uuid}/pages/"
    assert client.get(ici).status_code == 200
    envoi: dict[str, Any] = {"version": 0, "vues": [1, 2, 3, 4], "debuts": [1, 2], "retirees": [4]}
    assert client.post(ici, envoi)["Location"] == f"/numerisations/{lot.uuid}/"
    assert numeros(lot) == ["1", "2,3"]
    vieux = client.post(ici, envoi)
    assert vieux.status_code == 409 and "entre-temps" in vieux.content.decode()
    assert client.post(ici, {**envoi, "version": 1, "debuts": ["99"]}).status_code == 422


def test_a_page_to_look_at_is_listed_with_why_turned_and_read_again(client: Client, troupe: Troupe) -> None:
    lot = pret(troupe, 1)
    Page.objects.update(lecture=Lecture.ILLISIBLE, raison="Trop pâle pour être lue.", apercu="x", vignette="x")
    ici = f"/numerisations/{lot.uuid}/"
    assert (
        "Trop pâle" in client.get(ici).content.decode() and "Trop pâle" in client.get(f"{ici}pages/1/").content.decode()
    )
    client.post(f"{ici}pages/1/tourner/", {"degres": "90"})
    assert Page.objects.get().rotation == 90 and Page.objects.get().lecture == Lecture.A_LIRE
    Page.objects.update(lecture=Lecture.ILLISIBLE, raison="Rien.")
    client.post(f"{ici}relire/")
    assert Page.objects.get().lecture == Lecture.A_LIRE
    assert "quarts" in client.post(f"{ici}pages/1/tourner/", {"degres": "7"}, follow=True).content.decode()


def test_files_and_pictures_are_served_inert_and_missing_ones_are_not_found(client: Client, troupe: Troupe) -> None:
    lot = depose(troupe, pages(1))
    for _compter_montrer in range(2):
        pas(troupe, lot)
    ici = f"/numerisations/{lot.uuid}/"
    for adresse in ("original.pdf", "pages/1/apercu.jpg", "pages/1/vignette.jpg"):
        reponse = client.get(ici + adresse)
        assert reponse.status_code == 200 and "sandbox" in reponse["Content-Security-Policy"]
        b"".join(reponse.streaming_content)
    assert client.get(f"{ici}lisible.pdf").status_code == client.get(f"{ici}pages/2/").status_code == 404


def test_the_sheets_that_are_printed_are_those_that_are_recognised(client: Client) -> None:
    import pypdfium2
    import zxingcpp

    feuilles = pypdfium2.PdfDocument(client.get("/numerisations/separateurs.pdf?nombre=2").content)
    assert len(feuilles) == 2
    codes = zxingcpp.read_barcodes(feuilles[1].render(scale=1).to_pil())
    assert [c.text for c in codes] == [SEPARATEUR]


def test_a_file_refused_in_the_folder_is_shown_until_it_was_seen(client: Client, troupe: Troupe) -> None:
    refuse = FichierRefuse.objects.create(nom="b.pdf", raison="Il est vide.", at=troupe.at)
    assert "Il est vide." in client.get("/numerisations/").content.decode()
    client.post(f"/numerisations/refus/{refuse.pk}/vu/")
    assert "Il est vide." not in client.get("/numerisations/").content.decode()


def test_the_desk_of_the_mail_office_says_how_many_batches_wait(client: Client, troupe: Troupe) -> None:
    pret(troupe, 1)
    assert "<strong>1</strong> lot numérisé à enregistrer" in client.get("/bureau/").content.decode()
    assert "à enregistrer" not in entrer(troupe.present("voirie")).get("/bureau/").content.decode()


def test_who_does_not_keep_the_registers_sees_no_scan(troupe: Troupe) -> None:
    lot = pret(troupe, 1)
    client = entrer(autre(troupe))
    for adresse in (
        "",
        f"{lot.uuid}/",
        f"{lot.uuid}/pages/1/apercu.jpg",
        f"{lot.uuid}/original.pdf",
        f"{lot.uuid}/plis/1/",
    ):
        assert client.get(f"/numerisations/{adresse}").status_code == 403, adresse
