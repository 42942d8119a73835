"""Mailboxes read from a real Dovecot: each mail once, none lost, whatever breaks on the way."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from buridan.dossiers.fichiers import chemin
from buridan.messagerie.actions import relever as lecture
from buridan.messagerie.actions.relever import relever
from buridan.messagerie.lecture import Lu
from buridan.messagerie.models import Boite, CourrielRecu
from buridan.notifications.models import Notification
from tests.conftest import Troupe
from tests.messagerie.courriels import boite_de, mail
from tests.messagerie.dovecot import Coupure, Dovecot, port_libre

pytestmark = pytest.mark.django_db


def fraiche(boite: Boite) -> Boite:
    return Boite.objects.get(pk=boite.pk)


def sujets() -> list[str]:
    return list(CourrielRecu.objects.order_by("uid").values_list("sujet", flat=True))


def test_a_mail_is_stored_as_it_came_with_the_hour_of_the_server_then_marked_as_read(
    troupe: Troupe, dovecot: Dovecot
) -> None:
    boite, recu_le = boite_de(troupe, dovecot), datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    brut = mail(pieces=[("plan.txt", "application/zip", b"PK\x05\x06" + b"\0" * 18)]).replace(b"\n", b"\r\n")
    dovecot.deposer(boite.compte, brut, le=recu_le)
    assert relever(boite.pk, at=troupe.at) is False
    courriel = CourrielRecu.objects.get()
    assert (courriel.sujet, courriel.recu_le, courriel.entier) == ("Un banc cassé", recu_le, True)
    assert chemin(courriel.sha256).read_bytes() == brut
    piece = courriel.pieces.get()
    assert piece.sha256 == "" and "ne peut pas être reçu" in piece.refus, (
        "a refused attachment does not refuse the mail"
    )
    assert dovecot.marques(boite.compte) == {1: "\\Seen"} and courriel.range_le is not None
    assert fraiche(boite).lue_le == troupe.at
    relever(boite.pk, at=troupe.at)
    assert CourrielRecu.objects.count() == 1


def test_it_is_moved_when_a_folder_is_named_and_only_it(troupe: Troupe, dovecot: Dovecot) -> None:
    boite = boite_de(troupe, dovecot, rangement="Lus par la mairie")
    with dovecot.client(boite.compte) as lien:
        lien.create('"Lus par la mairie"')
        lien.append("INBOX", "(\\Deleted)", "", mail("à quelqu'un d'autre de l'effacer"))
    dovecot.deposer(boite.compte, mail("un"))
    Boite.objects.filter(pk=boite.pk).update(dernier_uid=1, uid_validite=_validite(dovecot, boite.compte))
    relever(boite.pk, at=troupe.at)
    assert sujets() == ["un"]
    assert dovecot.marques(boite.compte) == {1: "\\Deleted"}, "what somebody else marked was not expunged"
    assert dovecot.marques(boite.compte, '"Lus par la mairie"') == {1: "\\Seen"}


def _validite(dovecot: Dovecot, compte: str) -> int:
    with dovecot.client(compte) as lien:
        return int(lien.response("UIDVALIDITY")[1][0])


def test_mails_of_before_the_day_are_left_alone(troupe: Troupe, dovecot: Dovecot) -> None:
    boite = boite_de(troupe, dovecot, depuis=date(2026, 6, 1))
    dovecot.deposer(boite.compte, mail("vieux"), le=datetime(2026, 5, 1, tzinfo=UTC))
    dovecot.deposer(boite.compte, mail("neuf"), le=datetime(2026, 6, 2, tzinfo=UTC))
    relever(boite.pk, at=troupe.at)
    assert sujets() == ["neuf"] and dovecot.marques(boite.compte)[1] == ""


def test_a_mailbox_is_read_by_slices(troupe: Troupe, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lecture, "LOT", 2)
    boite = boite_de(troupe, dovecot)
    dovecot.deposer(boite.compte, *(mail(f"n° {n}") for n in range(5)))
    assert [relever(boite.pk, at=troupe.at) for _ in range(3)] == [True, True, False]
    assert sujets() == [f"n° {n}" for n in range(5)]


def test_the_same_mail_twice_is_one_and_both_are_marked(troupe: Troupe, dovecot: Dovecot) -> None:
    boite, brut = boite_de(troupe, dovecot), mail()
    dovecot.deposer(boite.compte, brut, b"Received: by relais.example\r\n" + brut)
    relever(boite.pk, at=troupe.at)
    assert CourrielRecu.objects.count() == 1 and set(dovecot.marques(boite.compte).values()) == {"\\Seen"}


def test_without_an_identifier_the_content_tells_them_apart(troupe: Troupe, dovecot: Dovecot) -> None:
    boite, brut = boite_de(troupe, dovecot), mail(entetes={"Message-ID": None})
    dovecot.deposer(boite.compte, brut, brut, brut.replace(b"banc est", b"mur est"))
    relever(boite.pk, at=troupe.at)
    assert CourrielRecu.objects.count() == 2


def test_one_identifier_with_two_contents_is_two_mails_and_it_is_said(troupe: Troupe, dovecot: Dovecot) -> None:
    boite, entetes = boite_de(troupe, dovecot), {"Message-ID": "<meme@x.example>"}
    dovecot.deposer(boite.compte, mail("Le vrai", entetes=entetes), mail("Le faux", entetes=entetes))
    relever(boite.pk, at=troupe.at)
    premier, second = CourrielRecu.objects.order_by("uid")
    assert premier.defauts == [] and "même identifiant" in second.defauts[0]


def test_a_folder_made_again_is_read_again_and_nothing_is_doubled(troupe: Troupe, dovecot: Dovecot) -> None:
    boite, brut = boite_de(troupe, dovecot), mail()
    dovecot.deposer(boite.compte, brut)
    relever(boite.pk, at=troupe.at)
    Boite.objects.filter(pk=boite.pk).update(uid_validite=1, dernier_uid=999)
    dovecot.deposer(boite.compte, mail("un autre"))
    relever(boite.pk, at=troupe.at)
    assert sorted(sujets()) == ["Un banc cassé", "un autre"]


def test_a_mail_of_sixty_megabytes_stays_on_the_server_and_is_shown(troupe: Troupe, dovecot: Dovecot) -> None:
    boite = boite_de(troupe, dovecot)
    lourd = mail("Soixante mégaoctets") + b"x" * 75 + (b"\n" + b"x" * 75) * (60 * 1024 * 1024 // 76)
    dovecot.deposer(boite.compte, lourd, mail("le suivant"))
    relever(boite.pk, at=troupe.at)
    gros, _suivant = CourrielRecu.objects.order_by("uid")
    assert gros.taille > 60 * 1024 * 1024 and not gros.entier and "Trop lourd" in gros.defauts[0]
    assert gros.sujet == "Soixante mégaoctets" and chemin(gros.sha256).stat().st_size < 10_000
    assert dovecot.marques(boite.compte) == {1: "", 2: "\\Seen"}
    relever(boite.pk, at=troupe.at)
    assert CourrielRecu.objects.count() == 2


@pytest.mark.parametrize("apres", [200, 2500, 6000])
def test_a_server_that_hangs_up_in_the_middle_loses_nothing(apres: int, troupe: Troupe, dovecot: Dovecot) -> None:
    boite = boite_de(troupe, dovecot)
    dovecot.deposer(boite.compte, *(mail(f"n° {n}", "x" * 2000) for n in range(3)))
    with Coupure(dovecot.port, apres) as coupure:
        Boite.objects.filter(pk=boite.pk).update(port=coupure.port)
        assert relever(boite.pk, at=troupe.at) is False
    panne = fraiche(boite)
    assert panne.panne_depuis == troupe.at and "coupé la connexion" in panne.panne
    Boite.objects.filter(pk=boite.pk).update(port=dovecot.port)
    relever(boite.pk, at=troupe.at + timedelta(minutes=2))
    assert sujets() == ["n° 0", "n° 1", "n° 2"] and fraiche(boite).panne_depuis is None
    assert set(dovecot.marques(boite.compte).values()) == {"\\Seen"}


@pytest.mark.parametrize(
    ("champs", "dit"),
    [({"mot_de_passe": "faux"}, "refuse le compte ou le mot de passe"), ({"dossier": "Absent"}, "« Absent » n'existe pas"),
     ({"hote": "serveur.invalid", "securite": "tls"}, "introuvable"), ({"securite": "tls"}, "Pas de TLS")],
)  # fmt: skip
def test_what_is_wrong_is_said_plainly(champs: dict[str, Any], dit: str, troupe: Troupe, dovecot: Dovecot) -> None:
    boite = boite_de(troupe, dovecot, **champs)
    relever(boite.pk, at=troupe.at)
    assert dit in fraiche(boite).panne, fraiche(boite).panne


def test_a_server_that_is_down_is_noted_since_when_and_the_administrators_are_told_once(
    troupe: Troupe, dovecot: Dovecot
) -> None:
    boite = boite_de(troupe, dovecot, port=port_libre())
    for minutes in (0, 30, 61, 90):
        relever(boite.pk, at=troupe.at + timedelta(minutes=minutes))
    assert fraiche(boite).panne_depuis == troupe.at and "Rien ne répond" in fraiche(boite).panne
    avis = Notification.objects.filter(lien="/courriels/boites/")
    assert avis.exists() and avis.count() == avis.values("personne").distinct().count()


@pytest.mark.parametrize("securite", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password_leaves(
    securite: str, troupe: Troupe, dovecot: Dovecot, settings: Any
) -> None:
    port = dovecot.port_tls if securite == "tls" else dovecot.port
    boite = boite_de(troupe, dovecot, securite=securite, port=port, hote="localhost")
    dovecot.deposer(boite.compte, mail())
    relever(boite.pk, at=troupe.at)
    assert "n'est pas reconnu" in fraiche(boite).panne and CourrielRecu.objects.count() == 0
    settings.IMAP_AUTORITES = str(dovecot.ici / "certificat.pem")
    relever(boite.pk, at=troupe.at)
    assert fraiche(boite).panne == "" and CourrielRecu.objects.count() == 1
    Boite.objects.filter(pk=boite.pk).update(hote="127.0.0.1")
    relever(boite.pk, at=troupe.at)
    assert "n'est pas reconnu" in fraiche(boite).panne, "another name than the certificate's"


def test_a_password_sealed_with_another_key_is_asked_for_again(troupe: Troupe, dovecot: Dovecot, settings: Any) -> None:
    boite = boite_de(troupe, dovecot)
    settings.SECRET_KEY = "une autre clé, depuis une restauration sur une autre machine"
    relever(boite.pk, at=troupe.at)
    assert "Retapez-le" in fraiche(boite).panne


def test_a_mail_whose_words_the_database_refuses_stays_all_the_same(
    troupe: Troupe, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours in the reading of a mail must not stop the mailbox."""
    monkeypatch.setattr("buridan.messagerie.actions.recevoir.lire", lambda brut, entier: Lu(sujet="NUL \0"))
    boite = boite_de(troupe, dovecot)
    dovecot.deposer(boite.compte, mail("un"), mail("deux"))
    relever(boite.pk, at=troupe.at)
    assert CourrielRecu.objects.count() == 2 and all("abîmée" in c.defauts[0] for c in CourrielRecu.objects.all())
