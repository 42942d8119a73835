"""Following, writing and linking ask for the right to see."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.ecrire import ecrire, relier, suivre
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.gestes import GESTES
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


def _client(qui: Acteur) -> Client:
    client = Client()
    personne = Personne.objects.get(pk=qui.personne)
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _page(qui: Acteur, dossier: Dossier) -> str:
    return str(_client(qui).get(reverse("dossier", args=[dossier.uuid])).content.decode())


def test_what_was_typed_for_an_etape_that_a_colleague_decided_meanwhile_is_shown_again(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    agent, chef = troupe.present("voirie"), troupe.au_poste("resp-voirie")
    qualifier(Etape.objects.get(dossier=dossier, etat="active"), by=troupe.present("accueil"), at=troupe.at)
    etape = Etape.objects.get(dossier=dossier, etat="active")
    adresse = reverse("agir_etape", args=[dossier.uuid, etape.pk, "traiter"])
    tape = {"projet": "Le trou est rebouché.", "sens": SensReponse.FAVORABLE.value}
    assert _client(agent).post(adresse, tape).status_code == 302
    assert _client(agent).post(adresse, tape).status_code == 302  # a second click
    trop_tard = _client(chef).post(adresse, tape | {"projet": "Rebouché avec de l'enrobé à froid."})
    page = unescape(trop_tard.content.decode())
    assert trop_tard.status_code == 409 and "C'est déjà fait" in page
    assert "Votre geste n'a pas été fait" in page and "Rebouché avec de l'enrobé à froid." in page


def test_what_was_typed_for_a_gesture_no_longer_open_is_shown_again(troupe: Troupe) -> None:
    dossier, chef = troupe.deposer().dossier, troupe.au_poste("resp-voirie")
    retirer(dossier, by=troupe.present("accueil"), at=troupe.at, motif="Réglé par un voisin.")
    refus = _client(chef).post(reverse("agir", args=[dossier.uuid, "rouvrir"]), {"motif": ""})
    assert refus.status_code == 422
    refus = _client(troupe.present("accueil")).post(
        reverse("agir", args=[dossier.uuid, "mettre_en_attente"]), {"jusquau": "2099-01-04", "motif": "Gel annoncé."}
    )
    page = unescape(refus.content.decode())
    assert refus.status_code in (409, 422) and "Votre geste n'a pas été fait" in page and "Gel annoncé." in page


def test_what_was_typed_for_a_gesture_that_a_colleague_made_meanwhile_is_shown_again(troupe: Troupe) -> None:
    dossier, chef, dgs = troupe.deposer().dossier, troupe.au_poste("resp-voirie"), troupe.au_poste("dgs")
    a_venir = Etape.objects.filter(dossier=dossier, etat="a_venir").exclude(type="reponse").order_by("rang")
    premiere, derniere = a_venir[0], a_venir.last()
    assert derniere is not None
    adresse = reverse("agir", args=[dossier.uuid, "deplacer"])
    tape = {"etape": derniere.pk, "avant": premiere.pk, "motif": "Le visa d'abord."}
    assert _client(chef).post(adresse, tape).status_code == 302
    assert _client(chef).post(adresse, tape).status_code == 302  # a second click
    trop_tard = _client(dgs).post(adresse, tape | {"motif": "La directrice le demande."})
    page = unescape(trop_tard.content.decode())
    assert trop_tard.status_code == 409 and "C'est déjà fait" in page and "La directrice le demande." in page
    autre_raison = _client(chef).post(adresse, tape | {"motif": "Le visa presse."})
    assert autre_raison.status_code == 409 and "Le visa presse." in unescape(autre_raison.content.decode())


def test_a_second_click_is_no_refusal_when_one_of_the_words_stands_in_the_journal(troupe: Troupe) -> None:
    """An added étape says its title there, not its delay."""
    dossier, chef = troupe.deposer().dossier, troupe.au_poste("resp-voirie")
    adresse = reverse("agir", args=[dossier.uuid, "inserer"])
    form = GESTES["inserer"].formulaire(dossier, chef)
    chez = next(cle for cle, _nom in _choix(form.fields["a"].choices) if cle)
    tape = {"type": "avis", "titre": "Avis des espaces verts", "a": chez, "delai": "5 jours ouvrés"}
    client = _client(chef)
    assert [client.post(adresse, tape).status_code for _clic in range(2)] == [302, 302]
    assert Etape.objects.filter(dossier=dossier, titre="Avis des espaces verts").count() == 1


def _choix(groupes: Any) -> list[tuple[str, str]]:
    """Choices, out of their groups."""
    return [c for cle, nom in groupes for c in (nom if isinstance(nom, list | tuple) else [(cle, nom)])]
