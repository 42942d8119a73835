"""The parapheur: all that waits for my decision and nothing else; read, decide, go on; several at once, each alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from buridan.bureau import ensemble
from buridan.bureau.lignes import ligne_de
from buridan.bureau.parapheur import queries
from buridan.dossiers import natures
from buridan.dossiers.actions.attendre import mettre_en_attente
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.modifier_circuit import inserer, passer
from buridan.dossiers.actions.prendre import prendre
from buridan.dossiers.actions.revenir import revenir
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import Resultat, TypeEtape
from buridan.dossiers.models import Decision, Etape
from buridan.dossiers.recit import lieux
from buridan.journal.models import Ligne
from buridan.organisation.acteur import acteur
from buridan.organisation.models import Personne
from buridan.vieprivee.models import Lecture
from tests.dossiers.test_courses import course, sain
from tests.monde import AT, JOUR, NATURE, Monde

from .conftest import Troupe


@pytest.fixture
def bureau(monde: Monde) -> Iterator[Monde]:
    """The small town, whose nature has a page to read."""
    natures.inscrire(replace(natures._NATURES[NATURE], fiche="parapheur/_mots.html"))
    yield monde


def attendus(monde: Monde, qui: str) -> list[str]:
    """Types of what waits for that person, in order."""
    return [ligne.type.value for ligne in queries.en_attente(monde.par(qui)).lignes]


def client(monde: Monde, qui: str) -> Client:
    c = Client()
    c.force_login(Personne.objects.get(pk=monde.personnes[qui]))
    return c


def visas(monde: Monde, nombre: int = 3) -> list[Etape]:
    """Visas that wait for the head of the roads."""
    return [monde.mener(monde.ouvrir(), "visa", f"Projet {n}.") for n in range(nombre)]


def page_de(etape: Etape) -> str:
    """With the dossier's UUID, so that the reading is noted."""
    return f"/parapheur/{etape.dossier.uuid}/{etape.pk}/"


def ids(ligne: queries.Ligne | None) -> int | None:
    return ligne.id if ligne else None


def lue(reponse: Any) -> str:
    return unescape(reponse.content.decode())


# --- what waits -------------------------------------------------------------------------------------------------------


def test_all_that_asks_for_a_yes_or_a_no_waits_whatever_its_type_and_nothing_else(monde: Monde) -> None:
    for circuit, type in (("simple", "visa"), ("valide", "validation"), ("signe", "signature"), ("parallele", "avis")):
        monde.mener(monde.ouvrir(circuit), type)
    monde.mener(monde.ouvrir(), "traitement")
    assert sorted(attendus(monde, "dga")) == ["avis", "signature", "validation"]
    assert sorted(attendus(monde, "chef_voirie")) == ["avis", "visa"]  # not the treatment of the service
    monde.mener(monde.ouvrir("parallele"), "decision")
    assert attendus(monde, "dgs") == ["decision"]


def test_the_list_is_in_the_order_of_the_desk(monde: Monde) -> None:
    for promis in (9, 2, 5):
        monde.mener(monde.ouvrir(promis_le=JOUR + timedelta(days=promis)), "visa")
    lignes = queries.en_attente(monde.par("chef_voirie")).lignes
    assert [li.urgence_le for li in lignes] == sorted(li.urgence_le for li in lignes)
    from buridan.bureau.queries import a_faire, mes_cibles

    assert [li.id for li in lignes] == [e.pk for e in a_faire(mes_cibles(monde.par("chef_voirie")))]


def test_what_is_on_hold_or_taken_by_a_colleague_who_is_here_does_not_wait(monde: Monde) -> None:
    etape = monde.mener(monde.ouvrir("parallele"), "avis")
    avis = Etape.objects.get(dossier=etape.dossier, entite=monde.entites["proprete"])
    assert attendus(monde, "chef_proprete") == attendus(monde, "agent_proprete") == ["avis"]
    prendre(avis, by=monde.par("agent_proprete"), at=AT)
    assert (attendus(monde, "chef_proprete"), attendus(monde, "agent_proprete")) == ([], ["avis"])
    monde.absenter("agent_proprete")
    assert attendus(monde, "chef_proprete") == ["avis"]
    mettre_en_attente(avis.dossier, by=monde.par("chef_proprete"), at=AT, jusquau=JOUR + timedelta(9), motif="Pièce")
    assert attendus(monde, "chef_proprete") == []


