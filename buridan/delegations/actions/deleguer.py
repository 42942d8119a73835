"""Write an act of delegation in the register, one line at a time; publish it once."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from buridan.delegations import rules
from buridan.delegations.journal import noter, seul_sur_le_registre
from buridan.delegations.models import Arrete, Delegation
from buridan.delegations.queries import registre
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CLE = {"delegataire", "debut"}
_MEME = ("nature", "entite_id", "plafond", "taxes", "priorite", "suppleant_id", "suppleant_poste_id", "poste_id")


@dataclass(frozen=True, slots=True)
class DonneesArrete:
    """What an act says of itself. Either `delegant_fonction` or `delegant_poste`."""

    numero: str
    signe_le: date
    delegant: int
    delegant_fonction: str = ""
    delegant_poste: int | None = None
    publie_le: date | None = None
    executoire_le: date | None = None
    a_confirmer: bool = False


@dataclass(frozen=True, slots=True)
class DonneesLigne:
    """What one line of it gives. `plafond` in euros, with its `taxes`; `fin` is the first day without."""

    delegataire: int
    poste: int
    nature: str
    debut: date
    entite: int | None = None
    plafond: Decimal | None = None
    taxes: str = ""
    priorite: int = 1
    suppleant: int | None = None
    suppleant_poste: int | None = None
    fin: date | None = None


def deleguer(arrete: DonneesArrete, ligne: DonneesLigne, *, by: Acteur, at: datetime) -> Delegation:
    """Add the line, and the act when it is new. The same line again is the same delegation.

    A line that ended by a mandate or a post, and that this one renews, is closed on the day this one begins.
    """
    rules.peut_tenir_registre(by).exiger()
    with seul_sur_le_registre():
        acte = _arrete(arrete)
        if ligne.delegataire == acte.delegant_id:
            raise Refus("On ne se donne pas délégation à soi-même. Choisissez une autre personne.")
        cle = {"arrete": acte, "delegataire_id": ligne.delegataire, "debut": ligne.debut}
        voulue = Delegation(**cle, **{_attribut(c): v for c, v in asdict(ligne).items() if c not in CLE})
        for connue in Delegation.objects.filter(**cle, nature=ligne.nature, entite=ligne.entite):
            if all(getattr(connue, c) == getattr(voulue, c) for c in _MEME) and _meme_fin(connue, voulue):
                return connue
            raise Refus("Cette ligne est déjà au registre, autrement. Retirez-la, puis donnez-en une nouvelle.")
        _clore_les_mortes(voulue, by=by, at=at)
        voulue.save()
        noter("deleguer", _contenu(acte, voulue), by=by, at=at)
        return voulue


def _meme_fin(connue: Delegation, voulue: Delegation) -> bool:
    """The same, or closed meanwhile by the one that renewed it."""
    if connue.fin == voulue.fin or connue.fin is None:
        return connue.fin == voulue.fin
    return Delegation.objects.filter(
        delegataire=connue.delegataire_id, nature=connue.nature, entite=connue.entite_id, debut=connue.fin
    ).exists()


def _attribut(champ: str) -> str:
    return f"{champ}_id" if champ in {"poste", "entite", "suppleant", "suppleant_poste"} else champ


def _contenu(acte: Arrete, d: Delegation) -> dict[str, Any]:
    return {
        "arrete": acte.numero, "delegataire": str(d.delegataire), "nature": d.nature,
        "entite": str(d.entite or ""), "plafond": f"{d.plafond} {d.taxes}" if d.plafond is not None else "",
        "debut": d.debut.isoformat(), "fin": d.fin.isoformat() if d.fin else "",
    }  # fmt: skip


def _arrete(donnees: DonneesArrete) -> Arrete:
    champs = {(f"{c}_id" if c in {"delegant", "delegant_poste"} else c): v for c, v in asdict(donnees).items()}
    connu = Arrete.objects.filter(numero=donnees.numero).first()
    if connu is None:
        return Arrete.objects.create(**champs)
    variables = {"publie_le", "executoire_le", "a_confirmer"}
    if any(getattr(connu, c) != v for c, v in champs.items() if c not in variables):
        raise Refus(
            f"L'arrêté n° {donnees.numero} est déjà au registre avec une autre date ou un autre délégant. "
            "Vérifiez son numéro."
        )
    return connu


def _clore_les_mortes(voulue: Delegation, *, by: Acteur, at: datetime) -> None:
    """The delegation is already over by itself: its period would only forbid its renewal."""
    r = registre(at, by.annuaire)
    memes = Delegation.objects.filter(
        delegataire=voulue.delegataire_id, nature=voulue.nature, entite=voulue.entite_id, debut__lt=voulue.debut,
        fin=None, retiree_le=None,
    ).values_list("pk", flat=True)  # fmt: skip
    mortes = [d.id for d in r.lignes if d.id in set(memes) and not rules.etat(r, d) and d.debut <= r.jour]
    Delegation.objects.filter(pk__in=mortes).update(fin=voulue.debut)


def publier(arrete: Arrete, *, by: Acteur, at: datetime, publie_le: date, executoire_le: date) -> Arrete:
    """Say when the act was published and became executory: once."""
    rules.peut_tenir_registre(by).exiger()
    with seul_sur_le_registre():
        frais = Arrete.objects.get(pk=arrete.pk)
        if (frais.publie_le, frais.executoire_le) == (publie_le, executoire_le):
            return frais
        if frais.executoire_le is not None:
            raise Refus(f"L'arrêté n° {frais.numero} est déjà exécutoire depuis le {frais.executoire_le:%d/%m/%Y}.")
        frais.publie_le, frais.executoire_le = publie_le, executoire_le
        frais.save(update_fields=["publie_le", "executoire_le"])
        contenu = {"arrete": frais.numero, "debut": executoire_le.isoformat()}
        noter("publier_delegation", contenu, by=by, at=at)
        return frais
