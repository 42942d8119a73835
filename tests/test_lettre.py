"""The letter: what it says, that nothing in it is evaluated, that it is tagged, and who may open it."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from buridan.demandes import suivi
from buridan.demandes.lettre import composer
from buridan.demandes.models import Demande
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import SensReponse
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.dossiers.pdf import en_toutes_lettres
from buridan.organisation.acteur import acteur
from buridan.organisation.models import Personne

from .conftest import Troupe

pytestmark = pytest.mark.django_db


def _lire(pdf: bytes) -> tuple[PdfReader, str]:
    lecteur = PdfReader(BytesIO(pdf))
    return lecteur, " ".join(" ".join(p.extract_text() for p in lecteur.pages).split())


def _repondre(troupe: Troupe, demande: Demande, texte: str) -> Reponse:
    """Through the whole circuit, each étape by whoever must act."""
    for _tour in range(9):
        etape = (
            Etape.objects.select_related("dossier").filter(dossier=demande.dossier, etat="active").order_by("rang")[0]
        )
        ou = troupe.annuaire.resoudre if etape.poste_id else troupe.annuaire.resoudre_entite
        by, quand = acteur(ou(etape.poste_id or etape.entite_id).personnes[0], troupe.at), {"at": troupe.at}
        if etape.type == "reponse":
            etape.dossier.refresh_from_db()
            return repondre(etape, by=by, texte=texte, sens=SensReponse.FAVORABLE, **quand)
        if etape.type == "traitement":
            traiter(etape, by=by, projet=texte, **quand)
        else:
            {"qualification": qualifier, "visa": viser, "signature": signer}[etape.type](etape, by=by, **quand)
    raise AssertionError("no answer after nine étapes")


def _projet(demande: Demande, texte: str, sens: SensReponse = SensReponse.FAVORABLE) -> Dossier:
    dossier = Dossier.objects.get(pk=demande.pk)
    dossier.projet_reponse, dossier.projet_sens = texte, sens
    return dossier


def test_a_letter_holds_the_address_the_reference_and_the_text(troupe: Troupe) -> None:
    demande = troupe.deposer()
    Demande.objects.filter(pk=demande.pk).update(adresse="12 rue de l'Essai, 59999 Ville", organisme="")
    lecteur, texte = _lire(composer(_projet(demande, "Bonjour,\n\nLe trou est rebouché."), None))
    for morceau in (
        demande.nom,
        "12 rue de l'Essai",
        "59999 Ville",
        demande.dossier.reference,
        "Le trou est rebouché.",
    ):
        assert morceau in texte.replace("’", "'"), morceau
    assert lecteur.metadata is not None and demande.dossier.reference in (lecteur.metadata.title or "")


def test_a_letter_is_tagged_in_french_and_declared_pdf_ua(troupe: Troupe) -> None:
    lecteur, _texte = _lire(composer(_projet(troupe.deposer(), "Bonjour."), None))
    racine = lecteur.trailer["/Root"]
    assert racine["/MarkInfo"]["/Marked"] and racine["/Lang"].startswith("fr") and "/StructTreeRoot" in racine
    assert b"pdfuaid:part" in racine["/Metadata"].get_data()


@pytest.mark.parametrize(
    "texte",
    [
        '#import "/etc/passwd": *', '#read("/etc/passwd")', "$ x^2 $ \\ @ref <label> *gras* _it_ `code` // fin /* x",
        "#panic()", "= Titre\n- liste\n+ un", "]]]]})", '"); #sys.inputs', "a" * 2000, "Café à 100 % — « oui » 10 €",
    ],
)  # fmt: skip
def test_what_an_agent_types_is_printed_and_never_evaluated(texte: str, troupe: Troupe) -> None:
    _lecteur, lu = _lire(composer(_projet(troupe.deposer(), texte), None))
    sans_espace = "".join(lu.replace("’", "'").replace("-", "").replace("‐", "").split())
    for mot in texte.replace("-", "").split():
        assert mot in sans_espace, mot
    assert "root:x:" not in lu


@pytest.mark.parametrize("texte", ["Merci 🙂", "שלום مرحبا", "tab\tbell\x07fin\x0c", "mot " * 5000, ""])
def test_no_text_prevents_the_letter(texte: str, troupe: Troupe) -> None:
    lecteur, _lu = _lire(composer(_projet(troupe.deposer(), texte), None))
    assert len(lecteur.pages) >= 1 and lecteur.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_only_a_refusal_says_how_to_contest(troupe: Troupe) -> None:
    demande = troupe.deposer()
    assert "Tribunal administratif" in _lire(composer(_projet(demande, "Non.", SensReponse.REFUS), None))[1]
    assert "Tribunal administratif" not in _lire(composer(_projet(demande, "Oui."), None))[1]


def test_a_draft_is_said_to_be_one_and_an_answer_is_signed(troupe: Troupe) -> None:
    demande = troupe.deposer()
    assert "elle n'est pas envoyée" in _lire(composer(_projet(demande, "Oui."), None))[1].replace("’", "'")
    reponse = _repondre(troupe, demande, "C'est réparé.")
    texte = _lire(composer(Dossier.objects.get(pk=demande.pk), reponse))[1].replace("’", "'")
    assert "elle n'est pas envoyée" not in texte and "C'est réparé." in texte
    assert troupe.annuaire.nom_personne(reponse.par_id) in texte


def test_the_requester_opens_the_letter_once_it_is_sent(troupe: Troupe) -> None:
    demande = troupe.deposer()
    adresse = f"/suivi/{demande.dossier.uuid}/{suivi.cle(demande.dossier.uuid)}/"
    assert Client().get(f"{adresse}lettre/1/")["Location"] == adresse
    _repondre(troupe, demande, "C'est réparé.")
    assert f"{adresse}lettre/1/" in Client().get(adresse).content.decode()
    reponse = Client().get(f"{adresse}lettre/1/")
    assert (reponse.status_code, reponse["Content-Type"], reponse.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert "no-store" in reponse["Cache-Control"]


def test_the_letter_of_a_turn_that_does_not_exist_is_not_found(troupe: Troupe) -> None:
    demande = troupe.deposer()
    etape = Etape.objects.get(dossier=demande.dossier, etat="active")
    client = Client()
    client.force_login(Personne.objects.get(pk=troupe.annuaire.resoudre_entite(etape.entite_id).personnes[0]))
    assert client.get(f"/dossiers/{demande.dossier.uuid}/lettre/1/").content[:5] == b"%PDF-"
    assert client.get(f"/dossiers/{demande.dossier.uuid}/lettre/7/").status_code == 404
    assert not Reponse.objects.filter(dossier=demande.dossier).exists()


def test_the_first_of_the_month_is_written_as_people_say_it() -> None:
    assert en_toutes_lettres(date(2026, 3, 1)) == "1er mars 2026"
    assert en_toutes_lettres(date(2026, 8, 12)) == "12 août 2026"
