"""The nature `notes`, as the core sees it."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from buridan.delegations.queries import registre
from buridan.dossiers.etats import SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Mots, Nature, Registre, Route, ecrire_a_l_auteur, inscrire
from buridan.dossiers.papier import Papier
from buridan.dossiers.routage import Contexte
from buridan.dossiers.rules import redaction
from buridan.droit.delais import FUSEAU_LEGAL
from buridan.notes import rules
from buridan.notes.actions.commencer import NATURE
from buridan.notes.actions.reprendre import reprendre
from buridan.notes.chargement import charger, dernier_formulaire
from buridan.notes.gestes import NOTE, SANS
from buridan.notes.papier import composer
from buridan.notes.queries import concernes, contenus, note_de
from buridan.notes.route import tracer
from buridan.organisation.annuaire import Annuaire
from buridan.outils.verdict import Refus, Verdict

MOTS = Mots(
    demande="note", la="la note", le_demandeur="l'auteur", au_demandeur="à l'auteur",
    sens={
        SensReponse.FAVORABLE: "Accord", SensReponse.PARTIELLE: "Accord avec réserves", SensReponse.REFUS: "Refus",
        SensReponse.INFORMATION: "Pris note", SensReponse.RETIREE: "Retirée par son auteur",
    },
)  # fmt: skip
PHRASES = {
    "envoyer_note": "a envoyé la note", "proposer_note": "a proposé la note à qui l'envoie",
    "rediger_note": "a écrit dans la note", "recadrer_note": "a recadré la note",
    "arbitrer_note": "a décidé", "presenter_note": "a noté la présentation",
}  # fmt: skip
REFUS = "La note n'est pas retenue.\n\n{motif}"


def contexte(dossier: Dossier) -> dict[str, Any]:
    """For the note's part of the dossier page."""
    note = note_de(dossier)
    lus = contenus(note)
    parties = []
    for partie in note.modele.parties_de(note.genre):
        contenu = lus.get(partie.code, {})
        if partie.a:
            reponses = [(c.titre, c.lisible(contenu[c.code])) for c in partie.champs if contenu.get(c.code)]
            parties.append({"partie": partie, "titre": partie.titre, "reponses": reponses, "texte": ""})
        else:
            texte = contenu.get(partie.champs[0].code, "")
            parties.append({"partie": partie, "titre": partie.intitule(note.genre), "reponses": [], "texte": texte})
    return {
        "note": note, "parties": parties, "genre": note.genre_choisi,
        "redaction": redaction(dossier.etapes.all()),
        "inscriptions": note.inscriptions.select_related("etape"),
    }  # fmt: skip


def exige(dossier: Dossier, etapes: Sequence[Etape], annuaire: Annuaire) -> Verdict:
    """The visa of the elected official stays before the mayor, and the decision with who may take it."""
    note = note_de(dossier)
    verdict = rules.arrive_au_maire(note, etapes)
    if not verdict or not rules.confiees(note, etapes):
        return verdict
    soir = datetime.combine(annuaire.jour, time.max, FUSEAU_LEGAL)  # what was withdrawn today no longer counts
    return rules.se_confie(note, etapes, registre(soir, annuaire))


def route(code: str, annuaire: Annuaire, entite: int | None, theme: str) -> Route | None:
    """`note-arbitrage` and the like, from a service and a theme. Raises Refus when one is missing."""
    formulaire = dernier_formulaire()
    genre = next((g for g in formulaire.modele.genres if g.circuit == code), None) if formulaire else None
    if genre is None:
        return None
    auteur = annuaire.responsable(entite)
    if entite is None or auteur is None:
        raise Refus("Dites quel service écrit la note : --service CODE.")
    if not theme:
        raise Refus(
            f"Dites le thème de la note : --theme TEXTE. Thèmes possibles : {', '.join(annuaire.themes_en_poste())}."
        )
    trajet = tracer(code, annuaire, entite=entite, theme=theme, auteur=auteur)
    return Route(f"{genre.titre}, {theme}", code, Contexte(entite=entite), trajet.circuit)


def declarer() -> None:
    """Register the nature."""
    inscrire(
        Nature(
            code=NATURE,
            nom="Note",
            fiche="notes/_fiche.html",
            contexte=contexte,
            papier=Papier("La note", "note_pdf", lambda dossier, acteur, at: composer(note_de(dossier), acteur)),
            ecrire_au_demandeur=ecrire_a_l_auteur,
            gestes=NOTE,
            sans=SANS,
            mots=MOTS,
            phrases=PHRASES,
            usager=False,
            gardees=frozenset({TypeEtape.REPONSE}),
            projet_de_refus=REFUS,
            exige=exige,
            concernes=concernes,
            charger=charger,
            route=route,
            reprendre=reprendre,
            registre=Registre(
                "Notes au maire",
                "Informer le maire, lui demander de trancher, ou l'alerter.",
                page="notes",
                creer="note_nouvelle",
                libelle="Écrire une note",
                peut_creer=rules.peut_ecrire_une_note,
            ),
        )
    )
