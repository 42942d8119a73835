"""One gesture on several dossiers: each is decided alone; what is refused says why; nothing typed is lost."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from buridan.dossiers.actions.prendre import prendre
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur, acteur
from buridan.organisation.models import Personne

from .conftest import Troupe

pytestmark = pytest.mark.django_db


class Guichet:
    """Three fresh requests and a desk of whoever must qualify them."""

    def __init__(self, troupe: Troupe) -> None:
        demandes = [troupe.deposer(lieu=f"{n} rue du Lot") for n in (1, 2, 3)]
        self.etapes = [Etape.objects.get(dossier=d.dossier, etat="active") for d in demandes]
        premiere = self.etapes[0]
        annuaire = troupe.annuaire
        ou = (
            annuaire.resoudre(premiere.poste_id)
            if premiere.poste_id
            else annuaire.resoudre_entite(premiere.entite_id or 0)
        )
        self.personnes, self.at = ou.personnes, troupe.at
        self.par: Acteur = acteur(ou.personnes[0], troupe.at)
        self.client = Client()
        self.client.force_login(Personne.objects.get(pk=self.par.personne))

    def agir(self, geste: str, etapes: list[Etape] | None = None, **champs: object):  # type: ignore[no-untyped-def]
        choisies = self.etapes if etapes is None else etapes
        return self.client.post("/bureau/ensemble/", {"geste": geste, "etape": [e.pk for e in choisies], **champs})

    def relues(self) -> list[Etape]:
        return [Etape.objects.select_related("dossier").get(pk=e.pk) for e in self.etapes]


@pytest.fixture
def guichet(troupe: Troupe) -> Guichet:
    return Guichet(troupe)


def test_several_are_taken_then_given_back(guichet: Guichet) -> None:
    assert guichet.agir("prendre").status_code == 302
    assert {e.prise_par_id for e in guichet.relues()} == {guichet.par.personne}
    guichet.agir("rendre", guichet.etapes[:2])
    assert [e.prise_par_id for e in guichet.relues()] == [None, None, guichet.par.personne]


def test_what_is_refused_says_why_and_the_others_are_done(guichet: Guichet) -> None:
    prendre(guichet.etapes[1], by=guichet.par, at=guichet.at)
    reponse = guichet.agir("prendre")
    dits = [str(m) for m in get_messages(reponse.wsgi_request)]
    assert f"{guichet.etapes[1].dossier.reference} : Vous vous en occupez déjà." in dits
    assert any(d.startswith("2 dossiers") for d in dits)


def test_a_verb_of_another_kind_of_etape_is_refused_with_its_reason(guichet: Guichet) -> None:
    dits = [str(m) for m in get_messages(guichet.agir("viser").wsgi_request)]
    assert len(dits) == 3 and all("ne convient pas" in d for d in dits)
    assert {e.etat for e in guichet.relues()} == {"active"}


def test_several_are_given_to_another_service(guichet: Guichet, troupe: Troupe) -> None:
    voirie = troupe.annuaire.codes_entites["voirie"]
    guichet.agir("reaffecter", a=f"entite:{voirie}", motif="C'est à eux.")
    assert {(e.poste_id, e.entite_id) for e in guichet.relues()} == {(None, voirie)}


def test_several_wait_until_a_day(guichet: Guichet, troupe: Troupe) -> None:
    jusquau = troupe.annuaire.jour + timedelta(days=9)
    guichet.agir("mettre_en_attente", jusquau=jusquau.isoformat(), motif="Le matériel arrive.")
    assert {e.dossier.attente_jusquau for e in guichet.relues()} == {jusquau}


def test_what_is_missing_is_said_and_what_was_typed_and_ticked_stays(guichet: Guichet) -> None:
    reponse = guichet.agir("mettre_en_attente", guichet.etapes[:2], motif="Le matériel arrive.")
    page = reponse.content.decode()
    assert reponse.status_code == 422 and "Rien n&#x27;a été fait" in page.replace("n'a", "n&#x27;a")
    assert 'value="Le matériel arrive."' in page and page.count(" checked") == 2
    assert {e.dossier.etat for e in guichet.relues()} == {"ouvert"}


def test_nothing_ticked_or_no_gesture_is_said(guichet: Guichet) -> None:
    assert "Cochez d'abord" in guichet.agir("prendre", []).content.decode().replace("&#x27;", "'")
    assert guichet.agir("detruire").status_code == 422
    assert guichet.agir("rouvrir").status_code == 422


def test_a_stranger_can_tick_nothing(guichet: Guichet, troupe: Troupe) -> None:
    autre = next(p for p in troupe.annuaire.personnes if p not in guichet.personnes and not acteur(p, troupe.at).voit_tout
                 and not Dossier.objects.visibles_par(acteur(p, troupe.at)).filter(pk=guichet.etapes[0].dossier_id).exists()
                 and not acteur(p, troupe.at).agit_pour(guichet.etapes[0].poste_id, guichet.etapes[0].entite_id, "demandes"))  # fmt: skip
    guichet.client.force_login(Personne.objects.get(pk=autre))
    assert guichet.agir("prendre").status_code == 422
    assert {e.prise_par_id for e in guichet.relues()} == {None}
