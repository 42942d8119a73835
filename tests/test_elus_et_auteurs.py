"""Étapes for the elected official of a theme, and for whoever opened the dossier."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from buridan.circuits.catalogue import en_vigueur, publier
from buridan.circuits.lecture import lire_circuit
from buridan.demandes.actions.qualifier import qualifier
from buridan.demandes.gestes import QUALIFIER
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.models import Etape
from buridan.dossiers.recit import recit
from buridan.dossiers.routage import Contexte
from buridan.droit.delais import date_legale
from buridan.lancement.commandes import main
from buridan.organisation.acteur import acteur
from buridan.organisation.models import Absence, Mandat, Personne
from tests.conftest import Troupe
from tests.monde import AT, NATURE, Monde

AUTEUR = """
[circuit]
code = "essai-auteur"
titre = "Revient à son auteur"
nature = "demandes"
[[etape]]
rang = 1
type = "qualification"
titre = "Qualifier"
a = "entite:essai-accueil"
delai = "2 jours ouvrés"
[[etape]]
rang = 2
type = "traitement"
titre = "Compléter"
a = "role:auteur"
delai = "2 jours ouvrés"
[[etape]]
rang = 3
type = "reponse"
titre = "Répondre"
a = "role:service"
delai = "2 jours ouvrés"
"""


def rendez_vous(troupe: Troupe) -> tuple[Demande, Etape]:
    demande: Demande = troupe.deposer("rendez-vous-elu", lieu="")
    return demande, Etape.objects.select_related("dossier").get(dossier=demande.pk, etat="active")


def poste_de_l_avis(demande: Demande) -> str:
    return str(Etape.objects.get(dossier=demande.pk, type="avis").poste)


def elu(theme: str) -> Personne:
    return Personne.objects.get(mandats__themes__contains=[theme])


def test_the_elected_official_of_the_theme_chosen_at_qualification_acts(troupe: Troupe) -> None:
    demande, etape = rendez_vous(troupe)
    qualifier(etape, by=troupe.present("cabinet"), at=troupe.at, type=demande.type, theme="culture")
    avis = Etape.objects.get(dossier=demande.pk, type="avis", etat="active")
    assert acteur(elu("culture").pk, troupe.at).agit_pour(avis.poste_id, None, "demandes")
    assert "thème : culture" in recit(demande.dossier)[0]["details"]
    assert [e.rang for e in Etape.objects.filter(dossier=demande.pk).order_by("rang")] == [1, 2, 2, 3]


def test_the_theme_of_the_type_is_enough(troupe: Troupe) -> None:
    TypeDemande.objects.filter(code="rendez-vous-elu").update(theme="sport")
    demande, _etape = rendez_vous(troupe)
    assert poste_de_l_avis(demande) == elu("sport").affectations.get().poste.code


def test_without_a_theme_or_without_anybody_elected_for_it_the_cabinet_acts(troupe: Troupe) -> None:
    demande, _etape = rendez_vous(troupe)
    assert poste_de_l_avis(demande) == "dircab"
    TypeDemande.objects.filter(code="rendez-vous-elu").update(theme="sport")
    Mandat.objects.filter(themes__contains=["sport"]).update(fin=date_legale(troupe.at))
    autre, _etape = rendez_vous(troupe)
    assert poste_de_l_avis(autre) == "dircab"


def test_the_stand_in_of_an_absent_elected_official_acts(troupe: Troupe) -> None:
    absent, jour = elu("finances"), date_legale(troupe.at)
    Absence.objects.create(personne=absent, debut=jour, fin=jour + timedelta(days=9))
    demande, etape = rendez_vous(troupe)
    qualifier(etape, by=troupe.present("cabinet"), at=troupe.at, type=demande.type, theme="finances")
    avis = Etape.objects.get(dossier=demande.pk, type="avis")
    assert str(avis.poste) == "adjoint-1"
    assert acteur(troupe.titulaire("adjoint-2"), troupe.at).agit_pour(avis.poste_id, None, "demandes")


def test_the_form_offers_themes_only_where_the_circuit_needs_one(troupe: Troupe) -> None:
    _demande, etape = rendez_vous(troupe)
    form = QUALIFIER.formulaire(etape, troupe.present("cabinet"))
    assert ("culture", f"culture : {elu('culture')}") in form.fields["theme"].choices
    autre = Etape.objects.select_related("dossier").get(dossier=troupe.deposer().pk, etat="active")
    assert "theme" not in QUALIFIER.formulaire(autre, troupe.present("accueil")).fields


def test_the_page_computes_the_route_of_a_theme(troupe: Troupe, client: Any) -> None:
    client.force_login(
        Personne.objects.get(pk=troupe.present("cabinet").personne),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    adresse = reverse("circuit_qui", args=["rendez-vous-elu"])
    assert str(elu("culture")) not in client.get(adresse).content.decode().partition("<ol")[2]
    assert str(elu("culture")) in client.get(adresse, {"theme": "culture"}).content.decode().partition("<ol")[2]


def test_the_command_takes_a_theme_and_refuses_an_unknown_one(troupe: Troupe, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("buridan.lancement.commandes._preparer", lambda: None)
    assert main(["route", "rendez-vous-elu", "--theme", "culture"]) == 0
    assert str(elu("culture")) in capsys.readouterr().out
    assert main(["route", "rendez-vous-elu", "--theme", "licornes"]) == 1
    assert "licornes" in capsys.readouterr().err


@pytest.fixture
def auteur(monde: Monde) -> Monde:
    publier(lire_circuit(AUTEUR, "essai"), AUTEUR, at=AT)
    return monde


def ouvrir_auteur(monde: Monde, by: Any) -> Etape:
    dossier = ouvrir(
        by=by, at=AT, nature=NATURE, objet="Essai", contenu="", circuit=en_vigueur("essai-auteur"),
        contexte=Contexte(monde.entites["voirie"]),
    )  # fmt: skip
    return Etape.objects.get(dossier=dossier, type="traitement")


def test_an_etape_of_the_author_goes_to_the_post_of_whoever_opened(auteur: Monde) -> None:
    assert ouvrir_auteur(auteur, auteur.par("agent1")).poste_id == auteur.postes["agent1"]


def test_what_nobody_of_the_town_hall_opened_goes_to_its_service(auteur: Monde) -> None:
    etape = ouvrir_auteur(auteur, auteur.systeme())
    assert (etape.poste_id, etape.entite_id) == (None, auteur.entites["voirie"])
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
