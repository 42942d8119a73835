"""A call from its first word to the check of the work, and all that goes otherwise."""

from datetime import timedelta
from decimal import Decimal

import pytest

from buridan.appels.actions.controler import controler
from buridan.appels.models import Genre
from buridan.appels.queries import enveloppe, reservation_de
from buridan.demandes import suivi
from buridan.dossiers.models import Message
from buridan.notifications.models import Courriel, Notification
from tests.appels.essais import a_faire, demande_de, dire, ecrit, frais, mener, qui_peut
from tests.conftest import Troupe

pytestmark = pytest.mark.django_db


def test_a_request_becomes_a_call_that_is_signed_sent_done_checked_and_told(troupe: Troupe, client) -> None:
    demande = demande_de(troupe)
    appel = ecrit(troupe, origine=demande)
    assert a_faire(appel).type == "visa"
    page = (
        suivi.adresse(demande.uuid).partition("localhost:8000")[2]
        or f"/suivi/{demande.uuid}/{suivi.cle(demande.uuid)}/"
    )
    assert "est en préparation" in client.get(page).content.decode()
    mener(troupe, appel, "traitement")
    appel = frais(appel)
    assert reservation_de(appel.dossier).montant == Decimal(350)
    lettre = Courriel.objects.get(destinataire=appel.competence.syndicat.courriel)
    assert bytes(lettre.piece).startswith(b"%PDF") and "/appels/syndicat/" in lettre.texte
    assert "a été transmise au syndicat" in client.get(page).content.decode()
    jour = troupe.annuaire.jour + timedelta(days=9)
    dire(troupe, appel, Genre.ACCEPTEE, jour=jour)
    assert f"intervention prévue le {jour:%d/%m/%Y}" in client.get(page).content.decode()
    etape = a_faire(appel)
    assert etape.type == "reponse" and etape.echeance > jour
    dire(troupe, appel, Genre.FAITE, jour=troupe.annuaire.jour)
    etape = a_faire(appel)
    controler(etape, by=qui_peut(troupe, etape), at=troupe.at, faite_le=troupe.annuaire.jour, cout=Decimal("312.50"))
    appel = frais(appel)
    assert appel.fini_le and appel.dossier.etat == "clos"
    assert reservation_de(appel.dossier).montant == Decimal("312.50")
    vue = enveloppe(appel.competence, troupe.annuaire.jour.year)
    assert vue.depense == Decimal("312.50") and vue.votee == vue.engage + vue.depense + vue.reste
    demande.refresh_from_db()
    assert demande.etat == "ouvert" and demande.etapes.filter(etat="active").exists()
    assert "Répondez maintenant" in Message.objects.get(dossier=demande, fil="agents").texte
    assert Notification.objects.filter(dossier=demande.uuid, texte__contains="Répondez maintenant").exists()
    assert "est intervenu" in client.get(page).content.decode()