def test_a_stand_in_finds_the_etapes_of_the_absent_marked_and_the_absent_sees_who_acts(monde: Monde) -> None:
    etape = monde.mener(monde.ouvrir("signe"), "signature", "Projet.")
    monde.absenter("dga")
    monde.suppleer("dga", "chef_proprete")
    assert attendus(monde, "chef_proprete") == ["signature"] == attendus(monde, "dga")
    assert ligne_de(monde.par("chef_proprete"), etape)["pour"] == "pour Dga Essai, absent·e"
    sien = ligne_de(monde.par("dga"), etape)
    assert (sien["pour"], sien["par"]) == ("", "Chef_proprete Essai")


def test_a_stand_in_limited_to_another_nature_finds_nothing(monde: Monde) -> None:
    monde.mener(monde.ouvrir("signe"), "signature", "Projet.")
    monde.absenter("dga")
    monde.suppleer("dga", "chef_proprete", nature="autre")
    assert attendus(monde, "chef_proprete") == []
    monde.suppleer("dga", "agent_proprete", nature=NATURE)
    assert attendus(monde, "agent_proprete") == ["signature"]


def test_the_counts_are_those_of_the_list_and_say_when_there_is_more(monde: Monde) -> None:
    visas(monde)
    monde.mener(monde.ouvrir("parallele"), "avis")
    attente = queries.en_attente(monde.par("chef_voirie"))
    assert [(t.value, n) for t, n in attente.par_type] == [("avis", 1), ("visa", 3)]
    assert (len(attente), attente.plus) == (4, False)
    courte = queries.en_attente(monde.par("chef_voirie"), limite=2)
    assert (len(courte), courte.plus) == (2, True)


def test_next_and_previous_follow_the_list_and_go_round(monde: Monde) -> None:
    a, b, c = visas(monde)
    attente = queries.en_attente(monde.par("chef_voirie"))
    assert [attente.rang(e) for e in (a, b, c)] == [1, 2, 3]
    assert [ids(attente.suivante(e)) for e in (a, b, c)] == [b.pk, c.pk, a.pk]
    assert [ids(attente.precedente(e)) for e in (a, b, c)] == [None, a.pk, b.pk]
    viser(b, by=monde.par("chef_voirie"), at=AT)
    attente = queries.en_attente(monde.par("chef_voirie"))
    assert (attente.rang(b), ids(attente.suivante(b)), ids(attente.precedente(b))) == (0, c.pk, a.pk)


# --- read, decide, go on ----------------------------------------------------------------------------------------------


def test_what_is_to_be_read_stands_beside_what_can_be_decided(bureau: Monde) -> None:
    a, b, _c = visas(bureau)
    page = lue(client(bureau, "chef_voirie").get(page_de(b)))
    for dit in ("2 sur 3", "Projet 1.", "Viser", "Refuser la demande", "Renvoyer à une étape d'avant", "Répondre"):
        assert dit in page, dit
    assert page_de(a) in page and page.index("Projet 1.") < page.index('id="decision"')


def test_opening_one_is_noted_in_the_log_of_readings(bureau: Monde) -> None:
    (etape,) = visas(bureau, 1)
    client(bureau, "chef_voirie").get(page_de(etape))
    lecture = Lecture.objects.get(dossier=etape.dossier.uuid)
    assert (lecture.personne_id, lecture.quoi) == (bureau.personnes["chef_voirie"], "parapheur_etape")


