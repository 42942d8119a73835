"""What a sender is asked for: a departure that answers nothing, a dossier that waits, the law's clock that stops."""

from datetime import timedelta
from typing import Any

import pytest

from buridan.courriers.actions.clore import clore_sans_reponse
from buridan.courriers.actions.complement import (
    Question,
    continuer_sans,
    demander_complement,
    joindre_complement,
    rappeler_les_complements,
    recevoir_complement,
)
from buridan.courriers.actions.confier import Aiguillage, confier
from buridan.courriers.actions.effet import Nature, corriger_effet
from buridan.courriers.actions.expedier import Envoi
from buridan.courriers.etats import Effet, Moyen, Objet
from buridan.courriers.models import Complement, Courrier, Depart
from buridan.courriers.nature import contexte
from buridan.courriers.papier import lettre_du_depart
from buridan.courriers.queries import attendus_de, repartie_sous
from buridan.dossiers.actions.echeances import passer_les_echeances
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.fichiers import Fichier, joindre
from buridan.dossiers.models import Document, Lien, Message
from buridan.droit.delais import Delai, ajouter, date_legale
from buridan.messagerie.actions.traiter import joindre_le_courriel
from buridan.notifications.models import Courriel, Notification
from buridan.organisation.acteur import acteur, systeme
from buridan.organisation.models import Absence
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.courriers.lettres import a_faire, confie, du_courrier, etape, frais, parti, poste, qui_peut, recu
from tests.courriers.test_pages_courriers import entrer
from tests.courriers.test_registre import repousse
from tests.lecture_pdf import texte as texte_du_pdf
from tests.messagerie.courriels import mail
from tests.messagerie.courriels import recu as courriel_recu

pytestmark = pytest.mark.django_db
COURRIEL = "camille@courriel.example"


def question(troupe: Troupe, texte: str = "Une photo du banc ?", moyen: Moyen = Moyen.PAPIER) -> Question:
    return Question(texte, date_legale(troupe.at) + timedelta(days=10), Envoi(moyen))


def demander(troupe: Troupe, courrier: Any, **quoi: Any) -> Depart:
    travail = etape(courrier, "traitement")
    return demander_complement(
        frais(courrier), by=qui_peut(troupe, travail), at=troupe.at, question=question(troupe, **quoi)
    )


def legal(courrier: Any) -> Any:
    return frais(courrier).legal_le


def test_it_leaves_under_the_next_number_and_answers_nothing(troupe: Troupe) -> None:
    c = confie(troupe)
    depart = demander(troupe, c)
    dossier = frais(c)
    assert (depart.numero, depart.objet, dossier.etat) == (1, Objet.COMPLEMENT, EtatDossier.ATTENTE)
    assert dossier.attente_motif == f"attend le complément de Camille Essai depuis le {date_legale(troupe.at):%d/%m/%Y}"
    lu = texte_du_pdf(lettre_du_depart(depart))
    for dit in (depart.cote, c.cote, "3 rue de l'Essai", "Une photo du banc ?", "Merci de nous répondre avant le"):
        assert dit in lu
    assert "L114-5" not in lu and not Courriel.objects.filter(dossier=dossier.uuid).exists()
    assert contexte(dossier)["nombre_de_departs"] == 0, "no letter of the answer to print"
    repousse(
        "ne peut pas être clos",
        "UPDATE dossiers_dossier SET etat = 'clos', clos_le = now(), attente_jusquau = NULL WHERE id = %s",
        c.pk,
    )


def test_by_e_mail_it_can_be_answered_by_e_mail_and_whoever_works_on_it_is_told(troupe: Troupe) -> None:
    c = confie(troupe, courriel=COURRIEL)
    depart = demander(troupe, c, moyen=Moyen.COURRIEL)
    envoye = Courriel.objects.get(dossier=frais(c).uuid)
    assert c.cote in envoye.sujet and depart.cote in envoye.texte and depart.cote in texte_du_pdf(bytes(envoye.piece))
    reponse = courriel_recu(troupe, mail("Ma photo", entetes={"In-Reply-To": envoye.message_id}))
    client, adresse = entrer(du_courrier(troupe)), f"/courriels/{reponse.uuid}/"
    assert "le complément attendu" in client.get(adresse).content.decode()
    client.post(f"{adresse}joindre/", {"reference": frais(c).reference, "pour": "demandeur"})
    assert frais(c).etat == EtatDossier.OUVERT and Complement.objects.get().recu_le == date_legale(troupe.at)
    assert Message.objects.get(dossier=c.pk).fil == "agents" and Document.objects.filter(dossier=c.pk).exists()
    lecteur = qui_peut(troupe, etape(c, "traitement"))
    assert Notification.objects.filter(
        personne=lecteur.personne, texte__contains="complément demandé est arrivé"
    ).exists()
    encore = courriel_recu(troupe, mail("Encore", entetes={"In-Reply-To": envoye.message_id}))
    with pytest.raises(Refus, match="n'attend pas de complément"):
        joindre_le_courriel(encore, frais(c), by=du_courrier(troupe), at=troupe.at, du_demandeur=True)


