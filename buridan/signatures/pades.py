"""A PAdES signature in a PDF, by pyHanko, as an incremental update: those already there stay valid.

Below, `Signataire` opens a key; `signer_pdf` draws the block and signs.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import typst
from cryptography import x509
from django.conf import settings
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.stamp import StaticStampStyle

from buridan.outils.verdict import Refus
from buridan.signatures.certificats import SANS_VALEUR, Fiche, fiche, ouvrir

BLOC = Path(__file__).with_name("bloc.typ")
LARGEUR, HAUTEUR = 241, 96  # points; 85 mm wide, as the room kept in the letter
ABIME = "Ce PDF ne peut pas recevoir de signature (abîmé, protégé ou verrouillé par une autre)."


@dataclass(frozen=True, slots=True)
class Place:
    """Where the block goes: page from 0, left and top in points from the top left corner. `fixe`: there, however many
    signatures there are already; else below them, then to their left.
    """

    page: int
    gauche: float
    haut: float
    fixe: bool = False


@dataclass(frozen=True, slots=True)
class Signataire:
    """A key ready to sign, and its certificate."""

    signer: signers.Signer
    fiche: Fiche
    fermer: Callable[[], None] = field(default=lambda: None)


def par_coffre(coffre: bytes, phrase: str) -> Signataire:
    """From a PKCS#12. Raises Refus when the passphrase is not its own."""
    _coffre, certificat = ouvrir(coffre, phrase)
    signer = signers.SimpleSigner.load_pkcs12_data(coffre, other_certs=[], passphrase=phrase.encode())
    return Signataire(signer, certificat)


def par_carte(code: str, etiquette: str) -> Signataire:
    """From the PKCS#11 module of the settings: the key labelled `etiquette`, opened by its PIN."""
    try:
        session = open_pkcs11_session(
            settings.PKCS11_MODULE, token_criteria=TokenCriteria(label=settings.PKCS11_JETON), user_pin=code
        )
        signer = PKCS11Signer(session, cert_label=etiquette, key_label=etiquette, use_raw_mechanism=True)
        return Signataire(signer, _fiche(signer), session.close)
    except Exception as erreur:  # each vendor's module has its own ways to refuse
        raise Refus(_phrase_de_la_carte(erreur)) from erreur


def _phrase_de_la_carte(erreur: Exception) -> str:
    nom = type(erreur).__name__
    if nom in {"PinIncorrect", "PinInvalid", "PinLenRange"}:
        return "Ce n'est pas le code de cette carte. Après trois erreurs, elle peut se bloquer."
    if nom == "PinLocked":
        return "Cette carte est bloquée : adressez-vous à qui l'a remise."
    return "La carte ou la clé ne répond pas, ou ne contient pas votre certificat. Vérifiez qu'elle est branchée, puis réessayez."


def _fiche(signer: signers.Signer) -> Fiche:
    assert signer.signing_cert is not None
    return fiche(x509.load_der_x509_certificate(signer.signing_cert.dump()))


def signer_pdf(pdf: bytes, qui: Signataire, lignes: list[str], *, place: Place | None, motif: str) -> bytes:
    """The PDF with one more signature; time-stamped when a server is set. `lignes`: the visible block.

    Raises Refus when the PDF can't bear it or the time-stamp server does not answer.
    """
    horodateur = HTTPTimeStamper(settings.HORODATAGE, timeout=10) if settings.HORODATAGE else None
    try:
        entree = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        champ, ou = _place_libre(PdfFileReader(BytesIO(pdf), strict=False), place)
        meta = signers.PdfSignatureMetadata(
            field_name=champ, md_algorithm="sha256", reason=motif[:200], subfilter=fields.SigSeedSubFilter.PADES,
            app_build_props=None,
        )  # fmt: skip
        spec = fields.SigFieldSpec(champ, on_page=ou[0], box=ou[1], readable_field_name=" ; ".join(lignes)[:500])
        with _bloc([*lignes, *([SANS_VALEUR] if qui.fiche.essai else [])]) as style:
            signataire = signers.PdfSigner(
                meta, qui.signer, timestamper=horodateur, stamp_style=style, new_field_spec=spec
            )
            sortie = signataire.sign_pdf(entree)
    except (TimestampRequestError, OSError) as erreur:
        raise Refus(
            "Le serveur d'horodatage ne répond pas : rien n'a été signé. Réessayez dans quelques minutes."
        ) from erreur
    except PKCS11Error as erreur:
        raise Refus(_phrase_de_la_carte(erreur)) from erreur
    except (PdfError, SigningError) as erreur:
        raise Refus(ABIME) from erreur
    return bytes(sortie.getvalue())


