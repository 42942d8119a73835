"""Following, writing and linking ask for the right to see."""

import pytest

from buridan.dossiers.actions.ecrire import ecrire, relier, suivre
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.models import Etape
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
    from buridan.dossiers.actions.qualifier import qualifier

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
