"""The pages of the letters: nothing typed is lost, a double is shown first, the envelope only, the same lines on paper."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from buridan.courriers.actions.expedier import Envoi
from buridan.courriers.etats import Moyen
from buridan.courriers.models import Correspondant, Courrier, Depart, RegleAiguillage, VersionReponse
from buridan.dossiers.models import Document
from buridan.organisation.models import Personne
from tests.conftest import Troupe
from tests.courriers.lettres import confie, du_courrier, entite, frais, parti, poste, recu
from tests.lecture_pdf import texte as texte_du_pdf

pytestmark = pytest.mark.django_db


def entrer(acteur: Any) -> Client:
    client = Client()
    client.force_login(
        Personne.objects.get(pk=acteur.personne), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def saisie(**champs: Any) -> dict[str, Any]:
    heure = timezone.localtime(timezone.now() - timedelta(hours=1))
    return {
        "jeton": str(uuid4()), "genre": "lettre", "arrive_le": heure.strftime("%Y-%m-%dT%H:%M"), "expediteur": "Camille Page",
        "objet": "Un banc cassé place Neuve", "effet": "information", "silence": "rejet", "service": "", **champs,
    }  # fmt: skip


def test_a_letter_is_registered_and_its_number_shown_to_be_written_on_it(troupe: Troupe) -> None:
    client = entrer(du_courrier(troupe))
    assert client.get("/courriers/nouveau/").status_code == 200
    formulaire = saisie(fichiers=SimpleUploadedFile("scan.pdf", _pdf(), "application/pdf"))
    reponse = client.post("/courriers/nouveau/", formulaire, follow=True)
    courrier = Courrier.objects.get()
    assert courrier.cote in reponse.content.decode() and Document.objects.filter(dossier=courrier.pk).count() == 1
    encore = client.post("/courriers/nouveau/", {**formulaire, "fichiers": ""}, follow=True)
    assert courrier.cote in encore.content.decode() and Courrier.objects.count() == 1


def _pdf() -> bytes:
    from io import BytesIO

    import pikepdf

    sortie = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(sortie)
    return sortie.getvalue()


def test_a_double_is_shown_before_it_is_written_and_written_all_the_same_if_asked(troupe: Troupe) -> None:
    client = entrer(du_courrier(troupe))
    client.post("/courriers/nouveau/", saisie())
    page = client.post("/courriers/nouveau/", saisie(expediteur="camille  PAGE"))
    dit = page.content.decode()
    assert "semble déjà enregistré" in dit and Courrier.objects.get().cote in dit and Courrier.objects.count() == 1
    assert "camille  PAGE" in dit, "what was typed stays"
    client.post("/courriers/nouveau/", saisie(quand_meme="1"))
    assert Courrier.objects.count() == 2


def test_a_form_that_is_refused_keeps_what_was_typed_and_sent(troupe: Troupe) -> None:
    client = entrer(du_courrier(troupe))
    fichier = SimpleUploadedFile("scan.pdf", _pdf(), "application/pdf")
    page = client.post("/courriers/nouveau/", saisie(genre="recommande", fichiers=fichier))
    dit = page.content.decode()
    assert page.status_code == 422 and "étiquette" in dit and "Un banc cassé" in dit and "scan.pdf" in dit
    assert not Courrier.objects.exists()


def test_the_proposed_service_is_chosen_in_the_form_with_its_reason(troupe: Troupe) -> None:
    dit = (
        entrer(du_courrier(troupe)).post("/courriers/nouveau/", saisie(objet="Facture", proposer="1")).content.decode()
    )
    assert "l&#x27;objet contient « facture »" in dit
    assert f'<option value="{entite(troupe, "finances")}" selected>' in dit and not Courrier.objects.exists()


def test_the_mail_office_sees_the_envelope_only_of_a_confidential_letter(troupe: Troupe) -> None:
    c = recu(troupe, confidentiel=True, destinataire=poste(troupe, "dir-finances"), objet="")
    client = entrer(du_courrier(troupe))
    dit = client.get("/courriers/").content.decode()
    assert c.cote in dit and "Pli confidentiel pour" in dit and f"/dossiers/{c.dossier.uuid}/" not in dit
    assert client.get(f"/dossiers/{c.dossier.uuid}/").status_code == 404
    assert client.get(f"/courriers/{c.dossier.uuid}/fiche.pdf").status_code == 200
    for autre in (troupe.au_poste("dgs"), troupe.present("finances")):
        ailleurs = entrer(autre)
        assert c.cote not in ailleurs.get("/courriers/").content.decode()
        assert ailleurs.get(f"/dossiers/{c.dossier.uuid}/").status_code == 404
        assert c.dossier.reference not in ailleurs.get("/recherche/", {"q": c.cote}).content.decode()
    assert entrer(troupe.au_poste("dir-finances")).get(f"/dossiers/{c.dossier.uuid}/").status_code == 200


@pytest.mark.parametrize("forme", ["csv", "ods", "pdf"])
def test_the_register_leaves_as_it_is_filtered_and_no_cell_acts(forme: str, troupe: Troupe) -> None:
    confie(troupe, objet="=1+1 et un banc", expediteur="Alix Filtre")
    confie(troupe, objet="Une grille", expediteur="Bob Autre")
    reponse = entrer(du_courrier(troupe)).get("/courriers/", {"q": "filtre", "format": forme})
    octets = reponse.content
    if forme == "csv":
        assert "Alix Filtre" in octets.decode() and "Bob" not in octets.decode() and "'=1+1" in octets.decode()
    if forme == "pdf":
        assert "Alix Filtre" in texte_du_pdf(octets) and "Bob" not in texte_du_pdf(octets)
    assert reponse.status_code == 200


@pytest.mark.parametrize(
    ("filtre", "attendu"),
    [({"etat": "a_confier"}, {"file"}), ({"etat": "clos"}, {"clos"}), ({"etat": "ouvert"}, {"file", "retard"}),
     ({"etat": "retard"}, {"retard"}), ({"effet": "demande"}, {"retard"}), ({"du": "2001-01-01", "au": "2001-01-02"}, set())],
)  # fmt: skip
def test_the_filters_keep_what_they_say(filtre: dict[str, str], attendu: set[str], troupe: Troupe) -> None:
    recu(troupe, objet="file")
    parti(troupe, confie(troupe, objet="clos", expediteur="B"))
    retard = confie(troupe, objet="retard", expediteur="C", effet="demande")
    type(retard.dossier).objects.filter(pk=retard.pk).update(promis_le=troupe.annuaire.jour - timedelta(days=1))
    page = entrer(du_courrier(troupe)).get("/courriers/", filtre)
    assert {ligne["dossier"].objet for ligne in page.context["lignes"]} == attendu


@pytest.mark.parametrize(("adresse", "premier"), [("/courriers/", "A-"), ("/courriers/departs/", "D-")])
def test_a_register_too_long_for_a_file_says_so_on_the_page_and_in_its_last_line(
    adresse: str, premier: str, troupe: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("views", "views_departs"):
        monkeypatch.setattr(f"buridan.courriers.{module}.AU_PLUS", 1)
    parti(troupe, confie(troupe))
    client = entrer(du_courrier(troupe))
    assert "coupé" not in client.get(adresse, {"format": "csv"}).content.decode()
    assert "Un fichier tient" not in client.get(adresse).content.decode()
    parti(troupe, confie(troupe, objet="Autre"))
    lignes = client.get(adresse, {"format": "csv"}).content.decode().splitlines()
    assert len(lignes) == 3 and lignes[1].startswith(premier) and "Registre coupé" in lignes[2]
    assert "Registre coupé" in texte_du_pdf(client.get(adresse, {"format": "pdf"}).content)
    assert "Un fichier tient 1 lignes" in client.get(adresse).content.decode()


def test_a_letter_to_a_list_is_begun_from_a_file_and_its_faults_are_said(troupe: Troupe) -> None:
    client = entrer(troupe.present("voirie"))
    commun = {"objet": "Travaux", "entite": entite(troupe, "voirie"), "jeton": str(uuid4())}
    faux = SimpleUploadedFile("liste.csv", b"nom;adresse\nAlix;\n", "text/csv")
    assert "Ligne 2" in client.post("/courriers/envoi/", {**commun, "liste": faux}).content.decode()
    liste = SimpleUploadedFile("liste.csv", b"nom;adresse\nAlix;1 rue\nBob;2 rue\n", "text/csv")
    reponse = client.post("/courriers/envoi/", {**commun, "liste": liste}, follow=True)
    assert Correspondant.objects.count() == 2 and "2 destinataires" in reponse.content.decode()


def test_the_fate_of_a_registered_letter_is_noted_from_its_page(troupe: Troupe) -> None:
    parti(troupe, confie(troupe), Envoi(Moyen.RECOMMANDE, "2C 1"))
    depart, client = Depart.objects.get(), entrer(du_courrier(troupe))
    attendus = client.get("/courriers/departs/", {"attend": "on"}).content.decode()
    assert depart.cote in attendus and "Avis attendu" in attendus
    adresse = f"/courriers/departs/{depart.pk}/"
    assert client.post(adresse, {"recu_le": "", "revenu_le": ""}).status_code == 422
    jour = troupe.annuaire.jour.isoformat()
    assert "C&#x27;est noté" in client.post(adresse, {"recu_le": jour}, follow=True).content.decode()
    assert depart.cote not in client.get("/courriers/departs/", {"attend": "on"}).content.decode()
    assert "Corriger le registre" in client.get(adresse).content.decode()
    assert "déjà noté" in client.post(adresse, {"revenu_le": jour}, follow=True).content.decode()
    client.post(adresse, {"revenu_le": jour, "motif": "Parti", "corrige": "True"})
    assert "Renvoyer à une autre adresse" in client.get(adresse).content.decode()
    renvoi = {"moyen": "papier", "motif": "Dite au téléphone"}
    refus = client.post(f"{adresse}renvoyer/", renvoi)
    assert refus.status_code == 422 and "Dite au téléphone" in refus.content.decode()
    dit = client.post(f"{adresse}renvoyer/", {**renvoi, "adresse": "9 rue Neuve"}, follow=True).content.decode()
    assert "repart sous le numéro" in dit and "À la place de" in dit and depart.cote in dit
    assert "est repartie sous le numéro" in client.get(adresse).content.decode()
    assert "déjà repartie" in client.get(f"{adresse}renvoyer/").content.decode()


def test_the_rules_are_written_changed_and_retired_in_the_application(troupe: Troupe) -> None:
    client, service = entrer(du_courrier(troupe)), entite(troupe, "sports")
    assert client.post("/courriers/regles/nouvelle/", {"service": service, "ordre": 5}).status_code == 422
    client.post("/courriers/regles/nouvelle/", {"mots": "piscine", "service": service, "ordre": 5})
    regle = RegleAiguillage.objects.get(mots="piscine")
    assert "piscine" in client.get("/courriers/regles/").content.decode()
    client.post(f"/courriers/regles/{regle.pk}/", {"mots": "piscine, bassin", "service": service, "ordre": 5})
    assert frais(recu(troupe, objet="Le bassin fuit")).entite_id == service
    client.post(f"/courriers/regles/{regle.pk}/retirer/")
    assert RegleAiguillage.objects.get(pk=regle.pk).retiree_le is not None


def test_the_answer_is_given_as_a_file_from_its_page(troupe: Troupe) -> None:
    from tests.courriers.test_departs import odt

    c = confie(troupe)
    client = entrer(troupe.present("voirie"))
    fichier = odt("bonjour")
    envoi = SimpleUploadedFile("reponse.odt", fichier.octets, fichier.genre)
    dit = client.post(f"/courriers/{c.dossier.uuid}/reponse/", {"fichier": envoi}, follow=True).content.decode()
    assert VersionReponse.objects.get(dossier=c.pk).numero == 1 and "reponse.odt" in dit


def test_a_letter_waits_in_the_parapheur_of_who_signs_and_in_the_search(troupe: Troupe) -> None:
    from tests.courriers.lettres import mener, qui_peut

    c = confie(troupe, objet="Marqueur unique")
    signature = mener(troupe, c, "signature")
    client = entrer(qui_peut(troupe, signature))
    assert "Marqueur unique" in client.get("/parapheur/").content.decode()
    assert client.get(f"/parapheur/{c.dossier.uuid}/{signature.pk}/").status_code == 200
    assert c.dossier.reference in entrer(troupe.au_poste("dgs")).get("/recherche/", {"q": c.cote}).content.decode()
