"""Two write one note: nothing is lost, a conflict shows both texts, and one sees who wrote what."""

from datetime import timedelta

import pytest
from django.test import Client

from buridan.journal.models import Ligne
from buridan.notes.actions.enregistrer import Saisie, empreinte, enregistrer
from buridan.notes.actions.envoyer import envoyer
from buridan.notes.models import Note, PartieNote, VersionPartie
from buridan.notes.queries import contenus
from buridan.organisation.acteur import Acteur, acteur
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.notes.ecrits import TEXTES, a_faire, auteur_de, commencee, ecrire, envoyee

VIDE = empreinte({})


def _elu(troupe: Troupe) -> Acteur:
    return acteur(troupe.titulaire("adjoint-4"), troupe.at)


def _client(by: Acteur) -> Client:
    client = Client()
    personne = Personne.objects.get(pk=by.personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _page(note: Note) -> str:
    return f"/notes/{note.dossier.uuid}/rediger/"


def _tape(note: Note, **textes: str) -> dict[str, str]:
    """What a browser sends of the page as it stands, with these texts typed over."""
    lus = contenus(note)
    codes = [p.code for p in note.modele.parties_de(note.genre) if not p.a]
    vus = {f"vu__{c}": empreinte(lus.get(c, {})) for c in codes}
    return {
        **vus,
        **{f"{c}__texte": lus.get(c, {}).get("texte", "") for c in codes},
        **{f"{c}__texte": t for c, t in textes.items()},
    }


@pytest.mark.django_db
def test_the_author_and_the_official_write_different_parts_and_both_stay(troupe: Troupe) -> None:
    note = commencee(troupe)
    ecrire(note, auteur_de(troupe, note), contexte="Le pont est fermé.")
    sorts = enregistrer(
        note.dossier,
        {"contexte": Saisie({}, VIDE), "enjeux": Saisie({"texte": "Les commerces."}, VIDE)},
        by=_elu(troupe),
        at=troupe.at,
    )
    assert sorts["contexte"].etat == "rafraîchie" and sorts["contexte"].contenu == {"texte": "Le pont est fermé."}
    assert contenus(note) == {"contexte": {"texte": "Le pont est fermé."}, "enjeux": {"texte": "Les commerces."}}


@pytest.mark.django_db
def test_two_texts_for_one_part_are_both_kept_and_the_first_stands(troupe: Troupe) -> None:
    note = commencee(troupe)
    ecrire(note, auteur_de(troupe, note), contexte="Texte de l'auteur.")
    sort = enregistrer(
        note.dossier, {"contexte": Saisie({"texte": "Texte de l'élu."}, VIDE)}, by=_elu(troupe), at=troupe.at
    )["contexte"]
    assert sort.etat == "conflit" and sort.contenu == {"texte": "Texte de l'auteur."}
    assert contenus(note)["contexte"] == {"texte": "Texte de l'auteur."}
    aparte = VersionPartie.objects.get(note=note, retenue=False)
    assert (aparte.contenu, aparte.par_id) == ({"texte": "Texte de l'élu."}, _elu(troupe).personne)


@pytest.mark.django_db
def test_saving_again_after_reading_the_other_is_a_choice(troupe: Troupe) -> None:
    note = commencee(troupe)
    ecrire(note, auteur_de(troupe, note), contexte="Un.")
    sort = ecrire(note, _elu(troupe), contexte="Un et deux.")["contexte"]
    assert sort.etat == "gardée" and contenus(note)["contexte"] == {"texte": "Un et deux."}


@pytest.mark.django_db
def test_one_sitting_is_one_version_and_one_line_of_the_journal(troupe: Troupe) -> None:
    note, elu = commencee(troupe), _elu(troupe)
    for n in range(1, 5):
        elu = acteur(elu.personne, troupe.at + timedelta(minutes=n))
        ecrire(note, elu, contexte="Le pont " * n)
    assert VersionPartie.objects.filter(note=note).count() == 1
    assert Ligne.objects.filter(chaine=note.dossier.uuid, verbe="rediger_note").count() == 1
    ecrire(note, acteur(elu.personne, troupe.at + timedelta(hours=2)), contexte="Autre chose.")
    assert VersionPartie.objects.filter(note=note).count() == 2


@pytest.mark.django_db
def test_a_stranger_writes_nothing_and_nobody_does_once_it_is_sent(troupe: Troupe) -> None:
    note = commencee(troupe)
    with pytest.raises(Refus, match="Seuls l'auteur et l'élu"):
        ecrire(note, troupe.au_poste("dgs"), contexte="Moi aussi.")
    partie = envoyee(troupe)
    with pytest.raises(Refus, match="dans le circuit"):
        ecrire(partie, _elu(troupe), contexte="Trop tard.")


@pytest.mark.django_db
def test_a_part_that_the_form_does_not_have_is_ignored(troupe: Troupe) -> None:
    note = commencee(troupe)
    assert (
        enregistrer(
            note.dossier,
            {"finances": Saisie({"cout": "1"}, VIDE), "x": Saisie({"texte": "y"}, VIDE)},
            by=_elu(troupe),
            at=troupe.at,
        )
        == {}
    )
    assert not PartieNote.objects.filter(note=note).exists()


@pytest.mark.django_db
def test_the_page_saves_without_a_script_and_keeps_what_was_typed(troupe: Troupe) -> None:
    note = commencee(troupe)
    client = _client(auteur_de(troupe, note))
    assert client.post(_page(note), _tape(note, contexte="Le pont.")).status_code == 302
    assert contenus(note)["contexte"] == {"texte": "Le pont."}


@pytest.mark.django_db
@pytest.mark.parametrize("manque", ["preconisations", "impacts"])
def test_sending_without_a_mandatory_part_says_so_at_its_field_and_saves_the_rest(troupe: Troupe, manque: str) -> None:
    note = commencee(troupe)
    reponse = _client(auteur_de(troupe, note)).post(
        _page(note), {**_tape(note, **{**TEXTES, manque: ""}), "envoyer": "1"}
    )
    page = reponse.content.decode()
    assert reponse.status_code == 422 and f'id="id_{manque}__texte_erreur"' in page and "est obligatoire" in page
    assert f'aria-describedby="id_{manque}__texte_erreur' in page
    assert contenus(note)["contexte"] == {"texte": TEXTES["contexte"]} and a_faire(note)[0].type == "traitement"


@pytest.mark.django_db
def test_a_conflict_on_the_page_shows_both_texts(troupe: Troupe) -> None:
    note = commencee(troupe)
    tape = _tape(note, contexte="Texte de l'élu, le plus beau.")
    ecrire(note, auteur_de(troupe, note), contexte="Texte de l'auteur, le premier.")
    reponse = _client(_elu(troupe)).post(_page(note), tape)
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "Texte de l&#x27;auteur, le premier." in page and "Texte de l&#x27;élu, le plus beau.</textarea>" in page
    assert f'name="vu__contexte" value="{empreinte({"texte": "Texte de l" + chr(39) + "auteur, le premier."})}"' in page


@pytest.mark.django_db
def test_a_text_that_is_too_long_is_refused_and_stays_on_the_page(troupe: Troupe) -> None:
    note = commencee(troupe)
    reponse = _client(_elu(troupe)).post(_page(note), _tape(note, contexte="x" * 10_001))
    assert (
        reponse.status_code == 409
        and "x" * 10_001 in reponse.content.decode()
        and "id_contexte__texte_erreur" in reponse.content.decode()
    )


@pytest.mark.django_db
def test_the_script_gets_data_what_was_kept_and_what_the_other_wrote(troupe: Troupe) -> None:
    note = commencee(troupe)
    client, entete = _client(_elu(troupe)), {"HTTP_X_BURIDAN_ENREGISTRE": "1"}
    tape = _tape(note, enjeux="Les commerces.")
    ecrire(note, auteur_de(troupe, note), contexte="Le pont.")
    parties = client.post(_page(note), tape, **entete).json()["parties"]
    assert parties["enjeux"]["etat"] == "gardée" and parties["enjeux"]["vu"] == empreinte({"texte": "Les commerces."})
    assert parties["contexte"]["etat"] == "rafraîchie" and parties["contexte"]["contenu"] == {"texte": "Le pont."}
    envoyee_depuis = auteur_de(troupe, note)
    ecrire(note, envoyee_depuis, **TEXTES)
    envoyer(a_faire(note)[0], by=envoyee_depuis, at=troupe.at)
    refus = client.post(_page(note), tape, **entete)
    assert refus.status_code == 409 and "dans le circuit" in refus.json()["raison"]


@pytest.mark.django_db
def test_one_sees_who_wrote_what_texts_kept_aside_included(troupe: Troupe) -> None:
    note = commencee(troupe)
    ecrire(note, auteur_de(troupe, note), contexte="Texte premier.")
    enregistrer(note.dossier, {"contexte": Saisie({"texte": "Texte second."}, VIDE)}, by=_elu(troupe), at=troupe.at)
    page = _client(_elu(troupe)).get(f"/notes/{note.dossier.uuid}/versions/").content.decode()
    assert "Texte premier." in page and "Texte second." in page and "Gardé à part" in page
    assert page.count(troupe.annuaire.nom_personne(_elu(troupe).personne)) >= 1


@pytest.mark.django_db
def test_the_pages_of_a_note_open_on_nothing_else(troupe: Troupe) -> None:
    demande = troupe.deposer().dossier
    for page in ("rediger/", "versions/", "note.pdf"):
        assert _client(troupe.au_poste("dgs")).get(f"/notes/{demande.uuid}/{page}").status_code == 404


@pytest.mark.django_db
def test_a_send_refused_from_the_page_of_the_dossier_says_what_is_missing(troupe: Troupe) -> None:
    note = commencee(troupe)
    adresse = f"/dossiers/{note.dossier.uuid}/etapes/{a_faire(note)[0].pk}/traiter/"
    reponse = _client(auteur_de(troupe, note)).post(adresse)
    assert (
        reponse.status_code == 409
        and "« Préconisations du service » : Cette partie est obligatoire" in reponse.content.decode()
    )
