"""Open matters that one about to be sent may be again: same resident, same words, same place."""

from typing import Any

from django.db.models import F, Func, Q, Value
from django.db.models.functions import Right

from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.natures import Voisin, situer, voisins
from buridan.dossiers.rules import peut_voir
from buridan.elus.actions.saisir import Saisie
from buridan.elus.models import DemandeElu
from buridan.elus.queries import lues
from buridan.organisation.acteur import Acteur

CHIFFRES = 9  # of a French number, whatever stands before: 0, +33 or 0033


def proches(acteur: Acteur, saisie: Saisie) -> list[Voisin]:
    """The likeliest first. Of one that this person may not see, only that the resident spoke of something."""
    siennes = [Voisin(d.dossier, _sujet(acteur, d)) for d in _semblables(saisie)]
    deja = {v.dossier.pk for v in siennes}
    return siennes + [v for v in voisins(saisie.lieu, situer(saisie.lieu)) if v.dossier.pk not in deja]


def _semblables(saisie: Saisie) -> list[DemandeElu]:
    pareil = Q(elu=saisie.elu, texte__iexact=saisie.texte.strip())
    habitant = saisie.habitant
    if habitant is not None and habitant.courriel:
        pareil |= Q(habitant_courriel__iexact=habitant.courriel)
    chiffres = "".join(c for c in habitant.telephone if c.isdecimal())[-CHIFFRES:] if habitant is not None else ""
    if len(chiffres) == CHIFFRES:
        pareil |= Q(fin_du_telephone=chiffres)
    nettoye: Any = Func(F("habitant_telephone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    ouvertes = DemandeElu.objects.exclude(dossier__etat=EtatDossier.CLOS)
    return list(lues(ouvertes.annotate(fin_du_telephone=Right(nettoye, CHIFFRES)).filter(pareil))[:5])


def _sujet(acteur: Acteur, demande: DemandeElu) -> str:
    if not peut_voir(acteur, demande.dossier):
        return "Une demande pour cet habitant"
    return " — ".join(filter(None, (demande.dossier.objet, demande.lieu)))
