"""What comes in stays: hostile mails are shown with the reason, attachments pass the checks, what came back is said."""

from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image

from buridan.dossiers import antivirus
from buridan.dossiers.fichiers import SURSIS, balayer, chemin
from buridan.dossiers.models import Message
from buridan.messagerie.etats import Etat, Genre
from buridan.messagerie.models import CourrielRecu
from buridan.messagerie.queries import propositions
from buridan.notifications.envois import identifiant
from buridan.notifications.models import Courriel, Notification
from tests.conftest import Troupe
from tests.courriers.lettres import confie, parti
from tests.messagerie.courriels import boite, mail, non_remis, recu
from tests.messagerie.hostiles import HOSTILES

pytestmark = pytest.mark.django_db


def photo() -> bytes:
    sortie = BytesIO()
    Image.new("RGB", (20, 20)).save(sortie, "JPEG", comment=b"ou je vis")
    return sortie.getvalue()


@pytest.mark.parametrize("nom", HOSTILES)
def test_a_hostile_mail_is_in_the_queue_with_its_original(nom: str, troupe: Troupe) -> None:
    courriel = recu(troupe, HOSTILES[nom])
    frais = CourrielRecu.objects.get(pk=courriel.pk)
    assert frais.etat == Etat.A_TRAITER and chemin(frais.sha256).read_bytes() == HOSTILES[nom]


def test_attachments_pass_the_checks_of_an_upload(troupe: Troupe) -> None:
    pieces = [
        ("photo.jpg", "image/jpeg", photo()),
        ("../../passwd.exe", "application/octet-stream", b"MZ" + b"\0" * 90),
        ("vide.pdf", "application/pdf", b""),
    ]
    bonne, programme, vide = recu(troupe, mail(pieces=pieces)).pieces.all()
    assert b"ou je vis" not in chemin(bonne.sha256).read_bytes() and bonne.refus == ""
    assert programme.nom == "passwd.exe" and "ne peut pas être reçu" in programme.refus and programme.sha256 == ""
    assert "est vide" in vide.refus


def test_a_known_virus_is_refused_and_the_mail_is_not(troupe: Troupe, monkeypatch: pytest.MonkeyPatch) -> None:
    def infecte(octets: bytes) -> bool:
        raise antivirus.Infecte("Eicar")

    monkeypatch.setattr(antivirus, "analyser", infecte)
    piece = recu(troupe, mail(pieces=[("a.pdf", "application/pdf", b"%PDF-1.4")])).pieces.get()
    assert "Eicar" in piece.refus and piece.sha256 == ""


def test_an_automatic_answer_is_set_aside_and_seen(troupe: Troupe) -> None:
    courriel = recu(troupe, mail(entetes={"Auto-Submitted": "auto-replied"}))
    assert (courriel.etat, courriel.genre) == (Etat.AUTOMATIQUE, Genre.AUTOMATIQUE)


def test_an_answer_of_ours_that_came_back_is_said_to_who_works_on_the_dossier(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    parti_ = Courriel.objects.get(dossier=dossier.uuid)
    courriel = recu(troupe, non_remis(parti_.message_id))
    assert (courriel.etat, courriel.genre, courriel.dossier) == (Etat.A_TRAITER, Genre.RETOUR, dossier)
    assert parti_.destinataire in courriel.retour and "l'adresse n'existe pas" in courriel.retour
    message = Message.objects.get(dossier=dossier)
    assert "n'est pas arrivé" in message.texte and parti_.destinataire not in message.texte
    assert Notification.objects.filter(dossier=dossier.uuid, texte__contains="n'est pas arrivé").exists()


def test_who_signed_the_answer_of_a_closed_dossier_knows_that_it_did_not_arrive(troupe: Troupe) -> None:
    lettre = confie(troupe)
    reponse = parti(troupe, lettre)
    recu(troupe, non_remis(identifiant(lettre.dossier.uuid)))
    assert Notification.objects.filter(personne=reponse.par, texte__contains="n'est pas arrivé").exists()


def test_a_report_about_a_mail_that_is_not_ours_or_only_late_is_set_aside(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    nous = Courriel.objects.get(dossier=dossier.uuid).message_id
    for brut in (non_remis("<autre@x.example>"), non_remis(nous, action="delayed", statut="4.4.1")):
        assert recu(troupe, brut).etat == Etat.AUTOMATIQUE
    assert not Message.objects.filter(dossier=dossier).exists()


def test_an_answer_to_a_mail_of_ours_is_proposed_and_nothing_more(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    courriel_parti = Courriel.objects.get(dossier=dossier.uuid)
    courriel = recu(troupe, mail(entetes={"In-Reply-To": courriel_parti.message_id}))
    assert courriel.dossier is None and courriel.etat == Etat.A_TRAITER
    assert propositions([courriel])[courriel.pk].dossier == dossier
    courriel_parti.delete()
    assert propositions([courriel])[courriel.pk].dossier == dossier, (
        "the identifier names it when the outbox has forgotten"
    )


def test_a_reference_or_a_number_in_the_subject_proposes_its_dossier(troupe: Troupe) -> None:
    dossier, lettre = troupe.deposer().dossier, confie(troupe)
    un = recu(troupe, mail(f"Re: votre demande {dossier.reference}"))
    deux = recu(troupe, mail(f"Au sujet de {lettre.cote}"))
    assert {p.dossier for p in propositions([un, deux]).values()} == {dossier, lettre.dossier}
    assert propositions([recu(troupe, mail("Au sujet de A-1999-99999 et 26-ABCDEF"))]) == {}


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM messagerie_courrielrecu", "UPDATE messagerie_courrielrecu SET sha256 = repeat('0', 64)",
     "UPDATE messagerie_courrielrecu SET texte = 'autre chose'", "UPDATE messagerie_courrielrecu SET recu_le = now()",
     "UPDATE messagerie_courrielrecu SET etat = 'courrier'", "UPDATE messagerie_courrielrecu SET etat = 'inconnu'",
     "UPDATE messagerie_courrielrecu SET etat = 'ecarte', traite_le = now(), traite_par_id = (SELECT min(id) FROM organisation_personne)",
     "INSERT INTO messagerie_piece (courriel_id, rang, nom, type_mime, taille, sha256, \"analyse\", refus) SELECT id, 9, 'x', '', 0, '', false, '' FROM messagerie_courrielrecu",
     "DELETE FROM messagerie_piece", "UPDATE messagerie_boite SET securite = 'aucune', hote = 'imap.ville.example'",
     "INSERT INTO messagerie_courrielrecu SELECT * FROM messagerie_courrielrecu"],
)  # fmt: skip
def test_the_database_refuses_to_lose_or_to_change_a_mail(sql: str, troupe: Troupe) -> None:
    recu(troupe, mail(pieces=[("photo.jpg", "image/jpeg", photo())]))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql)


def test_the_sweep_keeps_originals_and_attachments(troupe: Troupe, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    courriel = recu(troupe, mail(pieces=[("photo.jpg", "image/jpeg", photo())]))
    assert balayer(at=troupe.at + 3 * SURSIS) == 0
    assert chemin(courriel.sha256).exists() and chemin(courriel.pieces.get().sha256).exists()


def test_the_same_mail_in_two_mailboxes_is_in_both_queues(troupe: Troupe) -> None:
    brut = mail()
    recu(troupe, brut, dans=boite(troupe))
    recu(troupe, brut, dans=boite(troupe, "elus"))
    assert CourrielRecu.objects.count() == 2
