"""What a PDF, Word or LibreOffice file holds that could act on the machine of whoever opens it.

A PDF is freed of it (scripts, programs to start) and saved anew; a document with macros is refused, for its text would not
come through whole. Sizes are bounded before anything is unfolded.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile, ZipInfo

import pikepdf
from pikepdf import sanitize
from pikepdf.settings import set_qpdf_limits

Mo = 1024 * 1024
set_qpdf_limits(
    flate_max_memory=64 * Mo, run_length_max_memory=64 * Mo, png_max_memory=64 * Mo, tiff_max_memory=64 * Mo,
    dct_max_memory=64 * Mo, doc_max_warnings=500,
)  # fmt: skip
OBJETS_MAX = 200_000
MEMBRES_MAX = 2_000
DEPLIE_MAX = 200 * Mo
XML_MAX = 60 * Mo
SCRIPTS = {"/JavaScript"}
DEHORS = {"/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"}
LIEN_PDF, LIEN_INTERDIT = re.compile(r"\s*(https?:|mailto:|tel:|#|[^:]*$)", re.I), "lien"
MULTIMEDIA = {"/Rendition", "/Movie", "/Sound", "/RichMediaExecute"}
CLES = {"/JS", "/JavaScript", "/EF", "/XFA", "/ByteRange", "/RichMediaContent", "/3DD"}
PERMIS = {"/EF", "/ByteRange"}  # attached files are looked at by name; a signature is kept as it is
FACTURES = {"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"}
PROGRAMMES = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"\x7fELF", b"#!")  # OLE (what holds macros), programs
MACROS = re.compile(r"(^|/)(vbaProject\w*\.bin|vbaData\.xml|activeX/.*|Basic/.+|Scripts/.+)$", re.I)
ACTIFS = re.compile(
    r"<!DOCTYPE|<!ENTITY|ContentType=[\"'][^\"']*macroEnabled|relationships/vbaProject|script:event-listener|office:dde-source"
    r"|vnd\.sun\.star\.script:|<(draw:(image|object|object-ole|plugin|applet)|text:section-source)\b[^>]*"
    r"xlink:href=[\"'](\w{2,}:|//|\\\\)",
    re.I,
)
CHAMPS_WORD = re.compile(
    r"<w:instrText[^>]*>([^<]*)|w:instr=[\"']([^\"']*)", re.I
)  # a field may be cut in several runs
DDE = re.compile(r"\bDDE(AUTO)?\b", re.I)
RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>", re.I)
DEHORS_DU_DOCUMENT = re.compile(r"TargetMode\s*=\s*[\"']External", re.I)
LIEN_PERMIS = re.compile(r"Target\s*=\s*[\"'](https?:|mailto:|tel:|#)", re.I)
SORTES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("[Content_Types].xml", "word/document.xml"),
    "application/vnd.oasis.opendocument.text": ("mimetype", "content.xml"),
}  # fmt: skip


class Dangereux(ValueError):
    """The file can't be made harmless; the message goes on after its name and says what to do."""


EN_PDF = "Enregistrez-le au format PDF, puis renvoyez-le."
IMPRIMER = "Imprimez-le dans un nouveau PDF, ou envoyez une photo."
PROTEGE = "est protégé par un mot de passe : nous ne pourrions pas le lire. Enregistrez-le sans mot de passe, puis renvoyez-le."


def desarmer_pdf(octets: bytes) -> bytes:
    """The same bytes, or the PDF saved without what acts. Raises Dangereux."""
    try:
        with pikepdf.open(BytesIO(octets)) as pdf:
            trouves = _actifs_du_pdf(pdf)
            if pdf.get_warnings():  # repaired or cut on reading: what is kept is what was looked at
                trouves.add("abîmé")
            _refuser_ce_qui_se_perdrait(pdf, trouves)
            if not trouves - PERMIS:
                return octets
            _retirer(pdf, trouves)
            sortie = BytesIO()
            pdf.save(sortie)
    except pikepdf.PasswordError as erreur:
        raise Dangereux(PROTEGE) from erreur
    except (pikepdf.PdfError, ValueError, RecursionError, TypeError, MemoryError) as erreur:
        if isinstance(erreur, Dangereux):
            raise
        raise Dangereux(f"est un PDF que nous n'arrivons pas à lire. {IMPRIMER}") from erreur
    with pikepdf.open(BytesIO(sortie.getvalue())) as pdf:
        if _actifs_du_pdf(pdf) - PERMIS:
            raise Dangereux(f"contient un petit programme que nous n'arrivons pas à retirer. {IMPRIMER}")
    return sortie.getvalue()


def _actifs_du_pdf(pdf: pikepdf.Pdf) -> set[str]:
    """Names of what acts, wherever it stands; at least one page must be there."""
    if not len(pdf.pages):
        raise Dangereux(f"est un PDF sans aucune page. {IMPRIMER}")
    trouves: set[str] = set()
    for rang, objet in enumerate(pdf.objects):
        if rang > OBJETS_MAX:
            raise Dangereux(f"est un PDF trop compliqué pour être vérifié. {IMPRIMER}")
        for dictionnaire in _dictionnaires(objet):
            trouves |= _actifs_du_dictionnaire(dictionnaire)
    return trouves


def _dictionnaires(objet: Any) -> Iterator[Any]:
    """The dictionaries of one object, without those it only points to: each comes by itself."""
    pile = [objet]
    while pile:
        courant = pile.pop()
        if isinstance(courant, pikepdf.Dictionary | pikepdf.Stream):
            yield courant
            enfants = [courant[cle] for cle in courant.keys()]  # noqa: SIM118  a pikepdf object, not a dict
        elif isinstance(courant, pikepdf.Array):
            enfants = list(courant)
        else:
            continue
        pile += [e for e in enfants if isinstance(e, pikepdf.Object) and not e.is_indirect]


