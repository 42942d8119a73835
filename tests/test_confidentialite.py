"""What a stranger, a neighbour or another service must not learn."""

import pytest
from django.test import Client

from buridan.demandes import suivi
from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.actions.satisfaire import evaluer, peut_evaluer
from buridan.demandes.lettre import contenu
from buridan.demandes.models import Demande, Participant, TypeDemande
from buridan.dossiers.actions.clore_autrement import transmettre
from buridan.dossiers.actions.ecrire import ecrire, relier
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.etats import EtatEtape, Fil, Resultat
from buridan.dossiers.models import Decision, Dossier, Etape, Reponse
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import acteur, systeme

from .conftest import Troupe
from .test_depot_de_demande import _donnees
from .test_droits import _personne

pytestmark = pytest.mark.django_db
EVE = "eve@courriel.example"


def test_whoever_joins_gets_the_answer_and_neither_the_link_nor_the_messages(troupe: Troupe) -> None:
    demande = troupe.deposer(adresse="3 rue Discrète")
    assert (
        Client().post(f"/suivi/{demande.dossier.uuid}/rejoindre/", {"nom": "Eve", "courriel": EVE}).status_code == 302
    )
    agent = troupe.present("voirie")
    ecrire(demande.dossier, by=agent, at=troupe.at, texte="Votre numéro de dossier médical ?", fil=Fil.DEMANDEUR)
    transmettre(demande.dossier, by=agent, at=troupe.at, administration="Département")
    recus = [c.texte for c in Courriel.objects.filter(destinataire=EVE)]
    assert len(recus) == 2 and any("Département" in texte for texte in recus)
    assert not any(suivi.cle(demande.dossier.uuid) in t or "médical" in t or "Discrète" in t for t in recus)


def test_joining_is_limited_by_address(troupe: Troupe) -> None:
    demande = troupe.deposer()
    for n in range(25):
        Client().post(f"/suivi/{demande.dossier.uuid}/rejoindre/", {"nom": "Eve", "courriel": f"e{n}@courriel.example"})
    assert Participant.objects.filter(demande=demande).count() <= 20


def test_an_address_typed_on_the_portal_does_not_show_somebody_else_s_request(troupe: Troupe) -> None:
    troupe.deposer(lieu="99 rue du Voisin", courriel="voisine@courriel.example")
    reponse = Client().post("/demandes/nid-de-poule/", _donnees(courriel="voisine@courriel.example"))
    assert reponse.status_code == 302 and Demande.objects.count() == 2


def test_a_request_that_becomes_sensitive_closes_to_those_who_saw_it(troupe: Troupe) -> None:
    demande = troupe.deposer(lieu="")
    etape = Etape.objects.get(dossier=demande.dossier, etat=EtatEtape.ACTIVE)
    voirie, accueil = troupe.present("voirie"), troupe.present("accueil")
    Dossier.objects.filter(pk=demande.pk).update(suiveurs=[voirie.personne])
    assert Dossier.objects.visibles_par(voirie).filter(pk=demande.pk).exists()
    qualifier(etape, by=accueil, at=troupe.at, type=TypeDemande.objects.get(code="aide-sociale"))
    assert Dossier.objects.get(pk=demande.pk).sensible
    assert not Dossier.objects.visibles_par(voirie).filter(pk=demande.pk).exists()


def test_the_dates_of_the_new_type_make_the_next_etape_urgent(troupe: Troupe) -> None:
    demande = troupe.deposer(lieu="")
    etape = Etape.objects.get(dossier=demande.dossier, etat=EtatEtape.ACTIVE)
    court = TypeDemande.objects.get(code="aide-sociale")
    TypeDemande.objects.filter(pk=court.pk).update(silence="rejet", silence_delai="1 jours calendaires")
    court.refresh_from_db()
    qualifier(etape, by=troupe.present("accueil"), at=troupe.at, type=court)
    dossier = Dossier.objects.get(pk=demande.pk)
    suivante = Etape.objects.filter(dossier=dossier, etat=EtatEtape.ACTIVE).first()
    assert suivante is not None and dossier.legal_le is not None
    assert suivante.urgence_le <= dossier.legal_le


def test_a_linked_dossier_one_may_not_see_is_not_named(troupe: Troupe) -> None:
    ouverte, reservee = troupe.deposer(), troupe.deposer("aide-sociale", lieu="")
    relier(ouverte.dossier, by=troupe.au_poste("dgs"), at=troupe.at, vers=reservee.dossier)
    navigateur = Client()
    navigateur.force_login(
        _personne(troupe.present("voirie").personne), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = navigateur.get(f"/dossiers/{ouverte.dossier.uuid}/").content.decode()
    assert "Dossiers liés" not in page and str(reservee.dossier.uuid) not in page


@pytest.mark.parametrize(
    ("adresse", "code"), [("/?q=%00", 200), ("/questions/?q=a%00", 200), ("/suivi/?x=%00", 200), ("/d/%00/", 404)]
)
def test_a_nul_in_the_address_is_no_failure(adresse: str, code: int) -> None:
    assert Client().get(adresse).status_code == code


def test_a_nul_in_a_withdrawal_is_no_failure(troupe: Troupe) -> None:
    uuid = troupe.deposer().dossier.uuid
    Client().post(f"/suivi/{uuid}/{suivi.cle(uuid)}/retrait/", {"motif": "je dé\0ménage"})
    assert "déménage" in Reponse.objects.get(dossier__uuid=uuid).texte


def test_the_requester_judges_the_second_answer_too(troupe: Troupe) -> None:
    demande, chef = troupe.deposer(), troupe.au_poste("dgs")
    transmettre(demande.dossier, by=chef, at=troupe.at, administration="Département")
    evaluer(demande, by=systeme(troupe.at), at=troupe.at, satisfait=True)
    demande = Demande.objects.select_related("dossier").get(pk=demande.pk)
    assert not peut_evaluer(demande)
    plus_tard = troupe.at.replace(microsecond=0) + (troupe.at - troupe.at.replace(microsecond=0)) * 2
    rouvrir(demande.dossier, by=acteur(chef.personne, plus_tard), at=plus_tard, motif="Une erreur.")
    transmettre(demande.dossier, by=acteur(chef.personne, plus_tard), at=plus_tard, administration="Région")
    demande = Demande.objects.select_related("dossier").get(pk=demande.pk)
    assert peut_evaluer(demande)


def test_the_letter_of_the_second_answer_is_not_signed_by_who_signed_the_first(troupe: Troupe) -> None:
    demande, chef = troupe.deposer(), troupe.au_poste("dgs")
    etape = Etape.objects.get(dossier=demande.dossier, etat=EtatEtape.ACTIVE)
    signee = Etape.objects.filter(dossier=demande.dossier).exclude(pk=etape.pk).first()
    assert signee is not None
    Etape.objects.filter(pk=signee.pk).update(etat=EtatEtape.FAITE)
    Decision.objects.create(
        etape=signee, resultat=Resultat.SIGNEE, at=troupe.at, par_id=troupe.present("sports").personne,
    )  # fmt: skip
    transmettre(demande.dossier, by=chef, at=troupe.at, administration="Département")
    rouvrir(demande.dossier, by=chef, at=troupe.at, motif="Une erreur.")
    transmettre(demande.dossier, by=chef, at=troupe.at, administration="Région")
    premiere, seconde = Reponse.objects.filter(dossier=demande.dossier).order_by("tour")
    signataire = troupe.annuaire.nom_personne(troupe.present("sports").personne)
    assert signataire in str(contenu(demande.dossier, premiere)["signature"])
    assert signataire not in str(contenu(demande.dossier, seconde)["signature"])
