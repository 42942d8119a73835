"""A service gives its opinion on a note, and fills or corrects its own part on the way."""

from datetime import datetime

from django.db import transaction

from buridan.dossiers.actions import donner_avis as avis_du_coeur
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.etats import EtatEtape, Resultat
from buridan.dossiers.models import Etape
from buridan.notes import rules
from buridan.notes.actions.enregistrer import Saisie, ecrire_parties
from buridan.notes.modele import CONSULTER, Contenu
from buridan.notes.queries import contenus, note_de, partie_de
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import empreinte
from buridan.outils.verdict import Refus


def completer(
    etape: Etape, *, by: Acteur, at: datetime, avis: Resultat, texte: str = "", contenu: Contenu | None = None
) -> Etape:
    """Give the opinion. `contenu`: the service's own part as it leaves it."""
    with refus_de_la_base(), transaction.atomic():
        dossier, etapes, _tete = verrouiller(etape.dossier_id)
        fraiche = next((e for e in etapes if e.pk == etape.pk), None)
        if fraiche is None or fraiche.etat in (EtatEtape.FAITE, EtatEtape.RENVOYEE, EtatEtape.PASSEE):
            raise DejaFait("C'est déjà fait : cet avis n'est plus attendu.")
        rules.peut_donner_avis(by, fraiche).exiger()
        note = note_de(dossier)
        partie = partie_de(fraiche, note)
        if partie is not None and contenu is not None:
            for champ in partie.champs:
                if faute := champ.faute(contenu.get(champ.code, "")):
                    raise Refus(f"« {champ.titre} » : {faute}")
            la = contenus(note).get(partie.code, {})
            garde = {**contenu, CONSULTER: la.get(CONSULTER, "")}
            ecrire_parties(note, {partie.code: Saisie(garde, empreinte(la))}, by=by, at=at)
        return avis_du_coeur.donner_avis(etape, by=by, at=at, avis=avis, texte=texte)