def test_on_paper_the_letter_that_comes_is_joined_keeps_its_number_and_its_pages_go_where_they_are_awaited(
    troupe: Troupe,
) -> None:
    c = confie(troupe)
    demander(troupe, c)
    neuf, bureau = recu(troupe, objet="Ma photo"), du_courrier(troupe)
    joindre(
        neuf.dossier, [Fichier("photo.pdf", "application/pdf", b"%PDF-1.4 photo")], at=troupe.at, par=None, public=False
    )
    assert attendus_de(neuf, bureau) == [frais(c)] and attendus_de(neuf, troupe.present("commerce")) == []
    client = entrer(bureau)
    assert f'value="{c.cote}"' in client.get(f"/courriers/{neuf.dossier.uuid}/enregistre/").content.decode()
    client.post(f"/dossiers/{neuf.dossier.uuid}/gestes/joindre_complement/", {"reference": c.cote})
    assert (frais(neuf).etat, frais(c).etat) == (EtatDossier.CLOS, EtatDossier.OUVERT)
    assert Document.objects.get(dossier=c.pk).nom == "photo.pdf" and Lien.objects.filter(de=neuf.pk, vers=c.pk).exists()
    assert frais(neuf).entite_id == frais(c).entite_id and frais(c).entite_id in frais(neuf).lecteurs
    assert "joint au courrier" in neuf.dossier.sans_reponse.get().motif
    with pytest.raises(DejaFait):
        joindre_complement(frais(neuf), by=bureau, at=troupe.at, vers=frais(c))
    autre = recu(troupe, objet="Encore")
    with pytest.raises(Refus, match="n'attend plus de complément"):
        joindre_complement(frais(autre), by=bureau, at=troupe.at, vers=frais(c))
    assert frais(autre).etat == EtatDossier.OUVERT, "nothing of it stays"
    demande = confie(troupe, objet="Une demande", effet=Effet.DEMANDE)
    with pytest.raises(Refus, match="sa propre réponse"):
        joindre_complement(frais(demande), by=bureau, at=troupe.at, vers=frais(c))


@pytest.mark.parametrize(
    ("silence", "jours", "de_plus"),
    [("rejet", 6, 6), ("rejet", 25, 10), ("acceptation", 6, None), ("sans_effet", 6, None)],
)
def test_the_law_s_clock_of_a_request_stops_by_its_rule(
    silence: str, jours: int, de_plus: int | None, troupe: Troupe
) -> None:
    c = confie(troupe, effet=Effet.DEMANDE, silence=silence)
    avant, plus_tard = legal(c), troupe.at + timedelta(days=jours)
    lu = texte_du_pdf(lettre_du_depart(demander(troupe, c)))
    assert ("L114-5" in lu) == (silence != "sans_effet")
    if jours < 10:
        recevoir_complement(
            frais(c), by=acteur(qui_peut(troupe, etape(c, "traitement")).personne or 0, plus_tard), at=plus_tard
        )
    else:
        passer_les_echeances(by=systeme(plus_tard), at=plus_tard)
        assert frais(c).etat == EtatDossier.OUVERT
    attendu = {"rejet": lambda: avant + timedelta(days=de_plus or 0), "sans_effet": lambda: None,
               "acceptation": lambda: ajouter(date_legale(plus_tard), Delai.lire("2 mois"))}[silence]()  # fmt: skip
    assert legal(c) == attendu
    corriger_effet(
        frais(c), by=du_courrier(troupe), at=plus_tard, nature=Nature(Effet.DEMANDE, silence, objet="Un banc")
    )
    assert legal(c) == attendu, "a correction forgets nothing of it"
    assert [e.date for titre, e in contexte(frais(c))["pourquoi"] if titre == "Décision implicite"] == (
        [attendu] if attendu else []
    )


