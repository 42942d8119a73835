"""The pages of the address book, and of the letters that use it: nothing typed is lost, no letter shown to who may not read it."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from buridan.contacts.echange import COLONNES
from buridan.contacts.models import Contact
from buridan.courriers.models import Correspondant, Courrier
from buridan.journal.models import Ligne
from buridan.vieprivee.models import Lecture
from tests.conftest import Troupe
from tests.contacts.fiches import SIRET, fonction, organisation, personne
from tests.courriers.lettres import confie, du_courrier, entite, poste, recu
from tests.courriers.test_pages_courriers import _pdf, entrer, saisie
from tests.messagerie.courriels import recu as courriel_recu

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(troupe: Troupe) -> Client:
    return entrer(du_courrier(troupe))


def dit(page: Any) -> str:
    return str(page.content.decode()).replace("&#x27;", "'")


def valeur(page: Any, champ: str) -> Any:
    return page.context["form"][champ].value()


# --- registering ------------------------------------------------------------------------------------------------------


def test_a_sender_is_looked_for_chosen_and_registered_and_nothing_typed_is_lost(troupe: Troupe, client: Client) -> None:
    elise = personne(troupe, courriel="elise@courriel.example", telephone="03 61 99 00 00")
    tape = saisie(expediteur="beraud", objet="Un banc", annexes="deux photos")
    scan = SimpleUploadedFile("scan.pdf", _pdf(), "application/pdf")
    page = client.post("/courriers/nouveau/", {**tape, "chercher": "1", "fichiers": scan})
    assert page.status_code == 200 and f'value="{elise.uuid}"' in dit(page) and "scan.pdf" in dit(page)
    assert (valeur(page, "expediteur"), valeur(page, "objet"), valeur(page, "annexes")) == (
        "beraud",
        "Un banc",
        "deux photos",
    )
    gardes = page.context["gardes"]
    page = client.post("/courriers/nouveau/", {**tape, "gardes": gardes, "prendre": str(elise.uuid)})
    remplis = {c: valeur(page, c) for c in ("expediteur", "adresse", "courriel", "telephone", "objet", "contact")}
    assert remplis == {
        "expediteur": elise.nom, "adresse": elise.adresse, "courriel": elise.courriel, "telephone": elise.telephone,
        "objet": "Un banc", "contact": str(elise.uuid),
    }  # fmt: skip
    assert not Courrier.objects.exists()
    client.post("/courriers/nouveau/", {**tape, **remplis, "gardes": page.context["gardes"]})
    lettre = Courrier.objects.get()
    assert (lettre.contact, lettre.expediteur) == (elise, elise.nom) and lettre.dossier.documents.count() == 1


def test_a_mail_is_registered_by_the_same_way_and_its_sender_proposed_at_once(troupe: Troupe, client: Client) -> None:
    recu_ = courriel_recu(troupe)
    ecrit = personne(troupe, "Un nom quelconque", courriel=recu_.adresse)
    page = client.get(f"/courriels/{recu_.uuid}/enregistrer/")
    assert f'name="prendre" value="{ecrit.uuid}"' in dit(page)


def test_a_new_sender_is_kept_by_a_box_and_a_refusal_keeps_the_form(troupe: Troupe, client: Client) -> None:
    client.post("/courriers/nouveau/", saisie(organisme="Club Page", garder_contact="on"))
    assert Courrier.objects.get().contact.organisation.nom == "Club Page"
    refuse = client.post("/courriers/nouveau/", saisie(expediteur="anonyme", objet="Autre", garder_contact="on"))
    assert refuse.status_code == 409 and "décochez la case" in dit(refuse) and valeur(refuse, "objet") == "Autre"


def test_choosing_an_organisation_keeps_who_signs(troupe: Troupe, client: Client) -> None:
    scierie = organisation(troupe)
    for ecrit, attendu in (("Jean Noël", ("Jean Noël", "Scierie Essai")), ("scierie", ("Scierie Essai", ""))):
        page = client.post("/courriers/nouveau/", saisie(expediteur=ecrit, prendre=str(scierie.uuid)))
        assert (valeur(page, "expediteur"), valeur(page, "organisme")) == attendu


def test_a_contact_that_is_not_one_fills_and_links_nothing(troupe: Troupe, client: Client) -> None:
    page = client.post("/courriers/nouveau/", saisie(prendre="x"))
    assert page.status_code == 200 and valeur(page, "expediteur") == "Camille Page"
    client.post("/courriers/nouveau/", saisie(contact="0f0f0f0f-0000-4000-8000-000000000000"))
    assert Courrier.objects.get().contact is None


def test_a_letter_of_ours_and_a_mailing_take_their_addressees_from_the_book(troupe: Troupe, client: Client) -> None:
    elise = personne(troupe)
    club, autre = (
        organisation(troupe, "Club de tir"),
        organisation(troupe, "Club de boules", adresse="", courriel="b@essai.example"),
    )
    base = {
        "objet": "Bonjour",
        "entite": str(entite(troupe, "courrier")),
        "nom": "",
        "organisme": "",
        "adresse": "",
        "courriel": "",
    }
    page = client.post("/courriers/envoi/", {**base, "nom": "beraud", "prendre": str(elise.uuid)})
    assert (valeur(page, "nom"), valeur(page, "adresse")) == (elise.nom, elise.adresse)
    client.post("/courriers/envoi/", {**base, "nom": elise.nom, "adresse": elise.adresse, "contact": str(elise.uuid)})
    assert Courrier.objects.get().contact == elise
    page = client.post("/courriers/envoi/", {**base, "avec": [str(elise.uuid)], "groupe": "club", "ajouter": "1"})
    assert page.context["form"].choisis == [elise, autre, club] or set(page.context["form"].choisis) == {
        elise,
        autre,
        club,
    }
    assert client.post("/courriers/envoi/", {**base, "avec": [str(c.uuid) for c in (autre, club)]}).status_code == 302
    assert set(Correspondant.objects.values_list("nom", "contact")) == {(c.nom, c.pk) for c in (autre, club)}


def test_who_does_not_keep_the_book_reads_nothing_of_it(troupe: Troupe) -> None:
    elise, agent = personne(troupe), entrer(troupe.present("voirie"))
    for chemin in ("/contacts/", "/contacts/?format=csv", f"/contacts/{elise.uuid}/"):
        assert agent.get(chemin).status_code == 403, chemin
    for plus in (
        {"nom": "beraud", "chercher": "1"},
        {"groupe": "beraud", "ajouter": "1"},
        {"prendre": str(elise.uuid)},
    ):
        page = agent.post("/courriers/envoi/", plus)
        assert elise.adresse not in dit(page) and elise.nom not in dit(page) and "carnet" not in dit(page)


# --- the book ---------------------------------------------------------------------------------------------------------


def test_the_page_of_a_contact_shows_only_the_letters_this_reader_may_read(troupe: Troupe, client: Client) -> None:
    elise = personne(troupe)
    confie(troupe, contact=elise.pk, objet="Lettre ordinaire")
    recu(troupe, contact=elise.pk, objet="Marquesecrete", confidentiel=True, destinataire=poste(troupe, "dgs"))
    chef = fonction(troupe, "Jean Noël", organisation(troupe))
    confie(troupe, contact=chef.pk, objet="À l'entreprise", expediteur="Jean Noël")
    assert "À l'entreprise" in dit(client.get(f"/contacts/{chef.organisation.uuid}/"))
    page = client.get(f"/contacts/{elise.uuid}/")
    assert "Lettre ordinaire" in dit(page) and len(page.context["echanges"]) == 1
    assert "Marquesecrete" not in dit(page) and "Pli confidentiel" not in dit(page)
    assert (
        Lecture.objects.filter(dossier=elise.uuid, quoi="contact", personne=du_courrier(troupe).personne).count() == 1
    )


def test_a_contact_is_written_corrected_and_faults_stand_at_their_field(troupe: Troupe, client: Client) -> None:
    faux = client.post("/contacts/nouveau/", {"genre": "personne", "nom": "Camille", "siret": SIRET, "courriel": "non"})
    assert (
        faux.status_code == 422 and set(faux.context["form"].errors) == {"courriel", "genre"} and "Camille" in dit(faux)
    )
    lie = client.post("/contacts/nouveau/", {"genre": "organisation", "nom": "Club", "rna": "w622001234"})
    club = Contact.objects.get()
    assert lie["Location"] == f"/contacts/{club.uuid}/" and club.rna == "W622001234"
    page = client.get(f"/contacts/{club.uuid}/corriger/")
    vu = valeur(page, "vu")
    assert (
        client.post(page.request["PATH_INFO"], {"genre": "organisation", "nom": "Club neuf", "vu": vu}).status_code
        == 302
    )
    tard = client.post(page.request["PATH_INFO"], {"genre": "organisation", "nom": "Club vieux", "vu": vu})
    assert tard.status_code == 409 and "entre-temps" in dit(tard) and valeur(tard, "nom") == "Club vieux"
    assert Contact.objects.get().nom == "Club neuf"


def test_two_doubles_are_compared_and_merged_on_screen_and_the_old_address_leads_to_the_new(
    troupe: Troupe, client: Client
) -> None:
    un = personne(troupe, courriel="un@courriel.example")
    deux = personne(troupe, "Beraud Essai Elise", courriel="deux@courriel.example", telephone="1")
    adresse = f"/contacts/{un.uuid}/reunir/{deux.uuid}/"
    assert adresse in dit(client.get("/contacts/doubles/"))
    form = client.get(adresse).context["form"]
    assert set(form.fields) == {"vu_garde", "vu_autre", "nom", "courriel", "telephone"}
    choix = {"nom": "ici", "courriel": "la", "telephone": "la"}
    vus = {c: form[c].value() for c in ("vu_garde", "vu_autre")}
    assert client.post(adresse, {**choix, "vu_garde": "x", "vu_autre": "y"})["Location"] == adresse, (
        "shown again as they are"
    )
    assert client.post(adresse, {**choix, **vus})["Location"] == f"/contacts/{un.uuid}/"
    un.refresh_from_db()
    assert (un.nom, un.courriel, un.telephone) == ("Élise Béraud-Essai", "deux@courriel.example", "1")
    assert client.get(f"/contacts/{deux.uuid}/")["Location"] == f"/contacts/{un.uuid}/"
    assert client.post(adresse, {**choix, **vus})["Location"] == f"/contacts/{un.uuid}/", "a second click"


def test_the_book_goes_out_and_a_file_comes_in_or_says_why_not(troupe: Troupe, client: Client) -> None:
    personne(troupe)
    sorti = client.get("/contacts/?format=csv").content
    assert sorti.decode("utf-8-sig").splitlines()[0] == ";".join(COLONNES)
    encore = client.post("/contacts/importer/", {"fichier": SimpleUploadedFile("carnet.csv", sorti)}, follow=True)
    assert "déjà à jour" in dit(encore)
    faux = client.post("/contacts/importer/", {"fichier": SimpleUploadedFile("faux.csv", b"genre;nom\nfee;X\n")})
    assert faux.status_code == 422 and "faux.csv, ligne 2" in dit(faux) and Contact.objects.count() == 1


def test_who_answers_people_about_their_data_finds_copies_and_erases_their_contact(
    troupe: Troupe, settings: Any, tmp_path: Any
) -> None:
    settings.EFFACEMENTS = tmp_path / "effacements.txt"
    elise = personne(troupe, courriel="elise@courriel.example")
    fonction(troupe, "Autre Zqautre", organisation(troupe))
    dpo = entrer(troupe.au_poste("dpo"))
    for mots in ("beraud", "ELISE@courriel.example"):
        page = dpo.post("/donnees/personne/", {"mots": mots})
        assert [c for c, _cle in page.context["contacts"]] == [elise]
    cle = page.context["contacts"][0][1]
    copie = dpo.post("/donnees/personne/", {"mots": "beraud", "copie": "1", "lignes": [cle], "identite": "piece"})
    with ZipFile(BytesIO(b"".join(copie.streaming_content))) as archive:
        lu = archive.read("donnees.json").decode() + archive.read("lisible.html").decode()
    assert "3 rue de l'Essai" in lu.replace("&#x27;", "'") and "Zqautre" not in lu
    assert Ligne.objects.get(chaine=elise.uuid, verbe="exporter").charge.contenu["identite"] == "pièce d'identité vue"
    assert dpo.get(f"/contacts/{elise.uuid}/").status_code == 403, "the book itself stays closed"
    efface = dpo.post(f"/contacts/{elise.uuid}/effacer/", {"retour": "donnees_personne"})
    assert efface["Location"] == "/donnees/personne/" and not Contact.objects.filter(pk=elise.pk).exists()