def test_after_a_decision_the_next_one_opens_with_a_word_of_what_was_done(bureau: Monde) -> None:
    a, b, _c = visas(bureau)
    c = client(bureau, "chef_voirie")
    reponse = c.post(f"{page_de(a)}viser/", {"remarque": "Bien."}, follow=True)
    page = lue(reponse)
    assert reponse.redirect_chain == [(page_de(b), 302)]
    assert "Le visa est donné." in page and a.dossier.reference in page and "Il en reste 2." in page
    decision = Decision.objects.get(etape=a)
    assert (decision.resultat, decision.texte) == (Resultat.VISEE_REMARQUE, "Bien.")


def test_the_narrowed_list_is_kept_from_one_to_the_next(bureau: Monde) -> None:
    avis = bureau.mener(bureau.ouvrir("parallele"), "avis")
    a, b = visas(bureau, 2)
    c = client(bureau, "chef_voirie")
    assert c.post(f"{page_de(a)}viser/?type=visa")["Location"] == f"{page_de(b)}?type=visa"
    assert c.post(f"{page_de(b)}viser/?type=visa")["Location"] == "/parapheur/"
    page = lue(c.get("/parapheur/"))
    assert "Il ne reste rien." in page and page_de(avis) in page
    assert "Rien de plus ici" in lue(c.get("/parapheur/?type=visa"))


def test_a_second_click_or_a_second_tab_decides_nothing_twice_and_goes_on(bureau: Monde) -> None:
    a, b = visas(bureau, 2)
    c = client(bureau, "chef_voirie")
    c.post(f"{page_de(a)}viser/")
    seconde = c.post(f"{page_de(a)}refuser/", {"motif": "Non."}, follow=True)
    assert seconde.redirect_chain == [(page_de(b), 302)] and "C'est déjà fait" in lue(seconde)
    assert Decision.objects.get(etape=a).resultat == Resultat.VISEE


def test_what_is_withdrawn_before_the_decision_is_decided_no_more(bureau: Monde) -> None:
    """The author may withdraw until somebody decides; whoever has the page open is told and goes on."""
    a, b = visas(bureau, 2)
    retirer(a.dossier, by=bureau.par("accueil1"), at=AT, motif="Plus besoin.")
    c = client(bureau, "chef_voirie")
    suite = c.post(f"{page_de(a)}viser/", follow=True)
    assert suite.redirect_chain == [(page_de(b), 302)] and "passée" in lue(suite)
    assert not Decision.objects.filter(etape=a).exists()
    page = lue(c.get(page_de(a)))
    assert "Cette étape n'est plus à faire" in page and "N'attend pas ici" in page


def test_a_refusal_keeps_what_was_typed_and_says_what_is_missing(bureau: Monde) -> None:
    (etape,) = visas(bureau, 1)
    c = client(bureau, "chef_voirie")
    vide = c.post(f"{page_de(etape)}refuser/", {"motif": ""})
    assert vide.status_code == 422 and "<details open>" in lue(vide)
    autre = client(bureau, "agent1").post(f"{page_de(etape)}viser/", {"remarque": "À ma place."})
    assert autre.status_code == 409 and "Cette étape revient à" in lue(autre) and "À ma place." in lue(autre)
    assert not Decision.objects.filter(etape=etape).exists()


def test_an_etape_taken_or_given_back_still_waits_and_stays_open(bureau: Monde) -> None:
    bureau.mener(bureau.ouvrir("parallele"), "avis")
    avis = Etape.objects.get(etat="active", entite=bureau.entites["proprete"])
    c = client(bureau, "agent_proprete")
    assert c.post(f"{page_de(avis)}prendre/")["Location"] == page_de(avis)


def test_a_hidden_vote_is_not_said_to_those_who_have_not_voted(bureau: Monde) -> None:
    etape = bureau.mener(bureau.ouvrir("parallele"), "avis")
    c = client(bureau, "chef_voirie")
    c.post(f"{page_de(etape)}donner_avis/", {"avis": "defavorable", "texte": "Trop cher."})
    autre = Etape.objects.get(etat="active", entite=bureau.entites["proprete"])
    page = lue(client(bureau, "agent_proprete").get(page_de(autre)))
    assert "visible quand tous auront répondu" in page and "Trop cher." not in page


