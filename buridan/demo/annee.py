"""A year of the town, played through the real functions: deterministic, with dates relative to the day it is played."""

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from buridan.appels.actions.correspondre import relancer_les_retards
from buridan.demandes.actions.deposer import Depot, deposer
from buridan.demandes.actions.remettre import Moyen, remettre
from buridan.demandes.actions.satisfaire import evaluer, rejoindre
from buridan.demandes.models import Adresse, Canal, Demande, Lieu, Public, TypeDemande
from buridan.demo.appels import Appels
from buridan.demo.commandes import Commandes
from buridan.demo.courriels import CourrielsRecus
from buridan.demo.courriers import Courriers
from buridan.demo.decisions import Internes
from buridan.demo.deroule import etapes_actives
from buridan.demo.elus import Elus
from buridan.demo.jours import Jours
from buridan.demo.notes import Notes
from buridan.demo.numerisations import deposer_le_courrier_du_matin
from buridan.demo.parapheurs import garnir
from buridan.demo.signataires import faire_signer
from buridan.demo.textes import NOMS, PRENOMS, QUESTIONS, description, reponse
from buridan.dossiers.actions.attendre import demander_complement
from buridan.dossiers.actions.clore_autrement import retirer, reunir, transmettre
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.echeances import passer_les_echeances
from buridan.dossiers.actions.ecrire import message_du_demandeur
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.silence import constater_les_silences
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.valider import valider
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.droit.calendrier import CALENDRIER_NATIONAL
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.sql import executer
from buridan.outils.verdict import Refus

GRAINE = 20240101
_A_DONNER = f"""SELECT q.dossier_id FROM {Demande._meta.db_table} q JOIN {Dossier._meta.db_table} d ON d.id = q.dossier_id
    WHERE q.a_remettre_depuis < %s AND d.etat = 'clos' ORDER BY q.dossier_id"""


