"""The internal requests of the year, through the real functions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from buridan.decisions.actions.associer import associer_un_elu
from buridan.decisions.actions.commencer import commencer
from buridan.decisions.actions.enregistrer import enregistrer, saisie_de
from buridan.decisions.actions.envoyer import envoyer
from buridan.decisions.actions.trancher import trancher
from buridan.decisions.chargement import dernier_formulaire
from buridan.decisions.models import DemandeInterne
from buridan.decisions.queries import demande_de
from buridan.decisions.rules import pas_la_sienne
from buridan.demo.deroule import Deroule, etapes_actives
from buridan.demo.jours import Jours
from buridan.demo.textes_decisions import DEMANDEES, Demandee
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import Acteur

THEME = "commerce"
A_PRECISER = "Dites combien d'agents il faut, et qui tient l'accueil en semaine."
PRECISE = "\n\nDeux agents le samedi, récupérés le mercredi matin ; l'accueil reste à quatre le reste du temps."
ATTENDENT = {
    "decision": TypeEtape.DECISION,
    "visa": TypeEtape.VISA,
    "elu": TypeEtape.AVIS,
    "brouillon": TypeEtape.TRAITEMENT,
}


class Internes(Deroule):
    """Plays them; a town that has none of these posts or models skips what it can't have."""

    nature = "decisions"

    def __init__(self, jours: Jours, *, at: datetime) -> None:
        super().__init__(jours, at=at)
        formulaire = dernier_formulaire()
        modeles = {m.code for m in formulaire.lu.modeles} if formulaire is not None else set()
        for recit in (d for d in DEMANDEES if d.modele in modeles):
            depart = self.debut(recit.il_y_a, 15)
            self.entamer(depart, self._jouer(recit, depart))

    def _jouer(self, recit: Demandee, instant: datetime) -> Iterator[datetime]:
        auteur = self.titulaire(recit.poste, instant)
        if auteur is None:
            return
        demande = commencer(recit.modele, recit.objet, by=auteur, at=instant)
        collegue = self.titulaire(recit.avec, instant) if recit.avec else None
        self._ecrire(
            demande, auteur, instant, texte=recit.texte, au_nom_du_service=recit.service,
            coauteur=collegue.personne if collegue else None,
        )  # fmt: skip
        while (etape := self._active(demande)) is not None and not self._attend(recit, etape):
            yield (instant := self.ouvre(instant + timedelta(days=1), 35))
            self._un_pas(recit, demande, etape, instant)

    def _attend(self, recit: Demandee, etape: Etape) -> bool:
        """The story stops here: it waits for somebody."""
        return ATTENDENT.get(recit.fin) == etape.type and (
            recit.fin != "elu" or etape.titre.startswith("Avis de l'élu")
        )

    def _ecrire(self, demande: DemandeInterne, by: Acteur, at: datetime, **champs: object) -> None:
        actuelle = saisie_de(demande)
        enregistrer(demande.dossier, replace(actuelle, **champs), by=by, at=at, vu=actuelle.vu)  # type: ignore[arg-type]

    def _active(self, demande: DemandeInterne) -> Etape | None:
        return next(iter(etapes_actives(demande.pk)), None)

    def _un_pas(self, recit: Demandee, demande: DemandeInterne, etape: Etape, at: datetime) -> None:
        by = self.agit(etape.poste_id, etape.entite_id, at)
        if not pas_la_sienne(by, etape, demande):
            return  # whoever asked stands in for the head: it waits for him or her
        match etape.type:
            case TypeEtape.TRAITEMENT:
                self._envoyer(demande, etape, by, at)
            case TypeEtape.AVIS:
                donner_avis(etape, by=by, at=at, avis=Resultat.FAVORABLE)
            case TypeEtape.VISA if recit.fin == "retiree":
                retirer(
                    etape.dossier,
                    by=self.jours.acteur(etape.dossier.createur_id, at),
                    at=at,
                    motif="La visite est annulée.",
                )
            case TypeEtape.VISA:
                viser(etape, by=by, at=at)
            case TypeEtape.DECISION:
                self._decider(recit, demande, etape, by, at)
            case TypeEtape.REPONSE:
                d = Dossier.objects.get(pk=demande.pk)
                repondre(etape, by=by, at=at, texte=d.projet_reponse, sens=SensReponse(d.projet_sens))

    def _envoyer(self, demande: DemandeInterne, etape: Etape, by: Acteur, at: datetime) -> None:
        fraiche = demande_de(Dossier.objects.get(pk=demande.pk))
        if fraiche.envoyee_le is not None:
            self._ecrire(fraiche, by, at, texte=fraiche.texte + PRECISE)
        envoyer(etape, by=by, at=at)

    def _decider(self, recit: Demandee, demande: DemandeInterne, etape: Etape, by: Acteur, at: datetime) -> None:
        if recit.fin == "refusee":
            refuser(etape, by=by, at=at, motif=recit.dit)
        elif recit.fin == "elu":
            question = "Les commerçants du centre sont-ils tous d'accord ?"
            associer_un_elu(etape.dossier, by=by, at=at, theme=THEME, question=question)
        elif recit.fin == "renvoyee" and not Etape.objects.filter(dossier=demande.pk, etat=EtatEtape.RENVOYEE).exists():
            premiere = Etape.objects.filter(dossier=demande.pk, type=TypeEtape.TRAITEMENT).order_by("rang").first()
            renvoyer(etape, by=by, at=at, motif=A_PRECISER, vers=premiere)
        else:
            sens = SensReponse.PARTIELLE if recit.fin == "partielle" else SensReponse.FAVORABLE
            trancher(etape, by=by, at=at, sens=sens, texte=recit.dit)
