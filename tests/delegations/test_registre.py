"""The register in the database: what it refuses, what ends a delegation, and the file that goes out and comes back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.delegations import rules
from buridan.delegations.actions.annoncer import annoncer_les_fins
from buridan.delegations.actions.deleguer import DonneesArrete, DonneesLigne, deleguer, publier
from buridan.delegations.actions.retirer import retirer_delegation
from buridan.delegations.echange import exporter, importer
from buridan.delegations.models import Arrete, Delegation
from buridan.delegations.queries import registre
from buridan.delegations.registre import Acte, Montant
from buridan.droit.delais import date_legale
from buridan.notifications.models import Notification
from buridan.organisation.acteur import Acteur, systeme
from buridan.organisation.models import Absence, Affectation, Mandat, Personne
from buridan.outils.verdict import FichierInvalide, Refus
from tests.conftest import Troupe

pytestmark = pytest.mark.django_db
CENT = Montant(Decimal(100), Decimal(120))


@pytest.fixture
def greffe(troupe: Troupe) -> Acteur:
    """Whoever keeps the register."""
    return troupe.au_poste("dir-juridique-assemblees")


@pytest.fixture
def arrete(troupe: Troupe) -> DonneesArrete:
    """An act of today, executory today."""
    jour = troupe.annuaire.jour
    return DonneesArrete("ESSAI-1", jour, troupe.titulaire("maire"), "maire", None, jour, jour)


@pytest.fixture
def ligne(troupe: Troupe) -> DonneesLigne:
    """Orders of the sports department, up to 500 euros excluding VAT."""
    entite = troupe.annuaire.codes_entites["sports"]
    poste = troupe.annuaire.codes_postes["agent-sports-1"]
    return DonneesLigne(
        troupe.titulaire("agent-sports-1"), poste, "commandes", troupe.annuaire.jour, entite, Decimal(500), "HT"
    )


def verdict(troupe: Troupe, personne: int, acte: Acte, *, at: Any = None) -> str:
    """The reason of the refusal, empty when allowed."""
    return rules.peut_signer(registre(at or troupe.at), personne, acte).raison


def commande(troupe: Troupe, ht: int = 100, entite: str = "sports") -> Acte:
    return Acte("commandes", troupe.annuaire.codes_entites[entite], Montant(Decimal(ht), Decimal(ht) * Decimal("1.2")))


def test_the_refusal_says_why_and_who_can(troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any) -> None:
    qui = ligne.delegataire
    assert "Vous n'avez pas de délégation" in verdict(troupe, qui, commande(troupe))
    deleguer(arrete, ligne, by=greffe, at=troupe.at)
    assert verdict(troupe, qui, commande(troupe)) == ""
    trop = verdict(troupe, qui, commande(troupe, 501))
    assert "s'arrête à 500,00 € hors taxes ; cet acte est de 501,00 €" in trop
    assert "Peuvent signer" in trop and "Directrice des sports" in trop and "(Maire)" in trop
    assert "porte sur" in verdict(troupe, qui, commande(troupe, entite="culture"))


def test_the_mayor_signs_all_and_the_first_deputy_present_replaces_her(troupe: Troupe) -> None:
    jour, acte = troupe.annuaire.jour, Acte("marches")
    premier, deuxieme = troupe.titulaire("adjoint-1"), troupe.titulaire("adjoint-2")
    assert verdict(troupe, troupe.titulaire("maire"), acte) == ""
    assert verdict(troupe, premier, acte) != ""
    Absence.objects.create(personne_id=troupe.titulaire("maire"), debut=jour, fin=jour + timedelta(days=2))
    assert verdict(troupe, premier, acte) == "" and verdict(troupe, deuxieme, acte) != ""
    assert "absent" in verdict(troupe, troupe.titulaire("maire"), acte)
    Absence.objects.create(personne_id=premier, debut=jour, fin=jour + timedelta(days=2))
    assert verdict(troupe, deuxieme, acte) == ""


def test_an_act_not_yet_executory_gives_nothing_until_it_is_published(
    troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any
) -> None:
    d = deleguer(replace(arrete, publie_le=None, executoire_le=None), ligne, by=greffe, at=troupe.at)
    assert "n'est pas exécutoire" in verdict(troupe, ligne.delegataire, commande(troupe))
    jour = troupe.annuaire.jour
    publier(d.arrete, by=greffe, at=troupe.at, publie_le=jour, executoire_le=jour)
    assert verdict(troupe, ligne.delegataire, commande(troupe)) == ""
    with pytest.raises(Refus, match="déjà exécutoire"):
        publier(d.arrete, by=greffe, at=troupe.at, publie_le=jour, executoire_le=jour + timedelta(days=1))


def test_a_withdrawal_ends_it_from_that_instant(troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any) -> None:
    d = deleguer(arrete, ligne, by=greffe, at=troupe.at)
    retirer_delegation(d, by=greffe, at=troupe.at, motif="Arrêté n° 9.")
    assert "a été retirée" in verdict(troupe, ligne.delegataire, commande(troupe))
    avant = troupe.at - timedelta(seconds=1)
    if date_legale(avant) == troupe.annuaire.jour:
        assert verdict(troupe, ligne.delegataire, commande(troupe), at=avant) == ""
    with pytest.raises(Refus, match="déjà été retirée"):
        retirer_delegation(d, by=greffe, at=troupe.at, motif="Encore.")


def test_an_election_ends_every_delegation_until_it_is_renewed(
    troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any
) -> None:
    d = deleguer(arrete, ligne, by=greffe, at=troupe.at)
    demain = troupe.annuaire.jour + timedelta(days=1)
    Mandat.objects.en_vigueur(troupe.annuaire.jour).filter(fonction="maire").update(fin=demain)
    Mandat.objects.create(personne_id=arrete.delegant, fonction="maire", debut=demain)  # the same mayor, elected again
    apres = troupe.at + timedelta(days=1)
    assert "à renouveler" in verdict(troupe, ligne.delegataire, commande(troupe), at=apres)
    r = registre(apres)
    vivantes = [x for x in r.lignes if rules.etat(r, x)]
    assert vivantes == [] and any(rules.a_renouveler(r, x) for x in r.lignes if x.id == d.pk)
    neuf = replace(arrete, numero="ESSAI-2", signe_le=demain, publie_le=demain, executoire_le=demain)
    by = Acteur(greffe.personne, r.annuaire, apres)
    deleguer(neuf, replace(ligne, debut=demain), by=by, at=apres)
    assert verdict(troupe, ligne.delegataire, commande(troupe), at=apres) == ""
    r = registre(apres)
    assert not any(rules.a_renouveler(r, x) for x in r.lignes if x.id == d.pk)
    d.refresh_from_db()
    assert d.fin == demain  # closed on the day of the one that renews it


def test_leaving_the_post_ends_it_even_for_somebody_who_comes_back(
    troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any
) -> None:
    deleguer(arrete, ligne, by=greffe, at=troupe.at)
    demain = troupe.annuaire.jour + timedelta(days=1)
    Affectation.objects.filter(poste=ligne.poste, fin=None).update(fin=demain)
    assert "n'a plus la fonction" in verdict(
        troupe, ligne.delegataire, commande(troupe), at=troupe.at + timedelta(days=1)
    )
    Affectation.objects.create(poste_id=ligne.poste, personne_id=ligne.delegataire, debut=demain + timedelta(days=1))
    assert "n'a plus la fonction" in verdict(
        troupe, ligne.delegataire, commande(troupe), at=troupe.at + timedelta(days=3)
    )


def test_a_closed_account_ends_it(troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any) -> None:
    deleguer(arrete, ligne, by=greffe, at=troupe.at)
    Personne.objects.filter(pk=ligne.delegataire).update(is_active=False)
    assert verdict(troupe, ligne.delegataire, commande(troupe)) != ""


def test_the_second_in_order_signs_only_when_the_first_is_away_and_the_stand_in_too(
    troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any
) -> None:
    resp = troupe.annuaire.codes_postes["resp-culture"]
    autre = troupe.titulaire("resp-culture")
    suppleant = troupe.titulaire("agent-culture-1")
    acte = Acte("conventions", ligne.entite)
    base = replace(ligne, nature="conventions", plafond=None, taxes="")
    deleguer(
        arrete,
        replace(base, suppleant=suppleant, suppleant_poste=troupe.annuaire.codes_postes["agent-culture-1"]),
        by=greffe,
        at=troupe.at,
    )
    deleguer(arrete, replace(base, delegataire=autre, poste=resp, priorite=2), by=greffe, at=troupe.at)
    assert verdict(troupe, ligne.delegataire, acte) == ""
    assert "qui passent avant vous" in verdict(troupe, autre, acte)
    assert "que pendant son absence" in verdict(troupe, suppleant, acte)
    Absence.objects.create(personne_id=ligne.delegataire, debut=troupe.annuaire.jour, fin=None)
    assert verdict(troupe, suppleant, acte) == "" and verdict(troupe, autre, acte) != ""
    assert rules.pouvoir(registre(troupe.at), suppleant, acte).formule[-1].startswith("En l'absence de")  # type: ignore[union-attr]
    Absence.objects.create(personne_id=suppleant, debut=troupe.annuaire.jour, fin=None)
    assert verdict(troupe, autre, acte) == ""


def test_the_database_refuses_two_ceilings_at_once_and_rewriting(
    troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any
) -> None:
    d = deleguer(arrete, ligne, by=greffe, at=troupe.at)
    with pytest.raises(Refus, match="déjà une délégation pour cette nature"):
        deleguer(replace(arrete, numero="ESSAI-2"), replace(ligne, plafond=Decimal(900)), by=greffe, at=troupe.at)
    for champs in (
        {"plafond": 9_999},
        {"debut": troupe.annuaire.jour - timedelta(days=9)},
        {"delegataire": greffe.personne},
    ):
        with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic():
            Delegation.objects.filter(pk=d.pk).update(**champs)
    with pytest.raises(IntegrityError, match="ne s'efface pas"), transaction.atomic():
        d.delete()
    with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic():
        Arrete.objects.filter(pk=d.arrete_id).update(numero="AUTRE")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("UPDATE delegations_delegation SET retiree_le = now() WHERE id = %s", [d.pk])  # without reason


def test_nobody_delegates_to_oneself_and_only_the_keepers_write(
    troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any
) -> None:
    with pytest.raises(Refus, match="à soi-même"):
        deleguer(arrete, replace(ligne, delegataire=arrete.delegant), by=greffe, at=troupe.at)
    with pytest.raises(Refus, match="tient le registre"):
        deleguer(arrete, ligne, by=troupe.present("voirie"), at=troupe.at)


def test_the_file_that_goes_out_comes_back_without_a_change(
    troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any
) -> None:
    d = deleguer(arrete, replace(ligne, fin=troupe.annuaire.jour + timedelta(days=90)), by=greffe, at=troupe.at)
    retirer_delegation(d, by=greffe, at=troupe.at, motif="=formule, « guillemets »")
    sorti = exporter()
    assert importer(sorti, by=systeme(troupe.at), at=troupe.at) == 0
    assert exporter() == sorti
    avant = Delegation.objects.count()
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("TRUNCATE delegations_delegation, delegations_arrete CASCADE")
    assert importer(sorti, by=systeme(troupe.at), at=troupe.at) == avant
    assert exporter() == sorti


def test_every_fault_of_a_file_is_named_with_its_line_and_nothing_is_written(troupe: Troupe) -> None:
    entete, bonne = exporter().splitlines()[:2]
    champs = dict(zip(entete.split(","), bonne.split(","), strict=True))

    def fausse(**plus: str) -> str:
        return ",".join({**champs, "numero": "NEUF", **plus}.values())

    lignes = [
        fausse(nature="rien"), fausse(plafond="beaucoup", taxes="HT"), fausse(plafond="100", taxes=""), fausse(debut="hier"),
        fausse(delegataire="personne"), fausse(priorite="0"), fausse(executoire_le="2020-01-01"),
        fausse(delegataire=champs["delegant"]), fausse(retiree_le="2026-05-05"), fausse(suppleant_poste=""),
    ]  # fmt: skip
    avant = Delegation.objects.count()
    with pytest.raises(FichierInvalide) as erreur:
        importer("\n".join([entete, *lignes]), by=systeme(troupe.at), at=troupe.at)
    assert Delegation.objects.count() == avant
    for numero in (2, 3, 4, 5, 6, 7, 10):
        assert any(f"ligne {numero} :" in faute for faute in erreur.value.fautes), (numero, erreur.value.fautes)
    with pytest.raises(FichierInvalide) as erreur:  # what only the database sees is named too
        importer(
            "\n".join([entete, fausse(executoire_le="2020-01-01"), fausse(delegataire=champs["delegant"])]),
            by=systeme(troupe.at),
            at=troupe.at,
        )
    assert (
        len(erreur.value.fautes) == 2
        and "ligne 2 :" in erreur.value.fautes[0]
        and "exécutoire" in erreur.value.fautes[0]
    )
    with pytest.raises(FichierInvalide, match="manque"):
        importer("numero;date\n1;2", by=systeme(troupe.at), at=troupe.at)


def test_an_end_is_announced_once_a_month_before(troupe: Troupe, greffe: Acteur, arrete: Any, ligne: Any) -> None:
    fin = troupe.annuaire.jour + timedelta(days=30)
    deleguer(arrete, replace(ligne, fin=fin), by=greffe, at=troupe.at)
    loin = replace(ligne, nature="courriers", plafond=None, taxes="", fin=fin + timedelta(days=1))
    deleguer(arrete, loin, by=greffe, at=troupe.at)
    annoncer_les_fins(by=systeme(troupe.at), at=troupe.at)
    annoncer_les_fins(by=systeme(troupe.at), at=troupe.at)
    avis = Notification.objects.filter(lien="/delegations/", texte__contains="ESSAI-1")
    assert set(avis.values_list("personne_id", flat=True)) >= {ligne.delegataire, greffe.personne}
    assert avis.filter(personne=ligne.delegataire).count() == 1
    assert f"{fin:%d/%m/%Y}" in avis[0].texte


def test_the_preset_loads_again_without_a_change(troupe: Troupe) -> None:
    from django.conf import settings

    texte = (settings.PRESETS / "bethune" / "delegations.csv").read_text()
    assert importer(texte, by=systeme(troupe.at), at=troupe.at) == 0