def test_the_term_of_an_appeal_follows_when_the_law_set_it_and_not_when_the_letter_did(troupe: Troupe) -> None:
    jour = date_legale(troupe.at)
    for fixee in (None, jour + timedelta(days=30)):
        c = confie(troupe, effet=Effet.RECOURS, fixee=fixee, objet=f"Recours {fixee}")
        avant = Courrier.objects.get(pk=c.pk).echeance
        demander(troupe, c)
        recule = timedelta(days=10) if fixee is None else timedelta(0)
        assert avant is not None and Courrier.objects.get(pk=c.pk).echeance == avant + recule


def test_it_is_answered_all_the_same_and_what_comes_late_is_noted(troupe: Troupe) -> None:
    c = confie(troupe)
    demander(troupe, c)
    agent = qui_peut(troupe, etape(c, "traitement"))
    with pytest.raises(Refus, match="Reprenez-le d'abord"):
        parti(troupe, c)
    continuer_sans(frais(c), by=agent, at=troupe.at)
    assert Complement.objects.get().recu_le is None
    recevoir_complement(frais(c), by=agent, at=troupe.at)
    assert Complement.objects.get().recu_le == date_legale(troupe.at)
    with pytest.raises(DejaFait):
        recevoir_complement(frais(c), by=agent, at=troupe.at)
    encore = demander(troupe, c, texte="Et l'adresse ?")
    assert encore.numero == 2
    Depart.objects.filter(numero=1).update(revenu_le=date_legale(troupe.at))
    assert repartie_sous(Depart.objects.get(numero=1)) is None, "two questions are two letters"
    continuer_sans(frais(c), by=agent, at=troupe.at)
    parti(troupe, c)
    assert [d.objet for d in Depart.objects.order_by("numero")] == ["manque", "manque", "reponse"]


def test_the_service_is_reminded_once_before_the_day_and_the_letter_goes_on_after_it(troupe: Troupe) -> None:
    c = confie(troupe)
    demander(troupe, c)
    agent = qui_peut(troupe, etape(c, "traitement"))
    rappels = []
    for jours in (3, 8, 8, 9):
        tard = troupe.at + timedelta(days=jours)
        rappels.append(rappeler_les_complements(by=systeme(tard), at=tard))
    assert rappels == [0, 1, 0, 0]
    dits = Notification.objects.filter(personne=agent.personne, texte__contains="n'est pas arrivé")
    assert dits.filter(texte__contains="Camille Essai").count() == 1
    tard = troupe.at + timedelta(days=10)
    passer_les_echeances(by=systeme(tard), at=tard)
    assert frais(c).etat == EtatDossier.OUVERT and Complement.objects.get().recu_le is None


def test_a_second_click_asks_once_and_a_refusal_gives_no_number(troupe: Troupe) -> None:
    c, muet = confie(troupe), confie(troupe, objet="Muet", adresse="")
    depart = demander(troupe, c)
    with pytest.raises(DejaFait, match=depart.cote):
        demander(troupe, c)
    with pytest.raises(Refus, match="déjà en attente"):
        demander(troupe, c, texte="Autre chose ?")
    trop_tot = Question("Quoi ?", date_legale(troupe.at), Envoi(Moyen.MAIN_PROPRE))
    for faux, raison in ((question(troupe), "pas d'adresse postale"), (question(troupe, " "), "Dites ce qui manque"),
                         (trop_tot, "dans l'avenir")):  # fmt: skip
        with pytest.raises(Refus, match=raison):
            demander_complement(frais(muet), by=troupe.present("voirie"), at=troupe.at, question=faux)
    assert Depart.objects.count() == 1 and frais(muet).etat == EtatDossier.OUVERT


def test_who_may_not_ask_is_told_why(troupe: Troupe) -> None:
    a_confier, c = recu(troupe, objet="À confier"), confie(troupe)
    ferme = confie(troupe, objet="Clos")
    clore_sans_reponse(frais(ferme), by=troupe.au_poste("dgs"), at=troupe.at, motif="Publicité.")
    for courrier, qui, raison in ((c, troupe.present("commerce"), "pas ouvert à votre service"),
                                  (a_confier, du_courrier(troupe), "pas encore confié"),
                                  (ferme, troupe.au_poste("dgs"), "Le dossier est clos")):  # fmt: skip
        with pytest.raises(Refus, match=raison):
            demander_complement(frais(courrier), by=qui, at=troupe.at, question=question(troupe))
    demander(troupe, c)
    clore_sans_reponse(frais(c), by=troupe.au_poste("dgs"), at=troupe.at, motif="Réglé au téléphone.")
    with pytest.raises(Refus, match="Le courrier est clos"):
        recevoir_complement(frais(c), by=troupe.present("voirie"), at=troupe.at)


