"""The register of arrivals, the way of a letter, and what must never be false about both."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.courriers import queries, rules
from buridan.courriers.actions.accuser import accuser_ensemble
from buridan.courriers.actions.clore import annuler, clore_sans_reponse, retirer
from buridan.courriers.actions.confier import Aiguillage, confier, pas_pour_nous
from buridan.courriers.actions.corriger import Correction, corriger_courrier
from buridan.courriers.actions.ecrire import Adresse, Lettre, preparer
from buridan.courriers.actions.effet import Nature, corriger_effet
from buridan.courriers.actions.enregistrer import enregistrer
from buridan.courriers.actions.expedier import accuser
from buridan.courriers.actions.pli import changer_destinataire
from buridan.courriers.actions.transmettre import transmettre
from buridan.courriers.etats import Effet, Genre
from buridan.courriers.gestes import dire_confie
from buridan.courriers.models import Courrier, Depart, RegleAiguillage, Retour
from buridan.courriers.papier import lettre_du_depart
from buridan.dossiers.actions import clore_autrement
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatDossier, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.recit import recit
from buridan.droit.delais import Delai, ajouter, date_legale
from buridan.droit.demandes import Silence, decision_implicite
from buridan.lancement.commandes import main
from buridan.lancement.verification import fautes
from buridan.notifications.models import Courriel, Notification
from buridan.organisation.models import Absence
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.courriers.lettres import (
    a_faire,
    arrivee,
    confie,
    du_courrier,
    entite,
    etape,
    frais,
    mener,
    parti,
    poste,
    qui_peut,
    recu,
)
from tests.courriers.test_pages_courriers import entrer
from tests.lecture_pdf import texte as texte_du_pdf

pytestmark = pytest.mark.django_db


def attaquer(sql: str, *parametres: object) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def repousse(raison: str, sql: str, *parametres: object) -> None:
    with pytest.raises(IntegrityError, match=raison):
        attaquer(sql, *parametres)


# --- numbers ------------------------------------------------------------------------------------------------------------


def test_letters_are_numbered_one_after_the_other_whatever_fails_between(troupe: Troupe) -> None:
    premier = recu(troupe)
    with pytest.raises(RuntimeError), transaction.atomic():
        recu(troupe, objet="Une grille")
        raise RuntimeError
    second = recu(troupe, objet="Un lampadaire")
    assert second.numero == premier.numero + 1 and second.annee == date_legale(troupe.at).year
    assert second.cote == f"A-{second.annee}-{second.numero:05}"


def test_the_database_refuses_a_hole_a_new_number_and_a_line_taken_away(troupe: Troupe) -> None:
    c = recu(troupe)
    trou = """INSERT INTO courriers_depart (dossier_id, tour, annee, numero, objet, at, moyen, recommande, nom, adresse, courriel,
        motif_retour) VALUES (%s, 1, %s, %s, 'envoi', now(), 'papier', '', 'X', '', '', '')"""
    repousse("laisserait un trou dans le registre", trou, c.pk, c.annee, 7)
    repousse("ne se renumérote pas", "UPDATE courriers_courrier SET numero = numero + 5 WHERE dossier_id = %s", c.pk)
    repousse("ne s'efface pas", "DELETE FROM courriers_courrier WHERE dossier_id = %s", c.pk)
    repousse("avance d'un numéro à la fois", "UPDATE courriers_compteur SET dernier = dernier + 2")
    repousse("avance d'un numéro à la fois", "DELETE FROM courriers_compteur")


def test_only_the_mail_office_registers_and_the_refusal_says_who(troupe: Troupe) -> None:
    with pytest.raises(Refus, match="Le registre est tenu par : Courrier"):
        enregistrer(arrivee(troupe), by=troupe.present("voirie"), at=troupe.at)


@pytest.mark.parametrize(
    ("champs", "raison"),
    [
        ({"expediteur": " "}, "qui envoie"),
        ({"objet": ""}, "objet du courrier"),
        ({"genre": Genre.RECOMMANDE}, "numéro de la lettre recommandée"),
        ({"confidentiel": True}, "à qui ce pli"),
        ({"arrive_le": None}, "dans l'avenir"),
        ({"fixee": None, "effet": Effet.MISE_EN_DEMEURE}, "avant son arrivée"),
    ],
)
def test_what_is_missing_is_said(champs: dict[str, Any], raison: str, troupe: Troupe) -> None:
    if "arrive_le" in champs:
        champs = {"arrive_le": troupe.at + timedelta(hours=1)}
    if "fixee" in champs:
        champs = {**champs, "fixee": date_legale(troupe.at) - timedelta(days=3)}
    with pytest.raises(Refus, match=raison):
        recu(troupe, **champs)


# --- routing ------------------------------------------------------------------------------------------------------------


def test_a_rule_of_the_mail_office_gives_the_service_and_says_why(troupe: Troupe) -> None:
    c = recu(troupe, objet="Facture impayée du trimestre")
    assert frais(c).entite_id == entite(troupe, "finances")
    faite = Etape.objects.select_related("decision").get(dossier=c.pk, type=TypeEtape.QUALIFICATION)
    assert faite.decision.texte == "Règle du service courrier : l'objet contient « facture »."


def test_the_first_rule_in_order_wins_and_a_retired_one_proposes_nothing(troupe: Troupe) -> None:
    demande = {"expediteur": "X", "organisme": "", "objet": "Facture de voirie", "genre": Genre.LETTRE}
    RegleAiguillage.objects.create(ordre=1, mots="voirie", service_id=entite(troupe, "voirie"), at=troupe.at)
    assert queries.proposer(**demande) == (
        entite(troupe, "voirie"),
        "Règle du service courrier : l'objet contient « voirie ».",
    )
    RegleAiguillage.objects.update(retiree_le=troupe.at)
    assert queries.proposer(**demande) is None


def test_without_a_rule_the_letter_waits_in_the_queue_of_the_mail_office(troupe: Troupe) -> None:
    c = recu(troupe)
    attend = a_faire(c)
    assert [e.type for e in attend] == ["qualification"] and attend[0].entite_id == entite(troupe, "courrier")


def test_several_services_give_their_part_one_answers_and_copies_hold_nobody_up(troupe: Troupe) -> None:
    c = recu(troupe)
    a = Aiguillage(entite(troupe, "voirie"), avis=(entite(troupe, "proprete"),), copies=(entite(troupe, "sports"),))
    confier(a_faire(c)[0], by=du_courrier(troupe), at=troupe.at, aiguillage=a)
    assert [(e.type, e.entite_id) for e in a_faire(c)] == [
        ("avis", entite(troupe, "proprete")), ("information", entite(troupe, "sports")),
    ]  # fmt: skip
    assert mener(troupe, c, "traitement").entite_id == entite(troupe, "voirie")
    assert Dossier.objects.visibles_par(troupe.present("sports")).filter(pk=c.pk).exists()


def test_not_for_us_gives_it_back_and_after_two_returns_the_general_management_decides(troupe: Troupe) -> None:
    c = confie(troupe)
    with pytest.raises(Refus, match="Écrivez pourquoi"):
        pas_pour_nous(etape(c, "traitement"), by=troupe.present("voirie"), at=troupe.at, motif=" ")
    pas_pour_nous(etape(c, "traitement"), by=troupe.present("voirie"), at=troupe.at, motif="C'est un banc.")
    rendu = etape(c, "qualification")
    assert rendu.entite_id == entite(troupe, "courrier")
    confier(rendu, by=du_courrier(troupe), at=troupe.at, aiguillage=Aiguillage(entite(troupe, "sports")))
    pas_pour_nous(etape(c, "traitement"), by=troupe.present("sports"), at=troupe.at, motif="Pas au stade.")
    tranche = etape(c, "qualification")
    assert tranche.poste_id == poste(troupe, "dgs") and tranche.titre.startswith("Trancher")
    confier(tranche, by=troupe.au_poste("dgs"), at=troupe.at, aiguillage=Aiguillage(entite(troupe, "voirie")))
    with pytest.raises(Refus, match="La direction générale a tranché"):
        pas_pour_nous(etape(c, "traitement"), by=troupe.present("voirie"), at=troupe.at, motif="Toujours pas.")
    assert Retour.objects.filter(courrier=c).count() == 2 and c.accuse_le is None
    assert fautes_de(c) == set()


def fautes_de(c: Any) -> set[str]:
    dossier = frais(c)
    return {f for f in fautes(complet=False) if dossier.reference in f or "registre" in f}


def test_who_routed_and_who_gave_back_still_see_the_letter(troupe: Troupe) -> None:
    c = confie(troupe)
    pas_pour_nous(etape(c, "traitement"), by=troupe.present("voirie"), at=troupe.at, motif="C'est un banc.")
    confier(
        etape(c, "qualification"), by=du_courrier(troupe), at=troupe.at, aiguillage=Aiguillage(entite(troupe, "sports"))
    )
    for service in ("courrier", "voirie", "sports"):
        assert Dossier.objects.visibles_par(troupe.present(service)).filter(pk=c.pk).exists(), service
    assert not Dossier.objects.visibles_par(troupe.present("commerce")).filter(pk=c.pk).exists()


# --- what the law attaches ----------------------------------------------------------------------------------------------


def test_a_request_is_acknowledged_by_e_mail_once_its_service_is_known_and_its_silence_is_dated(troupe: Troupe) -> None:
    c = recu(troupe, effet=Effet.DEMANDE, courriel="camille@courriel.example")
    assert not Courriel.objects.filter(dossier=frais(c).uuid).exists()
    a = Aiguillage(entite(troupe, "voirie"), effet=Effet.DEMANDE)
    confier(a_faire(c)[0], by=du_courrier(troupe), at=troupe.at, aiguillage=a)
    terme = decision_implicite(date_legale(c.arrive_le), Silence.REJET)
    assert terme is not None and frais(c).legal_le == terme.date
    accuse = Courriel.objects.get(dossier=frais(c).uuid)
    for dit in (c.cote, "Voirie et signalisation", f"{terme.date:%d/%m/%Y}", "considérée comme refusée"):
        assert dit in accuse.texte
    depart = Depart.objects.get(dossier=c.pk)
    assert depart.objet == "accuse" and Courrier.objects.get(pk=c.pk).accuse_le == troupe.at
    assert any(depart.cote in ligne["details"] for ligne in recit(frais(c)))


def test_without_an_e_mail_the_acknowledgement_goes_by_post_once(troupe: Troupe) -> None:
    c = confie(troupe, effet=Effet.DEMANDE)
    depart = accuser(frais(c), by=du_courrier(troupe), at=troupe.at)
    assert depart.moyen == "papier" and depart.cote.startswith("D-")
    with pytest.raises(DejaFait):
        accuser(frais(c), by=du_courrier(troupe), at=troupe.at)
    muet = confie(troupe, effet=Effet.DEMANDE, adresse="", objet="Autre")
    with pytest.raises(Refus, match="ni courriel ni adresse"):
        accuser(frais(muet), by=du_courrier(troupe), at=troupe.at)


def test_the_acknowledgements_that_wait_leave_together_oldest_first_and_once(troupe: Troupe) -> None:
    by, mots = du_courrier(troupe), {"effet": Effet.DEMANDE}
    papier, muet = confie(troupe, **mots), confie(troupe, objet="Autre", adresse="", **mots)
    oublie = confie(troupe, objet="Encore", **mots)
    Courrier.objects.filter(pk=oublie.pk).update(courriel="apres@courriel.example")  # corrected once it was routed
    recours = recu(troupe, objet="Contestation", effet=Effet.RECOURS)
    recu(troupe, objet="À confier", effet=Effet.DEMANDE)
    confie(troupe, objet="Par courriel", courriel="camille@courriel.example", **mots)
    attendus = [papier.pk, muet.pk, oublie.pk, recours.pk]
    assert sorted(queries.accuses_a_envoyer(by).values_list("pk", flat=True)) == attendus
    with pytest.raises(Refus, match="Le registre est tenu par"):
        accuser_ensemble(by=troupe.present("voirie"), at=troupe.at)
    departs = accuser_ensemble(by=by, at=troupe.at)
    assert [(d.dossier_id, d.moyen) for d in departs] == [
        (papier.pk, "papier"), (oublie.pk, "courriel"), (recours.pk, "papier"),
    ]  # fmt: skip
    assert Courriel.objects.get(dossier=frais(oublie).uuid).destinataire == "apres@courriel.example"
    with pytest.raises(DejaFait):
        accuser_ensemble(by=by, at=troupe.at)
    assert [c.pk for c in queries.accuses_a_envoyer(by)] == [muet.pk] and fautes_de(papier) == set()


@pytest.mark.parametrize("effet", [Effet.MISE_EN_DEMEURE, Effet.RECOURS])
def test_a_formal_notice_or_an_appeal_is_at_the_legal_department_and_the_dgs_at_once(
    effet: str, troupe: Troupe
) -> None:
    c = recu(troupe, effet=effet, objet="Facture contestée")
    assert [(e.type, e.entite_id or e.poste_id) for e in a_faire(c)] == [
        ("traitement", entite(troupe, "juridique-assemblees")), ("information", poste(troupe, "dgs")),
    ]  # fmt: skip
    dossier = frais(c)
    assert dossier.prioritaire and c.echeance is not None and dossier.promis_le <= c.echeance
    qui = troupe.au_poste("dgs").personne
    assert Notification.objects.filter(personne=qui, dossier=dossier.uuid, texte__contains="alertée").exists()
    recue = date_legale(c.arrive_le)
    attendue = ajouter(recue, Delai.lire("15 jours calendaires"))
    if effet == Effet.RECOURS:
        attendue = decision_implicite(recue, Silence.REJET).date  # type: ignore[union-attr]
    assert c.echeance == attendue


def test_the_mail_office_still_reads_acknowledges_corrects_and_cancels_a_legal_letter(troupe: Troupe) -> None:
    c = recu(troupe, effet=Effet.RECOURS)
    by = du_courrier(troupe)
    assert Dossier.objects.visibles_par(by).filter(pk=c.pk).exists()
    accuser(frais(c), by=by, at=troupe.at)
    corriger_courrier(frais(c), by=by, at=troupe.at, correction=Correction("Camille Essai", adresse="9 rue Neuve"))
    annuler(frais(c), by=by, at=troupe.at, motif="Deux fois le même.")
    assert fautes_de(c) == set()


def test_a_day_given_by_the_letter_wins(troupe: Troupe) -> None:
    jour = date_legale(troupe.at) + timedelta(days=4)
    assert recu(troupe, effet=Effet.MISE_EN_DEMEURE, fixee=jour).echeance == jour


def test_an_effect_found_later_has_its_dates_and_is_acknowledged_anew(troupe: Troupe) -> None:
    c, by = confie(troupe), du_courrier(troupe)
    jour = date_legale(troupe.at) + timedelta(days=3)
    neuf = Nature(Effet.DEMANDE, Silence.REJET, jour, "Un banc à réparer")
    with pytest.raises(Refus, match="le responsable du service ou le service juridique"):
        corriger_effet(frais(c), by=troupe.present("voirie"), at=troupe.at, nature=neuf)
    corriger_effet(frais(c), by=troupe.au_poste("resp-voirie"), at=troupe.at, nature=neuf)
    terme, dossier = decision_implicite(date_legale(c.arrive_le), Silence.REJET), frais(c)
    assert terme is not None and (dossier.legal_le, dossier.promis_le) == (terme.date, jour)
    assert dossier.objet == "Un banc à réparer" and etape(c, "traitement").urgence_le == jour
    with pytest.raises(DejaFait):
        corriger_effet(frais(c), by=by, at=troupe.at, nature=neuf)
    assert any("Sans effet particulier, puis Demande" in ligne["details"] for ligne in recit(dossier))
    accuser(frais(c), by=by, at=troupe.at)
    accord = Nature(Effet.DEMANDE, Silence.ACCEPTATION.value, jour)
    corriger_effet(frais(c), by=by, at=troupe.at, nature=accord)
    assert [a.pk for a in queries.accuses_a_envoyer(by)] == [c.pk] and frais(c).objet == "Un banc à réparer"
    with pytest.raises(Refus, match="n'est pas une demande"):
        corriger_effet(
            frais(c), by=troupe.au_poste("resp-voirie"), at=troupe.at, nature=Nature(Effet.INFORMATION, accord.silence)
        )
    with pytest.raises(Refus, match="avant son arrivée"):
        corriger_effet(frais(c), by=by, at=troupe.at, nature=Nature(Effet.DEMANDE, fixee=jour - timedelta(days=9)))
    assert fautes_de(c) == set()


def test_a_letter_found_to_be_an_appeal_goes_to_the_legal_department_and_stays_one(troupe: Troupe) -> None:
    c, by = confie(troupe), du_courrier(troupe)
    mener(troupe, c, "visa")
    corriger_effet(frais(c), by=by, at=troupe.at, nature=Nature(Effet.RECOURS))
    assert {(e.type, e.entite_id or e.poste_id) for e in a_faire(c)} == {
        ("traitement", entite(troupe, "juridique-assemblees")), ("information", poste(troupe, "dgs")),
        ("information", entite(troupe, "voirie")),
    }  # fmt: skip
    dossier = frais(c)
    assert dossier.prioritaire and dossier.entite_id == entite(troupe, "juridique-assemblees")
    assert dossier.legal_le == Courrier.objects.get(pk=c.pk).echeance
    for service in ("courrier", "voirie", "juridique-assemblees"):
        assert Dossier.objects.visibles_par(troupe.present(service)).filter(pk=c.pk).exists(), service
    with pytest.raises(Refus, match="disent que ce courrier n'en est pas"):
        corriger_effet(dossier, by=by, at=troupe.at, nature=Nature(Effet.INFORMATION))
    parti(troupe, c)
    assert fautes_de(c) == set()


# --- confidential -------------------------------------------------------------------------------------------------------


def confidentiel(troupe: Troupe, code: str = "dir-finances") -> Courrier:
    return recu(troupe, confidentiel=True, destinataire=poste(troupe, code), objet="", expediteur="Cabinet Essai")


def test_a_confidential_letter_is_read_by_its_addressee_and_nobody_else_whatever_the_rank(troupe: Troupe) -> None:
    c = confidentiel(troupe)
    lit = troupe.au_poste("dir-finances")
    assert Dossier.objects.visibles_par(lit).filter(pk=c.pk).exists()
    for autre in (troupe.au_poste("dgs"), troupe.au_poste("dircab"), troupe.present("finances"), du_courrier(troupe)):
        assert not Dossier.objects.visibles_par(autre).filter(pk=c.pk).exists()
        assert not rules.coeur.peut_voir(autre, frais(c))
    assert rules.coeur.peut_voir(lit, frais(c)) and frais(c).objet == "Pli confidentiel"
    assert queries.registre(du_courrier(troupe)).filter(pk=c.pk).exists()
    assert not queries.registre(troupe.au_poste("dgs")).filter(pk=c.pk).exists()


def test_the_route_of_a_confidential_letter_names_nobody_but_its_addressee(
    troupe: Troupe, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["route", "courrier-confidentiel", "--service", "voirie"]) == 1
    dit = capsys.readouterr()
    assert "lui seul l'ouvre" in dit.err and not dit.out


def test_the_deadline_of_a_closed_letter_is_no_longer_an_alert(troupe: Troupe) -> None:
    c = recu(troupe, effet=Effet.RECOURS, service=entite(troupe, "voirie"))
    client, adresse = entrer(troupe.au_poste("dgs")), f"/dossiers/{c.dossier.uuid}/"
    assert "À faire avant le" in client.get(adresse).content.decode()
    parti(troupe, c)
    page = client.get(adresse).content.decode()
    assert "C'était à faire avant le" in page and "À faire avant le" not in page


def test_its_addressee_opens_it_and_the_register_says_who_and_when(troupe: Troupe) -> None:
    c = confidentiel(troupe)
    assert c.ouvert_par_id is None
    lit = troupe.au_poste("dir-finances")
    faite = confier(a_faire(c)[0], by=lit, at=troupe.at, aiguillage=Aiguillage(None, garder=True))
    assert "Le pli est ouvert" in dire_confie(faite)
    ouvert = Courrier.objects.get(pk=c.pk)
    assert ouvert.ouvert_par_id == lit.personne and ouvert.confidentiel
    assert qui_peut(troupe, etape(c, "reponse")).personne == lit.personne
    parti(troupe, c)
    assert not Dossier.objects.visibles_par(troupe.au_poste("dgs")).filter(pk=c.pk).exists()
    assert fautes_de(c) == set()


def test_the_mail_office_corrects_whom_it_is_for_until_it_is_opened(troupe: Troupe) -> None:
    c, by, neuf = confidentiel(troupe), du_courrier(troupe), poste(troupe, "resp-voirie")
    with pytest.raises(Refus, match="Le registre est tenu par"):
        changer_destinataire(frais(c), by=troupe.au_poste("dgs"), at=troupe.at, destinataire=neuf)
    changer_destinataire(frais(c), by=by, at=troupe.at, destinataire=neuf)
    with pytest.raises(DejaFait):
        changer_destinataire(frais(c), by=by, at=troupe.at, destinataire=neuf)
    lit = troupe.au_poste("resp-voirie")
    for qui, voit in ((lit, True), (troupe.au_poste("dir-finances"), False), (by, False)):
        assert Dossier.objects.visibles_par(qui).filter(pk=c.pk).exists() is voit
    assert Notification.objects.filter(personne=lit.personne, dossier=frais(c).uuid).exists()
    confier(etape(c, "qualification"), by=lit, at=troupe.at, aiguillage=Aiguillage(None, garder=True))
    assert qui_peut(troupe, etape(c, "reponse")).personne == lit.personne
    with pytest.raises(Refus, match="Le pli est ouvert"):
        changer_destinataire(frais(c), by=by, at=troupe.at, destinataire=poste(troupe, "dir-finances"))
    with pytest.raises(Refus, match="Le pli est ouvert"):
        annuler(frais(c), by=by, at=troupe.at, motif="Double.")
    assert fautes_de(c) == set()


def test_the_law_of_a_letter_kept_confidential_is_dated_told_without_what_it_holds_and_not_closed_away(
    troupe: Troupe,
) -> None:
    c, lit = confidentiel(troupe), troupe.au_poste("dir-finances")
    with pytest.raises(Refus, match="ouvrez-le d'abord"):
        clore_sans_reponse(frais(c), by=lit, at=troupe.at, motif="Rien.")
    with pytest.raises(Refus, match="ouvrez-le d'abord"):
        transmettre(frais(c), by=lit, at=troupe.at, administration="Région")
    jour = date_legale(troupe.at) + timedelta(days=4)
    a = Aiguillage(None, garder=True, effet=Effet.MISE_EN_DEMEURE, fixee=jour)
    confier(a_faire(c)[0], by=lit, at=troupe.at, aiguillage=a)
    garde, dossier = Courrier.objects.get(pk=c.pk), frais(c)
    assert (garde.effet, garde.echeance, garde.confidentiel) == (Effet.MISE_EN_DEMEURE, jour, True)
    assert dossier.prioritaire and dossier.promis_le == jour and etape(c, "reponse").urgence_le == jour
    dit = Notification.objects.filter(lien=f"/courriers/{dossier.uuid}/enregistre/")
    attendus = {troupe.au_poste("dgs").personne, troupe.present("juridique-assemblees").personne}
    assert attendus <= set(dit.values_list("personne", flat=True))
    assert all(c.cote in n.texte and f"{jour:%d/%m/%Y}" in n.texte for n in dit)
    for chef in (troupe.au_poste("dgs"), troupe.present("juridique-assemblees")):
        assert rules.voit_l_enveloppe(chef, garde) and not Dossier.objects.visibles_par(chef).filter(pk=c.pk).exists()
    assert not rules.voit_l_enveloppe(troupe.present("voirie"), garde)
    with pytest.raises(Refus, match="attend une réponse"):
        clore_sans_reponse(frais(c), by=lit, at=troupe.at, motif="Rien.")
    assert fautes_de(c) == set()


def test_a_request_kept_confidential_is_acknowledged_and_its_silence_dated(troupe: Troupe) -> None:
    c = recu(
        troupe, confidentiel=True, destinataire=poste(troupe, "dir-finances"), objet="", courriel="c@courriel.example"
    )
    a = Aiguillage(None, garder=True, effet=Effet.DEMANDE)
    confier(a_faire(c)[0], by=troupe.au_poste("dir-finances"), at=troupe.at, aiguillage=a)
    terme = decision_implicite(date_legale(c.arrive_le), Silence.REJET)
    assert terme is not None and frais(c).legal_le == terme.date
    assert f"{terme.date:%d/%m/%Y}" in Courriel.objects.get(dossier=frais(c).uuid).texte


def test_one_that_was_not_confidential_after_all_goes_to_a_service(troupe: Troupe) -> None:
    c = confidentiel(troupe)
    lit = troupe.au_poste("dir-finances")
    with pytest.raises(Refus, match="objet du courrier"):
        confier(a_faire(c)[0], by=lit, at=troupe.at, aiguillage=Aiguillage(entite(troupe, "voirie")))
    a = Aiguillage(entite(troupe, "voirie"), objet="Un devis")
    assert dire_confie(confier(a_faire(c)[0], by=lit, at=troupe.at, aiguillage=a)) == "Le courrier est confié."
    assert frais(c).objet == "Un devis" and not frais(c).sensible
    assert Dossier.objects.visibles_par(troupe.present("voirie")).filter(pk=c.pk).exists()
    assert fautes_de(c) == set()


def test_the_stand_in_of_an_absent_addressee_opens_it_and_it_is_said(troupe: Troupe) -> None:
    Absence.objects.create(personne_id=troupe.titulaire("dir-finances"), debut=date_legale(troupe.at))
    c = confidentiel(troupe)
    ouvre = qui_peut(troupe, a_faire(c)[0])
    assert ouvre.personne != troupe.titulaire("dir-finances")
    confier(a_faire(c)[0], by=ouvre, at=troupe.at, aiguillage=Aiguillage(None, garder=True))
    decidee = Etape.objects.select_related("decision").get(dossier=c.pk, type=TypeEtape.QUALIFICATION)
    assert "absent" in decidee.decision.pour and Courrier.objects.get(pk=c.pk).ouvert_par_id == ouvre.personne


def test_its_boss_cannot_take_it_from_the_list_of_the_team(troupe: Troupe) -> None:
    c = confidentiel(troupe, "agent-finances-2")
    chef = troupe.au_poste("dir-finances")
    assert rules.coeur.peut_reaffecter(chef, a_faire(c)[0])
    assert not rules.peut_confier_a_un_autre(chef, a_faire(c)[0])


# --- closing ------------------------------------------------------------------------------------------------------------


def test_the_database_refuses_a_letter_closed_without_what_was_sent_nor_who_said_that_none_is_needed(
    troupe: Troupe,
) -> None:
    c = confie(troupe)
    sql = """WITH e AS (UPDATE dossiers_etape SET etat = 'passee' WHERE dossier_id = %s AND etat IN ('active', 'a_venir')),
        r AS (INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at) VALUES (%s, 1, 'information', 'Rien.', now()))
        UPDATE dossiers_dossier SET etat = 'clos', clos_le = now() WHERE id = %s"""
    repousse("ne peut pas être clos : envoyez une réponse, ou dites pourquoi", sql, c.pk, c.pk, c.pk)


def test_no_answer_needed_is_said_by_the_head_and_by_the_general_management_when_the_law_wants_one(
    troupe: Troupe,
) -> None:
    c = confie(troupe)
    with pytest.raises(Refus, match="Seul le responsable du service"):
        clore_sans_reponse(frais(c), by=troupe.present("voirie"), at=troupe.at, motif="Publicité.")
    with pytest.raises(Refus, match="Écrivez pourquoi"):
        clore_sans_reponse(frais(c), by=troupe.au_poste("resp-voirie"), at=troupe.at, motif=" ")
    clore_sans_reponse(frais(c), by=troupe.au_poste("resp-voirie"), at=troupe.at, motif="Publicité.")
    assert frais(c).etat == EtatDossier.CLOS
    with pytest.raises(DejaFait):
        clore_sans_reponse(frais(c), by=troupe.au_poste("resp-voirie"), at=troupe.at, motif="Publicité.")
    demande = confie(troupe, effet=Effet.DEMANDE, objet="Autre")
    with pytest.raises(Refus, match="seule la direction générale"):
        clore_sans_reponse(frais(demande), by=troupe.au_poste("resp-voirie"), at=troupe.at, motif="Non.")
    clore_sans_reponse(frais(demande), by=troupe.au_poste("dgs"), at=troupe.at, motif="Satisfaite au téléphone.")
    assert fautes_de(demande) == set()


def test_a_letter_registered_by_mistake_is_cancelled_and_keeps_its_number(troupe: Troupe) -> None:
    c = confie(troupe)
    annuler(frais(c), by=du_courrier(troupe), at=troupe.at, motif="Deux fois le même.")
    assert frais(c).etat == EtatDossier.CLOS and Courrier.objects.get(pk=c.pk).numero == c.numero
    avance = confie(troupe, objet="Autre")
    mener(troupe, avance, "visa")
    with pytest.raises(Refus, match="a déjà travaillé"):
        annuler(frais(avance), by=du_courrier(troupe), at=troupe.at, motif="Erreur.")


def test_a_letter_for_another_administration_is_sent_on_and_its_sender_told(troupe: Troupe) -> None:
    chef = troupe.au_poste("resp-voirie")
    c = confie(troupe, courriel="camille@courriel.example")
    cote = transmettre(frais(c), by=chef, at=troupe.at, administration="Département")
    depart, dit = Depart.objects.get(dossier=c.pk), Courriel.objects.get(dossier=frais(c).uuid).texte
    assert frais(c).etat == EtatDossier.CLOS and (depart.cote, depart.moyen) == (cote, "courriel")
    assert "Département" in dit and cote in dit
    sur_papier = confie(troupe, objet="Autre")
    transmettre(frais(sur_papier), by=chef, at=troupe.at, administration="Département")
    depart = Depart.objects.get(dossier=sur_papier.pk)
    assert depart.moyen == "papier" and "transmis à : Département" in texte_du_pdf(lettre_du_depart(depart))
    muet = confie(troupe, objet="Encore", adresse="")
    with pytest.raises(Refus, match="ni courriel ni adresse"):
        transmettre(frais(muet), by=chef, at=troupe.at, administration="Département")
    assert frais(muet).etat == EtatDossier.OUVERT and fautes_de(c) == fautes_de(sur_papier) == set()


def test_the_database_refuses_a_letter_sent_on_without_a_notice(troupe: Troupe) -> None:
    c = confie(troupe)
    with pytest.raises(IntegrityError, match="ne peut pas être clos"), transaction.atomic():
        clore_autrement.transmettre(frais(c), by=troupe.au_poste("resp-voirie"), at=troupe.at, administration="Région")
        attaquer("SELECT 1")


@pytest.mark.parametrize("effet", [Effet.MISE_EN_DEMEURE, Effet.RECOURS])
def test_only_the_general_management_sends_on_a_formal_notice_or_an_appeal(effet: str, troupe: Troupe) -> None:
    c = recu(troupe, effet=effet)
    with pytest.raises(Refus, match="seule la direction générale"):
        transmettre(frais(c), by=qui_peut(troupe, etape(c, "traitement")), at=troupe.at, administration="Région")
    transmettre(frais(c), by=troupe.au_poste("dgs"), at=troupe.at, administration="Région")
    assert Depart.objects.filter(dossier=c.pk, objet="reponse").count() == 1


def test_a_letter_of_ours_is_not_sent_on_and_its_author_gives_it_up_before_it_leaves(troupe: Troupe) -> None:
    auteur = troupe.present("voirie")
    lettre = Lettre("Travaux", entite(troupe, "voirie"), (Adresse("Alix", "2 rue Neuve"),))
    c = preparer(lettre, by=auteur, at=troupe.at)
    with pytest.raises(Refus, match="ne se transmet pas"):
        transmettre(frais(c), by=auteur, at=troupe.at, administration="Région")
    with pytest.raises(Refus, match="Seul l'auteur"):
        retirer(frais(c), by=troupe.au_poste("dgs"), at=troupe.at, motif="Non.")
    retirer(frais(c), by=auteur, at=troupe.at, motif="Les travaux sont remis.")
    assert frais(c).etat == EtatDossier.CLOS and a_faire(c) == [] and fautes_de(c) == set()
    with pytest.raises(DejaFait):
        retirer(frais(c), by=auteur, at=troupe.at, motif="Encore.")
    with pytest.raises(Refus, match="reçu ne se retire pas"):
        retirer(frais(recu(troupe)), by=du_courrier(troupe), at=troupe.at, motif="Non.")


# --- doubles ------------------------------------------------------------------------------------------------------------


def test_the_same_letter_is_recognised_by_its_file_its_registered_number_or_its_words(troupe: Troupe) -> None:
    c = recu(
        troupe, objet="Banc cassé place du Marché", genre=Genre.RECOMMANDE, recommande="1A 234 567",
        fichiers=(("scan.pdf", "application/pdf", b"%PDF-1.4 le banc"),),
    )  # fmt: skip
    from hashlib import sha256

    def cherche(**champs: Any) -> list[str]:
        valeurs: dict[str, Any] = {
            "expediteur": "Autre", "organisme": "", "objet": "Autre chose", "recommande": "", "arrive_le": troupe.at, "sha256": [],
        }  # fmt: skip
        return [raison for trouve, raison in queries.doubles(**{**valeurs, **champs}) if trouve.pk == c.pk]

    assert cherche() == []
    assert cherche(sha256=[sha256(b"%PDF-1.4 le banc").hexdigest()]) == ["le même fichier"]
    assert cherche(recommande="1a 234 567") == ["le même numéro de recommandé"]
    assert len(cherche(expediteur="CAMILLE ESSAI", objet="Le banc cassé, place du marché")) == 1
    assert cherche(expediteur="Camille Essai", objet="Inscription à la piscine") == []
    loin = troupe.at + timedelta(days=90)
    assert cherche(expediteur="Camille Essai", objet="Banc cassé place du Marché", arrive_le=loin) == []


def test_who_would_act_is_said_before_a_letter_comes(troupe: Troupe) -> None:
    from buridan.circuits.catalogue import en_vigueur
    from buridan.courriers.nature import route
    from buridan.dossiers.routage import calculer

    def chez(code: str) -> list[int | None]:
        trouvee = route(code, troupe.annuaire, entite(troupe, "voirie"), "")
        assert trouvee is not None
        return [p.poste or p.entite for p in calculer(en_vigueur(code)[0], troupe.annuaire, trouvee.contexte)]

    assert chez("courrier")[:2] == [entite(troupe, "courrier"), entite(troupe, "voirie")]
    assert chez("courrier-juridique")[0] == entite(troupe, "juridique-assemblees")
    assert route("nid-de-poule", troupe.annuaire, None, "") is None
