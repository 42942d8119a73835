"""What leaves: its number, how, to whom; the file in place of a text; what becomes of a registered letter; a mailing."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from procrastinate.contrib.django.models import ProcrastinateJob

from buridan.courriers.actions.confier import Aiguillage, confier
from buridan.courriers.actions.corriger import Correction, corriger_courrier
from buridan.courriers.actions.ecrire import Adresse, Lettre, joindre_une_version, preparer
from buridan.courriers.actions.expedier import Envoi, Sort, expedier, noter_le_sort
from buridan.courriers.actions.reexpedier import Renvoi, reexpedier
from buridan.courriers.etats import Effet, Moyen
from buridan.courriers.forms_departs import ListeInvalide, lire_liste
from buridan.courriers.models import Courrier, Depart
from buridan.courriers.nature import contexte, modeles_reponse
from buridan.courriers.papier import ICI, contenu, fiche_de_suivi, lettre_de, lettre_du_depart, lettres_des_departs
from buridan.courriers.tasks import poster
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatDossier, SensReponse
from buridan.dossiers.fichiers import Fichier
from buridan.dossiers.gestes import former, geste_de
from buridan.dossiers.models import Reponse
from buridan.dossiers.natures import Geste
from buridan.dossiers.pdf import compiler
from buridan.dossiers.recit import recit
from buridan.droit.delais import date_legale
from buridan.notifications.models import Courriel, Notification
from buridan.outils.verdict import Refus
from buridan.signatures.actions.signer_document import signer_document
from buridan.signatures.controle_pdf import controler
from buridan.signatures.models import Moyen as MoyenDeSigner
from buridan.signatures.models import Signature
from tests.conftest import Troupe
from tests.courriers.lettres import (
    a_faire,
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
from tests.lecture_pdf import texte as texte_du_pdf

pytestmark = pytest.mark.django_db
PAGES = {"ville": "Essai", "titre": "Réponse", "entetes": ["Objet"], "lignes": [["Le banc sera changé."]]}
ODT = "application/vnd.oasis.opendocument.text"


def odt(texte: str) -> Fichier:
    sortie = BytesIO()
    with ZipFile(sortie, "w") as z:
        z.writestr("mimetype", ODT)
        z.writestr("content.xml", texte)
    return Fichier("reponse.odt", ODT, sortie.getvalue())


def test_an_answer_is_visaed_signed_numbered_and_closes_the_letter(troupe: Troupe) -> None:
    c = confie(troupe)
    parti(troupe, c)
    depart = Depart.objects.get(dossier=c.pk)
    assert depart.objet == "reponse" and depart.moyen == "papier" and depart.adresse == c.adresse
    assert frais(c).etat == EtatDossier.CLOS and not Courriel.objects.filter(dossier=frais(c).uuid).exists()
    lu = texte_du_pdf(lettre_du_depart(depart))
    for dit in (depart.cote, c.cote, "3 rue de l'Essai", "Le banc est réparé."):
        assert dit in lu
    assert contenu(frais(c), Reponse.objects.get(dossier=c.pk), depart)["projet"] is False


def test_by_e_mail_it_bears_its_number_and_answers_the_letter(troupe: Troupe) -> None:
    c = confie(troupe, courriel="camille@courriel.example", adresse="")
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    envoye, depart = Courriel.objects.get(dossier=frais(c).uuid), Depart.objects.get(dossier=c.pk)
    assert depart.cote in envoye.texte and c.cote in envoye.sujet
    signataire = contenu(frais(c), Reponse.objects.get(dossier=c.pk), depart)["signature"]
    assert len(signataire) > 1 and all(ligne in envoye.texte for ligne in signataire)
    joint = texte_du_pdf(bytes(envoye.piece))
    assert envoye.piece_nom == f"{depart.cote}.pdf" and depart.cote in joint and signataire[0] in joint


@pytest.mark.parametrize(
    ("envoi", "raison"),
    [
        (Envoi(Moyen.COURRIEL), "pas d'adresse de courriel"),
        (Envoi(Moyen.RECOMMANDE), "numéro de la lettre recommandée"),
    ],
)
def test_a_way_that_cannot_carry_it_is_refused_and_gives_no_number(envoi: Envoi, raison: str, troupe: Troupe) -> None:
    c = confie(troupe)
    with pytest.raises(Refus, match=raison):
        parti(troupe, c, envoi)
    assert not Depart.objects.filter(dossier=c.pk).exists()
    sans = confie(troupe, adresse="", objet="Autre")
    with pytest.raises(Refus, match="pas d'adresse postale"):
        parti(troupe, sans)
    corriger_courrier(
        frais(sans), by=du_courrier(troupe), at=troupe.at, correction=Correction("Camille Essai", adresse="1 rue")
    )
    parti(troupe, sans)


def test_a_correction_says_which_fields_and_a_second_click_nothing(troupe: Troupe) -> None:
    c = confie(troupe)
    neuf = Correction("Camille Essai", adresse="4 rue de l'Essai", telephone="03")
    corriger_courrier(frais(c), by=du_courrier(troupe), at=troupe.at, correction=neuf)
    with pytest.raises(DejaFait):
        corriger_courrier(frais(c), by=du_courrier(troupe), at=troupe.at, correction=neuf)
    with pytest.raises(Refus, match="pas ouvert à votre service"):
        corriger_courrier(frais(c), by=troupe.present("commerce"), at=troupe.at, correction=Correction("X"))


def test_a_registered_letter_is_followed_to_its_receipt_or_its_return(troupe: Troupe) -> None:
    c = confie(troupe)
    parti(troupe, c, Envoi(Moyen.RECOMMANDE, "2C 123"))
    depart, jour, bureau = Depart.objects.get(dossier=c.pk), date_legale(troupe.at), du_courrier(troupe)
    for faux, raison in ((Sort(), "l'un des deux"), (Sort(jour + timedelta(days=1)), "entre l'envoi et aujourd'hui")):
        with pytest.raises(Refus, match=raison):
            noter_le_sort(depart, by=bureau, at=troupe.at, sort=faux)
    with pytest.raises(Refus, match="registre est tenu par"):
        noter_le_sort(depart, by=troupe.present("voirie"), at=troupe.at, sort=Sort(jour))
    noter_le_sort(depart, by=bureau, at=troupe.at, sort=Sort(revenu_le=jour, motif="Non réclamé"))
    assert Depart.objects.get(pk=depart.pk).motif_retour == "Non réclamé"
    with pytest.raises(DejaFait):
        noter_le_sort(depart, by=bureau, at=troupe.at, sort=Sort(jour))
    with pytest.raises(IntegrityError, match="depart_recu_ou_revenu"), transaction.atomic():
        Depart.objects.filter(pk=depart.pk).update(recu_le=jour)


def test_a_fate_noted_by_mistake_is_corrected_and_the_journal_keeps_what_was_noted(troupe: Troupe) -> None:
    c = confie(troupe)
    parti(troupe, c, Envoi(Moyen.RECOMMANDE, "2C 123"))
    depart, jour, bureau = Depart.objects.get(dossier=c.pk), date_legale(troupe.at), du_courrier(troupe)
    noter_le_sort(depart, by=bureau, at=troupe.at, sort=Sort(revenu_le=jour, motif="Inconnu"))
    noter_le_sort(depart, by=bureau, at=troupe.at, sort=Sort(jour, corrige=True))
    corrige = Depart.objects.get(pk=depart.pk)
    assert (corrige.recu_le, corrige.revenu_le, corrige.motif_retour) == (jour, None, "")
    assert f"il était noté : revenu le {jour:%d/%m/%Y}" in str(recit(frais(c))[0])
    noter_le_sort(depart, by=bureau, at=troupe.at, sort=Sort(corrige=True))
    assert Depart.objects.get(pk=depart.pk).recu_le is None


def test_a_letter_that_came_back_leaves_again_as_it_was_signed_under_the_next_number(troupe: Troupe) -> None:
    c = confie(troupe)
    a_signer = mener(troupe, c, "signature")
    signer_document(a_signer, by=qui_peut(troupe, a_signer), at=troupe.at, moyen=MoyenDeSigner.CACHET)
    parti(troupe, c)
    depart, bureau, demain = Depart.objects.get(dossier=c.pk), du_courrier(troupe), troupe.at + timedelta(days=1)
    ailleurs = Renvoi(Envoi(), "Dite au téléphone", "9 rue Neuve, 62400 Essai")
    with pytest.raises(Refus, match="Notez d'abord que la lettre est revenue"):
        reexpedier(depart, by=bureau, at=demain, renvoi=ailleurs)
    noter_le_sort(depart, by=bureau, at=demain, sort=Sort(revenu_le=date_legale(demain)))
    for faux, raison in ((Renvoi(Envoi(), "Vu"), "adresse postale"), (Renvoi(Envoi(), " ", "1 rue"), "d'où vient")):
        with pytest.raises(Refus, match=raison):
            reexpedier(depart, by=bureau, at=demain, renvoi=faux)
    with pytest.raises(Refus, match="registre est tenu par"):
        reexpedier(depart, by=troupe.present("voirie"), at=demain, renvoi=ailleurs)
    neuf = reexpedier(depart, by=bureau, at=demain, renvoi=ailleurs)
    assert neuf.numero == depart.numero + 1 and (neuf.nom, neuf.tour, neuf.objet) == (
        depart.nom,
        depart.tour,
        "reponse",
    )
    lu = texte_du_pdf(lettre_du_depart(neuf))
    assert (
        lu.index("9 rue Neuve")
        < lu.index("qui nous est revenue")
        < lu.index("3 rue de l'Essai")
        < lu.index("Le banc est réparé.")
    )
    with pytest.raises(DejaFait, match=neuf.cote):
        reexpedier(depart, by=bureau, at=demain, renvoi=ailleurs)
    with pytest.raises(Refus, match="son retour reste noté"):
        noter_le_sort(depart, by=bureau, at=demain, sort=Sort(corrige=True))
    assert "Dite au téléphone" in str(recit(frais(c))[0])


def test_an_e_mail_that_did_not_arrive_is_sent_to_another(troupe: Troupe) -> None:
    c = confie(troupe, courriel="faux@courriel.example")
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    depart, bureau, demain = Depart.objects.get(dossier=c.pk), du_courrier(troupe), troupe.at + timedelta(days=1)
    with pytest.raises(Refus, match="pas d'avis de réception"):
        noter_le_sort(depart, by=bureau, at=demain, sort=Sort(date_legale(demain)))
    noter_le_sort(depart, by=bureau, at=demain, sort=Sort(revenu_le=date_legale(demain), motif="Adresse inconnue"))
    ailleurs = Renvoi(Envoi(Moyen.COURRIEL), "Écrite par elle", courriel="camille@courriel.example")
    neuf = reexpedier(depart, by=bureau, at=demain, renvoi=ailleurs)
    envoye = Courriel.objects.get(destinataire="camille@courriel.example")
    assert neuf.cote in envoye.texte and neuf.cote in texte_du_pdf(bytes(envoye.piece))


def test_whoever_sent_it_is_told_that_it_came_back(troupe: Troupe) -> None:
    c = confie(troupe)
    parti(troupe, c)
    depart = Depart.objects.get(dossier=c.pk)
    Depart.objects.filter(pk=depart.pk).update(par=troupe.present("voirie").personne)
    noter_le_sort(depart, by=du_courrier(troupe), at=troupe.at, sort=Sort(revenu_le=date_legale(troupe.at)))
    assert Notification.objects.filter(personne=troupe.present("voirie").personne, texte__contains="revenu le").exists()


def test_what_was_sealed_is_what_leaves_by_e_mail(troupe: Troupe) -> None:
    c = confie(troupe, courriel="camille@courriel.example")
    a_signer = mener(troupe, c, "signature")
    signer_document(a_signer, by=qui_peut(troupe, a_signer), at=troupe.at, moyen=MoyenDeSigner.CACHET)
    scelle = Signature.objects.select_related("document").get(etape=a_signer).document
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    envoye = Courriel.objects.exclude(piece=None).get(dossier=frais(c).uuid)
    assert scelle is not None and sha256(bytes(envoye.piece)).hexdigest() == scelle.sha256
    assert len(controler(bytes(envoye.piece), at=troupe.at).constats) == 1


def test_without_a_signature_an_e_mail_names_who_answered(troupe: Troupe) -> None:
    destinataire = poste(troupe, "dgs")
    c = recu(troupe, confidentiel=True, destinataire=destinataire, courriel="camille@courriel.example")
    pli = a_faire(c)[0]
    confier(pli, by=qui_peut(troupe, pli), at=troupe.at, aiguillage=Aiguillage(None, garder=True))
    by = qui_peut(troupe, etape(c, "reponse"))
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    assert by.nom in Courriel.objects.exclude(piece=None).get(dossier=frais(c).uuid).texte


def test_an_answer_that_says_no_tells_how_to_contest_it(troupe: Troupe) -> None:
    c = confie(troupe, effet=Effet.DEMANDE, courriel="camille@courriel.example")
    traitement = etape(c, "traitement")
    refuser(traitement, by=qui_peut(troupe, traitement), at=troupe.at, motif="Le règlement ne le permet pas.")
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    depart = Depart.objects.get(dossier=c.pk, objet="reponse")
    envoye = Courriel.objects.get(dossier=frais(c).uuid, piece_nom=f"{depart.cote}.pdf")
    for dit in (texte_du_pdf(lettre_du_depart(depart)), texte_du_pdf(bytes(envoye.piece)), envoye.texte):
        assert "recours gracieux" in dit


def test_the_answer_as_a_file_is_kept_version_after_version_and_the_visa_bears_on_the_last(troupe: Troupe) -> None:
    c = confie(troupe)
    agent = troupe.present("voirie")
    with pytest.raises(Refus, match="ni un PDF"):
        joindre_une_version(frais(c), by=agent, at=troupe.at, fichier=Fichier("x.png", "image/png", b"x"))
    un = odt("un")  # made twice it would bear two instants
    joindre_une_version(frais(c), by=agent, at=troupe.at, fichier=un)
    with pytest.raises(DejaFait, match="déjà la version 1"):
        joindre_une_version(frais(c), by=agent, at=troupe.at, fichier=un)
    deux = joindre_une_version(frais(c), by=agent, at=troupe.at, fichier=odt("deux"))
    assert frais(c).projet_reponse == deux.phrase and deux.numero == 2
    assert f"précision : empreinte {deux.document.sha256}" in str(recit(frais(c))[0])
    traiter(etape(c, "traitement"), by=agent, at=troupe.at, projet=frais(c).projet_reponse)
    with pytest.raises(Refus, match="n'est plus en rédaction"):
        joindre_une_version(frais(c), by=agent, at=troupe.at, fichier=odt("trois"))
    Courrier.objects.filter(pk=c.pk).update(courriel="camille@courriel.example")
    with pytest.raises(Refus, match="imprimez-le"):
        parti(troupe, c, Envoi(Moyen.COURRIEL))
    parti(troupe, c)


def test_a_file_that_could_not_leave_is_refused_before_anybody_agrees(troupe: Troupe) -> None:
    c = confie(troupe, adresse="", courriel="camille@courriel.example")
    agent = troupe.present("voirie")
    with pytest.raises(Refus, match="pas d'adresse postale pour : Camille Essai. Enregistrez-le en PDF"):
        joindre_une_version(frais(c), by=agent, at=troupe.at, fichier=odt("un"))
    assert not frais(c).versions_reponse.exists()


def test_the_pages_of_a_pdf_are_those_of_the_letter_signed_and_sent(troupe: Troupe) -> None:
    c = confie(troupe, adresse="", courriel="camille@courriel.example")
    agent, pages = troupe.present("voirie"), compiler(ICI / "registre.typ", "registre", PAGES)
    fichier = Fichier("reponse.pdf", "application/pdf", pages)
    joindre_une_version(frais(c), by=agent, at=troupe.at, fichier=fichier)
    assert "Le banc sera changé." in texte_du_pdf(lettre_de(frais(c), None))
    traiter(etape(c, "traitement"), by=agent, at=troupe.at, projet=frais(c).projet_reponse)
    a_signer = mener(troupe, c, "signature")
    signer_document(a_signer, by=qui_peut(troupe, a_signer), at=troupe.at, moyen=MoyenDeSigner.CACHET)
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    lu = texte_du_pdf(bytes(Courriel.objects.exclude(piece=None).get(dossier=frais(c).uuid).piece))
    assert "Le banc sera changé." in lu and c.cote in lu and "Empreinte" not in lu


def test_what_was_visaed_leaves_as_it_was_visaed(troupe: Troupe) -> None:
    c = confie(troupe)
    derniere = mener(troupe, c, "reponse")
    with pytest.raises(Refus, match="a été visée"):
        expedier(
            derniere,
            by=du_courrier(troupe),
            at=troupe.at,
            texte="Autre chose.",
            sens=SensReponse.FAVORABLE,
            envoi=Envoi(),
        )


def test_the_town_s_templates_are_filled_for_a_letter(troupe: Troupe) -> None:
    c = confie(troupe)
    modeles = modeles_reponse(frais(c), troupe.present("voirie"))
    assert modeles and all("{{" not in texte for _titre, texte in modeles)
    assert any(c.cote in texte for _titre, texte in modeles)


def le_geste(etape: Any, code: str) -> Geste:
    geste = geste_de(etape.dossier, code)
    assert geste is not None
    return geste


def ecrite(troupe: Troupe, *adresses: Adresse) -> Courrier:
    auteur = troupe.present("voirie")
    return preparer(Lettre("Travaux rue Neuve", entite(troupe, "voirie"), adresses), by=auteur, at=troupe.at)


def test_a_letter_that_answers_none_goes_the_same_way(troupe: Troupe) -> None:
    c = ecrite(troupe, Adresse("Alix Voisin", "2 rue Neuve"))
    assert c.cote == "" and etape(c, "traitement").poste_id == troupe.annuaire.poste_principal(
        troupe.present("voirie").personne
    )
    visa = mener(troupe, c, "visa")
    with pytest.raises(Refus, match="renvoyez-le pour correction"):
        from buridan.courriers.gestes import COURRIER

        COURRIER["refuser"].executer(visa, by=qui_peut(troupe, visa), at=troupe.at, donnees={"motif": "Non."})
    parti(troupe, c)
    assert Depart.objects.get(dossier=c.pk).objet == "envoi"


def test_a_mailing_gives_each_one_a_letter_and_a_number(troupe: Troupe) -> None:
    c = ecrite(troupe, *(Adresse(f"Voisin {n}", f"{n} rue Neuve") for n in range(1, 4)))
    travail = etape(c, "traitement")
    traiter(travail, by=qui_peut(troupe, travail), at=troupe.at, projet="Bonjour {{nom}}, des travaux auront lieu.")
    projet = texte_du_pdf(lettre_de(frais(c), None))
    assert "Bonjour Voisin 1," in projet and "la première des 3" in projet
    parti(troupe, c)
    departs = list(Depart.objects.filter(dossier=c.pk).order_by("numero"))
    assert [d.numero - departs[0].numero for d in departs] == [0, 1, 2]
    tout = texte_du_pdf(lettres_des_departs(departs))
    assert all(f"Bonjour Voisin {n}," in tout and f"{n} rue Neuve" in tout for n in range(1, 4))
    assert lettre_de(frais(c), Reponse.objects.get(dossier=c.pk))


def test_on_a_list_each_is_written_to_at_the_address_that_is_known(troupe: Troupe) -> None:
    c = ecrite(
        troupe,
        Adresse("Alix", "2 rue Neuve"),
        Adresse("Bob", "", "bob@courriel.example"),
        Adresse("Cy", "3 rue", "cy@courriel.example"),
    )
    parti(troupe, c, Envoi(Moyen.PAPIER))
    departs = {d.nom: d for d in Depart.objects.filter(dossier=c.pk)}
    assert {nom: d.moyen for nom, d in departs.items()} == {"Alix": "papier", "Bob": "courriel", "Cy": "papier"}
    envoye = Courriel.objects.get(dossier=frais(c).uuid)
    assert envoye.destinataire == "bob@courriel.example" and departs["Bob"].cote in texte_du_pdf(bytes(envoye.piece))


def test_a_list_by_e_mail_is_sent_by_jobs_each_letter_once(troupe: Troupe) -> None:
    c = ecrite(
        troupe, *(Adresse(f"Voisin {n}", "", f"v{n}@courriel.example") for n in (1, 2)), Adresse("Alix", "2 rue")
    )
    parti(troupe, c, Envoi(Moyen.COURRIEL))
    travaux = [t.args["depart"] for t in ProcrastinateJob.objects.filter(task_name="courriers.poster")]
    par_courriel = Depart.objects.filter(dossier=c.pk, moyen="courriel")
    assert set(travaux) == set(par_courriel.values_list("pk", flat=True)) and len(travaux) == 2
    for pk in [*travaux, *travaux]:
        poster(pk)
    envoyes = Courriel.objects.filter(dossier=frais(c).uuid)
    assert sorted(e.piece_nom for e in envoyes) == sorted(f"{d.cote}.pdf" for d in par_courriel)


def test_who_agrees_reads_the_list_and_who_sends_how_each_will_leave(troupe: Troupe) -> None:
    c = ecrite(troupe, Adresse("Alix", "2 rue Neuve"), Adresse("Bob", "", "bob@courriel.example"))
    travail = etape(c, "traitement")
    redaction = former(le_geste(travail, "traiter"), travail, qui_peut(troupe, travail))
    assert redaction.fields["projet"].label == "Texte de la lettre"
    assert [b.name for b in redaction.hidden_fields()] == ["sens"]
    mener(troupe, c, "signature")
    lu = render_to_string(
        "courriers/_fiche.html", {"dossier": frais(c), "acteur": troupe.present("voirie"), **contexte(frais(c))}
    )
    assert "Alix, 2 rue Neuve" in lu and "Bob (bob@courriel.example)" in lu
    envoi = mener(troupe, c, "reponse")
    form = former(le_geste(envoi, "repondre"), envoi, du_courrier(troupe))
    assert "« Courrier simple » : Courrier simple (1), Courriel (1)" in form.fields["moyen"].help_text
    assert "recommande" not in {valeur for valeur, _nom in form.fields["moyen"].choices}


@pytest.mark.parametrize(
    ("texte", "raison"),
    [
        ("prenom;ville\nA;B\n", "Il faut les colonnes"),
        ("nom;adresse\n;3 rue\n", "Ligne 2 : il manque le nom"),
        ("nom;adresse\nAlix;\n", "Ligne 2 : il manque l'adresse"),
        ("nom;courriel\nAlix;pas-un-courriel\n", "n'est pas un courriel"),
        ("nom;adresse\n", "0 destinataires"),
    ],
)
def test_a_list_that_cannot_be_used_says_which_line(texte: str, raison: str) -> None:
    with pytest.raises(ListeInvalide, match=raison):
        lire_liste(texte.encode())


def test_a_list_from_a_french_spreadsheet_is_read_once_each() -> None:
    texte = "Nom;Adresse\nÉlise;3 rue\nÉlise;3 rue\n;;\nBob;4 rue\n"
    assert lire_liste(texte.encode("cp1252")) == lire_liste(texte.encode("utf-8-sig"))
    assert [a.nom for a in lire_liste(texte.encode())] == ["Élise", "Bob"]


def test_the_follow_up_sheet_is_one_page_with_the_address_of_the_dossier(troupe: Troupe, settings: Any) -> None:
    import pikepdf

    settings.ADRESSE_PUBLIQUE = "https://mairie.example"
    c = confie(troupe, annexes="Trois plans", objet="Un objet très long " * 9)
    pdf = fiche_de_suivi(Courrier.objects.select_related("dossier").get(pk=c.pk), troupe.annuaire)
    lu = texte_du_pdf(pdf)
    for dit in (c.cote, "Trois plans", f"https://mairie.example/dossiers/{frais(c).uuid}/", "Préparer la réponse"):
        assert dit.replace(" ", "") in lu.replace(" ", "")
    assert len(pikepdf.open(BytesIO(pdf)).pages) == 1
