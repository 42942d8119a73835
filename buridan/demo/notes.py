"""The notes of the year, played step by step in the order of time, through the real functions."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from buridan.demo.deroule import Deroule, etapes_actives
from buridan.demo.jours import Jours
from buridan.demo.textes_notes import RECITS, Recit
from buridan.dossiers.actions.prendre_connaissance import prendre_connaissance
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatEtape, Resultat, TypeEtape
from buridan.dossiers.models import Etape
from buridan.droit.delais import date_legale
from buridan.notes.actions.arbitrer import arbitrer
from buridan.notes.actions.commencer import Cadre, commencer
from buridan.notes.actions.completer import completer
from buridan.notes.actions.enregistrer import Saisie, enregistrer
from buridan.notes.actions.envoyer import envoyer
from buridan.notes.actions.proposer import proposer
from buridan.notes.actions.redescendre import redescendre
from buridan.notes.chargement import dernier_formulaire
from buridan.notes.models import Note
from buridan.notes.queries import contenus, partie_de
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import empreinte

DE_L_ELU = "\n\nL'élu ajoute : les riverains attendent une réponse datée."
A_CORRIGER = "Le calendrier n'est pas assez précis : dites quelles semaines, et ce qui reste ouvert."
CORRIGE = "\n\nDu 5 au 23 octobre ; les trottoirs et les livraisons du matin restent ouverts."


class Notes(Deroule):
    """Plays the notes; a town whose posts or themes are others skips those it can't have."""

    nature = "notes"

    def __init__(self, jours: Jours, *, at: datetime) -> None:
        super().__init__(jours, at=at)
        for recit in RECITS if dernier_formulaire() is not None else ():
            depart = self.debut(recit.il_y_a)
            self.entamer(depart, self._jouer(recit, depart))

    def _jouer(self, recit: Recit, instant: datetime) -> Iterator[datetime]:
        """Steps of one note: each yields the instant of the next."""
        note = self._commencer(recit, instant)
        if note is None:
            return
        elu = self.agit(note.elu_id, None, instant)
        yield (instant := self.ouvre(instant + timedelta(days=1), 20))
        self._ecrire(note, elu, {"enjeux": recit.textes["enjeux"] + DE_L_ELU}, instant)
        if note.redacteur_id is not None and recit.fin != "ecrite":
            yield (instant := instant + timedelta(minutes=45))
            proposer(note.dossier, by=self.jours.acteur(note.redacteur_id, instant), at=instant)
        presse = recit.genre == "alerte"
        while recit.fin not in ("ecrite", "proposee") and (etape := self._active(note, recit)) is not None:
            ensemble = presse or etape.type == TypeEtape.AVIS
            matin = self.ouvre(instant + timedelta(days=1), 40)
            yield (instant := instant + timedelta(minutes=25) if ensemble else matin)
            self._un_pas(recit, note, etape, instant)

    def _commencer(self, recit: Recit, at: datetime) -> Note | None:
        auteur = self.titulaire(recit.poste, at)
        if auteur is None or recit.theme not in auteur.annuaire.themes_en_poste():
            return None
        entite = auteur.annuaire.postes[auteur.annuaire.codes_postes[recit.poste]].entite
        note = commencer(Cadre(recit.genre, recit.objet, recit.theme, entite), by=auteur, at=at)
        self._ecrire(note, auteur, recit.textes, at)
        return note

    def _ecrire(self, note: Note, by: Acteur, textes: dict[str, str], at: datetime) -> None:
        lus = contenus(note)
        saisies = {c: Saisie({"texte": t}, empreinte(lus.get(c, {}))) for c, t in textes.items()}
        enregistrer(note.dossier, saisies, by=Acteur(by.personne, by.annuaire, at), at=at)

    def _active(self, note: Note, recit: Recit) -> Etape | None:
        etapes = etapes_actives(note.pk)
        if recit.fin == "elu":
            etapes = [e for e in etapes if e.poste_id != note.elu_id]
        if recit.fin == "orientee":
            etapes = [e for e in etapes if not e.titre.startswith("Présenter")]
        return etapes[0] if etapes else None

    def _un_pas(self, recit: Recit, note: Note, etape: Etape, at: datetime) -> None:
        by = self.agit(etape.poste_id, etape.entite_id, at)
        match etape.type:
            case TypeEtape.TRAITEMENT:
                self._envoyer(note, etape, by, at)
            case TypeEtape.AVIS:
                partie = partie_de(etape, note)
                contenu = recit.services.get(partie.code, {}) if partie else {}
                completer(etape, by=by, at=at, avis=Resultat.FAVORABLE, contenu=contenu)
            case TypeEtape.INFORMATION:
                prendre_connaissance(etape, by=by, at=at)
            case TypeEtape.VISA:
                self._viser(recit, note, etape, by, at)
            case TypeEtape.DECISION:
                self._decider(recit, etape, by, at)
            case TypeEtape.REPONSE:
                redescendre(etape, by=by, at=at)

    def _envoyer(self, note: Note, etape: Etape, by: Acteur, at: datetime) -> None:
        if note.envoyee_le is not None or Note.objects.get(pk=note.pk).envoyee_le is not None:
            lu = contenus(note)["preconisations"]["texte"]
            self._ecrire(note, by, {"preconisations": lu + CORRIGE}, at)
        envoyer(etape, by=by, at=at)

    def _viser(self, recit: Recit, note: Note, etape: Etape, by: Acteur, at: datetime) -> None:
        if recit.fin == "refusee":
            refuser(etape, by=by, at=at, motif=recit.decision)
            return
        deja = Etape.objects.filter(dossier=note.pk, etat=EtatEtape.RENVOYEE).exists()
        if recit.fin == "renvoyee" and not deja and etape.rang > 3:
            redaction = Etape.objects.filter(dossier=note.pk, type=TypeEtape.TRAITEMENT).order_by("rang").first()
            renvoyer(etape, by=by, at=at, motif=A_CORRIGER, vers=redaction)
            return
        viser(etape, by=by, at=at, remarque="D'accord ; à suivre de près." if etape.poste_id == note.elu_id else "")

    def _decider(self, recit: Recit, etape: Etape, by: Acteur, at: datetime) -> None:
        if recit.fin == "orientee":
            jour = date_legale(at) + timedelta(days=35)
            arbitrer(
                etape, by=by, at=at, choix="orienter", instance="BM", souhaitee_le=jour, texte="À débattre entre élus."
            )
        else:
            choix = "note" if recit.genre == "information" else "accord"
            arbitrer(etape, by=by, at=at, choix=choix, texte=recit.decision)
