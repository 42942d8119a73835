"""The pages of an internal request: nothing typed is lost, a GET writes nothing, each sees what is his or hers; its paper."""

from html import unescape
from pathlib import Path
from shutil import copytree
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from buridan.decisions.models import DemandeInterne, FormulaireDecision
from buridan.decisions.papier import composer
from buridan.decisions.queries import demande_de
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.chargement import charger
from buridan.dossiers.etats import SensReponse, TypeEtape
from buridan.dossiers.models import Etape
from buridan.dossiers.recit import recit
from buridan.lancement.commandes import main
from buridan.organisation.acteur import acteur, systeme
from buridan.organisation.chargement import PresetInvalide
from buridan.organisation.models import Personne
from tests.conftest import Troupe
from tests.decisions.ecrits import TEXTE, a_faire, commencee, ecrire, envoyee, faire, finir, frais, mener, qui_peut
from tests.lecture_pdf import balises, texte

pytestmark = pytest.mark.django_db


def client_de(troupe: Troupe, poste: str) -> Client:
    client = Client()
    client.force_login(
        Personne.objects.get(pk=troupe.titulaire(poste)), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture(autouse=True)
def ailleurs(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "fichiers"  # type: ignore[attr-defined]


def image(tmp_path: Path) -> SimpleUploadedFile:
    fichier = tmp_path / "plan.png"
    Image.new("RGB", (4, 4)).save(fichier)
    return SimpleUploadedFile("plan.png", fichier.read_bytes(), content_type="image/png")


def _formulaire(demande: DemandeInterne, page: str, **champs: object) -> dict[str, object]:
    vu = page.partition('name="vu" value="')[2].partition('"')[0]
    return {
        "modele": demande.modele,
        "importance": demande.importance,
        "objet": "Un écran",
        "texte": TEXTE,
        "vu": vu,
        **champs,
    }


def test_two_clicks_on_the_first_form_begin_one_draft(troupe: Troupe) -> None:
    client, saisie = (
        client_de(troupe, "agent-voirie-1"),
        {"modele": "autre", "objet": "Un écran", "jeton": str(uuid4())},
    )
    premier, second = client.post("/decisions/nouvelle/", saisie), client.post("/decisions/nouvelle/", saisie)
    assert premier["Location"] == second["Location"] and DemandeInterne.objects.count() == 1


def test_a_form_that_is_refused_keeps_what_was_typed_and_the_files(troupe: Troupe, tmp_path: Path) -> None:
    demande, client = commencee(troupe), client_de(troupe, "agent-voirie-1")
    adresse = f"/decisions/{demande.dossier.uuid}/rediger/"
    page = client.get(adresse).content.decode()
    refusee = client.post(
        adresse, _formulaire(demande, page, objet="", texte="Mon texte neuf.", fichiers=image(tmp_path))
    )
    dit = refusee.content.decode()
    assert (
        refusee.status_code == 422 and "Mon texte neuf." in dit and "Déjà reçus, ne les renvoyez pas : plan.png" in dit
    )
    gardes = dit.partition('name="gardes" value="')[2].partition('"')[0]
    ensuite = _formulaire(demande, dit, texte="Mon texte neuf.", gardes=gardes, envoyer="1")
    assert client.post(adresse, ensuite).status_code == 302
    assert demande.dossier.documents.get().nom == "plan.png" and DemandeInterne.objects.get().texte == "Mon texte neuf."
    assert a_faire(demande)[0].type == TypeEtape.DECISION


def test_a_file_joined_by_mistake_is_taken_out_of_a_draft_and_not_once_somebody_has_decided(
    troupe: Troupe, tmp_path: Path
) -> None:
    demande, client = commencee(troupe), client_de(troupe, "agent-voirie-1")
    adresse = f"/decisions/{demande.dossier.uuid}/rediger/"
    page = client.get(adresse).content.decode()
    client.post(adresse, _formulaire(demande, page, fichiers=image(tmp_path)))
    joint = demande.dossier.documents.get()
    page = client.get(adresse).content.decode()
    assert f'name="retirer" value="{joint.uuid}"' in page
    fausse = client.post(adresse, _formulaire(demande, page, objet="", retirer=str(joint.uuid))).content.decode()
    assert f'value="{joint.uuid}" id="retirer_{joint.uuid}" checked' in fausse and demande.dossier.documents.exists()
    assert client.post(adresse, _formulaire(demande, page, retirer=str(joint.uuid))).status_code == 302
    assert not demande.dossier.documents.exists()
    assert "plan.png" in str([x["details"] for x in recit(frais(demande))])
    client.post(adresse, _formulaire(demande, page, fichiers=image(tmp_path), envoyer="1"))
    etape, premiere = a_faire(demande)[0], Etape.objects.filter(dossier=demande.pk).order_by("rang")[0]
    renvoyer(etape, by=qui_peut(troupe, etape), at=timezone.now(), motif="Chiffrez.", vers=premiere)
    page = client.get(adresse).content.decode()
    lu = client.post(adresse, _formulaire(demande, page, retirer=str(demande.dossier.documents.get().uuid)))
    assert lu.status_code == 409 and "il reste au dossier" in unescape(lu.content.decode())
    assert demande.dossier.documents.count() == 1


def test_a_draft_saved_meanwhile_shows_both_texts_then_takes_the_one_chosen(troupe: Troupe) -> None:
    demande, client = commencee(troupe), client_de(troupe, "agent-voirie-1")
    adresse = f"/decisions/{demande.dossier.uuid}/rediger/"
    page = client.get(adresse).content.decode()
    ecrire(demande, qui_peut(troupe, a_faire(demande)[0]), texte="Le texte du collègue.")
    conflit = client.post(adresse, _formulaire(demande, page, texte="Le mien."))
    dit = conflit.content.decode()
    assert conflit.status_code == 409 and "Le texte du collègue." in dit and "Le mien." in dit
    assert client.post(adresse, _formulaire(demande, dit, texte="Les deux.")).status_code == 302
    assert DemandeInterne.objects.get(pk=demande.pk).texte == "Les deux."


def test_an_empty_one_says_so_at_its_text_and_does_not_leave(troupe: Troupe) -> None:
    demande, client = commencee(troupe, texte=""), client_de(troupe, "agent-voirie-1")
    adresse = f"/decisions/{demande.dossier.uuid}/rediger/"
    refusee = client.post(adresse, _formulaire(demande, client.get(adresse).content.decode(), texte="", envoyer="1"))
    assert refusee.status_code == 409 and 'id="id_texte_error"' in refusee.content.decode()
    assert a_faire(demande)[0].type == TypeEtape.TRAITEMENT


def test_what_was_saved_before_a_refused_send_is_not_taken_for_somebody_else_s(troupe: Troupe) -> None:
    demande, client = commencee(troupe, texte=""), client_de(troupe, "agent-voirie-1")
    adresse = f"/decisions/{demande.dossier.uuid}/rediger/"
    page = client.get(adresse).content.decode()
    dit = client.post(adresse, _formulaire(demande, page, texte="", importance="dgs", envoyer="1")).content.decode()
    assert client.post(adresse, _formulaire(demande, dit, importance="dgs", envoyer="1")).status_code == 302
    assert a_faire(demande)[0].type == TypeEtape.VISA


def test_who_will_act_is_shown_before_it_leaves_and_where_it_stands_after(troupe: Troupe) -> None:
    demande, client = commencee(troupe, "partenariat"), client_de(troupe, "agent-voirie-1")
    page = client.get(f"/decisions/{demande.dossier.uuid}/rediger/").content.decode()
    assert "Qui agira ?" in page
    for poste in ("dir-cadre-de-vie", "dga3", "dgs"):
        assert troupe.annuaire.nom_personne(troupe.titulaire(poste)) in page
    demande = envoyee(troupe)
    dit = client.get("/decisions/").content.decode()
    assert (
        demande.dossier.reference in dit
        and "Décision du responsable du service — chez" in dit
        and "Réponse promise le" in dit
    )
    trouvee = client.get("/recherche/", {"q": "tronçonneuses douze ans"}).content.decode()
    assert demande.dossier.reference in trouvee
    finir(troupe, demande)
    assert "terminé : la réponse est dans le dossier." in client.get("/decisions/").content.decode()


def test_a_draft_is_listed_to_its_authors_only_and_a_stranger_finds_nothing(troupe: Troupe) -> None:
    demande = commencee(troupe, coauteur=troupe.titulaire("agent-sports-1"))
    reference = demande.dossier.reference
    assert reference in client_de(troupe, "agent-sports-1").get("/decisions/").content.decode()
    assert reference not in client_de(troupe, "dgs").get("/decisions/?vue=autres").content.decode()
    etranger = client_de(troupe, "agent-finances-2")
    assert reference not in etranger.get("/decisions/?vue=autres").content.decode()
    assert etranger.get(f"/decisions/{demande.dossier.uuid}/decision.pdf").status_code == 404
    sent = envoyee(troupe)
    assert sent.dossier.reference in client_de(troupe, "dgs").get("/decisions/?vue=autres").content.decode()
    assert client_de(troupe, "adjoint-4").get("/decisions/nouvelle/").status_code == 403


def test_a_town_without_models_says_so(troupe: Troupe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("buridan.decisions.views.dernier_formulaire", lambda: None)
    client = client_de(troupe, "agent-voirie-1")
    assert client.get("/decisions/nouvelle/").status_code == 403
    assert "pas encore de modèles de demandes internes" in client.get("/decisions/").content.decode()


def test_the_command_says_who_will_act(troupe: Troupe, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["route", "interne:formation", "--service", "voirie"]) == 0
    dit = capsys.readouterr().out
    assert (
        "Avis des ressources humaines" in dit
        and troupe.annuaire.nom_personne(troupe.titulaire("dir-cadre-de-vie")) in dit
    )
    assert main(["route", "interne:formation"]) == 1 and "--service" in capsys.readouterr().err


def test_a_request_of_another_nature_has_no_page_here(troupe: Troupe) -> None:
    demande = troupe.deposer()
    assert client_de(troupe, "dgs").get(f"/decisions/{demande.dossier.uuid}/decision.pdf").status_code == 404


def test_the_paper_says_what_was_asked_decided_and_answered(troupe: Troupe) -> None:
    demande = commencee(troupe, "partenariat", texte='#panic("x") *gras*\n\nDeuxième paragraphe 😀')
    assert "PROJET" in texte(composer(demande_de(frais(demande)), systeme(troupe.at)))
    faire("traiter", a_faire(demande)[0], acteur(troupe.titulaire("agent-voirie-1"), troupe.at))
    etape = mener(troupe, demande, TypeEtape.DECISION)
    faire("decider", etape, qui_peut(troupe, etape), sens=SensReponse.PARTIELLE, texte="Une seule.")
    finir(troupe, demande)
    pdf = composer(demande_de(frais(demande)), systeme(troupe.at))
    dit = texte(pdf)
    places = [
        dit.index(m)
        for m in ('#panic("x") *gras*', "La réponse : Accordée en partie", "Une seule.", "Visas, avis et décision")
    ]
    assert places == sorted(places) and dit.count("Visée — ") == 3 and "PROJET" not in dit
    assert {"/H1", "/H2", "/P"} <= set(balises(pdf))


@pytest.mark.parametrize(
    ("avant", "apres", "faute"),
    [
        ('circuit = "interne-dga"', 'circuit = "nulle-part"', "le circuit « nulle-part » n'existe pas"),
        ('importance = "dgs"', 'importance = "maire"', "l'importance « maire » n'existe pas"),
        ('delai = "10 jours ouvrés"', 'delai = "bientôt"', "modèle « materiel »"),
        ('code = "vehicule"', 'code = "materiel"', "« materiel » figure deux fois"),
        ("aide = ", "conseil = ", "il manque « aide »"),
        ("[[modele]]", "[[modele]", "n'est pas du TOML valide"),
    ],
)
def test_a_fault_of_the_models_is_named_and_nothing_is_written(
    tmp_path: Path, troupe: Troupe, avant: str, apres: str, faute: str
) -> None:
    preset = Path(copytree(settings.PRESETS / "bethune", tmp_path / "bethune"))
    fichier, versions = preset / "decisions.toml", FormulaireDecision.objects.count()
    assert avant in fichier.read_text(encoding="utf-8")
    fichier.write_text(fichier.read_text(encoding="utf-8").replace(avant, apres, 1), encoding="utf-8")
    with pytest.raises(PresetInvalide) as refus:
        charger(preset, at=troupe.at)
    assert any(f.startswith("decisions.toml : ") and faute in f for f in refus.value.fautes), refus.value.fautes
    assert FormulaireDecision.objects.count() == versions


def test_there_are_about_twelve_models_each_marked_to_be_confirmed() -> None:
    lu = FormulaireDecision.objects.order_by("-numero")[0].lu
    assert len(lu.modeles) >= 12 and all(m.a_confirmer and m.aide for m in lu.modeles)
    assert {"recrutement", "formation", "evenement", "locaux", "organisation", "materiel"} <= {
        m.code for m in lu.modeles
    }
