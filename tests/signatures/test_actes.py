"""What was signed by delegation, as it is reported to the council."""

from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from buridan.dossiers.models import Dossier
from buridan.organisation.models import Personne
from buridan.signatures.actions.signer_document import signer_document
from buridan.signatures.models import Moyen, Signature
from buridan.signatures.views_actes import _en_vertu
from tests.appels.essais import envoye
from tests.commandes.ecrits import signee
from tests.commandes.test_circuit import credits_a
from tests.conftest import Troupe
from tests.signatures.test_signer import jusqu_a_la_signature
from tests.test_droits_gestes import qui_peut

pytestmark = pytest.mark.django_db


def page(personne: int | None, **filtres: Any) -> str:
    c = Client()
    c.force_login(Personne.objects.get(pk=personne), backend="allauth.account.auth_backends.AuthenticationBackend")
    return unescape(c.get("/signatures/actes/", filtres).content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def test_the_register_s_keeper_sees_each_act_with_its_amount_its_signer_and_the_order_that_allows_it(
    troupe: Troupe,
) -> None:
    commande = signee(troupe, "100")
    signature = Signature.objects.get(etape__dossier=commande.pk)
    assert signature.delegation is not None and commande.montant.ttc == Decimal("120")
    lue = page(troupe.titulaire("agent-assemblees"))
    for dit in (commande.dossier.reference, "120,00 € TTC", signature.qualite, signature.delegation.arrete.numero):
        assert dit in lue
    tableau = page(troupe.titulaire("agent-assemblees"), format="csv")
    assert commande.dossier.reference in tableau and f"{troupe.annuaire.jour:%d/%m/%Y}" in tableau


def test_what_the_mayor_signs_himself_and_the_calls_are_reported_with_their_right_and_letters_are_not(
    troupe: Troupe,
) -> None:
    credits_a("90000")
    du_maire, appel, lettre = signee(troupe, "41000"), envoye(troupe), jusqu_a_la_signature(troupe)
    signer_document(lettre, by=qui_peut(troupe, lettre), at=troupe.at, moyen=Moyen.PAPIER)
    for forme in ("", "csv"):
        lue = page(troupe.titulaire("agent-assemblees"), format=forme)
        assert du_maire.dossier.reference in lue and appel.dossier.reference in lue
        assert "ses fonctions de maire" in lue and lue.count("délégation, arrêté n°") == 1
        assert lettre.dossier.reference not in lue
    assert _en_vertu("Le maire étant absent ou empêché") == "le remplacement du maire, absent ou empêché"


def test_a_period_without_a_signature_says_so_and_one_read_backwards_is_refused(troupe: Troupe) -> None:
    commande, jour = signee(troupe, "100"), troupe.annuaire.jour
    qui = troupe.titulaire("agent-assemblees")
    veille = jour - timedelta(days=1)
    assert commande.dossier.reference in page(qui, du=jour, au=jour)
    assert "Rien n'a été signé par délégation" in page(qui, du=veille, au=veille)
    a_l_envers = page(qui, du=jour, au=veille)
    assert "avant son début" in a_l_envers and commande.dossier.reference not in a_l_envers


def test_the_mayor_who_reports_to_the_council_sees_what_was_signed_in_his_name(troupe: Troupe) -> None:
    commande = signee(troupe, "100")
    lue = page(troupe.titulaire("maire"))
    assert commande.dossier.reference in lue and "120,00 € TTC" in lue
    assert f"/d/{commande.dossier.reference}" not in lue  # the dossier itself is not opened by it
    ailleurs = page(troupe.present("sports").personne)
    assert "Rien n'a été signé" not in ailleurs and "Aucun des dossiers qui vous sont ouverts" in ailleurs


def test_another_service_sees_nothing_and_a_reserved_dossier_shows_no_more_than_that_it_was_signed(
    troupe: Troupe,
) -> None:
    commande = signee(troupe, "100")
    assert commande.dossier.reference not in page(troupe.present("sports").personne)
    Dossier.objects.filter(pk=commande.pk).update(sensible=True)
    for forme in ("", "csv"):
        lue = page(troupe.titulaire("agent-assemblees"), format=forme)
        assert "éservé à son service" in lue
        assert commande.dossier.reference not in lue and commande.dossier.objet not in lue and "120" not in lue