def test_a_decision_taken_back_waits_again_and_is_marked(bureau: Monde) -> None:
    (etape,) = visas(bureau, 1)
    chef = bureau.par("chef_voirie")
    viser(etape, by=chef, at=AT, remarque="Vite lu.")
    revenir(etape, by=chef, at=AT, motif="Trop vite.")
    (ligne,) = queries.en_attente(chef).lignes
    c = client(bureau, "chef_voirie")
    assert "(décision reprise)" in lue(c.get(page_de(Etape.objects.get(pk=ligne.id))))
    perime = lue(c.post("/parapheur/ensemble/", {"geste": "viser", "etape": [etape.pk]}))
    assert "déjà fait par vous" not in perime and "n'est plus à faire" in perime


def test_a_stranger_and_an_etape_that_is_not_of_the_parapheur_are_not_found(bureau: Monde) -> None:
    (etape,) = visas(bureau, 1)
    traitement = bureau.mener(bureau.ouvrir(), "traitement")
    assert client(bureau, "etranger").get(page_de(etape)).status_code == 404
    assert client(bureau, "agent1").get(page_de(traitement)).status_code == 404
    sous_un_autre = f"/parapheur/{traitement.dossier.uuid}/{etape.pk}/"  # the reading would be noted on another dossier
    assert client(bureau, "chef_voirie").get(sous_un_autre).status_code == 404
    assert client(bureau, "chef_voirie").post(f"{page_de(etape)}rouvrir/").status_code == 404


def test_an_etape_to_come_opens_and_says_that_it_is_too_early(bureau: Monde) -> None:
    a_venir = Etape.objects.get(dossier=bureau.ouvrir(), type="visa")
    page = lue(client(bureau, "chef_voirie").get(page_de(a_venir)))
    assert "Cette étape n'est pas encore à faire" in page and "N'attend pas ici" in page


def test_an_empty_parapheur_says_what_comes_here_and_the_menu_shows_it_to_heads(bureau: Monde) -> None:
    page = lue(client(bureau, "chef_voirie").get("/parapheur/"))
    assert "Rien n'attend votre avis" in page and "Parapheur" in lue(client(bureau, "chef_voirie").get("/bureau/"))
    assert "/parapheur/" not in lue(client(bureau, "agent1").get("/bureau/"))
    bureau.mener(bureau.ouvrir("parallele"), "avis")
    assert "/parapheur/" in lue(client(bureau, "agent_proprete").get("/bureau/"))


# --- several at once --------------------------------------------------------------------------------------------------


def test_a_batch_is_read_again_then_done_and_each_that_was_not_says_why(bureau: Monde) -> None:
    etapes = visas(bureau)
    avis = bureau.mener(bureau.ouvrir("parallele"), "avis")
    c, cles = client(bureau, "chef_voirie"), [e.pk for e in [*etapes, avis]]
    relu = lue(c.get("/parapheur/ensemble/", {"geste": "viser", "etape": cles}))
    assert "Viser : 3 dossiers" in relu and "Mis de côté : 1 dossier" in relu and "ne convient pas" in relu
    assert not Decision.objects.filter(etape__in=etapes).exists()
    retirer(etapes[1].dossier, by=bureau.par("accueil1"), at=AT)
    fait = lue(c.post("/parapheur/ensemble/", {"geste": "viser", "etape": cles, "remarque": "Vu."}))
    assert "2 dossiers" in fait and "Ce qui n'a pas été fait" in fait
    for refusee in (etapes[1], avis):
        assert refusee.dossier.reference in fait
    assert "Cette étape n'est plus à faire" in fait and "ne convient pas" in fait
    assert set(Decision.objects.filter(etape__in=etapes).values_list("etape", "texte")) == {
        (etapes[0].pk, "Vu."), (etapes[2].pk, "Vu."),
    }  # fmt: skip


