"""Following, writing and linking ask for the right to see."""

import pytest
from django.test import Client
from django.urls import reverse

from buridan.dossiers.actions.ecrire import ecrire, relier, suivre
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus
from tests.conftest import Troupe


def test_a_stranger_can_neither_follow_nor_write_nor_link(troupe: Troupe) -> None:
    dossier, autre = troupe.deposer().dossier, troupe.deposer(courriel="b@courriel.example", lieu="ailleurs").dossier
    etranger = troupe.present("sports")
    for geste in (
        lambda: suivre(dossier, by=etranger, at=troupe.at),
        lambda: ecrire(dossier, by=etranger, at=troupe.at, texte="Bonjour"),
        lambda: relier(dossier, by=etranger, at=troupe.at, vers=autre),
    ):
        with pytest.raises(Refus, match="pas ouvert à votre service"):
            geste()


def test_a_refused_request_is_not_answered_by_an_agreement(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    agent = troupe.present("voirie")
    etapes = Etape.objects.filter(dossier=dossier).order_by("rang")
    qualifier(etapes.get(etat="active"), by=troupe.present("accueil"), at=troupe.at)
    refuser(etapes.get(etat="active"), by=agent, at=troupe.at, motif="Hors de la commune.")
    viser(etapes.get(etat="active"), by=troupe.au_poste("resp-voirie"), at=troupe.at)
    derniere = etapes.get(etat="active")
    with pytest.raises(Refus, match="a été visé"):
        repondre(derniere, by=agent, at=troupe.at, texte="D'accord.", sens=SensReponse.FAVORABLE)
    dossier.refresh_from_db()
    assert "Hors de la commune." in dossier.projet_reponse
    repondre(derniere, by=agent, at=troupe.at, texte=dossier.projet_reponse, sens=SensReponse.REFUS)
    dossier.refresh_from_db()
    assert dossier.etat == EtatDossier.CLOS


def test_the_draft_is_shown_once_to_who_may_change_it_and_to_who_reads_it(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    agent, chef = troupe.present("voirie"), troupe.au_poste("resp-voirie")
    etapes = Etape.objects.filter(dossier=dossier, etat="active")
    qualifier(etapes.get(), by=troupe.present("accueil"), at=troupe.at)
    traiter(etapes.get(), by=agent, at=troupe.at, projet="Le trou est rebouché.")
    for qui in (agent, chef):
        assert _page(qui, dossier).count("Le trou est rebouché.") == 1
    viser(etapes.get(), by=chef, at=troupe.at)
    for qui in (agent, troupe.present("accueil")):
        assert _page(qui, dossier).count("Le trou est rebouché.") == 1


def _page(qui: Acteur, dossier: Dossier) -> str:
    client = Client()
    personne = Personne.objects.get(pk=qui.personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return str(client.get(reverse("dossier", args=[dossier.uuid])).content.decode())
