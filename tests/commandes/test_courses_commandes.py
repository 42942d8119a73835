"""Eight clicks at once on an order, on real connections; and random timelines: no line is overspent, nobody signs outside a delegation.

4 timelines here; `COMMANDES=5000 .venv/bin/python -m pytest tests/commandes/test_courses_commandes.py -k timelines` for the long run.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buridan.budget.models import LigneBudget, Reservation
from buridan.commandes.actions.arreter import annuler, autoriser, refuser_commande
from buridan.commandes.actions.commencer import commencer
from buridan.commandes.actions.expedier import expedier
from buridan.commandes.actions.preparer import contenu_de, empreinte, enregistrer, soumettre
from buridan.commandes.actions.signer import signer_commande
from buridan.commandes.actions.suivre import accuser, constater, engager_commande, facturer
from buridan.commandes.actions.viser import adresser, viser_commande
from buridan.commandes.models import Commande
from buridan.commandes.queries import acte_de
from buridan.delegations.models import Delegation
from buridan.delegations.queries import registre
from buridan.delegations.rules import peut_signer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import TypeEtape
from buridan.dossiers.models import Decision, Etape
from buridan.interface.jetons import DejaEnvoye
from buridan.organisation import annuaire
from buridan.organisation.acteur import acteur, systeme
from buridan.outils.verdict import Refus
from buridan.signatures.models import Moyen
from tests.commandes.ecrits import (
    LIGNE,
    a_faire,
    a_signer,
    auteur_de,
    contenu,
    ecrite,
    envoyee,
    fraiche,
    mener,
    qui_peut,
    signee,
    signer,
)
from tests.conftest import Troupe
from tests.dossiers.test_courses import HUIT, course, sain

EXEMPLES = int(os.environ.get("COMMANDES", "4"))


@pytest.fixture
def troupe_reelle(troupe_reelle: Troupe) -> Iterator[Troupe]:
    """With the credits and the delegations of the preset put back afterwards."""
    credits = dict(LigneBudget.objects.values_list("code", "credits"))
    yield troupe_reelle
    for code, montant in credits.items():
        LigneBudget.objects.filter(code=code).exclude(credits=montant).update(credits=montant)


def une_fois(geste: Callable[[], Any], autres: type[Exception] = DejaFait) -> None:
    """One was done, the others were told that it is."""
    finis = course(*[geste] * HUIT)
    assert sum(isinstance(f, autres) for f in finis) == HUIT - 1, finis
    assert sum(isinstance(f, Exception) for f in finis) == HUIT - 1, finis


def doter(montant: str) -> None:
    """The line of the roads has that much left."""
    ligne: Any = LigneBudget.objects.avec_commande().get(code=LIGNE)
    LigneBudget.objects.filter(pk=ligne.pk).update(credits=ligne.credits - ligne.disponible + Decimal(montant))


def disponible() -> Decimal:
    ligne: Any = LigneBudget.objects.avec_commande().get(code=LIGNE)
    reste: Decimal = ligne.disponible
    return reste


def test_eight_sends_of_one_form_begin_one_order(troupe_reelle: Troupe) -> None:
    by, jeton = acteur(troupe_reelle.titulaire("agent-voirie-1"), troupe_reelle.at), uuid4()
    service = by.annuaire.codes_entites["voirie"]
    une_fois(lambda: commencer("Sable", service, by=by, at=troupe_reelle.at, jeton=jeton), DejaEnvoye)


def test_eight_saves_and_eight_sends_leave_one_circuit(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    commande = ecrite(troupe)
    by, vu = auteur_de(troupe, commande), empreinte(contenu_de(commande))
    finis = course(
        *[lambda n=n: enregistrer(commande.dossier, contenu(str(n)), by=by, at=troupe.at, vu=vu) for n in range(10, 18)]
    )
    assert sum(isinstance(f, Commande) for f in finis) == 1 and sum(isinstance(f, Refus) for f in finis) == HUIT - 1
    etape = a_faire(commande)[0]
    une_fois(lambda: soumettre(etape, by=by, at=troupe.at))
    assert Etape.objects.filter(dossier=commande.pk, type=TypeEtape.SIGNATURE).count() == 1
    sain(commande.dossier)


def test_eight_visas_count_once(troupe_reelle: Troupe) -> None:
    commande = envoyee(troupe_reelle)
    etape = a_faire(commande)[0]
    by = qui_peut(troupe_reelle, etape)
    une_fois(lambda: viser_commande(etape, by=by, at=troupe_reelle.at))
    sain(commande.dossier)


def test_eight_signatures_of_one_order_hold_its_credits_once(troupe_reelle: Troupe) -> None:
    avant, etape = disponible(), a_signer(troupe_reelle)
    by = qui_peut(troupe_reelle, etape)
    une_fois(lambda: signer_commande(etape, by=by, at=troupe_reelle.at, moyen=Moyen.PAPIER))
    assert disponible() == avant - Decimal("960.00")
    sain(etape.dossier)


def test_orders_signed_at_once_never_exceed_their_line(troupe_reelle: Troupe) -> None:
    """Two of 960 € fit in 2 000 €; each of the others is told what is left."""
    etapes = [a_signer(troupe_reelle) for _ in range(5)]
    doter("2000")
    finis = course(*[lambda e=e: signer(troupe_reelle, e) for e in etapes])
    assert sum(isinstance(f, Etape) for f in finis) == 2, finis
    assert {f.raison.replace("\u00a0", " ")[:16] for f in finis if isinstance(f, Refus)} == {"Il reste 80,00 €"}
    assert disponible() == 80
    for etape in etapes:
        sain(etape.dossier)


def test_a_signature_and_a_cancellation_at_once_leave_nothing_held(troupe_reelle: Troupe) -> None:
    avant, etape = disponible(), a_signer(troupe_reelle)
    by, auteur = qui_peut(troupe_reelle, etape), acteur(etape.dossier.createur_id, troupe_reelle.at)
    course(
        lambda: signer(troupe_reelle, etape, by),
        lambda: annuler(etape.dossier, by=auteur, at=troupe_reelle.at, motif="Plus besoin."),
    )
    assert disponible() == avant
    sain(etape.dossier)


def test_what_ends_it_is_done_once(troupe_reelle: Troupe) -> None:
    troupe = troupe_reelle
    commande, autre = signee(troupe), a_signer(troupe)
    by, jour = auteur_de(troupe, commande), troupe.annuaire.jour
    finances, dgs = troupe.au_poste("agent-finances-1"), troupe.au_poste("dgs")
    une_fois(lambda: expedier(commande.dossier, by=by, at=troupe.at, envoi="papier"))
    une_fois(lambda: accuser(commande.dossier, by=systeme(troupe.at), at=troupe.at, nom="Mme Vente"))
    une_fois(lambda: engager_commande(commande.dossier, by=finances, at=troupe.at, numero="E1", le=jour))
    etape = a_faire(commande)[0]
    une_fois(lambda: constater(etape, by=by, at=troupe.at, le=jour))
    etape = a_faire(commande)[0]
    facture: dict[str, Any] = {"facture": "F-1", "facture_le": jour, "facture_ttc": Decimal(960)}
    une_fois(lambda: facturer(etape, by=finances, at=troupe.at, **facture))
    sain(commande.dossier)
    doter("1")
    une_fois(lambda: autoriser(autre.dossier, by=dgs, at=troupe.at, motif="Verglas."))
    Etape.objects.filter(pk=autre.pk).update(poste=troupe.annuaire.codes_postes["dga1"])
    une_fois(lambda: adresser(autre.dossier, by=dgs, at=troupe.at))
    signataire = a_faire(fraiche(autre.dossier.commande))[0]
    une_fois(lambda: refuser_commande(signataire, by=qui_peut(troupe, signataire), at=troupe.at, motif="Non."))
    sain(autre.dossier)
    derniere = envoyee(troupe, "0.5")
    une_fois(lambda: annuler(derniere.dossier, by=auteur_de(troupe, derniere), at=troupe.at, motif="Non."))
    sain(derniere.dossier)


# --- random timelines -------------------------------------------------------------------------------------------------

DELEGUES = ("dir-cadre-de-vie", "dga3", "dgs")
MONTANTS = ("300", "900", "1800", "3900", "4100", "16000")
GESTES = st.one_of(
    st.tuples(st.just("commander"), st.sampled_from(MONTANTS)),
    st.tuples(st.just("signer"), st.integers(1, 4)),  # that many at once
    st.tuples(st.just("annuler"), st.integers(0, 9)),
    st.tuples(st.just("signer_et_annuler"), st.integers(0, 9)),
    st.tuples(st.just("retirer"), st.sampled_from(DELEGUES)),
    st.tuples(st.just("rendre"), st.sampled_from(DELEGUES)),
    st.tuples(st.just("doter"), st.sampled_from(["0", "500", "2500", "20000"])),
    st.tuples(st.just("depasser"), st.integers(0, 9)),
)


class Ville:
    """The town as it lives: orders under way, signed, and what may never be false after each gesture."""

    def __init__(self, troupe: Troupe) -> None:
        self.troupe = troupe
        self.commandes: list[Commande] = []

    def jouer(self, geste: str, quoi: Any) -> None:
        getattr(self, f"_{geste}")(quoi)
        self.verifier()

    def _commander(self, montant: str) -> None:
        commande = ecrite(self.troupe, montant)
        self.commandes.append(commande)
        with suppress(Refus):
            mener(self.troupe, commande, TypeEtape.SIGNATURE)

    def _a_signer(self) -> list[Etape]:
        etapes = Etape.objects.filter(dossier__in=[c.pk for c in self.commandes], type="signature", etat="active")
        return list(etapes.select_related("dossier__commande").order_by("pk"))

    def _signer(self, combien: int) -> None:
        """Each by its addressee, or by somebody who may not."""
        etapes = self._a_signer()[:combien]
        if etapes:
            course(*[lambda e=e: signer(self.troupe, e) for e in etapes])

    def _choisie(self, n: int) -> Commande | None:
        return fraiche(self.commandes[n % len(self.commandes)]) if self.commandes else None

    def _annuler(self, n: int) -> None:
        commande = self._choisie(n)
        if commande is not None:
            with suppress(Refus):
                annuler(commande.dossier, by=auteur_de(self.troupe, commande), at=self.troupe.at, motif="Non.")

    def _signer_et_annuler(self, n: int) -> None:
        commande, etapes = self._choisie(n), self._a_signer()[:2]
        if commande is not None and etapes:
            by = auteur_de(self.troupe, commande)
            course(
                *[lambda e=e: signer(self.troupe, e) for e in etapes],
                lambda: annuler(commande.dossier, by=by, at=self.troupe.at, motif="Non."),
            )

    def _retirer(self, poste: str) -> None:
        """Its delegation of orders ends; an order that waits there goes to who can."""
        Delegation.objects.filter(poste__code=poste, nature="commandes", retiree_le=None).update(
            retiree_le=self.troupe.at - timedelta(hours=1), retrait_motif="Essai"
        )
        for etape in self._a_signer():
            with suppress(Refus):
                adresser(etape.dossier, by=self.troupe.au_poste("dgs"), at=self.troupe.at)

    def _rendre(self, poste: str) -> None:
        rendre(poste)

    def _doter(self, montant: str) -> None:
        """An import may leave a line overspent: it is the finance system that says so."""
        doter(montant)

    def _depasser(self, n: int) -> None:
        commande = self._choisie(n)
        if commande is not None:
            with suppress(Refus):
                autoriser(commande.dossier, by=self.troupe.au_poste("dgs"), at=self.troupe.at, motif="Verglas.")

    def verifier(self) -> None:
        """Each reservation fitted when it was made, or somebody said why not; each is that of a signed order; what was signed
        was signed by somebody who might; what is cancelled holds nothing."""
        for commande in self.commandes:
            lue = fraiche(commande)
            tenues = list(Reservation.objects.filter(dossier=lue.dossier.uuid))
            assert len(tenues) == (lue.signee_le is not None)
            for tenue in tenues:
                assert tenue.montant == lue.montant.ttc
                assert tenue.montant <= tenue.disponible_avant or tenue.derogation == lue.derogation != ""
                annulee = lue.dossier.reponses.exists()
                assert (tenue.liberee_le is not None) == annulee
        ligne: Any = LigneBudget.objects.avec_commande().get(code=LIGNE)
        tenues = Reservation.objects.filter(ligne=ligne.pk, liberee_le=None)
        assert ligne.commande == sum((t.montant for t in tenues), Decimal(0))


def rendre(*postes: str) -> None:
    """A withdrawn delegation never comes back: behind the back of its guard, so that a timeline may go on."""
    with connection.cursor() as curseur:
        curseur.execute("SET session_replication_role = replica")
        Delegation.objects.filter(poste__code__in=postes, retrait_motif="Essai").update(
            retiree_le=None, retrait_motif=""
        )
        curseur.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def delegations_remises(troupe_reelle: Troupe) -> Iterator[Troupe]:
    """What a timeline withdraws is given back."""
    yield troupe_reelle
    rendre(*DELEGUES)


@settings(max_examples=EXEMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(GESTES, min_size=4, max_size=14))
def test_in_random_timelines_no_line_is_overspent_and_nobody_signs_outside_a_delegation(
    delegations_remises: Troupe, gestes: list[tuple[str, Any]]
) -> None:
    ville = Ville(delegations_remises)
    annuaire._memoire.clear()
    rendre(*DELEGUES)
    doter("20000")
    for geste, quoi in gestes:
        signees = set(Decision.objects.filter(resultat="signee").values_list("pk", flat=True))
        avant = registre(delegations_remises.at)  # withdrawals and signatures are not in the same gesture
        ville.jouer(geste, quoi)
        for decision in (
            Decision.objects.filter(resultat="signee").exclude(pk__in=signees).select_related("etape__dossier")
        ):
            commande = fraiche(decision.etape.dossier)
            assert decision.par_id is not None
            assert peut_signer(avant, decision.par_id, acte_de(commande.dossier, commande.montant))
