"""What a SEDA 2.1 `ArchiveTransfer` may hold, as far as Buridan writes it: elements in their order, references, digests.

Written from the standard's schemas, which are not carried here: strict on what we write, silent on what we don't.
"""

import hashlib
import re
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

E = "{fr:gouv:culture:archivesdefrance:seda:v2.1}"
# element: its children in order; « ? » may be absent, « * » any number, « + » one or more. No children: text.
ORDRE = {
    "ArchiveTransfer": "Comment* Date MessageIdentifier ArchivalAgreement? CodeListVersions DataObjectPackage ArchivalAgency"
    " TransferringAgency",
    "CodeListVersions": "MessageDigestAlgorithmCodeListVersion MimeTypeCodeListVersion? FileFormatCodeListVersion?"
    " AppraisalRuleCodeListVersion? AccessRuleCodeListVersion?",
    "DataObjectPackage": "BinaryDataObject* DescriptiveMetadata ManagementMetadata",
    "BinaryDataObject": "DataObjectVersion? Uri MessageDigest Size FormatIdentification FileInfo",
    "FormatIdentification": "MimeType FormatId?",
    "FileInfo": "Filename",
    "DescriptiveMetadata": "ArchiveUnit*",
    "ArchiveUnit": "Management? Content ArchiveUnit* DataObjectReference?",
    "Management": "AppraisalRule AccessRule",
    "AppraisalRule": "Rule StartDate FinalAction",
    "AccessRule": "Rule StartDate",
    "Content": "DescriptionLevel Title OriginatingSystemId? OriginatingAgencyArchiveUnitIdentifier? Description? CustodialHistory?"
    " Language? OriginatingAgency? CreatedDate? ReceivedDate? StartDate? EndDate?",
    "CustodialHistory": "CustodialHistoryItem+",
    "OriginatingAgency": "Identifier",
    "ArchivalAgency": "Identifier",
    "TransferringAgency": "Identifier",
    "DataObjectReference": "DataObjectReferenceId",
    "ManagementMetadata": "LegalStatus OriginatingAgencyIdentifier SubmissionAgencyIdentifier",
}
FORMES = {
    "Date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", "CreatedDate": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
    "ReceivedDate": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", "StartDate": r"\d{4}-\d\d-\d\d", "EndDate": r"\d{4}-\d\d-\d\d",
    "MessageDigest": "[0-9a-f]{64}", "Size": r"\d+", "FinalAction": "Keep|Destroy", "DescriptionLevel": "File|Item",
    "LegalStatus": "Public Archive", "FormatId": r"(x-)?fmt/\d+", "Language": "fra", "Uri": r"content/[a-z0-9.-]+",
    "DataObjectReferenceId": r"BDO\d{6}",
}  # fmt: skip


def verifier(octets: bytes) -> etree._Element:
    """The manifest of this archive, once everything about it holds."""
    with ZipFile(BytesIO(octets)) as archive:
        assert archive.testzip() is None
        assert all(re.fullmatch(r"manifest\.xml|content/[a-z0-9.-]+", n) for n in archive.namelist()), (
            archive.namelist()
        )
        racine = etree.fromstring(archive.read("manifest.xml"))
        _structure(racine)
        objets = {o.get("id"): o for o in racine.iter(f"{E}BinaryDataObject")}
        assert sorted(archive.namelist()) == sorted(["manifest.xml", *(o.findtext(f"{E}Uri") for o in objets.values())])
        for objet in objets.values():
            contenu = archive.read(str(objet.findtext(f"{E}Uri")))
            assert hashlib.sha256(contenu).hexdigest() == objet.findtext(f"{E}MessageDigest")
            assert str(len(contenu)) == objet.findtext(f"{E}Size")
            assert objet.find(f"{E}MessageDigest").get("algorithm") == "SHA-256"  # type: ignore[union-attr]
        cites = [r.text for r in racine.iter(f"{E}DataObjectReferenceId")]
        assert sorted(map(str, cites)) == sorted(map(str, objets)), "each file is in one unit"
        identifiants = [e.get("id") for e in racine.iter() if e.get("id")]
        assert len(identifiants) == len(set(identifiants))
    return racine


def _structure(racine: etree._Element) -> None:
    for element in racine.iter():
        nom = etree.QName(element)
        assert nom.namespace == E.strip("{}"), nom
        if nom.localname in ORDRE:
            enfants = " ".join(etree.QName(e).localname for e in element) + " "
            motif = "".join(_motif(attendu) for attendu in ORDRE[nom.localname].split())
            assert re.fullmatch(motif, enfants), (nom.localname, enfants)
        else:
            assert len(element) == 0 and (element.text or "").strip(), nom.localname
            assert re.fullmatch(FORMES.get(nom.localname, "(?s:.+)"), element.text or ""), (nom.localname, element.text)


def _motif(attendu: str) -> str:
    nom, combien = (attendu[:-1], attendu[-1]) if attendu[-1] in "?*+" else (attendu, "")
    return f"(?:{nom} ){combien}"
