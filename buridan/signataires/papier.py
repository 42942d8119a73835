"""The sealed PDF of a signature collected by link, and its proof."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.timezone import localtime

from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document
from buridan.dossiers.pdf import compiler, compiler_et_situer, propre
from buridan.interface.contexte import ville
from buridan.outils.verdict import Refus
from buridan.signataires.models import DemandeSignature
from buridan.signataires.queries import commence_par_un_lien
from buridan.signatures.certificats import SANS_VALEUR, Fiche
from buridan.signatures.controle_pdf import Constat
from buridan.signatures.pades import HAUTEUR, LARGEUR, Place, Signataire, ajouter_page, compter, signer_pdf

PREUVE, PAGE = Path(__file__).with_name("preuve.typ"), Path(__file__).with_name("page.typ")
CONSENTEMENT = "J'ai lu ce document, j'en accepte le contenu et je le signe."
PORTEE = (
    "C'est une signature électronique simple (règlement (UE) n° 910/2014, dit eIDAS, article 3, point 10). Elle ne peut pas "
    "être écartée comme preuve au seul motif qu'elle est électronique (article 25, paragraphe 1). Elle n'est ni avancée ni "
    "qualifiée : le cachet de la mairie atteste ce qui a été recueilli, et non l'identité de la personne."
)
CERTIFIEE = (
    "La personne a signé avec son propre certificat, et rapporté le document par son lien : ses signatures ont été vérifiées ce "
    "jour-là. Le cachet de la mairie atteste ce qui a été reçu."
)


@dataclass(frozen=True, slots=True)
class Recueil:
    """One signature collected: what was shown, what came of it (its SHA-256), the service that asked, the town's seal.

    `constats`: the signatures made with the person's own certificate; none when it was by link and code.
    """

    demande: DemandeSignature
    avant: Document
    apres: str
    service: str
    cachet: Signataire
    at: datetime
    constats: tuple[Constat, ...] = ()


def lire(document: Document) -> bytes:
    """Its bytes. Raises Refus when the file is missing (`buridan check` says so too)."""
    fichier = chemin(document.sha256)
    if not fichier.exists():
        raise Refus(
            f"Le fichier « {document.nom} » manque à la mairie. Prévenez-la : elle doit le reprendre d'une sauvegarde."
        )
    return fichier.read_bytes()


def sceller(demande: DemandeSignature, pdf: bytes, qui: Signataire, at: datetime) -> bytes:
    """This PDF, the version that is signed, with the block of that person and the town's seal.

    A document without any signature gets a page for those to come; on a signed one a page would break what is there, and the
    block stands below the others. Raises Refus when the PDF can't bear it.
    """
    deja, signatures = compter(lire(demande.document))[1], compter(pdf)[1]
    if not signatures:
        pdf = ajouter_page(pdf, compiler(PAGE, "page", {"lignes": _tete(demande)}))
    place = None
    if not signatures or not deja and commence_par_un_lien(demande):  # on the page that was added
        ligne, colonne = divmod(signatures, 2)
        gauche, haut = 50 + colonne * (LARGEUR + 12), 150 + ligne * (HAUTEUR + 8)
        place = Place(compter(pdf)[0] - 1, gauche, haut, fixe=True)
    motif = f"Signature simple de {demande.nom}, {demande.qualite}"
    return signer_pdf(pdf, qui, lignes_du_bloc(demande, at), place=place, motif=motif)


def lignes_du_bloc(demande: DemandeSignature, at: datetime) -> list[str]:
    """What the visible block says."""
    quand = localtime(at)
    return [
        propre(demande.nom),
        propre(demande.qualite),
        f"Signature simple, recueillie le {quand:%d/%m/%Y} à {quand:%H:%M} par lien à usage unique et code envoyé à "
        f"{demande.courriel_masque}",
        f"Cachet de la mairie de {ville(settings.PRESET)['nom']}",
    ]


def _tete(demande: DemandeSignature) -> list[str]:
    return [
        f"Document : {propre(demande.document.nom)}, dossier {demande.dossier.reference}",
        f"Empreinte SHA-256 : {demande.document.sha256}",
        "Cette page est ajoutée au document, dont le contenu reste tel qu'il a été présenté.",
    ]


def preuve(recueil: Recueil) -> bytes:
    """The proof, sealed: who, what, when, by which link and code."""
    commune, fiche = ville(settings.PRESET)["nom"], recueil.cachet.fiche
    contenu = {
        "ville": commune, "reference": recueil.demande.dossier.reference, "mention": SANS_VALEUR if fiche.essai else "",
        "hauteur": HAUTEUR, "titre": "Preuve d'une signature recueillie par lien",
        "resume": CERTIFIEE if recueil.constats else PORTEE,
        "parties": [
            {"titre": titre, "lignes": [[nom, propre(valeur)] for nom, valeur in lignes]}
            for titre, lignes in (
                ("Qui a signé", _qui(recueil.demande)), ("Ce qui a été signé", _quoi(recueil)), ("Comment", _comment(recueil)),
                ("Cachet de la mairie", _cachet(fiche)),
            )
        ],
    }  # fmt: skip
    pdf, page, gauche, haut = compiler_et_situer(PREUVE, "preuve", contenu, "<signature>")
    lignes = [f"Cachet de la mairie de {commune}", f"Preuve établie le {_instant(recueil.at)}"]
    motif = "Preuve d'une signature recueillie par lien"
    return signer_pdf(pdf, recueil.cachet, lignes, place=Place(page, gauche, haut), motif=motif)


Lignes = list[tuple[str, str]]


def _qui(demande: DemandeSignature) -> Lignes:
    return [("Nom", demande.nom), ("Qualité", demande.qualite), ("Courriel", demande.courriel)]


def _quoi(recueil: Recueil) -> Lignes:
    return [
        ("Document", recueil.demande.document.nom),
        ("Empreinte SHA-256 du document choisi", recueil.demande.document.sha256),
        ("Empreinte SHA-256 de la version présentée", recueil.avant.sha256),
        ("Empreinte SHA-256 du document signé", recueil.apres),
    ]


def _comment(recueil: Recueil) -> Lignes:
    demande = recueil.demande
    lignes = [("Demandée par", f"{recueil.service}, le {_instant(demande.at)}")]
    lignes += [("Lien envoyé le", _instant(lien.at)) for lien in demande.liens.order_by("at")]
    lignes += [
        ("Code à six chiffres envoyé à cette adresse le", _instant(demande.code_le)),
        ("Code reconnu le", _instant(demande.verifie_le)),
    ]
    for constat in recueil.constats:
        lignes.append(("Certificat de", f"{constat.titulaire}, émis par {constat.emetteur}, signature valable"))
    if not recueil.constats:
        lignes.append(("Case cochée", f"« {CONSENTEMENT} »"))
    return [
        *lignes,
        ("Signé le" if not recueil.constats else "Rapporté le", _instant(recueil.at)),
        ("Adresse IP", "non recueillie"),
    ]


def _cachet(fiche: Fiche) -> Lignes:
    return [
        ("Titulaire", fiche.titulaire),
        ("Émis par", fiche.emetteur),
        ("Empreinte SHA-256 du certificat", fiche.empreinte),
    ]


def _instant(at: datetime | None) -> str:
    return f"{localtime(at):%d/%m/%Y à %H:%M:%S} (heure de Paris)" if at else "—"