def test_the_same_batch_sent_twice_says_that_it_was_done(bureau: Monde) -> None:
    etapes = visas(bureau)
    c, envoi = client(bureau, "chef_voirie"), {"geste": "viser", "etape": [e.pk for e in etapes]}
    c.post("/parapheur/ensemble/", envoi)
    page = lue(c.post("/parapheur/ensemble/", envoi))
    assert "3 dossiers" in page and "rien n'a été fait deux fois" in page and "pas été fait, et pourquoi" not in page
    assert Ligne.objects.filter(etape__in=[e.pk for e in etapes], verbe="viser").count() == 3


def test_a_visa_after_my_own_refusal_is_not_said_to_be_done(bureau: Monde) -> None:
    (etape,) = visas(bureau, 1)
    c = client(bureau, "chef_voirie")
    c.post(f"{page_de(etape)}refuser/", {"motif": "Non."})
    page = lue(c.post("/parapheur/ensemble/", {"geste": "viser", "etape": [etape.pk]}))
    assert "déjà fait par vous" not in page and "n'est plus à faire" in page


def test_signatures_and_validations_are_done_together_and_a_missing_draft_stops_only_itself(bureau: Monde) -> None:
    c = client(bureau, "dga")
    a, sans, b = (bureau.mener(bureau.ouvrir("signe"), "signature", "Projet.") for _ in range(3))
    type(sans.dossier).objects.filter(pk=sans.dossier_id).update(projet_reponse="")
    page = lue(c.post("/parapheur/ensemble/", {"geste": "signer", "etape": [a.pk, sans.pk, b.pk]}))
    assert "2 dossiers" in page and "Il n'y a pas de projet de réponse à signer" in page
    validations = [bureau.mener(bureau.ouvrir("valide"), "validation").pk for _ in range(2)]
    assert "2 dossiers" in lue(c.post("/parapheur/ensemble/", {"geste": "valider", "etape": validations}))
    resultats = Decision.objects.filter(etape__in=[a.pk, b.pk, *validations]).values_list("resultat", flat=True)
    assert sorted(resultats) == ["signee", "signee", "validee", "validee"]


def test_what_the_batch_lacks_is_said_before_anything_is_done(bureau: Monde) -> None:
    etape = bureau.mener(bureau.ouvrir("parallele"), "avis")
    c = client(bureau, "chef_voirie")
    page = c.post(
        "/parapheur/ensemble/", {"geste": "donner_avis", "etape": [etape.pk], "avis": "rien", "texte": "Oui."}
    )
    assert page.status_code == 422 and "Rien n'a encore été fait" in lue(page) and "Oui." in lue(page)
    assert not Decision.objects.filter(etape=etape).exists()


@pytest.mark.parametrize("geste", ["viser", "decider", "detruire"])
def test_nothing_ticked_or_a_gesture_that_is_not_for_several_is_said(bureau: Monde, geste: str) -> None:
    etapes = [] if geste == "viser" else [e.pk for e in visas(bureau, 1)]
    page = client(bureau, "chef_voirie").get("/parapheur/ensemble/", {"geste": geste, "etape": etapes})
    assert page.status_code == 422 and "Rien n'a été fait." in lue(page)
    assert lue(page).count(" checked") == len(etapes)


def test_the_whole_page_is_ticked_by_a_link(bureau: Monde) -> None:
    visas(bureau)
    assert lue(client(bureau, "chef_voirie").get("/parapheur/?cocher=tout")).count(" checked") == 3


def test_two_batches_at_once_decide_each_once(monde_reel: Monde) -> None:
    etapes = visas(monde_reel, 5)
    by = monde_reel.par("chef_voirie")
    bilans = course(*[lambda: ensemble.agir(etapes, "viser", {}, by=by, at=AT)] * 3)
    assert sum(b.faits for b in bilans) == 5, bilans
    assert [b.faits + b.deja for b in bilans] == [5, 5, 5] and not any(b.refus for b in bilans)
    assert Decision.objects.filter(etape__in=etapes).count() == 5
    for etape in etapes:
        sain(etape.dossier)