class Annee:
    """Plays `nombre` requests over the year that ends at `at`."""

    def __init__(self, nombre: int, *, at: datetime) -> None:
        self.nombre, self.at, self.alea = nombre, at, random.Random(GRAINE)  # noqa: S311  a demo, not a secret
        self.types = list(TypeDemande.objects.actifs().order_by("code"))
        self.type_de: dict[int, TypeDemande] = {}  # of each request, as it was filed: the demo never changes it
        self.voies = list(Adresse.objects.order_by("id"))
        self.jours = Jours()
        self.deroules = (
            Notes(self.jours, at=at), Internes(self.jours, at=at), Appels(self, at=at), Commandes(self.jours, at=at),
            Courriers(self.jours, at=at), Elus(self.jours, at=at), CourrielsRecus(self.jours, at=at),
        )  # fmt: skip
        self.jour = date_legale(at)
        self.derniere: Demande | None = None
        self.doubles: dict[int, Demande] = {}

    def jouer(self) -> Iterator[int]:
        """Plays what happens in the order of time; yields how many requests have come in."""
        tas: list[tuple[datetime, int, Demande | None, Etape | None]] = []
        for n in range(self.nombre):
            heapq.heappush(tas, (self._depart(), n, None, None))
        self.jour = date_legale(tas[0][0]) if tas else self.jour
        deposees = 0
        while tas:
            instant, n, demande, etape = heapq.heappop(tas)
            self._passer_les_jours(instant)
            if demande is None:
                demande = self.deposer(instant)
                deposees += 1
                yield deposees
            elif etape is None:
                self._juger(demande, instant)
            else:
                self._faire_un_pas(demande, etape, instant)
            etape = self.active(demande)
            suite = self._suite(demande, etape, instant)
            if suite is not None and suite < self.at:
                heapq.heappush(tas, (suite, n, demande, etape))
        self._passer_les_jours(self.at)
        self._jouer_les_autres(self.at)
        garnir(self)
        deposer_le_courrier_du_matin(self.jours, at=self.at)
        faire_signer(self.jours, at=self.at)

    def _passer_les_jours(self, instant: datetime) -> None:
        """Each working day begins with its reminders, escalations and resumptions."""
        while (matin := datetime.combine(self.jour + timedelta(days=1), time(7), self.at.tzinfo)) <= instant:
            self.jour += timedelta(days=1)
            self._jouer_les_autres(matin)
            if CALENDRIER_NATIONAL.est_ouvre(self.jour):
                passer_les_echeances(by=self.jours.acteur(None, matin), at=matin)
                constater_les_silences(by=self.jours.acteur(None, matin), at=matin)
                self._donner_les_reponses(matin)
                relancer_les_retards(by=self.jours.acteur(None, matin), at=matin)

    def _donner_les_reponses(self, matin: datetime) -> None:
        """To who gave no e-mail, somebody of the service gives the answer, two days later."""
        dues = [pk for (pk,) in executer(connection, _A_DONNER, [matin - timedelta(days=2)]).fetchall()]
        for demande in Demande.objects.filter(pk__in=dues).select_related("dossier").order_by("pk") if dues else ():
            qui = self.jours.annuaire(self.jour).resoudre_entite(demande.dossier.entite_id, "demandes").personnes
            if qui:
                moyen = Moyen.TELEPHONE if demande.telephone else Moyen.COURRIER
                remettre(demande.dossier, by=self.jours.acteur(qui[0], matin), at=matin, moyen=moyen)

    def _jouer_les_autres(self, instant: datetime) -> None:
        for deroule in self.deroules:
            deroule.jusqua(instant)

    def _suite(self, demande: Demande, etape: Etape | None, instant: datetime) -> datetime | None:
        """When the next thing happens to this request; None when nothing more does."""
        if etape is not None:
            return self._attendre(instant, etape)
        if demande.satisfait is None and demande.contestee_le is None and self.alea.random() < 0.6:
            return instant + timedelta(days=2)
        return None

    def _depart(self) -> datetime:
        """An instant of the past year, more often a recent one, in working hours."""
        recul = int(365 * self.alea.random() ** 1.6)
        jour = date_legale(self.at) - timedelta(days=recul)
        instant = datetime.combine(jour, time(8, 30), self.at.tzinfo) + timedelta(minutes=self.alea.randrange(540))
        return min(instant, self.at - timedelta(minutes=5))

    def deposer(self, instant: datetime, type_demande: TypeDemande | None = None) -> Demande:
        """A request comes in, of that type or of any."""
        sort = self.alea.random() if type_demande is None else 0.5
        double = self.derniere if sort < 0.04 else None
        type_demande = type_demande or (double.type if double else self.alea.choice(self.types))
        nom = f"{self.alea.choice(PRENOMS)} {self.alea.choice(NOMS)}"
        voie = self.alea.choice(self.voies) if self.voies and type_demande.lieu != "sans" else None
        canal = self.alea.choices(list(Canal), weights=[45, 20, 20, 8, 3, 3, 1])[0]
        public = self.alea.choice(type_demande.publics or [Public.PARTICULIER])
        depot = Depot(
            type=type_demande,
            description=description(type_demande, self.alea.randrange(10)),
            reponses=self._questions(type_demande, instant),
            nom=nom,
            canal=canal,
            public=public,
            courriel=_courriel(nom) if self.alea.random() < 0.8 else "",
            telephone=f"03 61 99 {self.alea.randrange(100):02} {self.alea.randrange(100):02}",
            lieu=double.lieu if double else f"{self.alea.randrange(1, 120)} {voie.voie}" if voie else "",
            latitude=voie.latitude if voie and not double else None,
            longitude=voie.longitude if voie and not double else None,
        )
        demande = deposer(depot, by=self._qui_enregistre(canal, instant), at=instant)
        self.type_de[demande.pk] = type_demande
        if sort < 0.04 and self.derniere is not None:
            self.doubles[demande.pk] = self.derniere
        elif sort > 0.96:
            voisin = f"{self.alea.choice(PRENOMS)} {self.alea.choice(NOMS)}"
            rejoindre(demande, by=self.jours.acteur(None, instant), at=instant, nom=voisin, courriel=_courriel(voisin))
        self.derniere = demande
        return demande

    def _questions(self, type_demande: TypeDemande, instant: datetime) -> dict[str, Any]:
        """Answers to what the type must know; what the demo has no words for is left to ask."""
        reponses: dict[str, Any] = {}
        for question in type_demande.questions:
            genre, cle = question.get("genre", "texte"), question["cle"]
            if genre == "choix" and question.get("choix"):
                reponses[cle] = self.alea.choice(question["choix"])
            elif genre == "oui_non":
                reponses[cle] = self.alea.choice(["oui", "non"])
            elif genre == "nombre":
                reponses[cle] = self.alea.randrange(2, 30)
            elif question.get("obligatoire") and cle in QUESTIONS and genre == "texte":
                reponses[cle] = QUESTIONS[cle]
        return reponses

    def _qui_enregistre(self, canal: str, at: datetime) -> Acteur:
        """The requester files on the portal; whatever comes in otherwise, an agent of the front desk types."""
        if canal == Canal.PORTAIL:
            return self.jours.acteur(None, at)
        return self.jours.acteur(self.alea.choice(self._guichet(date_legale(at))), at)

    def _guichet(self, jour: date) -> list[int | None]:
        """Who has the right to file for others and is there that day; nobody: Buridan itself."""
        annuaire = self.jours.annuaire(jour)
        postes = [p for p in annuaire.postes.values() if Droit.GUICHET in p.droits and annuaire.present(p.personne)]
        return [p.personne for p in postes if not p.responsable] or [p.personne for p in postes] or [None]

    def _attendre(self, horloge: datetime, etape: Etape) -> datetime:
        """Time until somebody does the étape: usually in time, sometimes late, sometimes never yet."""
        delai = ((etape.echeance or date_legale(horloge)) - date_legale(horloge)).days
        part = self.alea.choices([0.1, 0.5, 0.9, 1.6, 30], weights=[25, 35, 25, 12, 3])[0]
        suite = horloge + timedelta(days=max(delai, 0) * part, minutes=self.alea.randrange(30, 200))
        if not 7 <= suite.hour < 16:  # nobody works at night: the next morning
            suite = suite.replace(hour=7, minute=30) + timedelta(
                days=suite.hour >= 16, minutes=self.alea.randrange(240)
            )
        while not CALENDRIER_NATIONAL.est_ouvre(date_legale(suite)):
            suite += timedelta(days=1)
        return max(suite, horloge + timedelta(minutes=1))

    def active(self, demande: Demande) -> Etape | None:
        """The étape that holds the request; None once closed."""
        return next((e for e in etapes_actives(demande.pk) if e.type != TypeEtape.INFORMATION), None)

    def _faire_un_pas(self, demande: Demande, etape: Etape, at: datetime) -> None:
        par, dossier, usager = self.qui(etape, at), etape.dossier, self.jours.acteur(None, at)
        if dossier.etat == EtatDossier.ATTENTE:
            message_du_demandeur(dossier, by=usager, at=at, texte="Voici les précisions demandées.")
        elif self.alea.random() < 0.006:
            retirer(dossier, by=usager, at=at, motif="Ce n'est plus nécessaire.")
        elif par is not None and not self._reunir(demande, etape, par, at):
            self._gestes()[TypeEtape(etape.type)](etape, par, at)

    def _reunir(self, demande: Demande, etape: Etape, par: Acteur, at: datetime) -> bool:
        """The front desk sees that it is the same subject as another request, still open."""
        principal = self.doubles.pop(demande.pk, None)
        if principal is None or self.active(principal) is None:
            return False
        reunir(etape.dossier, by=par, at=at, principal=principal.dossier)
        return True

    def qui(self, etape: Etape, at: datetime) -> Acteur | None:
        """Somebody who may act that day, chosen at random."""
        annuaire = self.jours.annuaire(date_legale(at))
        trouve = (
            annuaire.resoudre(etape.poste_id, "demandes")
            if etape.poste_id is not None
            else annuaire.resoudre_entite(etape.entite_id or 0, "demandes")
        )
        return self.jours.acteur(self.alea.choice(trouve.personnes), at) if trouve.personnes else None

    def _gestes(self) -> dict[TypeEtape, Callable[[Etape, Acteur, datetime], Any]]:
        return {
            TypeEtape.QUALIFICATION: lambda e, by, at: qualifier(
                e, by=by, at=at, prioritaire=self.alea.random() < 0.08
            ),
            TypeEtape.TRAITEMENT: self._traiter,
            TypeEtape.AVIS: lambda e, by, at: donner_avis(e, by=by, at=at, avis=Resultat.FAVORABLE),
            TypeEtape.VISA: self._viser,
            TypeEtape.VALIDATION: lambda e, by, at: valider(e, by=by, at=at),
            TypeEtape.SIGNATURE: lambda e, by, at: signer(e, by=by, at=at),
            TypeEtape.DECISION: lambda e, by, at: decider(e, by=by, at=at, texte="Accord."),
            TypeEtape.REPONSE: self._repondre,
        }

    def decider_favorablement(self, etape: Etape, by: Acteur, at: datetime) -> None:
        """What usually happens at that étape, without anything that turns back."""
        if etape.type == TypeEtape.TRAITEMENT:
            _sens, texte = reponse(self._type(etape), 0)
            traiter(etape, by=by, at=at, compte_rendu="Fait par le service.", projet=texte)
        elif etape.type == TypeEtape.VISA:
            viser(etape, by=by, at=at)
        else:
            self._gestes()[TypeEtape(etape.type)](etape, by, at)

    def _traiter(self, etape: Etape, by: Acteur, at: datetime) -> None:
        sort, type_demande = self.alea.random(), self._type(etape)
        if sort < 0.02 and type_demande.famille == "Rue et voirie":
            transmettre(etape.dossier, by=by, at=at, administration=AILLEURS, texte=TRANSMISE)
        elif sort < 0.07:
            refuser(etape, by=by, at=at, motif="La demande ne remplit pas les conditions prévues par le règlement.")
        elif sort < 0.13 and etape.dossier.etat == EtatDossier.OUVERT:
            jusquau = date_legale(at) + timedelta(days=15)
            demander_complement(
                etape.dossier,
                by=by,
                at=at,
                jusquau=jusquau,
                texte=PRECISEZ if type_demande.lieu == Lieu.OBLIGATOIRE else PIECE,
            )
        else:
            sens, texte = reponse(type_demande, self.alea.randrange(10))
            traiter(etape, by=by, at=at, compte_rendu="Fait par le service.", projet=texte, sens=SensReponse(sens))

    def _type(self, etape: Etape) -> TypeDemande:
        return self.type_de[etape.dossier_id]

    def _viser(self, etape: Etape, by: Acteur, at: datetime) -> None:
        if self.alea.random() < 0.08:
            renvoyer(etape, by=by, at=at, motif="La réponse n'explique pas assez la suite et son délai.")
        else:
            viser(etape, by=by, at=at, remarque="Bien expliqué." if self.alea.random() < 0.1 else "")

    def _repondre(self, etape: Etape, by: Acteur, at: datetime) -> None:
        projet, sens = etape.dossier.projet_reponse, etape.dossier.projet_sens
        if not projet:
            sens, projet = (
                (sens, REFUS) if sens == SensReponse.REFUS else reponse(self._type(etape), self.alea.randrange(10))
            )
        repondre(etape, by=by, at=at, texte=projet, sens=SensReponse(sens or SensReponse.INFORMATION))

    def _juger(self, demande: Demande, at: datetime) -> None:
        content = self.alea.random() < 0.82
        contester = not content and self.alea.random() < 0.4
        texte = "" if content else "Cette réponse ne règle pas ma demande."
        usager = self.jours.acteur(None, at)
        try:
            lue = evaluer(demande, by=usager, at=at, satisfait=content, texte=texte, contester=contester)
        except Refus:
            return  # joined to another that is still open, or opened again since
        demande.satisfait, demande.contestee_le = (None, at) if contester else (lue.satisfait, None)


def _courriel(nom: str) -> str:
    return f"{nom.lower().replace(' ', '.')}@courriel.example"


AILLEURS = "Département (service des routes)"
PRECISEZ = "Pouvez-vous préciser l'endroit exact ?"
PIECE = "Pouvez-vous nous dire ce que vous attendez exactement, et joindre ce que vous avez déjà reçu ?"
TRANSMISE = "Cette voie est entretenue par le Département, qui connaît déjà le problème."
REFUS = (
    "Bonjour,\n\nAprès étude, nous ne pouvons pas donner une suite favorable à votre demande : elle ne remplit pas les "
    "conditions prévues par le règlement.\n\nVous pouvez contester cette décision dans les deux mois auprès du maire ou "
    "du tribunal administratif."
)
