"""Who writes, read in the words of a letter: its first lines, its signature, its SIRET. Guesses, each with its reason.

What is read is proposed to whoever registers the letter, who accepts it or not: nothing is written because of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stdnum.fr import siret as numero_siret

from buridan.outils.texte import sans_accents

TETE, PIED, LONGUE = 16, 8, 70  # lines looked at above the letter and under it; characters of a line that is no name
_ORGANISME = re.compile(
    r"\b(association|amicale|club|comite|collectif|federation|syndicat|union|societe|entreprise|etablissements|ets|sarl|sasu?"
    r"|eurl|sci|snc|scop|gaec|cabinet|etude|banque|mutuelle|agence|office|cooperative|ecole|college|lycee|departement|region"
    r"|prefecture|papeterie|imprimerie|bailleur|inspection|direction)\b"
)
_SERVICE = re.compile(r"^(service|direction|bureau|pole|secretariat)\b")
_FIN = re.compile(r"^(objet|object|madame|monsieur|mesdames|messieurs|maitre|cher|chere|bonjour)\b")
_A_NOUS = re.compile(r"^(a l.attention|mairie|hotel de ville|(monsieur|madame|m\.|mme) le maire|ville de|commune de)\b")
_DATE = re.compile(r"\b(le )?\d{1,2}(er)? [a-zéû]+ (19|20)\d\d\b|\b\d{1,2}/\d{1,2}/(19|20)\d\d\b", re.I)
_SALUT = re.compile(r"\b(salutations|sentiments|cordialement|respects|consideration)\b")
_CODE = re.compile(r"\b\d{5}\s+[A-ZÀ-Ý]")
_RUE = re.compile(
    r"^(\d+\s?(bis|ter)?,?\s|bp\s|rue |avenue |place |boulevard |impasse |chemin |route |allee |residence |cite )", re.I
)
_COURRIEL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(r"\b0[1-9](?:[ .]?\d\d){4}\b")
_SIRET = re.compile(r"\b\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{5}\b")
_CIVILITE = re.compile(r"^(m\.|mme|mlle|monsieur|madame|me|maître|dr|docteur)\s+", re.I)
_MOT = re.compile(r"[A-ZÀ-Ý][\w'’-]*\.?")


@dataclass(frozen=True, slots=True)
class Entete:
    """What a letter seems to say of who writes; empty where nothing was read. `raisons`: why, in words."""

    expediteur: str = ""
    organisme: str = ""
    adresse: str = ""
    courriel: str = ""
    telephone: str = ""
    siret: str = ""
    raisons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Something was read."""
        return bool(self.raisons)


def lire_l_entete(texte: str, *, a_nous: Iterable[str] = ()) -> Entete:
    """Read it in the text of the first page. `a_nous`: e-mails of the town, which are not the sender's."""
    lignes = [" ".join(ligne.split()) for ligne in texte.splitlines()]
    tete, raisons = _tete(lignes), []
    organisme = next((x for x in tete if _est_un_organisme(x)), "")
    if organisme:
        raisons.append(f"« {organisme[:60]} » est en tête de la lettre")
    personne = next((x for x in tete if _est_un_nom(x) or (organisme and x != organisme and _est_un_service(x))), "")
    if personne:
        raisons.append(f"« {personne} » est dans les premières lignes")
    elif personne := _signature(lignes):
        raisons.append(f"« {personne} » signe la lettre")
    adresse = _adresse(tete)
    if adresse:
        raisons.append("l'adresse est au-dessus de l'objet")
    courriel = _courriel(texte, {x.lower() for x in a_nous})
    telephone = next((m[0] for x in tete if (m := _TELEPHONE.search(x))), "")
    siret = next((n for m in _SIRET.findall(texte) if numero_siret.is_valid(n := numero_siret.compact(m))), "")
    raisons += [
        r for r, oui in (("un courriel est écrit sur la lettre", courriel), (f"son SIRET est {siret}", siret)) if oui
    ]
    return Entete(
        personne or organisme, organisme if personne else "", adresse, courriel, telephone, siret, tuple(raisons)
    )


def _tete(lignes: list[str]) -> list[str]:
    """The sender's lines: above the object or the greeting, without the block of whom it is for, nor the date."""
    gardees: list[str] = []
    chez_nous = False
    for ligne in filter(None, lignes):
        nue, nomme = sans_accents(ligne), _est_un_nom(ligne) or _est_un_organisme(ligne)
        if _A_NOUS.match(nue) and not ligne.endswith(","):
            chez_nous = True
        elif nomme:
            chez_nous = False
            gardees.append(ligne)
        elif _FIN.match(nue):
            break
        elif chez_nous:
            chez_nous = not _CODE.search(ligne)  # the last line of the block
        else:
            gardees.append(ligne)
    return [x for x in gardees if not _DATE.search(x)][:TETE]


def _est_un_organisme(ligne: str) -> bool:
    return (
        len(ligne) <= LONGUE
        and ":" not in ligne
        and not ligne.endswith((".", ","))
        and bool(_ORGANISME.search(sans_accents(ligne)))
    )


def _est_un_service(ligne: str) -> bool:
    return len(ligne) <= LONGUE and bool(_SERVICE.match(sans_accents(ligne)))


def _est_un_nom(ligne: str) -> bool:
    """« Mme Odette CARLIER »: two to four words that begin with a capital, nothing else."""
    mots = _CIVILITE.sub("", ligne).split()
    return 2 <= len(mots) <= 4 and all(_MOT.fullmatch(m) for m in mots) and not _est_un_organisme(ligne)


def _signature(lignes: list[str]) -> str:
    """The last name after the greetings."""
    pleines = [x for x in lignes if x]
    salut = max((n for n, x in enumerate(pleines) if _SALUT.search(sans_accents(x))), default=None)
    if salut is None:
        return ""
    return next((x for x in reversed(pleines[salut + 1 : salut + 1 + PIED]) if _est_un_nom(x)), "")


def _adresse(tete: list[str]) -> str:
    for n, ligne in enumerate(tete):
        if _CODE.search(ligne):
            rue = tete[n - 1] if n and _RUE.match(sans_accents(tete[n - 1])) else ""
            return ", ".join(filter(None, (rue, ligne)))[:250]
    return ""


def _courriel(texte: str, a_nous: set[str]) -> str:
    return next((c for c in _COURRIEL.findall(texte) if c.lower() not in a_nous and len(c) <= 254), "")