def test_of_a_confidential_letter_its_reader_or_the_stand_in_asks_and_nobody_else(troupe: Troupe) -> None:
    c = recu(troupe, confidentiel=True, destinataire=poste(troupe, "dir-finances"), objet="")
    lecteur, pli = troupe.au_poste("dir-finances"), a_faire(c)[0]
    with pytest.raises(Refus, match="n'est pas ouvert"):
        demander_complement(frais(c), by=lecteur, at=troupe.at, question=question(troupe))
    confier(pli, by=lecteur, at=troupe.at, aiguillage=Aiguillage(None, garder=True))
    for autre in (troupe.present("finances"), du_courrier(troupe), troupe.au_poste("dgs")):
        with pytest.raises(Refus, match="réservé à son destinataire"):
            demander_complement(frais(c), by=autre, at=troupe.at, question=question(troupe))
    Absence.objects.create(personne_id=troupe.titulaire("dir-finances"), debut=troupe.annuaire.jour)
    remplacant = qui_peut(troupe, a_faire(c)[0])
    assert remplacant.personne != troupe.titulaire("dir-finances")
    depart = demander_complement(frais(c), by=remplacant, at=troupe.at, question=question(troupe))
    bureau = entrer(du_courrier(troupe))
    assert depart.cote in bureau.get("/courriers/departs/").content.decode()
    assert bureau.get(f"/courriers/departs/{depart.pk}/lettre.pdf").status_code == 404
    assert "Une photo" not in bureau.get("/courriers/").content.decode()


def test_from_its_page_it_is_asked_and_said_to_have_come(troupe: Troupe) -> None:
    c = confie(troupe)
    client, adresse = entrer(qui_peut(troupe, etape(c, "traitement"))), f"/dossiers/{frais(c).uuid}/"
    jusquau = (troupe.annuaire.jour + timedelta(days=9)).isoformat()
    tape = {"texte": "Une photo ?", "jusquau": jusquau, "moyen": "recommande"}
    faux = client.post(f"{adresse}gestes/demander_complement/", tape)
    assert faux.status_code == 422 and "étiquette" in faux.content.decode() and "Une photo ?" in faux.content.decode()
    page = client.post(
        f"{adresse}gestes/demander_complement/", {**tape, "moyen": "papier"}, follow=True
    ).content.decode()
    assert "Demande de complément D-" in page and "attend le complément de Camille Essai" in page
    assert "attend le complément" in entrer(du_courrier(troupe)).get("/courriers/").content.decode()
    page = client.post(f"{adresse}gestes/recevoir_complement/", follow=True).content.decode()
    assert "le dossier reprend" in page and "arrivé le" in page
    assert client.post(f"{adresse}gestes/recevoir_complement/", follow=True).status_code == 200


def test_the_database_refuses_a_question_without_its_number_and_a_number_without_its_question(troupe: Troupe) -> None:
    c = confie(troupe)
    depart = demander(troupe, c)
    parti_ = confie(troupe, objet="Autre")
    parti(troupe, parti_)
    autre = Depart.objects.get(dossier=parti_.pk)
    repousse(
        "de sa sorte",
        "INSERT INTO courriers_complement (depart_id, texte, demande_le, jusquau) VALUES (%s, 'x', '2026-01-01', '2026-02-01')",
        autre.pk,
    )
    repousse("ne s'efface pas", "DELETE FROM courriers_complement WHERE depart_id = %s", depart.pk)
    repousse(
        "complement_laisse_du_temps",
        "INSERT INTO courriers_complement (depart_id, texte, demande_le, jusquau) VALUES (%s, 'x', '2026-01-01', '2026-01-01')",
        autre.pk,
    )
    repousse(
        "dit ce qu'elle demande",
        """WITH suivant AS (UPDATE courriers_compteur SET dernier = dernier + 1 WHERE registre = 'depart')
        INSERT INTO courriers_depart (dossier_id, tour, annee, numero, objet, at, moyen, recommande, nom, adresse, courriel, motif_retour)
        SELECT dossier_id, tour, annee, numero + 1, 'manque', at, moyen, '', nom, '', '', '' FROM courriers_depart WHERE id = %s""",
        autre.pk,
    )