# --- its cost ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["liste", "etape", "ensemble"])
def test_the_cost_does_not_grow_with_what_waits(
    page: str, bureau: Monde, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    c = client(bureau, "chef_voirie")
    (premiere,) = visas(bureau, 1)

    def ouvrir() -> None:
        toutes = list(Etape.objects.filter(etat="active", type="visa").values_list("pk", flat=True))
        adresses = {"liste": "/parapheur/", "etape": page_de(premiere)}
        donnees = {"geste": "viser", "etape": toutes} if page == "ensemble" else {}
        assert c.get(adresses.get(page, "/parapheur/ensemble/"), donnees).status_code == 200

    ouvrir()
    with django_assert_max_num_queries(22) as une:
        ouvrir()
    visas(bureau, 12)
    with django_assert_num_queries(len(une)):
        ouvrir()


def test_who_was_skipped_by_whom_and_why_stands_beside_the_decision(bureau: Monde) -> None:
    dossier = bureau.ouvrir("signe")
    etape = bureau.mener(dossier, "signature", "Projet.")
    visa = inserer(
        dossier, by=bureau.par("dgs"), at=AT, type=TypeEtape.VISA, titre="Visa de la propreté", delai="2 jours ouvrés",
        poste=bureau.postes["chef_proprete"],
    )  # fmt: skip
    c = client(bureau, "dga")
    assert "Étapes passées" not in lue(c.get(page_de(etape)))
    passer(visa, by=bureau.par("dgs"), at=AT, motif="Déjà vu en réunion.")
    page = lue(c.get(page_de(etape)))
    assert "Étapes passées" in page and "Visa de la propreté" in page
    assert "par Dgs Essai : Déjà vu en réunion." in page


def test_lists_say_who_acts_for_somebody_away_and_ask_nothing_for_it(
    bureau: Monde, django_assert_num_queries: Any
) -> None:
    etape = bureau.mener(bureau.ouvrir("signe"), "signature", "Projet.")
    acteur_, dossier = bureau.par("dgs"), etape.dossier
    assert lieux(acteur_, [dossier])[dossier.pk] == "Signer — chez Dga Essai (Poste dga)."
    c = client(bureau, "dgs")
    bureau.absenter("dga", fin=None)
    bureau.suppleer("dga", "chef_proprete")
    dit = "chez Chef_proprete Essai, pour Dga Essai, absent·e"
    acteur_ = bureau.par("dgs")
    with django_assert_num_queries(1):
        assert lieux(acteur_, [dossier])[dossier.pk] == f"Signer — {dit}."
    for adresse in (f"/recherche/?q={dossier.reference}", "/bureau/?vue=equipe"):
        assert dit in lue(c.get(adresse)), adresse


@pytest.mark.django_db
def test_a_request_of_the_town_is_read_with_its_own_part(troupe: Troupe) -> None:
    from buridan.demandes.models import Demande

    from .test_droits_gestes import mener, qui_peut

    etape = mener(troupe, "visa")
    par = qui_peut(troupe, etape)
    c = Client()
    c.force_login(Personne.objects.get(pk=par.personne))
    page = lue(c.get(page_de(etape)))
    demande = Demande.objects.get(pk=etape.dossier_id)
    assert demande.description in page and "C'est réparé." in page
    assert f"/dossiers/{etape.dossier.uuid}/lettre/{etape.dossier.tour}/" in page
    assert acteur(par.personne, troupe.at).agit_pour(etape.poste_id, etape.entite_id, "demandes")


def test_what_a_nature_shows_of_itself_hides_nothing_of_the_page(troupe: Troupe) -> None:
    """Both stand in one page: a note's kind was once taken for the type that the list is narrowed to."""
    from tests.notes.ecrits import envoyee, mener, qui_peut

    etape = mener(troupe, envoyee(troupe), TypeEtape.VISA)
    c = Client()
    c.force_login(Personne.objects.get(pk=qui_peut(troupe, etape).personne))
    reponse = c.get(page_de(etape), {"type": "visa"})
    assert f'action="{page_de(etape)}viser/?type=visa"' in lue(reponse) and "Genre(" not in lue(reponse)
