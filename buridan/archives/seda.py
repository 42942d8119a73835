"""The manifest of a transfer: an `ArchiveTransfer` of the SEDA 2.1 (Standard d'échange de données pour l'archivage, 2018).

Elements and their order: schemas seda-2.1-main, -descriptive, -management and -technical. Identifiers are those of our
own, drawn from the order of the dossiers: the same dossiers always give the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lxml import etree

from buridan.interface.saisie import net

ESPACE = "fr:gouv:culture:archivesdefrance:seda:v2.1"
ALGORITHME = "SHA-256"
LISTES = (
    ("MessageDigestAlgorithmCodeListVersion", "SHA-256"), ("MimeTypeCodeListVersion", "IANA"),
    ("FileFormatCodeListVersion", "PRONOM"), ("AppraisalRuleCodeListVersion", "Durées de la ville"),
    ("AccessRuleCodeListVersion", "SEDA 1.0, accessrestriction"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Objet:
    """A file of the transfer. `uri`: its place in the archive; `nom`: as people named it; `format`: PRONOM, when sure."""

    uri: str
    nom: str
    sha256: str
    taille: int
    mime: str
    titre: str
    cree_le: datetime
    format: str = ""


@dataclass(frozen=True, slots=True)
class Unite:
    """A dossier: what it is, the code of the service that produced it, between which days, its retention, its files."""

    titre: str
    reference: str
    description: str
    service: str
    du: date
    au: date
    recu_le: datetime
    uuid: UUID
    regle: str
    historique: str
    objets: Sequence[Objet]


@dataclass(frozen=True, slots=True)
class Message:
    """Who (`versant`) sends to whom (`archives`), by their identifiers. `accord`: of the two, empty when there is none."""

    identifiant: str
    at: datetime
    commentaire: str
    versant: str
    archives: str
    accord: str
    acces: str


def _texte(texte: str) -> str:
    """What XML 1.0 can hold of it; line breaks as XML reads them."""
    return net(texte.replace("\r\n", "\n").replace("\r", "\n"))


def _ajouter(parent: etree._Element, nom: str, texte: str | None = None, **attributs: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ESPACE}}}{nom}", attrib=attributs)
    if texte is not None:
        element.text = _texte(texte)
    return element


def _jeton(texte: str) -> str:
    """A token: no line break, no double space."""
    return " ".join(_texte(texte).split())


def bordereau(message: Message, unites: Iterable[Unite]) -> bytes:
    """The manifest, in UTF-8."""
    toutes = list(unites)
    racine = etree.Element(f"{{{ESPACE}}}ArchiveTransfer", nsmap={None: ESPACE})
    _ajouter(racine, "Comment", message.commentaire)
    _ajouter(racine, "Date", message.at.isoformat(timespec="seconds"))
    _ajouter(racine, "MessageIdentifier", message.identifiant)
    if message.accord:
        _ajouter(racine, "ArchivalAgreement", _jeton(message.accord))
    listes = _ajouter(racine, "CodeListVersions")
    for nom, valeur in LISTES:
        _ajouter(listes, nom, valeur)
    paquet = _ajouter(racine, "DataObjectPackage")
    cles = _cles(toutes)
    for unite in toutes:
        for objet in unite.objets:
            _objet(paquet, objet, cles[objet.uri])
    description = _ajouter(paquet, "DescriptiveMetadata")
    for rang, unite in enumerate(toutes, 1):
        _unite(description, unite, f"AU{rang:05}", cles, message)
    gestion = _ajouter(paquet, "ManagementMetadata")
    _ajouter(gestion, "LegalStatus", "Public Archive")
    _ajouter(gestion, "OriginatingAgencyIdentifier", _jeton(message.versant))
    _ajouter(gestion, "SubmissionAgencyIdentifier", _jeton(message.versant))
    for nom, qui in (("ArchivalAgency", message.archives), ("TransferringAgency", message.versant)):
        _organisme(racine, nom, qui)
    octets: bytes = etree.tostring(racine, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return octets


def _cles(unites: Iterable[Unite]) -> dict[str, str]:
    """Identifier of each file, by its place."""
    uris = [objet.uri for unite in unites for objet in unite.objets]
    return {uri: f"BDO{rang:06}" for rang, uri in enumerate(uris, 1)}


def _organisme(parent: etree._Element, nom: str, identifiant: str) -> None:
    """An agency: the schema takes no name of ours beside its identifier."""
    _ajouter(_ajouter(parent, nom), "Identifier", _jeton(identifiant))


def _objet(paquet: etree._Element, objet: Objet, cle: str) -> None:
    element = _ajouter(paquet, "BinaryDataObject", id=cle)
    _ajouter(element, "DataObjectVersion", "BinaryMaster_1")
    _ajouter(element, "Uri", objet.uri)
    _ajouter(element, "MessageDigest", objet.sha256, algorithm=ALGORITHME)
    _ajouter(element, "Size", str(objet.taille))
    forme = _ajouter(element, "FormatIdentification")
    _ajouter(forme, "MimeType", _jeton(objet.mime))
    if objet.format:
        _ajouter(forme, "FormatId", objet.format)
    _ajouter(_ajouter(element, "FileInfo"), "Filename", _jeton(objet.nom))


def _unite(parent: etree._Element, unite: Unite, cle: str, cles: dict[str, str], message: Message) -> None:
    """The dossier, then each of its files under it."""
    element = _ajouter(parent, "ArchiveUnit", id=cle)
    _gestion(element, unite, message)
    contenu = _ajouter(element, "Content")
    _ajouter(contenu, "DescriptionLevel", "File")
    _ajouter(contenu, "Title", _jeton(unite.titre))
    _ajouter(contenu, "OriginatingSystemId", str(unite.uuid))
    _ajouter(contenu, "OriginatingAgencyArchiveUnitIdentifier", unite.reference)
    _ajouter(contenu, "Description", unite.description)
    _ajouter(_ajouter(contenu, "CustodialHistory"), "CustodialHistoryItem", unite.historique)
    _ajouter(contenu, "Language", "fra")
    _organisme(contenu, "OriginatingAgency", unite.service)
    _ajouter(contenu, "ReceivedDate", unite.recu_le.isoformat(timespec="seconds"))
    _ajouter(contenu, "StartDate", unite.du.isoformat())
    _ajouter(contenu, "EndDate", unite.au.isoformat())
    for rang, objet in enumerate(unite.objets, 1):
        piece = _ajouter(element, "ArchiveUnit", id=f"{cle}-{rang:03}")
        contenu = _ajouter(piece, "Content")
        _ajouter(contenu, "DescriptionLevel", "Item")
        _ajouter(contenu, "Title", _jeton(objet.titre))
        _ajouter(contenu, "CreatedDate", objet.cree_le.isoformat(timespec="seconds"))
        _ajouter(_ajouter(piece, "DataObjectReference"), "DataObjectReferenceId", cles[objet.uri])


def _gestion(element: etree._Element, unite: Unite, message: Message) -> None:
    """The retention that ran from the closing, what becomes of the dossier, and when anybody may read it."""
    gestion = _ajouter(element, "Management")
    sort = _ajouter(gestion, "AppraisalRule")
    _ajouter(sort, "Rule", _jeton(unite.regle))
    _ajouter(sort, "StartDate", unite.au.isoformat())
    _ajouter(sort, "FinalAction", "Keep")  # « tri » too: the archives choose, at their place
    acces = _ajouter(gestion, "AccessRule")
    _ajouter(acces, "Rule", _jeton(message.acces))
    _ajouter(acces, "StartDate", unite.au.isoformat())


class ReponseIllisible(ValueError):
    """The file is not an answer to this transfer; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Reponse:
    """An `ArchiveTransferReply`: which message it answers, in which sense, under which reference, when."""

    versement: str
    code: str
    reference: str
    le: date

    @property
    def accepte(self) -> bool:
        """The archives keep all of it."""
        return self.code.upper() in {"OK", "WARNING", "000", "001"}


