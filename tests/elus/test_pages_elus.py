"""The pages of the officials' matters: typed on a phone, kept, shown to whom it may be; who asked is known by few."""

import re
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from buridan.bureau.queries import chercher
from buridan.dossiers.chargement import charger
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.models import Dossier
from buridan.elus.actions.garder import purger
from buridan.elus.models import Brouillon, DemandeElu
from buridan.elus.nature import personne
from buridan.elus.papier import composer, lire_mois
from buridan.elus.rules import voit_qui_demande
from buridan.journal.models import Charge
from buridan.lancement.commandes import main
from buridan.notifications.models import Courriel, Notification
from buridan.organisation.acteur import acteur
from buridan.organisation.chargement import PresetInvalide
from buridan.organisation.models import Personne
from tests.conftest import Troupe
from tests.elus.saisies import COURRIEL, TEXTE, elue, faire, frais, habitant, mener, repondre, saisie
from tests.lecture_pdf import balises, texte

pytestmark = pytest.mark.django_db


def client_de(personne: int) -> Client:
    client = Client()
    dorsal = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(Personne.objects.get(pk=personne), backend=dorsal)
    return client


@pytest.fixture(autouse=True)
def ailleurs(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "fichiers"


def photo(tmp_path: Path) -> SimpleUploadedFile:
    fichier = tmp_path / "trou.jpg"
    Image.new("RGB", (8, 8)).save(fichier)
    return SimpleUploadedFile("trou.jpg", fichier.read_bytes(), content_type="image/jpeg")


TROIS = {"texte": TEXTE, "sujet": "voirie", "voie": "quotidien"}


def test_three_fields_are_enough_and_two_clicks_make_one_matter(troupe: Troupe) -> None:
    client, jeton = client_de(elue(troupe).personne or 0), str(uuid4())
    premiere = client.post("/elus/nouvelle/", {**TROIS, "jeton": jeton})
    seconde = client.post("/elus/nouvelle/", {**TROIS, "jeton": jeton})
    assert premiere.status_code == seconde.status_code == 302 and premiere.url == seconde.url
    assert DemandeElu.objects.count() == 1
    assert "Demandée par" in client.get(premiere.url).content.decode()


def test_a_faulty_form_says_why_and_loses_neither_words_nor_photos(troupe: Troupe, tmp_path: Path) -> None:
    client = client_de(elue(troupe).personne or 0)
    envoi = {**TROIS, "sujet": "", "habitant_nom": "Nadine", "qui_repond": "service", "fichiers": photo(tmp_path)}
    rendu = client.post("/elus/nouvelle/", envoi)
    page = rendu.content.decode()
    assert rendu.status_code == 422 and "Choisissez un sujet" in page and "Sans son accord" in page
    assert "il faut son courriel ou son téléphone" in page and TEXTE.split(".")[0].replace("'", "&#x27;") in page
    assert "trou.jpg" in page
    gardes = page.partition('name="gardes" value="')[2].partition('"')[0]
    client.post("/elus/nouvelle/", {**TROIS, "gardes": gardes})
    assert DemandeElu.objects.get().dossier.documents.get().nom == "trou.jpg"


def test_a_draft_is_kept_with_its_photo_shown_to_its_author_alone_and_gone_once_sent(
    troupe: Troupe, tmp_path: Path
) -> None:
    client = client_de(elue(troupe).personne or 0)
    client.post("/elus/nouvelle/", {"texte": "Un banc à", "lieu": "square", "garder": "1", "fichiers": photo(tmp_path)})
    page = client.get("/elus/nouvelle/").content.decode()
    assert "Un banc à" in page and 'value="square"' in page and "trou.jpg" in page
    autre = client_de(troupe.titulaire("adjoint-5")).get("/elus/nouvelle/").content.decode()
    assert "Un banc à" not in autre
    assert DemandeElu.objects.count() == 0
    gardes = page.partition('name="gardes" value="')[2].partition('"')[0]
    client.post("/elus/nouvelle/", {**TROIS, "texte": "Un banc à réparer", "gardes": gardes})
    assert not Brouillon.objects.exists() and DemandeElu.objects.get().dossier.documents.count() == 1
    client.post("/elus/nouvelle/", {"texte": "Autre", "garder": "1"})
    client.post("/elus/brouillon/jeter/")
    assert not Brouillon.objects.exists()


def test_a_draft_nobody_takes_up_again_is_gone_after_a_month(troupe: Troupe) -> None:
    client_de(elue(troupe).personne or 0).post("/elus/nouvelle/", {**TROIS, "garder": "1"})
    assert purger(at=troupe.at + timedelta(days=29)) == 0
    assert purger(at=troupe.at + timedelta(days=31)) == 1


def test_a_photo_swept_away_from_an_old_draft_is_said(troupe: Troupe, tmp_path: Path, settings: Any) -> None:
    client = client_de(elue(troupe).personne or 0)
    client.post("/elus/nouvelle/", {**TROIS, "garder": "1", "fichiers": photo(tmp_path)})
    settings.MEDIA_ROOT = tmp_path / "vide"
    assert "ne sont plus là" in client.get("/elus/nouvelle/").content.decode()


def test_what_is_open_at_the_same_place_is_shown_before_it_is_sent(troupe: Troupe) -> None:
    troupe.deposer(lieu="12 rue de la Gare")
    client = client_de(elue(troupe).personne or 0)
    page = client.post("/elus/nouvelle/", {**TROIS, "lieu": "12 rue de la gare"}).content.decode()
    assert "Déjà en cours" in page and "Nid-de-poule" in page and "Alix" not in page
    assert DemandeElu.objects.count() == 0
    client.post("/elus/nouvelle/", {**TROIS, "lieu": "12 rue de la gare", "quand_meme": "1"})
    autre = client_de(troupe.titulaire("adjoint-5"))
    page = autre.post("/elus/nouvelle/", {**TROIS, "lieu": "12 RUE DE LA GARE"}).content.decode()
    assert (
        "Rue, trottoirs, circulation" in page
        and "poussette" not in page.partition("Déjà en cours")[2].partition("<form")[0]
    )


def test_the_same_matter_again_is_shown_before_it_is_sent_and_nothing_of_another_officials(troupe: Troupe) -> None:
    elu = elue(troupe)
    client = client_de(elu.personne or 0)
    premiere = saisie(troupe, lieu="")
    page = client.post("/elus/nouvelle/", {**TROIS, "texte": f"  {TEXTE.upper()}"}).content.decode()
    assert premiere.dossier.reference in page and "Envoyer quand même" in page and DemandeElu.objects.count() == 1
    client.post("/elus/nouvelle/", {**TROIS, "quand_meme": "1"})
    assert DemandeElu.objects.count() == 2
    qui = habitant("elu", telephone="03.21.00.00.01")
    saisie(troupe, poste="adjoint-5", texte="Une fuite dans le parc.", lieu="parc", voie="projet", habitant=qui)
    attend = {"habitant_nom": "N. Leclercq-Test", "accord": "on", "qui_repond": "elu", "texte": "Une autre affaire."}
    for par in ({"habitant_telephone": "+33 3 21 00 00 01"}, {"habitant_courriel": COURRIEL.upper()}):
        page = client.post("/elus/nouvelle/", {**TROIS, **attend, **par}).content.decode()
        montre = page.partition("Déjà en cours")[2].partition("<form")[0]
        assert "Une demande pour cet habitant" in montre and "fuite" not in montre and "Voir " not in montre
    assert DemandeElu.objects.count() == 3


def test_who_is_neither_an_official_nor_of_the_cabinet_is_told_where_to_go(troupe: Troupe) -> None:
    rendu = client_de(troupe.present("voirie").personne or 0).get("/elus/nouvelle/")
    assert rendu.status_code == 403 and "saisies par les élus" in rendu.content.decode()


def test_the_official_sees_where_each_stands_and_the_answer(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("service"))
    client = client_de(demande.elu_id)
    assert "Transmettre au service — chez" in client.get("/elus/").content.decode()
    repondre(troupe, demande)
    page = client.get("/elus/").content.decode()
    assert "Réponse le" in page and "rebouché" in page and "prévenu le" in page
    autre = client_de(troupe.titulaire("adjoint-5"))
    assert demande.dossier.reference not in autre.get("/elus/").content.decode()
    assert autre.get(f"/dossiers/{demande.dossier.uuid}/").status_code == 404


# --- who asked ------------------------------------------------------------------------------------------------------

VOIENT = {
    "adjoint-4": True, "resp-voirie": True, "dir-cadre-de-vie": True, "dga3": True, "dgs": True, "dircab": True,
    "secretariat-maire": True, "agent-voirie-1": False, "resp-proprete": False, "dga2": False, "adjoint-5": False,
    "agent-accueil-1": False, "dir-tnu": False, "dpo": False,
}  # fmt: skip


@pytest.mark.parametrize(("poste", "voit"), VOIENT.items())
def test_who_asked_is_known_by_the_hierarchy_and_the_cabinet_alone(troupe: Troupe, poste: str, voit: bool) -> None:
    demande = saisie(troupe)
    etape = mener(troupe, demande, TypeEtape.TRAITEMENT)
    demande.dossier = etape.dossier
    assert voit_qui_demande(acteur(troupe.titulaire(poste), troupe.at), demande) is voit


def test_the_name_of_who_asked_is_nowhere_an_agent_can_look(troupe: Troupe) -> None:
    """From entry to the answer that she gives herself: each page, list, search, notice and e-mail of who treats it."""
    demande = saisie(troupe, habitant=habitant("elu"))
    dossier, nom, chez = demande.dossier, elue(troupe).nom, f"/dossiers/{demande.dossier.uuid}/"
    agent = troupe.present("voirie")
    client = client_de(agent.personne or 0)
    etape = mener(troupe, demande, TypeEtape.TRAITEMENT)
    faire("prendre", etape, agent)
    faire("ecrire_agents", frais(demande), elue(troupe), texte="J'y suis repassée ce matin.")
    _rien_du_nom(client, nom, chez)
    page = client.get(chez).content.decode()
    assert "Demande transmise par la direction Stratégie urbaine" in page and "J&#x27;y suis repassée" in page
    assert "L&#x27;élu a ouvert" in page and COURRIEL not in page and "Nadine" not in page
    faire("rendre", etape, agent)
    faire("choisir_qui_repond", frais(demande), elue(troupe), qui="service")
    assert COURRIEL in client.get(chez).content.decode()  # the service answers: it knows whom
    faire("choisir_qui_repond", frais(demande), elue(troupe), qui="elu")
    mener(troupe, demande, TypeEtape.REPONSE)
    prete = Notification.objects.filter(personne=demande.elu_id, texte__contains="Donner la réponse")
    assert prete.exists() and "La réponse est prête" in client_de(demande.elu_id).get("/elus/").content.decode()
    repondre(troupe, demande, by=elue(troupe), moyen="vive_voix")
    _rien_du_nom(client, nom, chez)
    assert nom in client_de(troupe.titulaire("dircab")).get(chez).content.decode()
    assert nom in client_de(troupe.titulaire("resp-voirie")).get(chez).content.decode()
    # at rest: what is read by everybody says nothing, and no word of hers finds it
    lignes = str(list(Charge.objects.filter(ligne__chaine=dossier.uuid).values_list("contenu", flat=True)))
    assert nom not in lignes and "l'élu" in lignes
    pour_elle = Notification.objects.filter(dossier=dossier.uuid).exclude(personne=demande.elu_id)
    assert not [t for t in pour_elle.values_list("texte", flat=True) if nom in t]
    assert not [t for t in Courriel.objects.filter(dossier=dossier.uuid).values_list("texte", flat=True) if nom in t]
    assert dossier not in chercher(agent, nom.split(" ")[-1]) and dossier in chercher(agent, "poussette")


def _rien_du_nom(client: Client, nom: str, chez: str) -> None:
    famille = nom.split(" ")[-1]
    for adresse in (chez, "/bureau/", "/bureau/?vue=equipe", "/bureau/?vue=suivis", "/elus/", "/recherche/?q=poussette",
                    "/notifications/", "/parapheur/"):  # fmt: skip
        page = client.get(adresse).content.decode()
        # posts to whom an étape may be given name their holders, all of them
        corps = re.sub(r"<select.*?</select>", "", page, flags=re.S)
        assert famille not in corps, adresse


def test_a_list_of_posts_does_not_single_out_who_asked(troupe: Troupe) -> None:
    demande = saisie(troupe)
    mener(troupe, demande, TypeEtape.TRAITEMENT)
    page = client_de(troupe.present("voirie").personne or 0).get(f"/dossiers/{demande.dossier.uuid}/").content.decode()
    assert "l&#x27;élu (" not in page and elue(troupe).nom in page.partition("<select")[2]


def test_the_months_sheet_is_read_by_the_official_the_cabinet_and_the_general_manager(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("elu"))
    repondre(troupe, demande, by=elue(troupe), moyen="telephone")
    saisie(troupe, sujet="culture", lieu="")
    sienne = client_de(demande.elu_id).get("/elus/mois/").content.decode()
    assert "Voirie" in sienne and "Culture" in sienne and "prévenu le" in sienne and "Nadine" not in sienne
    autre = client_de(troupe.titulaire("adjoint-5")).get(f"/elus/mois/?pour=elu:{demande.elu_id}").content.decode()
    assert demande.dossier.reference not in autre
    for poste in ("dircab", "dgs"):
        page = client_de(troupe.titulaire(poste)).get("/elus/mois/?pour=theme:voirie").content.decode()
        assert demande.dossier.reference in page and elue(troupe).nom in page
    for poste in ("resp-voirie", "dga3", "agent-voirie-1"):
        assert client_de(troupe.titulaire(poste)).get("/elus/mois/").status_code == 403


def test_the_sheet_is_a_tagged_pdf_and_a_spreadsheet_of_the_same_lines(troupe: Troupe) -> None:
    demande = saisie(troupe, texte="=SOMME(A1) #eval [x] « œuf »", habitant=habitant("elu"))
    client = client_de(demande.elu_id)
    pdf = client.get("/elus/mois/?format=pdf")
    lu = " ".join(texte(pdf.content).split())
    assert demande.dossier.reference in lu and "=SOMME(A1) #eval [x]" in lu and elue(troupe).nom in lu
    assert {"/Table", "/TH", "/H1"} <= set(balises(pdf.content))
    ods = client.get("/elus/mois/?format=ods")
    assert ods["Content-Type"].endswith("spreadsheet") and ods.content[:2] == b"PK"
    assert "Nadine" not in lu


def test_the_sheet_holds_what_was_open_that_month_and_counts_what_is_late(troupe: Troupe) -> None:
    demande = saisie(troupe)
    jour = troupe.annuaire.jour
    plus_tard = acteur(troupe.titulaire("dircab"), troupe.at + timedelta(days=70))
    apres = lire_mois(plus_tard, (jour.replace(day=1) + timedelta(days=63)).replace(day=1), elu=demande.elu_id)
    avant = lire_mois(plus_tard, (jour.replace(day=1) - timedelta(days=2)).replace(day=1), elu=demande.elu_id)
    assert [x.demande.pk for x in apres.lignes] == [demande.pk] and apres.en_retard == 1 and avant.lignes == []
    assert composer(avant)[:4] == b"%PDF"


def test_a_get_writes_nothing(troupe: Troupe) -> None:
    saisie(troupe)
    client = client_de(elue(troupe).personne or 0)
    avant = (Dossier.objects.count(), Brouillon.objects.count())
    for adresse in ("/elus/", "/elus/nouvelle/", "/elus/mois/", "/elus/mois/?mois=2020-99&pour=elu:x"):
        assert client.get(adresse).status_code == 200
    assert client.get("/elus/brouillon/jeter/").status_code == 405
    assert avant == (Dossier.objects.count(), Brouillon.objects.count())


def test_a_presets_faults_are_named(troupe: Troupe, tmp_path: Path, settings: Any) -> None:
    copie = tmp_path / "bethune"
    copytree(settings.PRESETS / "bethune", copie)
    fichier = copie / "elus.toml"
    dit = fichier.read_text(encoding="utf-8")
    fichier.write_text(
        dit.replace('"voirie"', '"absent"').replace('"elu-projet"', '"rien"').replace('"notes"', '"contes"'),
        encoding="utf-8",
    )
    with pytest.raises(PresetInvalide) as faux:
        charger(copie, at=troupe.at)
    assert all(p in str(faux.value) for p in ("« absent » n'existe pas", "« rien » n'existe pas", "« contes »"))


def test_buridan_route_says_who_will_act(capsys: pytest.CaptureFixture[str], troupe: Troupe) -> None:
    main(["route", "elus:voirie"])
    assert "Transmettre au service" in capsys.readouterr().out


def test_the_desk_of_the_official_says_which_answers_are_to_be_given(troupe: Troupe, settings: Any) -> None:
    demande = saisie(troupe, habitant=habitant("elu"))
    client, autre = client_de(demande.elu_id), client_de(troupe.titulaire("adjoint-5"))
    assert "à donner" not in client.get("/bureau/").content.decode()
    etape = mener(troupe, demande, TypeEtape.REPONSE)
    page = client.get("/bureau/").content.decode()
    assert "<strong>1</strong> réponse à donner à un habitant</a>" in page
    etape.echeance = troupe.annuaire.jour - timedelta(days=1)
    etape.save(update_fields=["echeance"])
    assert "à un habitant, en retard" in client.get("/bureau/").content.decode()
    assert "à donner" not in autre.get("/bureau/").content.decode()


def test_the_resident_is_found_by_name_and_by_e_mail(troupe: Troupe) -> None:
    demande = saisie(troupe, habitant=habitant("elu"))
    assert [c.dossier for c in personne("nadine leclercq")] == [demande.pk] == [c.dossier for c in personne(COURRIEL)]
