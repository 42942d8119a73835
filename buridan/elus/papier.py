"""The month of an official or of a theme, on paper (a tagged PDF) and as a spreadsheet: the same lines."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from buridan.dossiers.pdf import compiler, propre
from buridan.elus.models import DemandeElu
from buridan.elus.queries import Ligne, age, du_mois, ou_en_est
from buridan.interface.contexte import ville
from buridan.interface.exports import Feuille
from buridan.organisation.acteur import Acteur

MODELE = Path(__file__).with_name("mois.typ")
ENTETES = ["Référence", "Thème", "Demande", "Lieu", "Élu", "Arrivée le", "Promise le", "Jours", "Où elle en est", "Réponse le",
           "Sens", "Habitant"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mois:
    """One sheet: whose (an official's, or a theme's), of which month, its lines by theme."""

    titre: str
    debut: date
    lignes: list[Ligne]
    acteur: Acteur

    @property
    def nom(self) -> str:
        """« octobre 2026 »."""
        return date_format(self.debut, "F Y")

    @property
    def par_theme(self) -> dict[str, list[Ligne]]:
        """Lines by theme, in order."""
        groupes: dict[str, list[Ligne]] = {}
        for ligne in self.lignes:
            groupes.setdefault(ligne.demande.theme or "autres sujets", []).append(ligne)
        return groupes

    @property
    def repondues(self) -> int:
        """How many have their answer."""
        return sum(ligne.demande.dossier.clos_le is not None for ligne in self.lignes)

    @property
    def en_retard(self) -> int:
        """How many wait for theirs past the promised day."""
        jour = self.acteur.annuaire.jour
        attendent = [ligne.demande.dossier for ligne in self.lignes if ligne.demande.dossier.clos_le is None]
        return sum(d.promis_le is not None and d.promis_le < jour for d in attendent)


def lire_mois(acteur: Acteur, debut: date, *, elu: int | None = None, theme: str = "") -> Mois:
    """The sheet of the month that begins on that day."""
    fin = date(debut.year + debut.month // 12, debut.month % 12 + 1, 1)
    lignes = ou_en_est(acteur, du_mois(debut, fin, elu=elu, theme=theme))
    titre = acteur.annuaire.nom_personne(elu) if elu is not None else theme
    return Mois(titre, debut, lignes, acteur)


def habitant(demande: DemandeElu) -> str:
    """What is known of the resident's answer; never a name."""
    if not demande.qui_repond:
        return ""
    dite = getattr(demande, "reponse_habitant", None)
    if dite is None:
        return f"Attend : {demande.get_qui_repond_display().lower()} lui répond"
    return f"Prévenu le {localtime(dite.at):%d/%m/%Y} ({dite.get_moyen_display().lower()})"


def feuille(mois: Mois) -> Feuille:
    """One sheet of a spreadsheet."""
    return Feuille(f"{mois.debut:%Y-%m}", ENTETES, [_colonnes(mois, ligne) for ligne in mois.lignes])


def _colonnes(mois: Mois, ligne: Ligne) -> list[Any]:
    demande = ligne.demande
    d = demande.dossier
    return [
        d.reference, demande.theme or "autres sujets", d.objet, demande.lieu, mois.acteur.annuaire.nom_personne(demande.elu_id),
        f"{localtime(d.ouvert_le):%d/%m/%Y}", f"{d.promis_le:%d/%m/%Y}" if d.promis_le else "",
        age(demande, mois.acteur.annuaire.jour), _lieu(ligne),
        f"{localtime(d.clos_le):%d/%m/%Y}" if d.clos_le else "", ligne.sens, habitant(demande),
    ]  # fmt: skip


def _lieu(ligne: Ligne) -> str:
    suite = f" Devenue {ligne.devenu.reference} : {ligne.devenu_lieu}" if ligne.devenu else ""
    return f"{ligne.lieu}{suite}"


def composer(mois: Mois) -> bytes:
    """The PDF."""
    return compiler(MODELE, "mois", contenu(mois))


def contenu(mois: Mois) -> dict[str, Any]:
    """What the paper says, as plain strings."""
    return {
        "ville": ville(settings.PRESET)["nom"],
        "titre": f"Demandes d'élu : {mois.titre}, {mois.nom}",
        "resume": f"Demandes suivies ce mois-ci : {len(mois.lignes)}. Avec leur réponse : {mois.repondues}. "
        f"En retard : {mois.en_retard}.",
        "themes": [
            {"nom": theme, "lignes": [_sur_papier(mois, ligne) for ligne in lignes]} for theme, lignes in mois.par_theme.items()
        ],
    }  # fmt: skip


def _sur_papier(mois: Mois, ligne: Ligne) -> list[str]:
    reference, _theme, objet, lieu, elu, arrivee, promise, jours, ou, repondue, sens, dit = map(
        str, _colonnes(mois, ligne)
    )
    fin = f"{sens}, le {repondue}. {propre(ligne.reponse)}" if repondue else f"{ou} Promise le {promise}."
    if ligne.devenu:
        fin = f"{fin} {ou}" if repondue else fin
    return [f"{arrivee} ({jours} j)", propre(f"{reference} {objet}" + (f" — {lieu}" if lieu else "")), elu, fin, dit]
