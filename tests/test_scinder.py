"""Splitting: two subjects, two requests, two answers; the requester is told once and loses no day."""

from datetime import timedelta

import pytest
from django.test import Client

from buridan.demandes import legal, suivi
from buridan.demandes.actions.scinder import scinder
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Dossier, Lien, Message
from buridan.journal.models import Ligne
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import systeme
from buridan.organisation.models import Personne
from buridan.outils.verdict import Refus

from .conftest import Troupe
from .dossiers.test_courses import HUIT, course, sain


def _type(code: str = "lampadaire") -> TypeDemande:
    return (
        TypeDemande.objects.filter(code=code).first()
        or TypeDemande.objects.exclude(code="nid-de-poule").order_by("code")[0]
    )


@pytest.mark.django_db
def test_the_second_request_has_its_service_its_dates_and_the_same_requester(troupe: Troupe) -> None:
    demande = troupe.deposer(telephone="03 61 99 11 11")
    plus_tard = troupe.at + timedelta(days=4)
    neuve = scinder(
        demande.dossier, by=systeme(plus_tard), at=plus_tard, type=_type(), description="Un lampadaire éteint."
    )
    dates = legal.dates(_type(), demande.recue_le)
    assert (neuve.nom, neuve.courriel, neuve.telephone) == (demande.nom, demande.courriel, "03 61 99 11 11")
    assert (neuve.recue_le, neuve.dossier.promis_le) == (demande.recue_le, dates.promesse.date)
    assert neuve.dossier.legal_le == (dates.implicite.date if dates.implicite else None)
    assert neuve.dossier.entite_id == _type().service_id
    assert Demande.objects.get(pk=demande.pk).description == demande.description
    lien = Lien.objects.get(de=demande.dossier, vers=neuve.dossier)
    assert (lien.aller, lien.retour) == ("Partagé, a donné", "Issu du partage de")


@pytest.mark.django_db
def test_the_requester_is_told_once_with_both_references_and_the_new_code(troupe: Troupe) -> None:
    demande = troupe.deposer()
    avant = Courriel.objects.count()
    neuve = scinder(
        demande.dossier, by=systeme(troupe.at), at=troupe.at, type=_type(), description="Un lampadaire éteint."
    )
    assert Courriel.objects.count() == avant + 1
    texte = Courriel.objects.order_by("-id")[0].texte
    for morceau in (demande.dossier.reference, neuve.dossier.reference, suivi.code(neuve.dossier.uuid)):
        assert morceau in texte
    assert Message.objects.filter(dossier=demande.dossier, texte__contains=neuve.dossier.reference).count() == 1


@pytest.mark.django_db
def test_documents_follow_only_when_asked(troupe: Troupe) -> None:
    demande = troupe.deposer()
    joindre(demande.dossier, (("plan.txt", "text/plain", b"Un plan."),), at=troupe.at, par=None, public=True)
    sans = scinder(demande.dossier, by=systeme(troupe.at), at=troupe.at, type=_type(), description="Sans.")
    avec = scinder(
        demande.dossier, by=systeme(troupe.at), at=troupe.at, type=_type(), description="Avec.", documents=True
    )
    assert not sans.dossier.documents.exists()
    assert [d.sha256 for d in avec.dossier.documents.all()] == [d.sha256 for d in demande.dossier.documents.all()]


@pytest.mark.django_db
def test_a_closed_request_is_not_split_and_an_empty_part_is_refused(troupe: Troupe) -> None:
    demande, by = troupe.deposer(), systeme(troupe.at)
    with pytest.raises(Refus, match="seconde partie"):
        scinder(demande.dossier, by=by, at=troupe.at, type=_type(), description="  ")
    retirer(demande.dossier, by=by, at=troupe.at)
    with pytest.raises(Refus, match="clos"):
        scinder(demande.dossier, by=by, at=troupe.at, type=_type(), description="Autre chose.")
    assert Dossier.objects.filter(liens_inverses__de=demande.dossier).count() == 0


@pytest.mark.django_db
def test_an_agent_splits_from_the_page_and_each_page_shows_the_other(troupe: Troupe) -> None:
    demande, client = troupe.deposer(), Client()
    client.force_login(Personne.objects.get(pk=troupe.present("voirie").personne))
    page = f"/dossiers/{demande.dossier.uuid}/"
    assert "Partager en deux demandes" in client.get(page).content.decode()
    donnees = {"type": _type().pk, "description": "Un lampadaire éteint.", "lieu": "12 rue de la Gare"}
    refus = client.post(f"{page}gestes/scinder/", {**donnees, "type": ""})
    assert refus.status_code == 422 and "Un lampadaire éteint." in refus.content.decode()
    assert client.post(f"{page}gestes/scinder/", donnees).status_code == 302
    neuf = Lien.objects.get(de=demande.dossier, genre="issu").vers
    assert neuf.reference in client.get(page).content.decode()
    assert Ligne.objects.filter(chaine=demande.dossier.uuid, verbe="scinder").count() == 1


def test_eight_clicks_split_once(troupe_reelle: Troupe) -> None:
    at, demande = troupe_reelle.at, troupe_reelle.deposer()
    by, genre = systeme(at), _type()
    resultats = course(
        *[lambda: scinder(demande.dossier, by=by, at=at, type=genre, description="Un lampadaire.")] * HUIT
    )
    assert sum(isinstance(r, DejaFait) for r in resultats) == HUIT - 1, resultats
    neuf = Lien.objects.get(de=demande.dossier, genre="issu").vers
    sain(demande.dossier)
    sain(neuf)
