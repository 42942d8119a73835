"""What elected officials bring in during the year, through the real functions."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from buridan.demo.deroule import Deroule, etapes_actives
from buridan.demo.jours import Jours
from buridan.demo.textes_elus import RAPPORTEES, Rapportee
from buridan.dossiers.actions.prendre_connaissance import prendre_connaissance
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import SensReponse, TypeEtape
from buridan.dossiers.models import Etape
from buridan.elus.actions.repondre import repondre
from buridan.elus.actions.saisir import Habitant, Saisie, saisir
from buridan.elus.actions.trancher import trancher
from buridan.elus.actions.transmettre import transmettre
from buridan.elus.chargement import dernier_formulaire
from buridan.elus.etats import Moyen, QuiRepond
from buridan.elus.models import DemandeElu
from buridan.elus.queries import demande_de
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Genre


class Elus(Deroule):
    """Plays them; a town that has none of these posts or subjects skips what it can't have."""

    nature = "elus"

    def __init__(self, jours: Jours, *, at: datetime) -> None:
        super().__init__(jours, at=at)
        formulaire = dernier_formulaire()
        sujets = {s.code for s in formulaire.lu.sujets} if formulaire is not None else set()
        for recit in (r for r in RAPPORTEES if r.sujet in sujets):
            depart = self.debut(recit.il_y_a, 50)
            self.entamer(depart, self._jouer(recit, depart))

    def _jouer(self, recit: Rapportee, instant: datetime) -> Iterator[datetime]:
        elu = self.titulaire(recit.poste, instant)
        if elu is None or elu.personne is None:
            return
        cabinet = self.agit(None, elu.annuaire.premiere(Genre.CABINET), instant)
        demande = self._saisir(recit, elu.personne, cabinet if recit.cabinet else elu, instant)
        attend_la_note = TypeEtape.REPONSE if recit.fin == "note" else ""
        while (etape := self._active(demande)) is not None and etape.type not in (recit.fin, attend_la_note):
            yield (instant := self.ouvre(instant + timedelta(days=1), 45))
            self._un_pas(recit, etape, elu.personne, instant)

    def _saisir(self, recit: Rapportee, elu: int, by: Acteur, at: datetime) -> DemandeElu:
        courriel = f"{recit.nom.split(' ')[0].lower()}@courriel.example" if recit.nom else ""
        habitant = Habitant(recit.habitant, recit.nom, courriel) if recit.habitant else None
        return saisir(Saisie(elu, recit.voie, recit.sujet, recit.texte, recit.lieu, habitant), by=by, at=at)

    def _active(self, demande: DemandeElu) -> Etape | None:
        """What is to do next; the cabinet reads as soon as it can."""
        actives = etapes_actives(demande.pk)
        lire = min((e for e in actives if e.type == TypeEtape.INFORMATION), key=lambda e: e.pk, default=None)
        return lire or next(iter(actives), None)

    def _un_pas(self, recit: Rapportee, etape: Etape, elu: int, at: datetime) -> None:
        by = self.agit(etape.poste_id, etape.entite_id, at)
        entite = by.annuaire.codes_entites[demande_de(etape.dossier).sujet_choisi.service]
        if etape.type == TypeEtape.INFORMATION:
            prendre_connaissance(etape, by=by, at=at)
        elif etape.type == TypeEtape.QUALIFICATION:
            transmettre(etape, by=by, at=at, entite=entite)
        elif etape.type == TypeEtape.TRAITEMENT and recit.fin == "refusee":
            refuser(etape, by=by, at=at, motif=recit.dit)
        elif etape.type == TypeEtape.TRAITEMENT:
            traiter(etape, by=by, at=at, compte_rendu="Vu sur place.", projet=recit.dit, sens=SensReponse.FAVORABLE)
        elif etape.type == TypeEtape.VISA:
            viser(etape, by=by, at=at)
        elif etape.type == TypeEtape.DECISION:
            self._trancher(recit, etape, by, at)
        else:
            self._repondre(etape, elu, by, at)

    def _trancher(self, recit: Rapportee, etape: Etape, by: Acteur, at: datetime) -> None:
        demande = demande_de(etape.dossier)
        code = demande.sujet_choisi.service
        service = by.annuaire.codes_entites.get(code) if recit.fin == "note" else None
        trancher(etape, by=by, at=at, texte=recit.dit if service is None else "", service=service, theme=demande.theme)

    def _repondre(self, etape: Etape, elu: int, by: Acteur, at: datetime) -> None:
        dossier, qui = etape.dossier, demande_de(etape.dossier).qui_repond
        par_l_elu = qui == QuiRepond.ELU
        repondre(
            etape, by=self.jours.acteur(elu, at) if par_l_elu else by, at=at, texte=dossier.projet_reponse,
            sens=SensReponse(dossier.projet_sens), moyen=Moyen.VIVE_VOIX if par_l_elu else "", pour=qui,
        )  # fmt: skip
