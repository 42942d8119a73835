"""A mail is read without trusting it: what it says, what could not be read, what sort it is."""

import pytest

from buridan.messagerie.classement import classer
from buridan.messagerie.etats import Genre
from buridan.messagerie.lecture import ABIMEE, TROP_DE_PARTIES, empreinte, lire
from buridan.messagerie.lisible import en_texte
from tests.messagerie.courriels import mail, non_remis
from tests.messagerie.hostiles import HOSTILES


def test_a_sound_mail_is_read_without_a_remark() -> None:
    piece = ("plan de l'été.pdf", "application/pdf", b"%PDF-1.4")
    entetes = {
        "References": "<a@x.example> <b@x.example>",
        "In-Reply-To": "<b@x.example>",
        "From": "=?utf-8?q?Zo=C3=A9?= <zoe@x.example>",
    }
    lu = lire(mail("L'été à la plage", "Voilà.", entetes=entetes, pieces=[piece]))
    assert (lu.sujet, lu.texte, lu.de_nom, lu.de_adresse) == ("L'été à la plage", "Voilà.", "Zoé", "zoe@x.example")
    assert lu.references == ["<a@x.example>", "<b@x.example>"] and lu.message_id.startswith("<essai-")
    assert [(p.nom, p.octets) for p in lu.pieces] == [("plan de l'été.pdf", b"%PDF-1.4")] and lu.defauts == []


@pytest.mark.parametrize("nom", HOSTILES)
def test_no_mail_raises_whatever_it_holds_and_none_goes_out_of_its_line(nom: str) -> None:
    lu = lire(HOSTILES[nom])
    for texte in (lu.sujet, lu.de_nom, lu.de_adresse, lu.a, lu.message_id, *lu.references):
        assert not any(ord(c) < 32 or c in "\u202e\x7f" for c in texte), texte
    assert "\0" not in lu.texte and "\u202e" not in lu.texte and len(lu.sujet) <= 300
    lu.texte.encode()
    classer(lu)
    assert len(empreinte(HOSTILES[nom])) == 64


@pytest.mark.parametrize(
    ("nom", "dit"),
    [("no sender", "pas d'adresse d'expéditeur"), ("a charset that does not exist", "klingon"),
     ("a charset that is a codec", "Jeu de caractères inconnu"), ("utf-8 that is not", "illisibles"),
     ("a boundary that never comes", ABIMEE), ("no boundary", ABIMEE), ("too many parts", TROP_DE_PARTIES),
     ("a thousand boxes", TROP_DE_PARTIES), ("a hundred boxes", TROP_DE_PARTIES), ("base64 that is not", "abîmée"),
     ("nothing at all", "expéditeur")],
)  # fmt: skip
def test_what_could_not_be_read_is_said(nom: str, dit: str) -> None:
    assert any(dit in d for d in lire(HOSTILES[nom]).defauts), lire(HOSTILES[nom]).defauts


@pytest.mark.parametrize("nom", ["a boundary that never comes", "no boundary"])
def test_a_broken_structure_still_shows_its_words(nom: str) -> None:
    assert "le texte" in lire(HOSTILES[nom]).texte


def test_a_wrong_charset_is_read_as_near_as_can_be() -> None:
    assert lire(HOSTILES["utf-8 that is not"]).texte == "réclamation"


def test_html_is_words_only_and_asks_nothing_of_the_network() -> None:
    texte = lire(HOSTILES["HTML that acts"]).texte
    assert "Bonjour" in texte and "ici" in texte
    for mot in ("alert", "script", "espion", "onclick", "<p"):
        assert mot not in texte, texte


def test_a_link_shows_where_it_leads() -> None:
    assert en_texte("<a href='https://vrai.example/'>banque.example</a>") == "banque.example <https://vrai.example/>"


def test_lists_and_paragraphs_keep_their_lines() -> None:
    assert en_texte("<p>Un</p><ul><li>deux</li><li>trois</li></ul>") == "Un\n\n- deux\n\n- trois"


def test_of_two_forms_of_the_same_text_the_plain_one_is_read_and_the_other_when_it_is_empty() -> None:
    deux = b"From: a@x.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n%s\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>riche</p>\r\n--b--\r\n"
    assert lire(deux % b"simple").texte == "simple"
    assert lire(deux % b" ").texte == "riche"


def test_the_same_mail_is_the_same_whatever_its_way_and_another_text_is_another_mail() -> None:
    brut = mail(entetes={"Message-ID": "<un@x.example>"})
    passe = b"Received: by relais.example\r\nReturn-Path: <x@y.example>\r\n" + brut.replace(b"\n", b"\r\n")
    assert empreinte(brut) == empreinte(passe)
    assert empreinte(brut) != empreinte(brut.replace(b"banc est", b"mur est"))


REPOND = {"In-Reply-To": "<nous@x.example>"}


@pytest.mark.parametrize(
    ("entetes", "genre"),
    [({}, Genre.COURRIEL), ({"Auto-Submitted": "no"}, Genre.COURRIEL), ({"Auto-Submitted": "auto-replied"}, Genre.AUTOMATIQUE),
     ({"Auto-Submitted": "auto-generated"}, Genre.COURRIEL), ({"Auto-Submitted": "auto-generated; x", **REPOND}, Genre.AUTOMATIQUE),
     ({"Precedence": "bulk"}, Genre.COURRIEL), ({"Precedence": "bulk", **REPOND}, Genre.AUTOMATIQUE),
     ({"Precedence": "auto_reply"}, Genre.AUTOMATIQUE), ({"X-Autoreply": "yes"}, Genre.AUTOMATIQUE), (REPOND, Genre.COURRIEL),
     ({"Return-Path": "<>", "From": "MAILER-DAEMON@x.example"}, Genre.RETOUR)],
)  # fmt: skip
def test_what_a_machine_sends_is_recognised_and_a_circular_is_left_to_be_read(
    entetes: dict[str, str], genre: Genre
) -> None:
    assert classer(lire(mail(entetes=entetes)))[0] == genre


def test_a_mail_that_came_back_says_which_one_to_whom_and_why() -> None:
    genre, retour = classer(lire(non_remis("<nous@x.example>")))
    assert genre == Genre.RETOUR and retour is not None
    assert (retour.destinataire, retour.definitif, retour.raison) == (
        "alix@courriel.example",
        True,
        "l'adresse n'existe pas",
    )
    assert "<nous@x.example>" in retour.identifiants
    tard = classer(lire(non_remis("<nous@x.example>", action="delayed", statut="4.4.1")))[1]
    assert tard is not None and not tard.definitif