def _actifs_du_dictionnaire(dictionnaire: Any) -> set[str]:
    trouves = set(dictionnaire.keys()) & CLES
    action = str(dictionnaire.get("/S", ""))
    if action == "/URI" and not LIEN_PDF.match(str(dictionnaire.get("/URI", ""))):
        trouves.add(LIEN_INTERDIT)
    return trouves | {action} & (SCRIPTS | DEHORS | MULTIMEDIA)


def _refuser_ce_qui_se_perdrait(pdf: pikepdf.Pdf, trouves: set[str]) -> None:
    """Attached files (but an invoice's XML), a form that only its script draws, a signature that a change would break."""
    if "/EF" in trouves and any(_nom_joint(piece) not in FACTURES for piece in _pieces(pdf)):
        raise Dangereux("contient d'autres fichiers. Envoyez-les un par un, puis ce PDF sans eux.")
    if pdf.Root.get("/NeedsRendering"):
        raise Dangereux(f"est un formulaire animé que nous ne pouvons pas lire. {IMPRIMER}")
    if "/ByteRange" in trouves and trouves - PERMIS:
        raise Dangereux(
            f"est signé, et abîmé ou accompagné d'un petit programme : le réparer casserait la signature. {IMPRIMER}"
        )


def _pieces(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for objet in pdf.objects:
        yield from (d for d in _dictionnaires(objet) if "/EF" in d.keys())  # noqa: SIM118


def _nom_joint(piece: Any) -> str:
    return str(piece.get("/UF", piece.get("/F", ""))).strip().lower()


def _retirer(pdf: pikepdf.Pdf, trouves: set[str]) -> None:
    sanitize.remove_javascript(pdf)
    if trouves & {*DEHORS, LIEN_INTERDIT}:
        sanitize.remove_external_access(pdf)
    if trouves & {*MULTIMEDIA, "/RichMediaContent", "/3DD"}:
        sanitize.remove_multimedia(pdf)
    formulaire = pdf.Root.get("/AcroForm")
    if isinstance(formulaire, pikepdf.Dictionary) and "/XFA" in formulaire.keys():  # noqa: SIM118
        del formulaire["/XFA"]


def verifier_bureautique(octets: bytes, genre: str) -> None:
    """Raises Dangereux for what a Word or LibreOffice document must not hold."""
    try:
        with ZipFile(BytesIO(octets)) as archive:
            _mesurer(archive.infolist())
            _verifier_membres(archive, genre)
    except Dangereux:
        raise
    except Exception as erreur:
        raise Dangereux(f"est abîmé : nous n'arrivons pas à l'ouvrir. {EN_PDF}") from erreur


def _mesurer(membres: list[ZipInfo]) -> None:
    """Before anything is unfolded."""
    if any(m.flag_bits & 1 for m in membres):
        raise Dangereux(PROTEGE)
    if len(membres) > MEMBRES_MAX or sum(m.file_size for m in membres) > DEPLIE_MAX:
        raise Dangereux(f"est beaucoup trop gros une fois ouvert. {EN_PDF}")
    if sum(m.file_size for m in membres if _est_xml(m)) > XML_MAX:
        raise Dangereux(f"est beaucoup trop long une fois ouvert. {EN_PDF}")


def _est_xml(membre: ZipInfo) -> bool:
    return membre.filename.lower().endswith((".xml", ".rels", ".vml", ".rdf", ".svg"))


def _verifier_membres(archive: ZipFile, genre: str) -> None:
    noms = archive.namelist()
    premier, corps = SORTES[genre]
    if premier not in noms or corps not in noms or len(set(noms)) != len(noms):
        raise Dangereux(f"n'est pas un document que nous savons lire. {EN_PDF}")
    if any(nom.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", nom) for nom in noms):
        raise Dangereux(f"contient des fichiers mal rangés. {EN_PDF}")
    if any(MACROS.search(nom) for nom in noms):
        raise Dangereux(f"contient des macros, de petits programmes. {EN_PDF}")
    for membre in archive.infolist():
        _verifier_membre(archive, membre)


def _verifier_membre(archive: ZipFile, membre: ZipInfo) -> None:
    with archive.open(membre) as flux:
        debut = flux.read(8)
        if debut.startswith(PROGRAMMES):
            raise Dangereux(f"contient un objet ou un programme incorporé. {EN_PDF}")
        if debut.startswith(b"PK\x03\x04"):
            raise Dangereux(f"contient un autre document, par exemple un tableau. {EN_PDF}")
        if not _est_xml(membre):
            return
        octets = debut + flux.read()
    texte = octets.decode("utf-16" if octets[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    if b"\0" in octets and octets[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Dangereux(f"n'est pas un document que nous savons lire. {EN_PDF}")
    if "<manifest:encryption-data" in texte:
        raise Dangereux(PROTEGE)
    champs = "".join(a or b for a, b in CHAMPS_WORD.findall(texte))
    if ACTIFS.search(texte) or DDE.search(champs) or any(_sort(relation) for relation in RELATION.findall(texte)):
        raise Dangereux(f"va chercher ou lance autre chose que lui-même. {EN_PDF}")


def _sort(relation: str) -> bool:
    """A relationship that leads out of the document, unless it is a link one clicks."""
    if not DEHORS_DU_DOCUMENT.search(relation):
        return False
    return "/hyperlink" not in relation or not LIEN_PERMIS.search(relation)
