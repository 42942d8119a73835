"""What happened to a circuit: its draft, and the lines of its journal in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from buridan.circuits.models import VersionCircuit
from buridan.journal.models import Ligne


@dataclass(frozen=True, slots=True)
class Evenement:
    """Who did what to a circuit and when; `phrases`: each change."""

    qui: str
    at: datetime
    verbe: str
    phrases: Sequence[str]
    personne: int | None

    @property
    def en_mots(self) -> str:
        """« Prénom Nom a changé le brouillon »."""
        return f"{self.qui} {VERBES[self.verbe]}"


VERBES = {
    "creer_circuit": "a créé le circuit en brouillon",
    "ouvrir_brouillon": "a ouvert un brouillon",
    "modifier_brouillon": "a changé le brouillon",
    "publier_circuit": "a publié le brouillon",
    "abandonner_brouillon": "a abandonné le brouillon",
    "faire_suivre": "a fait suivre ce circuit à une démarche",
}


def chaine_de(code: str) -> UUID:
    """The journal's chain of a circuit."""
    return uuid5(NAMESPACE_URL, f"buridan:circuit:{code}")


def nommer(chaine: UUID) -> str:
    """« circuit X » when the chain is a circuit's; empty otherwise."""
    codes = VersionCircuit.objects.order_by("code").values_list("code", flat=True).distinct()
    return next((f"circuit {code}" for code in codes if chaine_de(code) == chaine), "")


def brouillon_de(code: str) -> VersionCircuit | None:
    """The draft of a circuit."""
    return VersionCircuit.objects.filter(code=code, publiee_le__isnull=True).select_related("auteur").first()


def evenements(code: str, *, brouillon: int | None = None, depuis: int = 0) -> list[Evenement]:
    """What happened, latest first: to the circuit, or to that draft (its id) after that revision."""
    lignes = Ligne.objects.filter(chaine=chaine_de(code)).select_related("charge").order_by("-numero")
    if brouillon is not None:
        lignes = lignes.filter(charge__contenu__brouillon=brouillon, charge__contenu__revision__gt=depuis)
    faits = []
    for ligne in lignes[:100]:
        contenu = ligne.charge.contenu if hasattr(ligne, "charge") else {}
        phrases = tuple(contenu.get("phrases", ()))
        faits.append(Evenement(contenu.get("qui", "Quelqu'un"), ligne.at, ligne.verbe, phrases, ligne.auteur))
    return faits
