"""What somebody makes of a mail: a letter, an exchange of a dossier, a matter of an official, nothing; never twice, never by itself."""

import math
from typing import Any

import pytest

from buridan.courriers.actions.enregistrer import Arrivee
from buridan.courriers.actions.expedier import Envoi
from buridan.courriers.etats import Moyen
from buridan.dossiers.actions.attendre import demander_complement
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document, Dossier, Etape, Message
from buridan.dossiers.recherche import partout
from buridan.elus.actions.garder import garder
from buridan.elus.actions.saisir import Saisie
from buridan.elus.models import Brouillon
from buridan.journal.models import Ligne
from buridan.messagerie.actions.boites import Reglage, regler_boite
from buridan.messagerie.actions.purger import MOIS, purger
from buridan.messagerie.actions.traiter import (
    ecarter_courriel,
    en_faire_une_demande,
    enregistrer_le_courriel,
    joindre_le_courriel,
    remettre_courriel,
)
from buridan.messagerie.etats import Etat
from buridan.messagerie.models import CourrielRecu
from buridan.messagerie.secret import ouvrir
from buridan.notifications.models import Courriel
from buridan.outils.verdict import Refus
from buridan.vieprivee.actions.effacer import _effacer
from tests.conftest import Troupe
from tests.courriers.lettres import confie, du_courrier, entite, parti
from tests.courriers.test_pages_courriers import entrer
from tests.elus.saisies import ELUE
from tests.elus.saisies import saisie as saisie_elu
from tests.lecture_pdf import texte as texte_du_pdf
from tests.messagerie.courriels import administrateur, boite, du_cabinet, mail, recu
from tests.messagerie.test_recevoir import photo

pytestmark = pytest.mark.django_db


def comme_lettre(troupe: Troupe, courriel: CourrielRecu, **champs: Any) -> Any:
    valeurs = {
        "arrive_le": troupe.at,
        "expediteur": "Camille Essai",
        "objet": courriel.sujet or "x",
        "courriel": courriel.adresse,
    }
    return enregistrer_le_courriel(courriel, Arrivee(**{**valeurs, **champs}), by=du_courrier(troupe), at=troupe.at)


def frais(courriel: CourrielRecu) -> CourrielRecu:
    lu: CourrielRecu = CourrielRecu.objects.select_related("boite", "dossier").get(pk=courriel.pk)
    return lu


def test_a_mail_becomes_a_letter_that_came_when_the_server_had_it_with_its_annexes(troupe: Troupe) -> None:
    pieces = [("photo.jpg", "image/jpeg", photo()), ("a.zip", "application/zip", b"PK\x05\x06" + b"\0" * 18)]
    courriel = recu(troupe, mail(pieces=pieces), il_y_a=50)
    lettre = comme_lettre(troupe, courriel, service=entite(troupe, "voirie"))
    assert (lettre.arrive_le, lettre.genre, lettre.origine) == (courriel.recu_le, "courriel", "messagerie")
    documents = {d.nom: d for d in Document.objects.filter(dossier=lettre.pk)}
    assert set(documents) == {"courriel.pdf", "photo.jpg"}
    pdf = texte_du_pdf(chemin(documents["courriel.pdf"].sha256).read_bytes())
    for dit in ("camille@courriel.example", "non vérifiée", "le banc est cassé", "a.zip", courriel.sha256[:20]):
        assert dit in pdf, pdf
    traite = frais(courriel)
    assert (traite.etat, traite.dossier_id, traite.traite_par_id) == (
        Etat.COURRIER,
        lettre.pk,
        du_courrier(troupe).personne,
    )
    assert Ligne.objects.filter(chaine=courriel.uuid, verbe="enregistrer_courriel").count() == 1


def test_a_registered_mail_is_found_by_its_words_and_the_service_reads_it_as_it_came(troupe: Troupe) -> None:
    courriel = recu(troupe, mail(texte="Ma fille a trébuché sur la dalle."))
    lettre = comme_lettre(troupe, courriel, service=entite(troupe, "voirie"))
    assert list(Dossier.objects.filter(recherche=partout("trébuché", lettre.pk))) == [lettre.dossier]
    service = entrer(troupe.present("voirie"))
    adresse = f"/courriels/{courriel.uuid}/"
    assert adresse in service.get(f"/dossiers/{lettre.dossier.uuid}/").content.decode()
    assert "trébuché" in service.get(adresse).content.decode()


