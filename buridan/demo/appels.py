"""The calls of the year on the syndicate, played through the real functions. Every fact is invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from buridan.appels.actions.controler import controler
from buridan.appels.actions.correspondre import ecrire_au_syndicat
from buridan.appels.actions.demander import Saisie, demander, ecrire, saisie_de
from buridan.appels.actions.engager import depasser, engager
from buridan.appels.actions.noter import noter
from buridan.appels.models import Appel, Canal, Competence, Genre, ReponseDuSyndicat
from buridan.demo.deroule import Deroule, etapes_actives
from buridan.demo.parapheurs import Joueur
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import Refus


@dataclass(frozen=True, slots=True)
class Recit:
    """One call: when it begins (days before today), what it asks, and how far it goes.

    `fin`: « close », « refusee » (by the syndicate), « precisions » (asked for, given, then done), « renvoyee » (by the finances,
    written again), « depasse » (beyond the envelope, allowed), « visa », « attente » (sent, no answer), « prevue », « retard »
    (a date that passed). `origine`: opened because of a resident's request of that competence.
    """

    il_y_a: int
    competence: str
    lieu: str
    description: str
    estimation: int
    fin: str = "close"
    cout: str = ""
    origine: bool = False


RECITS = (
    Recit(160, "appel-feux", "Carrefour de la Gare", "Remplacer la lanterne des piétons, côté square.", 900, cout="864"),
    Recit(130, "appel-voirie", "Rue des Tisserands", "Reprendre l'affaissement devant les n° 4 à 8.", 5400, "precisions", "5720"),
    Recit(118, "appel-defense-incendie", "Zone du Canal", "Remplacer trois poteaux hors service.", 14000, cout="14300"),
    Recit(95, "appel-signalisation", "Écoles du centre", "Repeindre les passages piétons avant la rentrée.", 3600, cout="3600"),
    Recit(80, "appel-restauration-scolaire", "École du Parc", "Livrer 40 repas de plus le mercredi.", 9000, "renvoyee", "7850"),
    Recit(60, "appel-eclairage-public", "Quai du Rivage", "Poser deux mâts de plus sur le quai.", 6200, "refusee"),
    Recit(45, "appel-defense-incendie", "Faubourg Nord", "Réparer une bouche d'incendie qui fuit.", 6000, "depasse"),
    Recit(38, "appel-feux", "Rond-point de l'Hôpital", "Régler le temps de vert des bus.", 1100, "retard"),
    Recit(20, "appel-voirie", "Avenue du Lac", "Reboucher la tranchée laissée après les travaux.", 2300, "attente"),
    Recit(16, "appel-eclairage-public", "Rue du Moulin", "Remplacer six lampes du lotissement.", 700, "prevue"),
    Recit(7, "appel-eclairage-public", "", "", 350, "prevue", origine=True),
    Recit(5, "appel-viabilite-hivernale", "Tous les ponts", "Saler les ponts et les abords des écoles.", 12000, "visa"),
)  # fmt: skip
MANQUE = "Quelle est la profondeur de l'affaissement ?"
PRECISE = "Douze centimètres au plus profond, sur neuf mètres."
IMPOSSIBLE = "Le quai n'est pas du domaine confié au syndicat : il relève du gestionnaire du canal."
TROP_CHER = "Le devis de l'an passé était plus bas : reprenez l'estimation."
URGENT = "L'eau ne manquera pas aux pompiers : l'intervention ne peut pas attendre l'an prochain."


class Appels(Deroule):
    """Plays the calls; a town without a syndicate has none."""

    nature = "appels"

    def __init__(self, annee: Joueur, *, at: datetime) -> None:
        super().__init__(annee.jours, at=at)
        self.annee = annee
        connues = {c.code: c for c in Competence.objects.filter(active=True).select_related("syndicat")}
        for recit in RECITS:
            if (competence := connues.get(recit.competence)) is not None:
                depart = self.debut(recit.il_y_a, 30)
                self.entamer(depart, self._jouer(recit, competence, depart))

    def _jouer(self, recit: Recit, competence: Competence, instant: datetime) -> Iterator[datetime]:
        """Steps of one call; what is refused (no envelope that year) leaves it where it is."""
        appel = self._demander(recit, competence, instant)
        while appel is not None and (etape := self._active(appel)) is not None:
            if recit.fin == "visa" and etape.type == TypeEtape.VISA and etape.entite_id is not None:
                return
            yield (instant := self.ouvre(instant + timedelta(days=1), 50))
            try:
                suite = self._un_pas(recit, appel, etape, instant)
            except Refus:
                return
            if suite is None:
                return
            if suite > date_legale(instant):
                yield (instant := self.ouvre(datetime.combine(suite, instant.timetz()), 50))

    def _demander(self, recit: Recit, competence: Competence, at: datetime) -> Appel | None:
        annuaire = self.jours.annuaire(date_legale(at))
        postes = [annuaire.postes[p] for p in annuaire.postes_par_entite.get(competence.service_id, ())]
        agents = [p.personne for p in sorted(postes, key=lambda p: p.responsable) if annuaire.present(p.personne)]
        if not agents:
            return None
        origine = self._origine(competence, at) if recit.origine else None
        repris = nature_de(origine).a_reprendre(origine) if origine is not None else None
        if recit.origine and repris is None:
            return None
        lieu, texte = (repris.lieu, repris.texte) if repris is not None else (recit.lieu, recit.description)
        saisie = Saisie(competence, lieu, texte, Decimal(recit.estimation))
        try:
            return demander(saisie, by=self.jours.acteur(agents[0], at), at=at, origine=origine)
        except DejaFait:
            return None

    def _origine(self, competence: Competence, at: datetime) -> Dossier | None:
        """A resident's request that leads to such a call, just qualified."""
        types = {t.code: t for t in self.annee.types}
        voulus = [types[code] for code in competence.genres if code in types]
        if not voulus:
            return None
        demande = self.annee.deposer(at, voulus[0])
        etape = self.annee.active(demande)
        par = self.annee.qui(etape, at) if etape is not None else None
        if etape is not None and par is not None and etape.type == TypeEtape.QUALIFICATION:
            self.annee.decider_favorablement(etape, par, at)
        return demande.dossier

    def _active(self, appel: Appel) -> Etape | None:
        return next(iter(etapes_actives(appel.pk)), None)

    def _un_pas(self, recit: Recit, appel: Appel, etape: Etape, at: datetime) -> date | None:
        """Do what is to be done; the day of the next step, None when the story stops there."""
        by, jour = self.agit(etape.poste_id, etape.entite_id, at), date_legale(at)
        appel.refresh_from_db()
        match etape.type:
            case TypeEtape.VISA:
                self._viser(recit, etape, by, at)
            case TypeEtape.SIGNATURE:
                self._signer(recit, etape, by, at)
            case TypeEtape.REPONSE:
                return self._finir(recit, appel, etape, by, at)
            case _ if appel.envoye_le is None:
                saisie = saisie_de(etape.dossier)
                ecrire(
                    etape,
                    Saisie(saisie.competence, saisie.lieu, saisie.description, saisie.estimation - 1100),
                    by=by,
                    at=at,
                )
            case _:
                return self._suivre(recit, appel, at)
        return jour

    def _viser(self, recit: Recit, etape: Etape, by: Acteur, at: datetime) -> None:
        deja = Etape.objects.filter(dossier=etape.dossier, etat=EtatEtape.RENVOYEE).exists()
        if recit.fin == "renvoyee" and etape.entite_id is not None and not deja:
            ecriture = Etape.objects.filter(dossier=etape.dossier, type=TypeEtape.TRAITEMENT).order_by("rang").first()
            renvoyer(etape, by=by, at=at, motif=TROP_CHER, vers=ecriture)
        else:
            viser(etape, by=by, at=at)

    def _signer(self, recit: Recit, etape: Etape, by: Acteur, at: datetime) -> None:
        if recit.fin == "depasse":
            annuaire = self.jours.annuaire(date_legale(at))
            permis = [
                p.personne
                for p in annuaire.postes.values()
                if Droit.DEPASSEMENT in p.droits and annuaire.present(p.personne)
            ]
            if permis:
                montant = saisie_de(etape.dossier).estimation
                depasser(etape.dossier, by=self.jours.acteur(permis[0], at), at=at, montant=montant, motif=URGENT)
        engager(etape, by=by, at=at)

    def _suivre(self, recit: Recit, appel: Appel, at: datetime) -> date | None:
        jour = date_legale(at)
        if recit.fin == "attente":
            return None
        if recit.fin == "refusee":
            self._dire(appel, Genre.REFUSEE, at, IMPOSSIBLE)
        elif recit.fin == "precisions" and not appel.echanges.filter(genre=Genre.PRECISIONS).exists():
            self._dire(appel, Genre.PRECISIONS, at, MANQUE)
        elif appel.reponse == ReponseDuSyndicat.PRECISIONS:
            by = self.agit(None, appel.competence.service_id, at)
            ecrire_au_syndicat(Dossier.objects.get(pk=appel.pk), by=by, at=at, texte=PRECISE)
        else:
            prevue = date_legale(self.at) + timedelta(days=8) if recit.fin == "prevue" else jour + timedelta(days=9)
            self._dire(appel, Genre.ACCEPTEE, at, jour=prevue)
        return jour

    def _finir(self, recit: Recit, appel: Appel, etape: Etape, by: Acteur, at: datetime) -> date | None:
        jour = date_legale(at)
        if appel.reponse == ReponseDuSyndicat.REFUSEE:
            controler(etape, by=by, at=at, texte=etape.dossier.projet_reponse)
        elif recit.fin in ("prevue", "retard"):
            return None
        elif appel.prevue_le is not None and appel.prevue_le > jour:
            return appel.prevue_le
        elif appel.faite_le is None:
            self._dire(appel, Genre.FAITE, at, jour=jour)
        else:
            controler(etape, by=by, at=at, faite_le=appel.faite_le, cout=Decimal(recit.cout or recit.estimation))
        return jour

    def _dire(self, appel: Appel, genre: Genre, at: datetime, texte: str = "", jour: date | None = None) -> None:
        dossier = Dossier.objects.get(pk=appel.pk)
        noter(dossier, by=self.jours.acteur(None, at), at=at, genre=genre, canal=Canal.PAGE, texte=texte, jour=jour)
