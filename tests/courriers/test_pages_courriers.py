"""The pages of the letters: nothing typed is lost, a double is shown first, the envelope only, the same lines on paper."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from buridan.courriers.actions.confier import Aiguillage, confier
from buridan.courriers.actions.corriger import Correction, corriger_courrier
from buridan.courriers.actions.expedier import Envoi
from buridan.courriers.etats import Moyen
from buridan.courriers.models import Correspondant, Courrier, Depart, RegleAiguillage, VersionReponse
from buridan.courriers.tasks import poster
from buridan.dossiers.models import Document
from buridan.notifications.models import Courriel
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.courriers.lettres import a_faire, confie, du_courrier, entite, frais, parti, poste, recu
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


def test_the_mail_office_corrects_or_cancels_a_closed_envelope_from_its_page(troupe: Troupe) -> None:
    c = recu(troupe, confidentiel=True, destinataire=poste(troupe, "dir-finances"), objet="")
    client, adresse = entrer(du_courrier(troupe)), f"/courriers/{frais(c).uuid}/enregistre/"
    assert adresse in client.get("/courriers/").content.decode()
    neuf = poste(troupe, "resp-voirie")
    faux = client.post(adresse, {"geste": "changer", "destinataire": "0"})
    assert faux.status_code == 422
    page = client.post(adresse, {"geste": "changer", "destinataire": neuf}, follow=True).content.decode()
    assert troupe.annuaire.designer(neuf) in page and Courrier.objects.get().destinataire_id == neuf
    assert client.post(adresse, {"geste": "annuler", "motif": " "}).status_code == 422
    page = client.post(adresse, {"geste": "annuler", "motif": "Double."}, follow=True).content.decode()
    assert "Enregistrement annulé" in page and frais(c).etat == "clos" and "Changer le destinataire" not in page
    encore = client.post(adresse, {"geste": "annuler", "motif": "Double."}, follow=True).content.decode()
    assert "déjà clos" in encore
    autre = confie(troupe, objet="Autre")
    lecteur = entrer(troupe.present("voirie"))
    assert "Changer le destinataire" not in lecteur.get(f"/courriers/{frais(autre).uuid}/enregistre/").content.decode()


def test_the_mail_office_corrects_the_envelope_of_a_confidential_letter_and_nothing_it_holds(troupe: Troupe) -> None:
    c = recu(troupe, confidentiel=True, destinataire=poste(troupe, "dir-finances"), objet="")
    client, adresse = entrer(du_courrier(troupe)), f"/courriers/{frais(c).uuid}/enregistre/"
    lecteur = troupe.au_poste("dir-finances")
    confier(a_faire(c)[0], by=lecteur, at=troupe.at, aiguillage=Aiguillage(None, garder=True))
    Courrier.objects.filter(pk=c.pk).update(annexes="Un rapport médical")
    page = client.get(adresse).content.decode()
    assert "Corriger l&#x27;enveloppe" in page or "Corriger l'enveloppe" in page
    assert "rapport médical" not in page and "Changer le destinataire" not in page
    neuf = {
        "geste": "corriger",
        "expediteur": "Camille Essai",
        "adresse": "9 rue Neuve, 62400 Essai",
        "annexes": "Vidé",
    }
    assert client.post(adresse, {**neuf, "expediteur": ""}).status_code == 422
    page = client.post(adresse, neuf, follow=True).content.decode()
    corrige = Courrier.objects.get(pk=c.pk)
    assert "est corrigée" in page and (corrige.adresse, corrige.annexes) == (
        "9 rue Neuve, 62400 Essai",
        "Un rapport médical",
    )
    assert "Rien n'a changé" in client.post(adresse, neuf, follow=True).content.decode().replace("&#x27;", "'")
    with pytest.raises(Refus, match="réservé à son destinataire"):
        corriger_courrier(frais(c), by=troupe.au_poste("dgs"), at=troupe.at, correction=Correction("X"))
    assert entrer(troupe.au_poste("dgs")).post(adresse, neuf).status_code == 404
    parti(troupe, c)
    assert Depart.objects.get(dossier=c.pk).adresse == "9 rue Neuve, 62400 Essai"
    assert "il ne se corrige plus" in client.post(adresse, neuf, follow=True).content.decode()


def test_the_mail_office_sends_the_acknowledgements_that_wait_and_prints_them_in_one_file(troupe: Troupe) -> None:
    client = entrer(du_courrier(troupe))
    un, deux = (confie(troupe, objet=o, effet="demande") for o in ("Un banc", "Un arbre"))
    muet = confie(troupe, objet="Sans adresse", adresse="", effet="demande")
    assert "3 accusés de réception attendent" in client.get("/courriers/").content.decode()
    filtre = client.get("/courriers/?etat=accuse&q=banc").content.decode()
    assert un.cote in filtre and deux.cote not in filtre
    page = client.get("/courriers/accuses/").content.decode()
    assert "Envoyer 2 accusés" in page and "Ni courriel ni adresse" in page
    page = client.post("/courriers/accuses/", follow=True).content.decode()
    assert "2 à imprimer" in page and muet.cote in page and un.cote not in page
    departs = Depart.objects.order_by("numero")
    lien = f"/courriers/accuses/{departs[0].annee}/{departs[0].numero}-{departs[1].numero}.pdf"
    assert lien in page
    dit = texte_du_pdf(b"".join(client.get(lien)))
    assert un.cote in dit and deux.cote in dit
    assert "attend plus" in client.post("/courriers/accuses/", follow=True).content.decode()
    assert client.get("/courriers/accuses/2020/1-9.pdf").status_code == 404
    autre = entrer(troupe.present("voirie"))
    assert {autre.get(a).status_code for a in ("/courriers/accuses/", lien)} == {403}
    assert "Accusés de réception" not in autre.get("/courriers/").content.decode()


def test_an_e_mail_that_did_not_leave_is_named_sent_again_or_sent_on_paper(troupe: Troupe) -> None:
    c = confie(troupe, courriel="camille@courriel.example")
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    depart, client = Depart.objects.get(dossier=c.pk), entrer(du_courrier(troupe))
    adresse = f"/courriers/departs/{depart.pk}/"
    assert "pas parti" not in client.get(adresse).content.decode()
    Courriel.objects.filter(dossier=frais(c).uuid).delete()
    for page in ("/courriers/departs/", adresse, f"/dossiers/{frais(c).uuid}/"):
        assert "pas parti" in client.get(page).content.decode().lower(), page
    service = entrer(troupe.present("voirie"))
    assert "registre est tenu par" in service.post(adresse, {"relancer": "1"}, follow=True).content.decode()
    assert not ProcrastinateJob.objects.filter(task_name="courriers.poster").exists()
    assert "nouvel essai" in client.post(adresse, {"relancer": "1"}, follow=True).content.decode()
    assert "part en ce moment" in client.post(adresse, {"relancer": "1"}, follow=True).content.decode()
    poster(depart.pk)
    assert Courriel.objects.get(dossier=frais(c).uuid).piece_nom == f"{depart.cote}.pdf"
    Courriel.objects.filter(dossier=frais(c).uuid).delete()
    ProcrastinateJob.objects.filter(task_name="courriers.poster").update(status="failed")
    ailleurs = {"moyen": "papier", "adresse": "9 rue Neuve, 62400 Essai", "motif": "Dite au téléphone"}
    page = client.post(f"{adresse}renvoyer/", ailleurs, follow=True).content.decode()
    assert "9 rue Neuve" in page and "pas parti" not in client.get("/courriers/departs/").content.decode().lower()
