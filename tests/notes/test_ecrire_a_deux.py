"""Two write one note: nothing is lost, a conflict shows both texts, and one sees who wrote what."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from buridan.journal.models import Ligne
from buridan.notes.actions.commencer import recadrer
from buridan.notes.actions.enregistrer import Saisie, empreinte, enregistrer
from buridan.notes.actions.envoyer import envoyer
from buridan.notes.models import Note, PartieNote, VersionPartie
from buridan.notes.queries import contenus, mis_a_part
from buridan.notifications.models import Notification
from buridan.organisation.acteur import Acteur, acteur
from buridan.organisation.models import Personne
from buridan.outils.texte import sans_accents
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


@pytest.mark.django_db
def test_a_text_kept_aside_is_shown_at_its_part_and_asked_about_once_before_the_note_leaves(troupe: Troupe) -> None:
    note = commencee(troupe)
    auteur = auteur_de(troupe, note)
    ecrire(note, auteur, **TEXTES)
    enregistrer(note.dossier, {"contexte": Saisie({"texte": "Texte de l'élu."}, VIDE)}, by=_elu(troupe), at=troupe.at)
    ecrire(note, auteur, contexte="L'auteur écrit encore.")  # without having seen the other
    client = _client(auteur)
    assert "Texte de l&#x27;élu." in client.get(_page(note)).content.decode()
    with pytest.raises(Refus, match="resté à part"):
        envoyer(a_faire(note)[0], by=auteur, at=troupe.at)
    reponse = client.post(_page(note), {**_tape(note), "envoyer": "1"})
    bouton = re.search(r'name="envoyer" value="(sans-\d+)">Envoyer sans ce texte', reponse.content.decode())
    assert reponse.status_code == 409 and bouton and a_faire(note)[0].type == "traitement"
    assert client.post(_page(note), {**_tape(note), "envoyer": bouton[1]}).status_code == 302
    assert a_faire(note)[0].type == "visa"


@pytest.mark.django_db
def test_a_text_kept_aside_that_its_author_wrote_over_is_no_longer_asked_about(troupe: Troupe) -> None:
    note = commencee(troupe)
    ecrire(note, auteur_de(troupe, note), **TEXTES)
    enregistrer(note.dossier, {"contexte": Saisie({"texte": "Texte de l'élu."}, VIDE)}, by=_elu(troupe), at=troupe.at)
    ecrire(note, _elu(troupe), contexte="Les deux textes réunis.")
    assert mis_a_part(note) == {}
    envoyer(a_faire(note)[0], by=auteur_de(troupe, note), at=troupe.at)


@pytest.mark.django_db
def test_the_official_is_told_to_write_when_the_note_opens_and_when_its_theme_becomes_his(troupe: Troupe) -> None:
    note = commencee(troupe)
    auteur = auteur_de(troupe, note)
    for theme in ("culture", "culture"):  # the second time nothing changes
        recadrer(note.dossier, by=auteur, at=troupe.at, genre="information", theme=theme, objet="Pont")
    avis = Notification.objects.filter(lien=_page(note)).order_by("id")
    elus = [troupe.titulaire("adjoint-4"), troupe.titulaire("adjoint-8")]
    assert list(avis.values_list("personne", flat=True)) == elus
    assert "vous écrivez cette note avec" in avis[0].texte and "culture" in avis[1].texte


@pytest.mark.django_db
def test_a_field_is_named_as_its_part_in_a_note_of_that_kind(troupe: Troupe) -> None:
    note = commencee(troupe, "arbitrage")
    parties = {p.code: p for p in note.modele.parties_de("arbitrage")}
    page = unescape(_client(auteur_de(troupe, note)).get(_page(note)).content.decode())
    changee = next(p for p in parties.values() if p.titres.get("arbitrage"))
    assert f">{changee.titres['arbitrage']}</label>" in page and f">{changee.titre}</label>" not in page
    PartieNote.objects.create(note=note, code="finances", contenu={"cout": "cher"}, at=troupe.at)
    with pytest.raises(Refus, match=r"« [^»]*[Cc]oût[^»]* \(.*[Ff]inances.*\) » : Écrivez la somme en chiffres"):
        envoyer(a_faire(note)[0], by=auteur_de(troupe, note), at=troupe.at)


@pytest.mark.django_db
def test_themes_are_in_the_order_of_the_alphabet_accents_apart(troupe: Troupe) -> None:
    page = _client(auteur_de(troupe, commencee(troupe))).get("/notes/nouvelle/").content.decode()
    themes = re.findall(r'<option value="[^"]+">([^<]+)</option>', page.split('name="theme"')[1].split("</select>")[0])
    assert len(themes) > 5 and [sans_accents(t) for t in themes] == sorted(sans_accents(t) for t in themes)
    assert any(t.startswith("É") for t in themes)


@pytest.mark.django_db
def test_all_versions_can_be_read_page_by_page(troupe: Troupe) -> None:
    note, elu = commencee(troupe), _elu(troupe)
    lignes = [
        VersionPartie(note=note, code="contexte", contenu={"texte": f"V{n}"}, at=troupe.at, par_id=elu.personne)
        for n in range(30)
    ]
    VersionPartie.objects.bulk_create(lignes)
    adresse = f"/notes/{note.dossier.uuid}/versions/"
    assert "Page suivante" in _client(elu).get(adresse).content.decode()
    assert ">V0</p>" in _client(elu).get(f"{adresse}?page=2").content.decode()
