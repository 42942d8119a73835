"""The nature `decisions`, as the core sees it."""

from collections.abc import Sequence
from typing import Any

from buridan.decisions import rules
from buridan.decisions.actions.commencer import NATURE
from buridan.decisions.chargement import charger, dernier_formulaire
from buridan.decisions.gestes import INTERNES, SANS
from buridan.decisions.papier import composer
from buridan.decisions.queries import concernes, demande_de
from buridan.decisions.route import tracer
from buridan.dossiers.etats import SensReponse, TypeEtape
from buridan.dossiers.models import PAR_POSTE, Dossier, Etape
from buridan.dossiers.natures import Mots, Nature, Registre, Route, ecrire_a_l_auteur, inscrire
from buridan.dossiers.papier import Papier
from buridan.dossiers.routage import Contexte
from buridan.dossiers.rules import redaction
from buridan.organisation.annuaire import Annuaire
from buridan.outils.verdict import Refus, Verdict

MOTS = Mots(
    demande="demande interne", la="la demande interne", le_demandeur="l'auteur", au_demandeur="à l'auteur",
    sens={
        SensReponse.FAVORABLE: "Accordée", SensReponse.PARTIELLE: "Accordée en partie", SensReponse.REFUS: "Refusée",
        SensReponse.RETIREE: "Retirée par son auteur",
    },
)  # fmt: skip
PHRASES = {
    "ecrire_demande": "a écrit dans la demande", "envoyer_demande": "a envoyé la demande", "trancher": "a décidé",
    "associer_un_elu": "a associé un élu",
}  # fmt: skip
REFUS = "Votre demande n'est pas accordée, pour la raison suivante :\n\n{motif}"


def contexte(dossier: Dossier) -> dict[str, Any]:
    """For its part of the dossier page."""
    return {"demande": demande_de(dossier), "redaction": redaction(dossier.etapes.all())}


def exige(dossier: Dossier, etapes: Sequence[Etape], annuaire: Annuaire) -> Verdict:
    """Whoever changes the circuit keeps a decision, and the answer by the head of the author."""
    return rules.redescend_bien(annuaire, demande_de(dossier), etapes)


def route(code: str, annuaire: Annuaire, entite: int | None, theme: str) -> Route | None:
    """`interne-dgs`, or `interne:formation` for a model, for an agent of a service. Raises Refus when it is missing."""
    formulaire = dernier_formulaire()
    if formulaire is None:
        return None
    modeles = {
        f"interne:{m.code}": (m.titre, formulaire.lu.circuit(m.code, m.importance)) for m in formulaire.lu.modeles
    }
    circuits = {i.circuit: (i.titre, i.circuit) for i in formulaire.lu.importances}
    if code not in modeles | circuits:
        return None
    if entite is None:
        raise Refus("Dites quel service demande : --service CODE.")
    titre, circuit = (modeles | circuits)[code]
    trajet = tracer(circuit, annuaire, entite=entite, auteur=None)
    return Route(titre, circuit, Contexte(entite=entite), trajet.circuit)


def declarer() -> None:
    """Register the nature."""
    PAR_POSTE.add(NATURE)
    inscrire(
        Nature(
            code=NATURE,
            nom="Demande interne",
            fiche="decisions/_fiche.html",
            contexte=contexte,
            papier=Papier(
                "La demande", "decision_pdf", lambda dossier, acteur, at: composer(demande_de(dossier), acteur)
            ),
            ecrire_au_demandeur=ecrire_a_l_auteur,
            gestes=INTERNES,
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
            registre=Registre(
                "Demandes internes",
                "Demander à sa hiérarchie : matériel, formation, événement, locaux, renfort…",
                page="decisions",
                creer="decision_nouvelle",
                libelle="Faire une demande",
                peut_creer=rules.peut_demander,
            ),
        )
    )
