"""Another dossier becomes a note: it is opened for the head of a service, with what that dossier said in its first part."""

from datetime import datetime

from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Reprise
from buridan.notes.actions.commencer import SANS_FORMULAIRE, Cadre, ouvrir_la_note
from buridan.notes.actions.enregistrer import Saisie, ecrire_parties
from buridan.notes.chargement import dernier_formulaire
from buridan.notes.route import tracer
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import empreinte
from buridan.outils.verdict import Refus


def reprendre(reprise: Reprise, by: Acteur, at: datetime) -> Dossier:
    """Inside the transaction of the dossier that becomes it. Whoever brought it in writes it too if its theme is his or hers."""
    annuaire, formulaire = by.annuaire, dernier_formulaire()
    if formulaire is None:
        raise Refus(SANS_FORMULAIRE)
    auteur = annuaire.responsable(reprise.entite)
    if auteur is None:
        raise Refus(f"Personne ne dirige « {annuaire.nom_entite(reprise.entite)} » : choisissez un autre service.")
    genres = formulaire.modele.genres
    genre = next((g for g in genres if g.code == reprise.genre), genres[0])
    elu = annuaire.poste_principal(reprise.avec) if reprise.avec in annuaire.elus_du_theme(reprise.theme) else None
    trajet = tracer(genre.circuit, annuaire, entite=reprise.entite, theme=reprise.theme, auteur=auteur, elu=elu)
    cadre = Cadre(genre.code, reprise.objet, reprise.theme, reprise.entite)
    note = ouvrir_la_note(cadre, trajet, formulaire, by=by, at=at)
    libre = next(p for p in note.modele.parties_de(note.genre) if not p.a)
    saisie = Saisie({libre.champs[0].code: reprise.texte}, empreinte({}))
    ecrire_parties(note, {libre.code: saisie}, by=by, at=at)
    return note.dossier
