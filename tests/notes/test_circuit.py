"""The way of a note: who sees it, in which order, what stops it, and how the answer comes back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.bureau.ensemble import agir as agir_ensemble
from buridan.dossiers.actions.modifier_circuit import deplacer, inserer, passer
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.gestes import GESTES, geste_de
from buridan.dossiers.models import Etape, Reponse
from buridan.dossiers.recit import recit
from buridan.lancement.verification import fautes as fautes_de_la_base
from buridan.notes.actions.arbitrer import arbitrer
from buridan.notes.actions.commencer import Cadre, commencer, recadrer
from buridan.notes.actions.completer import completer
from buridan.notes.actions.enregistrer import Saisie, enregistrer
from buridan.notes.actions.envoyer import envoyer
from buridan.notes.actions.presenter import presenter
from buridan.notes.actions.redescendre import redescendre
from buridan.notes.modele import CONSULTER
from buridan.notes.models import Inscription, PartieNote
from buridan.notes.nature import route
from buridan.notes.queries import inscriptions
from buridan.notifications.models import Courriel, Notification
from buridan.organisation.acteur import acteur
from buridan.organisation.models import Mandat
from buridan.outils.texte import empreinte
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.notes.ecrits import TEXTES, THEME, a_faire, auteur_de, commencee, ecrire, envoyee, frais, mener, qui_peut

pytestmark = pytest.mark.django_db


def _postes(troupe: Troupe, note: object) -> list[str]:
    etapes = Etape.objects.filter(dossier=note.pk).order_by("rang", "id")  # type: ignore[attr-defined]
    return [e.poste.code if e.poste else e.entite.code for e in etapes]


def test_an_information_passes_the_five_visas_in_order(troupe: Troupe) -> None:
    note = commencee(troupe)
    assert _postes(troupe, note) == ["resp-voirie", "dga3", "dgs", "dircab", "adjoint-4", "maire", "dircab"]


def test_an_arbitration_asks_the_five_departments_at_once_before_the_visas(troupe: Troupe) -> None:
    note = envoyee(troupe, "arbitrage")
    avis = a_faire(note)
    assert {e.rang for e in avis} == {2} and {e.type for e in avis} == {"avis"}
    cibles = {e.poste.code if e.poste else e.entite.code for e in avis}
    assert cibles == {"charge-smart-city", "juridique-assemblees", "finances", "ressources-humaines", "communication"}


def test_an_alert_goes_to_all_at_once_with_a_day_and_the_mayor_reads_it(troupe: Troupe) -> None:
    note = envoyee(troupe, "alerte")
    etapes = a_faire(note)
    assert [e.poste.code for e in etapes] == ["dga3", "dgs", "dircab", "adjoint-4", "maire"]
    assert [e.type for e in etapes] == ["visa"] * 4 + ["information"]
    assert {e.delai for e in etapes[:4]} == {"1 jour ouvré"} and frais(note).prioritaire


def test_nobody_visas_what_he_or_she_wrote_nor_twice(troupe: Troupe) -> None:
    assert _postes(troupe, commencee(troupe, by="dga3")) == ["dga3", "dgs", "dircab", "adjoint-4", "maire", "dircab"]
    assert _postes(troupe, commencee(troupe, by="dgs")) == ["dgs", "dircab", "adjoint-4", "maire", "dircab"]
    assert _postes(troupe, commencee(troupe, by="dircab")) == ["dircab", "dgs", "adjoint-4", "maire", "dircab"]


def test_on_a_theme_of_the_mayor_the_mayor_decides_without_visaing_first(troupe: Troupe) -> None:
    note = envoyee(troupe, theme="grands projets")
    assert "adjoint-4" not in _postes(troupe, note) and _postes(troupe, note).count("maire") == 1
    etape = mener(troupe, note, TypeEtape.DECISION)
    arbitrer(etape, by=qui_peut(troupe, etape), at=troupe.at, choix="accord")


def test_an_elected_official_who_is_of_no_service_begins_no_note(troupe: Troupe) -> None:
    elu = acteur(troupe.titulaire("adjoint-4"), troupe.at)
    with pytest.raises(Refus, match="vous n'êtes d'aucun service"):
        commencer(Cadre("information", "Pont", THEME, 1), by=elu, at=troupe.at)


def test_a_note_is_written_in_a_service_one_heads_with_a_subject(troupe: Troupe) -> None:
    chef = acteur(troupe.titulaire("resp-voirie"), troupe.at)
    ailleurs = troupe.annuaire.codes_entites["finances"]
    with pytest.raises(Refus, match="que vous dirigez"):
        commencer(Cadre("information", "Pont", THEME, ailleurs), by=chef, at=troupe.at)
    with pytest.raises(Refus, match="Dites l'objet"):
        commencer(Cadre("information", "  ", THEME, troupe.annuaire.codes_entites["voirie"]), by=chef, at=troupe.at)


def test_a_theme_without_an_official_in_office_is_refused_and_not_offered(troupe: Troupe) -> None:
    Mandat.objects.filter(themes__contains=[THEME]).update(themes=["éclairage public"])
    chef = acteur(troupe.titulaire("resp-voirie"), troupe.at)
    assert THEME not in chef.annuaire.themes_en_poste() and "éclairage public" in chef.annuaire.themes_en_poste()
    with pytest.raises(Refus, match="Aucun élu en poste"):
        commencer(Cadre("information", "Pont", THEME, chef.annuaire.codes_entites["voirie"]), by=chef, at=troupe.at)


@pytest.mark.parametrize("manque", ["preconisations", "impacts"])
def test_a_mandatory_part_left_empty_blocks_the_send_with_its_name(troupe: Troupe, manque: str) -> None:
    note = commencee(troupe)
    auteur = auteur_de(troupe, note)
    ecrire(note, auteur, **{**TEXTES, manque: ""})
    with pytest.raises(Refus, match="Préconisations|Impacts") as refus:
        envoyer(a_faire(note)[0], by=auteur, at=troupe.at)
    assert "obligatoire" in refus.value.raison and a_faire(note)[0].type == "traitement"


def test_only_the_author_sends(troupe: Troupe) -> None:
    note = commencee(troupe)
    ecrire(note, auteur_de(troupe, note), **TEXTES)
    with pytest.raises(Refus, match="Cette étape revient à"):
        envoyer(a_faire(note)[0], by=troupe.au_poste("adjoint-4"), at=troupe.at)


def test_a_service_the_author_does_not_consult_is_passed_over(troupe: Troupe) -> None:
    note = commencee(troupe, "arbitrage")
    auteur = auteur_de(troupe, note)
    ecrire(note, auteur, **TEXTES)
    for code in ("smart_city", "communication"):
        PartieNote.objects.create(note=note, code=code, contenu={"_consulter": "non"}, at=troupe.at)
    envoyer(a_faire(note)[0], by=auteur, at=troupe.at)
    assert sorted(e.titre for e in a_faire(note)) == [
        "Impacts : finances", "Impacts : juridique et assemblées", "Impacts : ressources humaines",
    ]  # fmt: skip


def test_a_department_fills_its_own_part_with_its_opinion(troupe: Troupe) -> None:
    note = envoyee(troupe, "arbitrage")
    etape = next(e for e in a_faire(note) if "finances" in e.titre)
    qui = troupe.present("finances")
    with pytest.raises(Refus, match="en chiffres"):
        completer(etape, by=qui, at=troupe.at, avis=Resultat.FAVORABLE, contenu={"cout": "cher"})
    completer(etape, by=qui, at=troupe.at, avis=Resultat.RESERVES, texte="Après le vote.", contenu={"cout": "12 000"})
    assert note.parties.get(code="finances").contenu["cout"] == "12 000"
    assert note.versions.get(code="finances").par_id == qui.personne
    with pytest.raises(Refus, match="déjà fait"):
        completer(etape, by=qui, at=troupe.at, avis=Resultat.FAVORABLE)


def test_an_opinion_given_from_the_desk_on_several_notes_leaves_the_part_as_it_is(troupe: Troupe) -> None:
    note = envoyee(troupe, "arbitrage")
    etape = next(e for e in a_faire(note) if "finances" in e.titre)
    PartieNote.objects.create(note=note, code="finances", contenu={"cout": "12 000"}, at=troupe.at)
    bilan = agir_ensemble([etape], "donner_avis", {"avis": "favorable"}, by=qui_peut(troupe, etape), at=troupe.at)
    assert bilan.faits == 1 and PartieNote.objects.get(note=note, code="finances").contenu["cout"] == "12 000"


def test_another_department_does_not_give_the_opinion_of_finances(troupe: Troupe) -> None:
    note = envoyee(troupe, "arbitrage")
    etape = next(e for e in a_faire(note) if "finances" in e.titre)
    with pytest.raises(Refus, match="Cette étape revient à"):
        completer(etape, by=troupe.present("communication"), at=troupe.at, avis=Resultat.FAVORABLE)


def test_the_visa_of_the_official_is_not_skipped_given_away_nor_put_after_the_mayor(troupe: Troupe) -> None:
    note, dgs = envoyee(troupe), troupe.au_poste("dgs")
    etapes = {e.titre: e for e in Etape.objects.filter(dossier=note.pk).select_related("dossier")}
    elu, maire = etapes["Visa de l'élu du thème"], etapes["Le maire prend connaissance"]
    with pytest.raises(Refus, match="qui seul peut y renoncer"):
        passer(elu, by=dgs, at=troupe.at, motif="Pressé.")
    with pytest.raises(Refus, match="qui seul peut y renoncer"):
        deplacer(maire, by=dgs, at=troupe.at, avant=elu, motif="Pressé.")
    with pytest.raises(Refus, match="sans le visa de l'élu"):
        inserer(
            frais(note),
            by=dgs,
            at=troupe.at,
            type=TypeEtape.DECISION,
            titre="Décider",
            delai="1 jour ouvré",
            poste=note.maire_id,
        )
    arrivee = mener(troupe, note, TypeEtape.VISA, "élu")
    with pytest.raises(Refus, match="sans le visa de l'élu"):
        reaffecter(arrivee, by=qui_peut(troupe, arrivee), at=troupe.at, poste=troupe.annuaire.codes_postes["dga1"])


def test_nothing_is_signed_in_a_note_outside_the_register_of_delegations(troupe: Troupe) -> None:
    note, plus = envoyee(troupe), {"titre": "Signer", "delai": "1 jour ouvré"}
    with pytest.raises(Refus, match="Rien ne se signe dans la note : ce n'est pas un acte"):
        inserer(
            frais(note), by=troupe.au_poste("dgs"), at=troupe.at, type=TypeEtape.SIGNATURE,
            poste=troupe.annuaire.codes_postes["dga1"], **plus,
        )  # fmt: skip


def test_the_author_sets_aside_nobody_who_must_agree(troupe: Troupe) -> None:
    note = envoyee(troupe)
    auteur = auteur_de(troupe, note)
    visas = Etape.objects.filter(dossier=note.pk, type=TypeEtape.VISA, etat=EtatEtape.A_VENIR)
    dgs = visas.get(titre="Visa de la direction générale des services")
    with pytest.raises(Refus, match="qui seul peut y renoncer"):
        passer(dgs, by=auteur, at=troupe.at, motif="Pressé.")
    with pytest.raises(Refus, match="qui seul peut y renoncer"):
        deplacer(dgs, by=auteur, at=troupe.at, avant=visas.exclude(pk=dgs.pk)[0], motif="Pressé.")
    ville = auteur.annuaire  # the same on the day the post has been closed
    fermes = {dgs.poste_id: ville.postes[dgs.poste_id]}
    sans = replace(
        ville, postes={p: f for p, f in ville.postes.items() if p not in fermes}, fermes=ville.fermes | fermes
    )
    with pytest.raises(Refus, match="qui seul peut y renoncer"):
        passer(dgs, by=replace(auteur, annuaire=sans), at=troupe.at, motif="Pressé.")
    passer(dgs, by=troupe.au_poste("dgs"), at=troupe.at, motif="Vu en réunion.")
    assert "Vu en réunion." in str([ligne["details"] for ligne in recit(frais(note))])


def test_postgresql_refuses_a_note_before_the_mayor_without_the_visa(troupe: Troupe) -> None:
    note = envoyee(troupe)
    etape = Etape.objects.get(dossier=note.pk, type="decision")
    for poste in (note.maire_id, troupe.annuaire.codes_postes["dgs"]):  # the mayor, or who would decide by delegation
        with pytest.raises(IntegrityError, match="n'arrive pas au maire sans le visa de l'élu"), transaction.atomic():
            actif: dict[str, Any] = {"etat": "active", "activee_le": troupe.at, "urgence_le": troupe.at.date()}
            Etape.objects.filter(pk=etape.pk).update(poste=poste, **actif)
            with connection.cursor() as curseur:
                curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_visa_before_the_note_was_written_again_does_not_count(troupe: Troupe) -> None:
    note = envoyee(troupe)
    maire = mener(troupe, note, TypeEtape.DECISION)
    redaction = Etape.objects.filter(dossier=note.pk, type="traitement").first()
    renvoyer(maire, by=qui_peut(troupe, maire), at=troupe.at, motif="Chiffrez.", vers=redaction)
    with pytest.raises(Refus, match="pas encore à faire"):
        arbitrer(
            Etape.objects.filter(dossier=note.pk, type="decision").last(),
            by=qui_peut(troupe, maire),
            at=troupe.at,
            choix="accord",
        )
    envoyer(a_faire(note)[0], by=auteur_de(troupe, note), at=troupe.at)
    assert a_faire(note)[0].titre == "Visa de la direction générale adjointe"
    with connection.cursor() as curseur:
        curseur.execute("SELECT notes_visee_par_l_elu(%s, %s, 99)", [note.pk, note.elu_id])
        assert curseur.fetchone() == (False,)
    assert mener(troupe, note, TypeEtape.DECISION).poste_id == note.maire_id


def test_a_send_back_tells_everybody_who_decided_with_the_reason(troupe: Troupe) -> None:
    note = envoyee(troupe)
    elu = mener(troupe, note, TypeEtape.VISA, "élu")
    with pytest.raises(Refus, match="pourquoi vous renvoyez"):
        renvoyer(elu, by=qui_peut(troupe, elu), at=troupe.at, motif=" ")
    redaction = Etape.objects.get(dossier=note.pk, type="traitement")
    renvoyer(elu, by=qui_peut(troupe, elu), at=troupe.at, motif="Le coût manque.", vers=redaction)
    avis = Notification.objects.filter(dossier=frais(note).uuid, texte__contains="Le coût manque.")
    assert {troupe.titulaire(p) for p in ("dga3", "dgs", "dircab")} <= set(avis.values_list("personne", flat=True)) | {
        e.decision.par_id for e in Etape.objects.filter(dossier=note.pk, type="visa", decision__isnull=False)
    }


def test_a_refused_visa_stops_the_note_and_the_answer_comes_down(troupe: Troupe) -> None:
    note = envoyee(troupe)
    dga = a_faire(note)[0]
    with pytest.raises(Refus, match="l'auteur a le droit de le connaître"):
        refuser(dga, by=qui_peut(troupe, dga), at=troupe.at, motif="")
    refuser(dga, by=qui_peut(troupe, dga), at=troupe.at, motif="Déjà tranché en mars.")
    su = Notification.objects.get(personne=auteur_de(troupe, note).personne, texte__contains="refusé par")
    assert "Déjà tranché en mars." in su.texte
    etape = a_faire(note)[0]
    assert etape.type == "reponse"
    dossier = frais(note)
    assert dossier.projet_reponse == "La note n'est pas retenue.\n\nDéjà tranché en mars."
    redescendre(etape, by=qui_peut(troupe, etape), at=troupe.at)
    assert frais(note).etat == EtatDossier.CLOS and Reponse.objects.get(dossier=note.pk).sens == SensReponse.REFUS


def test_the_answer_comes_down_to_all_who_worked_on_it(troupe: Troupe) -> None:
    note = envoyee(troupe)
    maire = mener(troupe, note, TypeEtape.DECISION)
    arbitrer(maire, by=qui_peut(troupe, maire), at=troupe.at, choix="accord", texte="Avant Noël.")
    etape, dossier = a_faire(note)[0], frais(note)
    assert dossier.projet_reponse == "Le maire est d'accord.\n\nAvant Noël."
    qui = qui_peut(troupe, etape)
    redescendre(etape, by=qui, at=troupe.at)
    decideurs = {e.decision.par_id for e in Etape.objects.filter(dossier=note.pk, decision__isnull=False)}
    prevenus = Notification.objects.filter(dossier=dossier.uuid, texte__contains="la réponse est partie")
    assert set(prevenus.values_list("personne", flat=True)) >= decideurs - {qui.personne}
    courriel = Courriel.objects.get(dossier=dossier.uuid)
    assert (
        courriel.sujet == f"Réponse à votre note {dossier.reference}" and f"/dossiers/{dossier.uuid}/" in courriel.texte
    )


def test_the_mayor_sends_to_a_body_with_a_date_and_what_it_said_is_in_the_answer(troupe: Troupe) -> None:
    note = envoyee(troupe)
    maire = mener(troupe, note, TypeEtape.DECISION)
    qui, jour = qui_peut(troupe, maire), troupe.annuaire.jour
    with pytest.raises(Refus, match="Choisissez l'instance"):
        arbitrer(maire, by=qui, at=troupe.at, choix="orienter", souhaitee_le=jour + timedelta(days=9))
    with pytest.raises(Refus, match="dans l'avenir"):
        arbitrer(maire, by=qui, at=troupe.at, choix="orienter", instance="BM", souhaitee_le=jour)
    with pytest.raises(Refus, match="Choisissez : d'accord"):
        arbitrer(maire, by=qui, at=troupe.at, choix="peut-être")
    arbitrer(maire, by=qui, at=troupe.at, choix="orienter", instance="BM", souhaitee_le=jour + timedelta(days=9))
    inscription = Inscription.objects.get(note=note)
    assert inscription.etape.etat == EtatEtape.ACTIVE and inscription.etape.echeance >= jour + timedelta(days=9)
    cabinet = qui_peut(troupe, inscription.etape)
    presenter(a_faire(note)[0], by=cabinet, at=troupe.at, issue="favorable", texte="À l'unanimité.")
    assert "Bureau municipal (BM) : avis favorable." in frais(note).projet_reponse
    assert "À l'unanimité." in frais(note).projet_reponse and frais(note).projet_sens == SensReponse.INFORMATION
    assert a_faire(note)[0].type == "reponse"


def test_another_theme_gives_another_official_and_another_circuit(troupe: Troupe) -> None:
    note = commencee(troupe)
    auteur = auteur_de(troupe, note)
    recadrer(note.dossier, by=auteur, at=troupe.at, genre="alerte", theme="culture", objet="Pont et fête")
    note.refresh_from_db()
    assert note.genre == "alerte" and "adjoint-8" in _postes(troupe, note) and "adjoint-4" not in _postes(troupe, note)
    assert frais(note).circuit == "note-alerte" and frais(note).objet == "Pont et fête" and frais(note).prioritaire
    with pytest.raises(Refus, match="Dites l'objet"):
        recadrer(note.dossier, by=auteur, at=troupe.at, genre="alerte", theme="culture", objet=" ")
    ecrire(note, auteur, **TEXTES)
    envoyer(a_faire(note)[0], by=auteur, at=troupe.at)
    with pytest.raises(Refus, match="dans le circuit"):
        recadrer(note.dossier, by=auteur, at=troupe.at, genre="information", theme="culture", objet="Pont")


def test_the_author_withdraws_and_the_front_desk_does_not(troupe: Troupe) -> None:
    note = envoyee(troupe)
    retirer = geste_de(frais(note), "retirer")
    assert retirer is not None and retirer.libelle == "Retirer ma note"
    assert not retirer.verdict(troupe.present("accueil"), frais(note))
    assert retirer.verdict(troupe.present("accueil"), frais(note)).raison == "Seul l'auteur peut retirer la note."
    retirer.executer(
        frais(note), by=acteur(frais(note).createur_id, troupe.at), at=troupe.at, donnees={"motif": "Réglé."}
    )
    assert Reponse.objects.get(dossier=note.pk).texte.startswith(f"Votre note {frais(note).reference} est retirée")


def test_what_makes_no_sense_for_a_note_is_not_offered(troupe: Troupe) -> None:
    dossier = commencee(troupe).dossier
    for code in ("demander_complement", "transmettre", "reunir", "rouvrir", "ecrire_demandeur", "qualifier"):
        assert geste_de(dossier, code) is None and code in GESTES


def test_the_route_is_told_before_anything_is_opened(troupe: Troupe) -> None:
    voirie = troupe.annuaire.codes_entites["voirie"]
    trouvee = route("note-arbitrage", troupe.annuaire, voirie, THEME)
    assert trouvee is not None and trouvee.modele is not None
    assert [str(e.destinataire) for e in trouvee.modele[0].etapes][-4:] == [
        "poste:dircab",
        "poste:adjoint-4",
        "poste:maire",
        "poste:dircab",
    ]
    assert route("nid-de-poule", troupe.annuaire, voirie, THEME) is None
    with pytest.raises(Refus, match="--service"):
        route("note-arbitrage", troupe.annuaire, None, THEME)
    with pytest.raises(Refus, match="--theme"):
        route("note-arbitrage", troupe.annuaire, voirie, "")


def test_a_visa_with_a_remark_is_kept_for_those_after(troupe: Troupe) -> None:
    note = envoyee(troupe)
    dga = a_faire(note)[0]
    viser(dga, by=qui_peut(troupe, dga), at=troupe.at, remarque="À phaser.")
    etape = Etape.objects.get(pk=dga.pk)
    assert (etape.decision.resultat, etape.decision.texte) == (Resultat.VISEE_REMARQUE, "À phaser.")


def test_the_check_finds_nothing_on_notes_at_every_stage(troupe: Troupe) -> None:
    commencee(troupe)
    envoyee(troupe, "alerte")
    note = envoyee(troupe, "arbitrage")
    maire = mener(troupe, note, TypeEtape.DECISION)
    arbitrer(maire, by=qui_peut(troupe, maire), at=troupe.at, choix="note")
    assert [f for f in fautes_de_la_base(complet=False) if "note" in f.lower()] == []


def test_the_mayor_takes_back_a_decision_and_the_note_leaves_the_agenda(troupe: Troupe) -> None:
    note = envoyee(troupe)
    maire = mener(troupe, note, TypeEtape.DECISION)
    qui, jour = qui_peut(troupe, maire), troupe.annuaire.jour + timedelta(days=9)
    arbitrer(maire, by=qui, at=troupe.at, choix="orienter", instance="BM", souhaitee_le=jour)
    assert len(inscriptions(qui)) == 1
    reprise = geste_de(frais(note), "revenir")
    assert reprise is not None
    encore = reprise.executer(maire, by=qui, at=troupe.at, donnees={"motif": "Je tranche moi-même."})
    assert inscriptions(qui) == []
    arbitrer(encore, by=qui, at=troupe.at, choix="accord")
    assert [e.type for e in a_faire(note)] == ["reponse"] and frais(note).projet_reponse == "Le maire est d'accord."


def test_the_official_takes_back_a_visa_and_the_mayor_waits(troupe: Troupe) -> None:
    note = envoyee(troupe)
    elu = mener(troupe, note, TypeEtape.VISA, "élu")
    viser(elu, by=qui_peut(troupe, elu), at=troupe.at)
    reprise = geste_de(frais(note), "revenir")
    assert reprise is not None
    reprise.executer(elu, by=qui_peut(troupe, elu), at=troupe.at, donnees={"motif": "Je relis."})
    assert [e.poste_id for e in a_faire(note)] == [note.elu_id]
    with pytest.raises(Refus, match="sans le visa de l'élu"):
        reaffecter(a_faire(note)[0], by=qui_peut(troupe, elu), at=troupe.at, poste=troupe.annuaire.codes_postes["dga1"])


def test_what_a_body_said_is_not_taken_back(troupe: Troupe) -> None:
    note = envoyee(troupe)
    maire = mener(troupe, note, TypeEtape.DECISION)
    jour = troupe.annuaire.jour + timedelta(days=9)
    arbitrer(maire, by=qui_peut(troupe, maire), at=troupe.at, choix="orienter", instance="BM", souhaitee_le=jour)
    etape = a_faire(note)[0]
    cabinet = qui_peut(troupe, etape)
    presenter(etape, by=cabinet, at=troupe.at, issue="favorable")
    reprise = geste_de(frais(note), "revenir")
    assert reprise is not None
    with pytest.raises(Refus, match="corrigez-le dans la réponse"):
        reprise.executer(Etape.objects.get(pk=etape.pk), by=cabinet, at=troupe.at, donnees={"motif": "Non."})


def test_the_author_takes_the_sending_back_before_anybody_decides_then_sends_again(troupe: Troupe) -> None:
    note = commencee(troupe, "arbitrage")
    auteur = auteur_de(troupe, note)
    ecrire(note, auteur, **TEXTES)
    enregistrer(note.dossier, {"finances": Saisie({CONSULTER: "non"}, empreinte({}))}, by=auteur, at=troupe.at)
    envoi = envoyer(a_faire(note)[0], by=auteur, at=troupe.at)
    reprise = geste_de(frais(note), "revenir")
    assert reprise is not None
    faite = Etape.objects.select_related("dossier").get(pk=envoi.pk)
    reprise.executer(faite, by=auteur, at=troupe.at, donnees={"motif": "Un chiffre est faux."})
    assert [e.type for e in a_faire(note)] == [TypeEtape.TRAITEMENT]
    ecrire(note, auteur, contexte="Le bon chiffre.")
    envoyer(a_faire(note)[0], by=auteur, at=troupe.at)
    assert "finances" not in str([e.titre for e in a_faire(note)]) and len(a_faire(note)) == 4
    assert mener(troupe, note, TypeEtape.DECISION).poste_id == note.maire_id
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
