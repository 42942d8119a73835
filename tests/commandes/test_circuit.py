"""An order from its first word to its invoice, and all that stops it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from buridan.budget.actions.reserver import engager
from buridan.budget.models import LigneBudget
from buridan.commandes.actions.arreter import annuler, autoriser, refuser_commande
from buridan.commandes.actions.commencer import commencer
from buridan.commandes.actions.expedier import expedier
from buridan.commandes.actions.preparer import (
    EcriteAilleurs,
    LigneVoulue,
    contenu_de,
    empreinte,
    enregistrer,
    soumettre,
)
from buridan.commandes.actions.suivre import accuser, engager_commande, facturer
from buridan.commandes.actions.viser import adresser, viser_commande
from buridan.commandes.gestes import COMMANDE
from buridan.commandes.modele import lire_regles
from buridan.commandes.nature import route
from buridan.commandes.queries import rapprochement_de, regles_en_vigueur, reservation_de
from buridan.delegations.models import Delegation
from buridan.dossiers.actions.modifier_circuit import inserer
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatDossier, TypeEtape
from buridan.dossiers.formulaires import FormulaireInvalide
from buridan.dossiers.models import Etape
from buridan.interface.jetons import DejaEnvoye
from buridan.lancement import verification
from buridan.notifications.models import Courriel
from buridan.organisation import annuaire
from buridan.organisation.acteur import acteur, systeme
from buridan.organisation.models import Absence, Mandat
from buridan.outils.verdict import Refus
from tests.commandes.ecrits import (
    LIGNE,
    SIRET,
    a_faire,
    a_signer,
    auteur_de,
    commencee,
    contenu,
    ecrite,
    envoyee,
    fraiche,
    ligne,
    mener,
    pas,
    qui_peut,
    signee,
    signer,
)
from tests.conftest import Troupe

pytestmark = pytest.mark.django_db


def etapes(commande: Any) -> list[tuple[str, str]]:
    """What is to come, with the code of who has it."""
    lues = Etape.objects.filter(dossier=commande.pk).select_related("poste", "entite").order_by("rang", "id")
    return [(e.type, e.poste.code if e.poste else e.entite.code if e.entite else "") for e in lues]


def credits_a(montant: str) -> None:
    """The line of the roads has that left."""
    reste = ligne().disponible
    LigneBudget.objects.filter(code=LIGNE).update(credits=ligne().credits - reste + Decimal(montant))


# --- who sees it and who signs ----------------------------------------------------------------------------------------


def test_the_nearest_delegation_whose_ceiling_is_enough_signs_and_visas_grow_with_the_amount(troupe: Troupe) -> None:
    assert [c for t, c in etapes(envoyee(troupe, "800")) if t == "signature"] == [
        "dir-cadre-de-vie"
    ]  # its head is away
    assert [c for t, c in etapes(envoyee(troupe, "4000")) if t == "signature"] == ["dir-cadre-de-vie"]
    assert etapes(envoyee(troupe, "4000.01"))[1:] == [
        ("visa", "resp-voirie"), ("visa", "dir-cadre-de-vie"), ("visa", "finances"), ("signature", "dga3"),
        ("validation", "voirie"), ("reponse", "finances"),
    ]  # fmt: skip
    assert [c for t, c in etapes(envoyee(troupe, "20000")) if t == "signature"] == ["dgs"]
    assert etapes(envoyee(troupe, "41000"))[1:7] == [
        ("visa", "resp-voirie"), ("visa", "dir-cadre-de-vie"), ("visa", "dga3"), ("visa", "finances"), ("visa", "dgs"),
        ("signature", "maire"),
    ]  # fmt: skip


def test_dga_1_and_2_have_their_own_circuit_where_finances_come_first(troupe: Troupe) -> None:
    sur = "F-011-6156-020-TNU"
    commande = envoyee(troupe, "20000", poste="agent-tnu-1", service="tnu", sur=sur, famille="informatique")
    assert commande.dossier.circuit == "commande-dga1-dga2"
    assert [c for t, c in etapes(commande) if t == "visa"] == ["dir-tnu", "finances", "dga1"]


def test_the_amount_and_the_lines_are_rounded_by_line_half_up(troupe: Troupe) -> None:
    lignes = (
        LigneVoulue("Vis", Decimal("3"), "", Decimal("0.335"), Decimal("20")),  # 1.005 → 1.01, tax 0.202 → 0.20
        LigneVoulue("Clous", Decimal("0.5"), "kg", Decimal("0.05"), Decimal("5.5")),  # 0.025 → 0.03, tax 0.00165 → 0.00
    )
    commande = ecrite(troupe, lignes=lignes)
    assert [(x.ht, x.tva) for x in commande.lignes.all()] == [
        (Decimal("1.01"), Decimal("0.20")),
        (Decimal("0.03"), Decimal("0.00")),
    ]
    assert (commande.montant.ht, commande.montant.ttc) == (Decimal("1.04"), Decimal("1.24"))


def test_who_is_away_when_it_comes_to_the_signature_does_not_hold_it(troupe: Troupe) -> None:
    commande = envoyee(troupe, "2000")
    mener(troupe, commande, TypeEtape.VISA)
    Absence.objects.create(
        personne_id=troupe.titulaire("dir-cadre-de-vie"), debut=troupe.annuaire.jour - timedelta(days=1), fin=None
    )
    annuaire._memoire.clear()
    etape = mener(troupe, commande, TypeEtape.SIGNATURE)
    assert etape.poste is not None and etape.poste.code == "dga3"
    signer(troupe, etape)
    assert fraiche(commande).signee_le is not None


def test_a_delegation_withdrawn_meanwhile_signs_nothing_and_the_order_goes_to_who_can(troupe: Troupe) -> None:
    etape = a_signer(troupe, "2000")
    directrice = qui_peut(troupe, etape)
    Delegation.objects.filter(delegataire=directrice.personne, nature="commandes").update(
        retiree_le=troupe.at - timedelta(hours=1), retrait_motif="Essai"
    )
    with pytest.raises(Refus, match="a été retirée.*Peuvent signer : .*DGA Stratégie urbaine"):
        signer(troupe, etape, directrice)
    assert reservation_de(etape.dossier) is None
    adresser(etape.dossier, by=directrice, at=troupe.at)
    etape = a_faire(etape.dossier)[0]
    assert etape.poste is not None and etape.poste.code == "dga3"
    with pytest.raises(DejaFait):
        adresser(etape.dossier, by=directrice, at=troupe.at)
    signer(troupe, etape)


def test_nobody_signs_above_a_ceiling_even_when_the_etape_was_handed_over(troupe: Troupe) -> None:
    etape = a_signer(troupe, "20000")
    Etape.objects.filter(pk=etape.pk).update(poste=troupe.annuaire.codes_postes["dga3"])
    with pytest.raises(Refus, match="s'arrête à .*15.000,00"):
        signer(troupe, Etape.objects.get(pk=etape.pk), acteur(troupe.titulaire("dga3"), troupe.at))


# --- credits ----------------------------------------------------------------------------------------------------------


def test_a_signature_holds_the_whole_amount_and_a_second_click_holds_it_once(troupe: Troupe) -> None:
    avant = ligne().disponible
    etape = a_signer(troupe, "800")
    assert ligne().disponible == avant
    by = qui_peut(troupe, etape)
    signer(troupe, etape, by)
    with pytest.raises(DejaFait):
        signer(troupe, etape, by)
    assert ligne().disponible == avant - Decimal("960.00")


def test_credits_are_looked_at_when_it_is_sent_at_each_visa_and_at_the_signature(troupe: Troupe) -> None:
    commande = ecrite(troupe, "800")
    credits_a("959.99")
    with pytest.raises(Refus, match="de trop"):
        soumettre(a_faire(commande)[0], by=auteur_de(troupe, commande), at=troupe.at)
    credits_a("960")
    pas(troupe, a_faire(commande)[0])
    credits_a("959.99")
    with pytest.raises(Refus, match="de trop"):
        pas(troupe, a_faire(commande)[0])
    credits_a("960")
    etape = mener(troupe, commande, TypeEtape.SIGNATURE)
    credits_a("0")
    with pytest.raises(Refus, match="sont épuisés"):
        signer(troupe, etape)
    assert fraiche(commande).signee_le is None and Etape.objects.get(pk=etape.pk).etat == "active"
    credits_a("960")
    signer(troupe, etape)
    assert ligne().disponible == 0


def test_only_who_has_the_right_lets_it_exceed_and_only_for_that_content(troupe: Troupe) -> None:
    etape = a_signer(troupe, "800")
    credits_a("500")
    commande, dgs = fraiche(etape.dossier.commande), troupe.au_poste("dgs")
    with pytest.raises(Refus, match="Vous ne pouvez pas autoriser"):
        autoriser(commande.dossier, by=qui_peut(troupe, etape), at=troupe.at, motif="Pressé.")
    autoriser(commande.dossier, by=dgs, at=troupe.at, motif="Route coupée.")
    with pytest.raises(DejaFait):
        autoriser(commande.dossier, by=dgs, at=troupe.at, motif="Route coupée.")
    signer(troupe, etape)
    tenue = reservation_de(commande.dossier)
    assert tenue is not None and (tenue.derogation, ligne().disponible) == ("Route coupée.", Decimal("-460.00"))
    autre = ecrite(troupe, "10")
    autoriser(autre.dossier, by=dgs, at=troupe.at, motif="Encore.")
    by = auteur_de(troupe, autre)
    assert enregistrer(autre.dossier, contenu("11"), by=by, at=troupe.at).derogation == ""


def test_an_override_that_fits_is_refused_and_one_no_longer_needed_is_not_kept(troupe: Troupe) -> None:
    etape = a_signer(troupe, "800")
    dgs = troupe.au_poste("dgs")
    with pytest.raises(Refus, match="Les crédits suffisent"):
        autoriser(etape.dossier, by=dgs, at=troupe.at, motif="Au cas où.")
    credits_a("1")
    autoriser(etape.dossier, by=dgs, at=troupe.at, motif="Pressé.")
    credits_a("5000")
    signer(troupe, etape)
    tenue = reservation_de(etape.dossier)
    assert tenue is not None and tenue.derogation == ""


def test_a_line_of_another_year_takes_no_order(troupe: Troupe) -> None:
    etape = a_signer(troupe, "800")
    LigneBudget.objects.filter(code=LIGNE).update(exercice=troupe.annuaire.jour.year - 1)
    with pytest.raises(Refus, match="L'exercice .* n'est pas celui de cette année"):
        signer(troupe, etape)


# --- cancelled, refused, sent back ------------------------------------------------------------------------------------


def test_a_cancelled_order_gives_its_credits_back_and_the_supplier_is_told(troupe: Troupe) -> None:
    avant = ligne().disponible
    commande = signee(troupe)
    expedier(commande.dossier, by=auteur_de(troupe, commande), at=troupe.at, envoi="papier")
    annuler(commande.dossier, by=auteur_de(troupe, commande), at=troupe.at, motif="Rupture de stock.")
    assert ligne().disponible == avant and fraiche(commande).dossier.etat == EtatDossier.CLOS
    assert (
        Courriel.objects.filter(dossier=commande.dossier.uuid, sujet__contains="annulé").get().destinataire
        == commande.courriel
    )
    with pytest.raises(DejaFait):
        annuler(commande.dossier, by=auteur_de(troupe, commande), at=troupe.at, motif="Encore.")
    autre = a_signer(troupe)
    with pytest.raises(Refus, match="Seuls la personne qui a préparé"):
        annuler(autre.dossier, by=troupe.au_poste("agent-finances-1"), at=troupe.at, motif="Non.")


def test_an_engaged_order_that_is_cancelled_is_given_back_by_the_finance_system(troupe: Troupe) -> None:
    commande = signee(troupe)
    finances = troupe.au_poste("agent-finances-1")
    engager_commande(commande.dossier, by=finances, at=troupe.at, numero="E12", le=troupe.annuaire.jour)
    with pytest.raises(DejaFait):
        engager_commande(commande.dossier, by=finances, at=troupe.at, numero="E12", le=troupe.annuaire.jour)
    annuler(commande.dossier, by=auteur_de(troupe, commande), at=troupe.at, motif="Rupture.")
    tenue = reservation_de(commande.dossier)
    assert tenue is not None and tenue.liberee_le is None
    assert "E12 est à annuler" in commande.dossier.reponses.get().texte


def test_an_order_got_is_no_longer_cancelled(troupe: Troupe) -> None:
    commande = signee(troupe)
    pas(troupe, a_faire(commande)[0])
    with pytest.raises(Refus, match="Le service fait est constaté"):
        annuler(commande.dossier, by=auteur_de(troupe, commande), at=troupe.at, motif="Trop tard.")


def test_a_refusal_closes_it_with_its_reason_and_holds_nothing(troupe: Troupe) -> None:
    etape = a_signer(troupe)
    with pytest.raises(Refus, match="Écrivez le motif"):
        refuser_commande(etape, by=qui_peut(troupe, etape), at=troupe.at, motif=" ")
    refuser_commande(etape, by=qui_peut(troupe, etape), at=troupe.at, motif="Trop cher.")
    commande = fraiche(etape.dossier.commande)
    assert commande.dossier.etat == EtatDossier.CLOS and "Trop cher." in commande.dossier.reponses.get().texte
    assert reservation_de(commande.dossier) is None


def test_sent_back_changed_and_sent_again_it_takes_the_circuit_of_its_new_amount(troupe: Troupe) -> None:
    etape = a_signer(troupe, "800")
    renvoyer(
        etape, by=qui_peut(troupe, etape), at=troupe.at, motif="Deux tonnes suffisent.",
        vers=Etape.objects.filter(dossier=etape.dossier, type="traitement").get(),
    )  # fmt: skip
    commande = fraiche(etape.dossier.commande)
    by = auteur_de(troupe, commande)
    enregistrer(commande.dossier, contenu("6000"), by=by, at=troupe.at)
    soumettre(a_faire(commande)[0], by=by, at=troupe.at)
    signature = mener(troupe, commande, TypeEtape.SIGNATURE)
    assert signature.poste is not None and signature.poste.code == "dga3"
    signer(troupe, signature)
    tenue = reservation_de(commande.dossier)
    assert tenue is not None and tenue.montant == Decimal("7200.00")


def test_what_is_signed_is_neither_sent_back_refused_nor_taken_back(troupe: Troupe) -> None:
    etape = a_signer(troupe)
    by = qui_peut(troupe, etape)
    signer(troupe, etape, by)
    suivante = a_faire(etape.dossier)[0]
    agent = qui_peut(troupe, suivante)
    for code, objet, qui in (
        ("renvoyer", suivante, agent),
        ("refuser", suivante, agent),
        ("revenir", Etape.objects.get(pk=etape.pk), by),
    ):
        assert "signé" in COMMANDE[code].verdict(qui, objet).raison, code
        with pytest.raises(Refus, match="signé"):
            COMMANDE[code].executer(objet, by=qui, at=troupe.at, donnees={"motif": "Non."})


def test_the_circuit_keeps_one_signature_with_the_service_done_and_the_invoice_after(troupe: Troupe) -> None:
    commande, dga = envoyee(troupe, "2000"), troupe.au_poste("dga3")
    qui: dict[str, Any] = {
        "by": dga,
        "at": troupe.at,
        "delai": "2 jours ouvrés",
        "poste": troupe.annuaire.codes_postes["dgs"],
    }
    for genre in (TypeEtape.SIGNATURE, TypeEtape.VALIDATION):
        with pytest.raises(Refus, match="ajoutez un visa"):
            inserer(commande.dossier, type=genre, titre="En plus", **qui)
    inserer(commande.dossier, type=TypeEtape.VISA, titre="En plus", **qui)


# --- to its end -------------------------------------------------------------------------------------------------------


def test_it_ends_with_its_invoice_and_says_how_much_it_differs(troupe: Troupe) -> None:
    commande = signee(troupe)
    etape = mener(troupe, commande, TypeEtape.REPONSE)
    facture: dict[str, Any] = {"facture": "F-77", "facture_le": troupe.annuaire.jour, "facture_ttc": Decimal("950.00")}
    finances = qui_peut(troupe, etape)
    with pytest.raises(Refus, match="L'engagement n'est pas noté"):
        facturer(etape, by=finances, at=troupe.at, **facture)
    tenue = reservation_de(commande.dossier)
    assert tenue is not None
    engager(tenue, by=troupe.au_poste("agent-finances-1"), at=troupe.at, numero="E9", le=troupe.annuaire.jour)
    facturer(etape, by=finances, at=troupe.at, **facture)
    finie = fraiche(commande)
    assert (finie.dossier.etat, finie.facture) == (EtatDossier.CLOS, "F-77")
    texte = finie.dossier.reponses.get().texte.replace("\u00a0", " ")
    assert "10,00 € de moins que le bon de commande" in texte and "engagement E9" in texte
    assert [f for f in verification.fautes(complet=True) if "ommande" in f] == []


def test_the_supplier_says_once_that_it_came_and_the_author_is_told(troupe: Troupe) -> None:
    commande = signee(troupe)
    with pytest.raises(Refus, match="n'est pas envoyé"):
        accuser(commande.dossier, by=systeme(troupe.at), at=troupe.at, nom="M. Vente")
    expedier(commande.dossier, by=auteur_de(troupe, commande), at=troupe.at, envoi="papier")
    accuser(commande.dossier, by=systeme(troupe.at), at=troupe.at, nom="M. Vente", mot="Jeudi.")
    with pytest.raises(DejaFait):
        accuser(commande.dossier, by=systeme(troupe.at), at=troupe.at, nom="M. Vente")
    assert fraiche(commande).recue_par == "M. Vente"


def test_signed_on_paper_it_goes_on_paper(troupe: Troupe) -> None:
    commande = signee(troupe)
    assert commande.envoyee_le is None
    with pytest.raises(Refus, match="signé sur papier"):
        expedier(commande.dossier, by=auteur_de(troupe, commande), at=troupe.at, envoi="courriel")


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_begins_one_order(troupe: Troupe) -> None:
    from uuid import uuid4

    by, jeton = acteur(troupe.titulaire("agent-voirie-1"), troupe.at), uuid4()
    service = by.annuaire.codes_entites["voirie"]
    commande = commencer("Sable", service, by=by, at=troupe.at, jeton=jeton)
    with pytest.raises(DejaEnvoye) as deja:
        commencer("Sable", service, by=by, at=troupe.at, jeton=jeton)
    assert deja.value.resultat == f"/commandes/{commande.dossier.uuid}/preparer/"


def test_an_elected_official_and_another_service_prepare_nothing(troupe: Troupe) -> None:
    with pytest.raises(Refus, match="préparé par un agent"):
        commencer("Sable", 1, by=acteur(troupe.titulaire("maire"), troupe.at), at=troupe.at)
    commande = commencee(troupe)
    with pytest.raises(Refus, match="Cette commande est préparée par"):
        enregistrer(commande.dossier, contenu(), by=troupe.au_poste("dir-finances"), at=troupe.at)


def test_what_is_missing_is_said_before_it_is_sent(troupe: Troupe) -> None:
    commande = commencee(troupe)
    with pytest.raises(Refus, match=r"SIRET.*nom du fournisseur.*famille.*ligne de budget.*au moins une ligne"):
        soumettre(a_faire(commande)[0], by=auteur_de(troupe, commande), at=troupe.at)


def test_two_who_write_at_once_are_told(troupe: Troupe) -> None:
    commande = ecrite(troupe)
    vu, by = empreinte(contenu_de(commande)), auteur_de(troupe, commande)
    enregistrer(commande.dossier, contenu("900"), by=by, at=troupe.at, vu=vu)
    with pytest.raises(EcriteAilleurs):
        enregistrer(commande.dossier, contenu("1000"), by=by, at=troupe.at, vu=vu)
    enregistrer(commande.dossier, contenu("900"), by=by, at=troupe.at, vu=vu)  # the same click again


def test_its_author_takes_the_sending_back_before_anybody_decides(troupe: Troupe) -> None:
    commande = envoyee(troupe)
    by, envoi = auteur_de(troupe, commande), Etape.objects.get(dossier=commande.pk, type="traitement")
    COMMANDE["revenir"].executer(envoi, by=by, at=troupe.at, donnees={"motif": "Une ligne manque."})
    enregistrer(commande.dossier, contenu("950"), by=by, at=troupe.at)
    soumettre(a_faire(commande)[0], by=by, at=troupe.at)
    signer(troupe, mener(troupe, commande, TypeEtape.SIGNATURE))
    assert fraiche(commande).montant.ttc == Decimal("1140.00")


def test_what_nobody_can_sign_today_is_written_and_not_sent(troupe: Troupe) -> None:
    """The mayor and every deputy are away: no delegation goes that far."""
    commande = ecrite(troupe)
    for mandat in Mandat.objects.en_vigueur(troupe.annuaire.jour).filter(fonction__in=["maire", "adjoint"]):
        Absence.objects.create(personne_id=mandat.personne_id, debut=troupe.annuaire.jour, fin=None)
    annuaire._memoire.clear()
    at = troupe.at + timedelta(seconds=1)
    by = acteur(commande.dossier.createur_id, at)
    ecrit = enregistrer(commande.dossier, contenu("50000"), by=by, at=at)
    assert ecrit.montant.ht == 50_000
    with pytest.raises(Refus, match="Personne ne peut signer cette commande aujourd'hui"):
        soumettre(a_faire(commande)[0], by=by, at=at)


def test_an_order_in_its_circuit_does_not_change(troupe: Troupe) -> None:
    commande = envoyee(troupe)
    with pytest.raises(Refus, match="dans le circuit"):
        enregistrer(commande.dossier, contenu("1"), by=auteur_de(troupe, commande), at=troupe.at)


# --- orders that look like one ----------------------------------------------------------------------------------------


def test_orders_that_together_pass_a_ceiling_are_pointed_out(troupe: Troupe) -> None:
    regles, jour = regles_en_vigueur(), troupe.annuaire.jour
    envoyee(troupe, "700")
    refusee = a_signer(troupe, "900")
    refuser_commande(refusee, by=qui_peut(troupe, refusee), at=troupe.at, motif="Non.")
    commande = ecrite(troupe, "300")
    assert rapprochement_de(commande, regles, jour) is None  # 1 000 is not above 1 000
    commande = ecrite(troupe, "300.01")
    trouve = rapprochement_de(commande, regles, jour)
    assert trouve is not None
    assert (trouve.nombre, trouve.total, trouve.seuil) == (1, Decimal("1000.01"), Decimal(1000))
    assert rapprochement_de(commande, regles, jour + timedelta(days=400)) is None
    par = auteur_de(troupe, commande)
    ailleurs = rapprochement_de(ecrite(troupe, "300.01", siret="73282932000082"), regles, jour, par)
    assert ailleurs is not None and ailleurs.nombre == 1  # another establishment of the same firm
    assert [d.objet for d in ailleurs.autres] == ["Sable à enrobé"] and not ailleurs.cachees
    etranger = rapprochement_de(commande, regles, jour, troupe.present("sports"))
    assert etranger is not None and (etranger.autres, etranger.cachees) == ((), 1)
    for autre in ({"siret": "40483304800022"}, {"famille": "travaux"}):
        assert rapprochement_de(ecrite(troupe, "300.01", **autre), regles, jour) is None


# --- the database, whatever writes ------------------------------------------------------------------------------------


def refuse(sql: str, params: list[Any], phrase: str) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match=phrase), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql, params)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_keeps_a_signed_order_as_it_was_signed(troupe: Troupe) -> None:
    pk = [signee(troupe).pk]
    fige = "Un bon de commande signé ne change plus"
    refuse("UPDATE commandes_lignecommande SET prix = 1 WHERE commande_id = %s", pk, fige)
    refuse("DELETE FROM commandes_lignecommande WHERE commande_id = %s", pk, fige)
    refuse(
        "INSERT INTO commandes_lignecommande (commande_id, rang, designation, quantite, unite, prix, taux) VALUES (%s, 9, 'x', 1, '', 1, 0)",
        pk, fige,
    )  # fmt: skip
    refuse("UPDATE commandes_commande SET siret = '40483304800022' WHERE dossier_id = %s", pk, fige)
    refuse("UPDATE commandes_commande SET signee_le = NULL WHERE dossier_id = %s", pk, fige)
    refuse("DELETE FROM commandes_commande WHERE dossier_id = %s", pk, fige)


def test_the_database_refuses_a_signature_without_its_credits(troupe: Troupe) -> None:
    etape = a_signer(troupe)
    sql = "INSERT INTO dossiers_decision (etape_id, resultat, texte, at, pour) VALUES (%s, 'signee', '', now(), '')"
    refuse(sql, [etape.pk], "ne se signe pas sans réserver ses crédits")


def test_the_database_refuses_an_end_that_keeps_credits_or_lacks_its_invoice(troupe: Troupe) -> None:
    pk = signee(troupe).pk
    sql = "INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at) VALUES (%s, 1, %s, 'x', now())"
    refuse(sql, [pk, "retiree"], "tient encore des crédits")
    refuse(sql, [pk, "favorable"], "ne se clôt pas sans facture")


def test_the_database_refuses_what_comes_before_its_turn(troupe: Troupe) -> None:
    pk = ecrite(troupe).pk
    for champs in (
        "signee_le = now()", "envoyee_le = now(), envoi = 'papier'", "service_fait_le = current_date",
        "facture = 'F', facture_le = current_date, facture_ttc = 1", "derogation = 'x'", "soumise_le = now(), siret = '123'",
        "recue_le = now(), recue_par = 'x'",
    ):  # fmt: skip
        refuse(f"UPDATE commandes_commande SET {champs} WHERE dossier_id = %s", [pk], "commande_")  # noqa: S608  a test


def test_visas_are_given_through_the_core_too(troupe: Troupe) -> None:
    """The double of a visa is told that it is done."""
    commande = envoyee(troupe)
    etape = a_faire(commande)[0]
    by = qui_peut(troupe, etape)
    viser_commande(etape, by=by, at=troupe.at)
    with pytest.raises(DejaFait):
        viser_commande(etape, by=by, at=troupe.at)
    assert commande.siret == SIRET


def test_the_command_line_says_who_would_sign(troupe: Troupe) -> None:
    voirie = troupe.annuaire.codes_entites["voirie"]
    trouvee = route("commande:3200,50", troupe.annuaire, voirie, "")
    assert trouvee is not None and "Graça Monteiro" in trouvee.titre and trouvee.circuit == "commande-dga3"
    assert route("nid-de-poule", troupe.annuaire, voirie, "") is None
    for code, entite, phrase in (("commande:3200", None, "--service CODE"), ("commande", voirie, "commande:3200")):
        with pytest.raises(Refus, match=phrase):
            route(code, troupe.annuaire, entite, "")


def test_rules_that_cannot_be_used_say_all_that_is_wrong() -> None:
    with pytest.raises(FormulaireInvalide) as fautes:
        lire_regles('[[famille]]\ncode = "x"\n[[taux]]\nvaleur = "cher"\n[fractionnement]\njours = 0\n')
    dites = str(fautes.value)
    for mot in (
        "il manque « titre »",
        "« cher » n'est pas un nombre",
        "« jours »",
        "« [[parcours]] »",
        "defaut = true",
    ):
        assert mot in dites, mot
