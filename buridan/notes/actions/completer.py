"""A service gives its opinion on a note, and fills or corrects its own part on the way."""

from datetime import datetime

from django.db import transaction

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions import donner_avis as avis_du_coeur
from buridan.dossiers.actions.ecriture import verrouiller
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.etats import EtatEtape, Resultat
from buridan.dossiers.models import Dossier, Etape
from buridan.notes.actions.enregistrer import Saisie, ecrire_parties
from buridan.notes.modele import CONSULTER, Contenu
from buridan.notes.models import Inscription
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
        coeur.peut_decider(by, fraiche, "donner_avis").exiger()
        note = note_de(dossier)
        partie = partie_de(fraiche, note)
        if partie is not None and contenu is not None:
            for champ in partie.champs:
                if faute := champ.faute(contenu.get(champ.code, "")):
                    raise Refus(f"« {champ.titre} » : {faute}")
            la = contenus(note).get(partie.code, {})
            garde = {**contenu, CONSULTER: la.get(CONSULTER, "")}
            ecrire_parties(note, {partie.code: Saisie(garde, empreinte(la))}, by=by, at=at)
        rapportee = Inscription.objects.filter(etape=fraiche).first()
        if rapportee is not None:
            _rapporter(dossier, rapportee, avis, texte)
        return avis_du_coeur.donner_avis(etape, by=by, at=at, avis=avis, texte=texte)


def _rapporter(dossier: Dossier, inscription: Inscription, avis: Resultat, texte: str) -> None:
    """What the body said goes into the draft of the answer."""
    if avis not in avis_du_coeur.AVIS:
        raise Refus("Choisissez ce que l'instance a dit : favorable, avec réserves ou défavorable.")
    phrase = f"{inscription.titre} : {Resultat(avis).label.lower()}."
    projet = "\n\n".join(p for p in (dossier.projet_reponse, phrase, texte.strip()) if p)
    Dossier.objects.filter(pk=dossier.pk).update(
        projet_reponse=projet
    )  # the mayor's sense stands: a body decides nothing