def compter(pdf: bytes) -> tuple[int, int]:
    """(pages, signatures). Raises Refus when it can't be read."""
    try:
        lecteur = PdfFileReader(BytesIO(pdf), strict=False)
        return int(lecteur.root["/Pages"]["/Count"]), len(lecteur.embedded_signatures)
    except Exception as erreur:  # what strangers send may break the reader anywhere
        raise Refus(ABIME) from erreur


def ajouter_page(pdf: bytes, page: bytes) -> bytes:
    """The PDF with the first page of another behind its last, as an incremental update: what was there keeps its bytes.

    Not on a signed one: a page more would break its signatures. Raises Refus when the PDF can't bear it.
    """
    nom, sortie = generic.pdf_name, BytesIO()
    table: Any = generic.DictionaryObject  # pyHanko's writer has no types
    page_de: Any = PageObject
    try:
        ecrit: Any = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        dessin = ecrit.import_page_as_xobject(PdfFileReader(BytesIO(page)))
        boite = tuple(float(v) for v in dessin.get_object()["/BBox"])
        contenu = ecrit.add_object(generic.StreamObject(stream_data=b"q /Page Do Q"))
        ecrit.insert_page(page_de(contenu, boite, table({nom("/XObject"): table({nom("/Page"): dessin})})))
        ecrit.write(sortie)
    except PdfError as erreur:
        raise Refus(ABIME) from erreur
    return sortie.getvalue()


def _place_libre(lecteur: PdfFileReader, place: Place | None) -> tuple[str, tuple[int, tuple[int, int, int, int]]]:
    """Name of the next field, its page and its box: below the signatures already there, then to their left."""
    rang = len(lecteur.embedded_signatures)
    page = place.page if place is not None else int(lecteur.root["/Pages"]["/Count"]) - 1
    boite = _boite(lecteur, page)
    gauche = boite[0] + (place.gauche if place is not None else 297.0)
    haut = boite[3] - (place.haut if place is not None else 600.0)
    colonne, ligne = (0, 0) if place is not None and place.fixe else divmod(rang, 2)
    x, y = int(gauche - colonne * (LARGEUR + 6)), int(haut - ligne * (HAUTEUR + 6))
    x, y = max(x, int(boite[0]) + 8), max(y, int(boite[1]) + HAUTEUR + 8)
    return f"Signature{rang + 1}", (page, (x, y - HAUTEUR, x + LARGEUR, y))


def _boite(lecteur: PdfFileReader, numero: int) -> tuple[float, ...]:
    ouvert: Any = lecteur
    page = ouvert.find_page_for_modification(numero)[0].get_object()
    while "/MediaBox" not in page:
        page = page["/Parent"]
    return tuple(float(v) for v in page["/MediaBox"])


@contextmanager
def _bloc(lignes: list[str]) -> Iterator[StaticStampStyle]:
    """The visible block as one small page, with our own fonts."""
    entrees = {"bloc": json.dumps({"lignes": lignes, "largeur": LARGEUR, "hauteur": HAUTEUR}, ensure_ascii=False)}
    compilateur = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False), sys_inputs=entrees)
    dessin = compilateur.compile(BLOC.read_bytes(), format="pdf")
    assert isinstance(dessin, bytes)
    with NamedTemporaryFile(suffix=".pdf") as fichier:
        fichier.write(dessin)
        fichier.flush()
        yield StaticStampStyle.from_pdf_file(fichier.name, border_width=0, background_opacity=1.0)