def lire_reponse(octets: bytes) -> Reponse:
    """The answer of an archives' system, SEDA 2.0 to 2.3. Raises ReponseIllisible. Nothing outside the file is read."""
    lecteur = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        racine = etree.fromstring(octets, lecteur)
    except etree.XMLSyntaxError as erreur:
        raise ReponseIllisible(
            "Ce fichier n'est pas du XML. Joignez le message « ArchiveTransferReply » des archives."
        ) from erreur
    nom = etree.QName(racine)
    if nom.localname != "ArchiveTransferReply" or not str(nom.namespace).startswith(ESPACE.rpartition(":")[0]):
        raise ReponseIllisible(
            f"Ce fichier est un « {nom.localname} » : joignez le message « ArchiveTransferReply » des archives."
        )
    lus = {str(etree.QName(e).localname): (e.text or "").strip() for e in racine if isinstance(e.tag, str)}
    try:
        le = date.fromisoformat((lus.get("GrantDate") or lus.get("Date", ""))[:10])
    except ValueError as erreur:
        raise ReponseIllisible("La réponse des archives n'a pas de date lisible : écrivez-la vous-même.") from erreur
    reference = lus.get("MessageIdentifier", "")[:80]
    return Reponse(lus.get("MessageRequestIdentifier", ""), lus.get("ReplyCode", ""), reference, le)