def test_what_is_dealt_with_is_not_dealt_with_again_and_says_by_whom(troupe: Troupe) -> None:
    courriel = recu(troupe)
    comme_lettre(troupe, courriel)
    with pytest.raises(DejaFait, match="Vous l'avez déjà enregistré comme courrier"):
        ecarter_courriel(courriel, by=du_courrier(troupe), at=troupe.at, motif="x")
    assert Dossier.objects.filter(nature="courriers").count() == 1


def test_a_mail_is_attached_for_the_agents_alone_and_they_are_told(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    nous = Courriel.objects.get(dossier=dossier.uuid)
    courriel = recu(
        troupe, mail(entetes={"In-Reply-To": nous.message_id}, pieces=[("photo.jpg", "image/jpeg", photo())])
    )
    joindre_le_courriel(courriel, dossier, by=du_courrier(troupe), at=troupe.at)
    message = Message.objects.get(dossier=dossier)
    assert message.fil == "agents" and "adresse non vérifiée" in message.texte and "le banc est cassé" in message.texte
    assert not any(d.public for d in Document.objects.filter(dossier=dossier))
    assert Document.objects.filter(dossier=dossier).count() == 2 and frais(courriel).etat == Etat.JOINT


def test_the_answer_of_the_requester_resumes_a_dossier_that_waited_when_somebody_says_it_is(troupe: Troupe) -> None:
    dossier = troupe.deposer().dossier
    etape = Etape.objects.get(dossier=dossier, etat="active")
    by = troupe.present("accueil")
    assert etape.entite_id in by.entites
    demander_complement(
        dossier, by=by, at=troupe.at, jusquau=troupe.annuaire.jour.replace(year=2030), texte="Où est-ce ?"
    )
    courriel = recu(troupe, mail(f"Re: {dossier.reference}"))
    joindre_le_courriel(courriel, dossier, by=du_courrier(troupe), at=troupe.at, du_demandeur=True)
    dossier.refresh_from_db()
    assert dossier.etat == "ouvert" and Message.objects.filter(dossier=dossier, fil="demandeur", par=None).exists()


def test_a_closed_dossier_or_one_that_this_person_may_not_see_is_refused(troupe: Troupe) -> None:
    lettre = confie(troupe)
    parti(troupe, lettre)
    with pytest.raises(Refus, match="est clos"):
        joindre_le_courriel(
            recu(troupe, mail(f"Re: {lettre.dossier.reference}")), lettre.dossier, by=du_courrier(troupe), at=troupe.at
        )
    social = troupe.deposer("aide-sociale", lieu="").dossier
    with pytest.raises(Refus, match="ne vous est ouvert"):
        joindre_le_courriel(recu(troupe), social, by=du_courrier(troupe), at=troupe.at)
    joindre_le_courriel(recu(troupe, mail(f"Re: {social.reference}")), social, by=du_courrier(troupe), at=troupe.at)


def test_a_mail_is_set_aside_with_a_reason_and_put_back(troupe: Troupe) -> None:
    courriel, by = recu(troupe), du_courrier(troupe)
    with pytest.raises(Refus, match="pourquoi"):
        ecarter_courriel(courriel, by=by, at=troupe.at, motif="  ")
    ecarter_courriel(courriel, by=by, at=troupe.at, motif="Publicité.")
    remettre_courriel(courriel, by=by, at=troupe.at)
    assert (frais(courriel).etat, frais(courriel).motif, frais(courriel).traite_par) == (Etat.A_TRAITER, "", None)
    with pytest.raises(DejaFait, match="déjà dans la file"):
        remettre_courriel(courriel, by=by, at=troupe.at)


@pytest.mark.parametrize("qui", ["voirie", "cabinet"])
def test_nobody_but_the_mail_office_deals_with_the_towns_mail(qui: str, troupe: Troupe) -> None:
    with pytest.raises(Refus):
        ecarter_courriel(recu(troupe), by=troupe.present(qui), at=troupe.at, motif="x")


def test_the_officials_mailbox_gives_a_matter_that_says_who_asked_by_the_cabinets_word_alone(troupe: Troupe) -> None:
    pieces = [("photo.jpg", "image/jpeg", photo())]
    courriel = recu(troupe, mail("Un trou", pieces=pieces), dans=boite(troupe, "elus"))
    saisie = Saisie(troupe.titulaire(ELUE), "quotidien", "voirie", "Un trou devant l'école.")
    with pytest.raises(Refus):
        en_faire_une_demande(courriel, saisie, by=du_courrier(troupe), at=troupe.at)
    with pytest.raises(Refus, match="autre service"):
        comme_lettre(troupe, courriel)
    by = du_cabinet(troupe)
    garder({"texte": "autre chose"}, [], by=by, at=troupe.at)
    demande = en_faire_une_demande(courriel, saisie, by=by, at=troupe.at, pieces=[courriel.pieces.get().pk])
    assert demande.elu_id == troupe.titulaire(ELUE) and frais(courriel).dossier_id == demande.pk
    assert [d.nom for d in Document.objects.filter(dossier=demande.pk)] == ["photo.jpg"], "the mail would say who asked"
    assert Brouillon.objects.filter(personne=by.personne).exists(), "what was being typed elsewhere stays"


def test_the_mail_of_an_official_is_not_seen_by_those_who_treat_the_matter(troupe: Troupe) -> None:
    courriel = recu(troupe, dans=boite(troupe, "elus"))
    saisie = Saisie(troupe.titulaire(ELUE), "quotidien", "voirie", "Un trou.")
    en_faire_une_demande(courriel, saisie, by=du_cabinet(troupe), at=troupe.at)
    for acteur in (troupe.au_poste("dgs"), troupe.au_poste("resp-voirie")):
        assert not CourrielRecu.objects.visibles_par(acteur, frozenset()).exists()


def test_what_was_set_aside_long_ago_is_emptied_and_stays_known(troupe: Troupe) -> None:
    courriel = recu(troupe, mail(pieces=[("photo.jpg", "image/jpeg", photo())]))
    attend = recu(troupe, mail("attend"))
    ecarter_courriel(courriel, by=du_courrier(troupe), at=troupe.at, motif="Publicité.")
    assert purger(at=troupe.at + 11 * MOIS) == 0
    assert purger(at=troupe.at + 13 * MOIS) == 1 == 1 + purger(at=troupe.at + 13 * MOIS)
    vide = frais(courriel)
    assert (vide.sujet, vide.texte, vide.adresse, vide.sha256) == ("", "", "", "") and not vide.pieces.exists()
    assert frais(attend).sujet == "attend"
    with pytest.raises(Refus, match="vidé"):
        remettre_courriel(courriel, by=du_courrier(troupe), at=troupe.at)


def test_an_erased_dossier_takes_its_mail_with_it(
    troupe: Troupe, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT, settings.EFFACEMENTS = tmp_path / "fichiers", tmp_path / "effacements.txt"
    courriel = recu(troupe, mail("Mon secret", pieces=[("photo.jpg", "image/jpeg", photo())]))
    condenses = [courriel.sha256, courriel.pieces.get().sha256]
    lettre = comme_lettre(troupe, courriel, service=entite(troupe, "voirie"))
    parti(troupe, lettre, Envoi(Moyen.COURRIEL))
    with django_capture_on_commit_callbacks(execute=True):
        _effacer(Dossier.objects.get(pk=lettre.pk), auteur=None, at=troupe.at, avant=math.inf)
    vide = frais(courriel)
    assert (vide.sujet, vide.texte, vide.adresse, vide.references, vide.sha256) == (
        "",
        "",
        "",
        [],
        "",
    ) and not vide.pieces.exists()
    assert not any(chemin(c).exists() for c in condenses)
    assert recu(troupe, mail("autre")).pk != courriel.pk, "the queue goes on"


def test_nothing_that_tells_who_asked_is_joined_to_a_matter_of_an_official(troupe: Troupe) -> None:
    matiere = saisie_elu(troupe).dossier
    for brut, dans in ((mail(f"Re: {matiere.reference}"), None), (mail("x"), boite(troupe, "elus"))):
        by = du_cabinet(troupe) if dans else du_courrier(troupe)
        vers = troupe.deposer().dossier if dans else matiere
        with pytest.raises(Refus, match="quel élu demande"):
            joindre_le_courriel(recu(troupe, brut, dans=dans), vers, by=by, at=troupe.at)


def test_a_password_is_sealed_and_kept_when_the_form_leaves_it_empty(troupe: Troupe) -> None:
    une = boite(troupe)
    assert "passe" not in une.mot_de_passe and ouvrir(une.mot_de_passe) == "un mot de passe é"
    reglage = Reglage(une.adresse, une.hote, "autre", une.depuis, securite="aucune", port=2)
    reglee = regler_boite(reglage, by=administrateur(troupe), at=troupe.at, sur=une)
    assert reglee.mot_de_passe == une.mot_de_passe and reglee.compte == "autre"
    with pytest.raises(Refus, match="déjà déclarée"):
        regler_boite(reglage, by=administrateur(troupe), at=troupe.at)
    with pytest.raises(Refus, match="administrateurs"):
        regler_boite(reglage, by=du_courrier(troupe), at=troupe.at, sur=une)
