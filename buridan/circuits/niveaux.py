"""Levels of a signature, in the words of regulation (EU) no 910/2014 (eIDAS): what an étape asks, and what answers it."""

from typing import Final

from django.db.models import TextChoices


class Niveau(TextChoices):
    """What a signature is (eIDAS, article 3, points 10 to 12 and 25). `PAPIER`: by hand."""

    SIMPLE = "simple", "signature simple"
    AVANCEE = "avancee", "signature avancée"
    QUALIFIEE = "qualifiee", "signature qualifiée"
    CACHET = "cachet", "cachet de la mairie"
    PAPIER = "papier", "signature à la main"


# Each level asked, with those that answer it. A qualified signature has the effect of one by hand (article 25, paragraph 2), so
# ink answers any level; a seal says where a document comes from, not who agrees (article 35), so it answers none of them.
REPONDENT: Final[dict[Niveau, frozenset[Niveau]]] = {
    Niveau.SIMPLE: frozenset({Niveau.SIMPLE, Niveau.AVANCEE, Niveau.QUALIFIEE, Niveau.PAPIER}),
    Niveau.AVANCEE: frozenset({Niveau.AVANCEE, Niveau.QUALIFIEE, Niveau.PAPIER}),
    Niveau.QUALIFIEE: frozenset({Niveau.QUALIFIEE, Niveau.PAPIER}),
    Niveau.CACHET: frozenset({Niveau.CACHET}),
    Niveau.PAPIER: frozenset({Niveau.PAPIER}),
}
DEMANDES: Final[dict[Niveau, str]] = {
    Niveau.SIMPLE: "au moins une signature simple",
    Niveau.AVANCEE: "au moins une signature avancée",
    Niveau.QUALIFIEE: "une signature qualifiée",
    Niveau.CACHET: "le cachet de la mairie",
    Niveau.PAPIER: "une signature à la main",
}
CONSEILS: Final[dict[Niveau, str]] = {
    Niveau.SIMPLE: "Signez avec votre certificat ou votre carte, ou à la main sur papier.",
    Niveau.AVANCEE: "Signez avec un certificat à votre nom, d'une autorité que la mairie reconnaît, ou à la main sur papier.",
    Niveau.QUALIFIEE: "Signez avec un certificat qualifié, d'une autorité que la mairie reconnaît, ou à la main sur papier.",
    Niveau.CACHET: "Choisissez le cachet de la mairie.",
    Niveau.PAPIER: "Imprimez le document, signez-le à la main, puis choisissez « Sur papier, à la main ».",
}


def demande_en_mots(demande: str) -> str:
    """« au moins une signature avancée »; empty when nothing is asked."""
    return DEMANDES[Niveau(demande)] if demande else ""


def pourquoi_pas(demande: str, donne: str) -> str:
    """Why a signature of the level `donne` does not answer what is asked, and what to do; empty when it does."""
    if not demande or donne in REPONDENT[Niveau(demande)]:
        return ""
    voulu = Niveau(demande)
    return f"Cette étape demande {DEMANDES[voulu]} ; votre choix donne : {Niveau(donne).label}. {CONSEILS[voulu]}"
