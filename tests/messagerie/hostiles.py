"""Mails that somebody made to break a reader, or that a broken program made; none may be lost, none may harm."""

from email.message import EmailMessage

_TETE = b"From: Camille <camille@courriel.example>\r\nTo: mairie@ville.example\r\nSubject: Hostile\r\nMessage-ID: <h@x.example>\r\n"


def _emboite(profondeur: int) -> bytes:
    debut = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(profondeur)
    )
    return _TETE + debut + b"Content-Type: text/plain\r\n\r\nau fond\r\n"


def _piece(nom: str, octets: bytes, genre: str = "application/octet-stream") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "a@x.example", "Une pièce", "<p@x.example>"
    message.set_content("Voici.")
    principal, sous = genre.split("/")
    message.add_attachment(octets, maintype=principal, subtype=sous, filename=nom)
    return message.as_bytes()


HOSTILES: dict[str, bytes] = {
    "nothing at all": b"",
    "no header": b"just words\r\nand more\r\n",
    "no sender": b"Subject: sans auteur\r\n\r\nBonjour\r\n",
    "binary noise": bytes(range(256)) * 40,
    "NUL everywhere": _TETE.replace(b"Hostile", b"Hos\0tile") + b"\r\nBon\0jour\r\n",
    "a charset that does not exist": _TETE + b"Content-Type: text/plain; charset=klingon\r\n\r\nr\xe9clamation\r\n",
    "a charset that is a codec": _TETE + b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"xn--" * 5000,
    "utf-8 that is not": _TETE + b"Content-Type: text/plain; charset=utf-8\r\n\r\nr\xe9clamation\r\n",
    "a header that goes on for ever": b"Subject: "
    + b"=?utf-8?q?=41?= " * 40000
    + b"\r\nFrom: a@x.example\r\n\r\nBonjour\r\n",
    "a header within a header": b"From: a@x.example\r\nSubject: =?utf-8?q?Bonjour=0D=0ABcc:_tous@x.example?=\r\n\r\nBonjour\r\n",
    "words in reverse": "From: a@x.example\r\nSubject: facture\u202efdp.exe\r\n\r\nBon\u202ejour\r\n".encode(),
    "a boundary that never comes": _TETE
    + b'Content-Type: multipart/mixed; boundary="zz"\r\n\r\nle texte sans fronti\xc3\xa8re\r\n',
    "no boundary": _TETE + b"Content-Type: multipart/mixed\r\n\r\nle texte\r\n",
    "a thousand boxes": _emboite(1000),
    "a hundred boxes": _emboite(100),
    "too many parts": _TETE
    + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 3000,
    "base64 that is not": _TETE
    + b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@!!\r\n",
    "a name that climbs": _piece("../../../etc/passwd", b"x"),
    "a program": _piece("facture.pdf.exe", b"MZ" + b"\0" * 100),
    "a page as an attachment": _piece("a.html", b"<script>alert(1)</script>", "text/html"),
    "an address that is an order": b"From: a@x.example, b\r\n\tBcc: tous@x.example\r\nSubject: x\r\n\r\nBonjour\r\n",
    "HTML that acts": _TETE + b"Content-Type: text/html\r\n\r\n<p onclick=alert(1)>Bonjour<script>alert(2)</script>"
    b"<img src=http://espion.example/x.png><a href='javascript:alert(3)'>ici</a><style>p{}</style></p>",
    "HTML without end": _TETE + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50000 + b"au fond",
    "a form of Typst": _TETE.replace(b"Hostile", b'#eval("1")') + b'\r\n#read("/etc/passwd") $x$ *gras*\r\n',
}
