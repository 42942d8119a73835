"""A year of the town, played through the real functions: deterministic, with dates relative to the day it is played."""

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from buridan.demandes.actions.deposer import Depot, deposer
from buridan.demandes.actions.satisfaire import evaluer
from buridan.demandes.models import Adresse, Canal, Demande, Public, TypeDemande
from buridan.demo.textes import NOMS, PHRASES, PRENOMS, REPONSES
from buridan.dossiers.actions.attendre import demander_complement
from buridan.dossiers.actions.decider import decider
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.ecrire import message_du_demandeur
from buridan.dossiers.actions.qualifier import qualifier
from buridan.dossiers.actions.refuser import refuser
from buridan.dossiers.actions.renvoyer import renvoyer
from buridan.dossiers.actions.repondre import repondre
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Etape
from buridan.droit.calendrier import CALENDRIER_NATIONAL
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur, acteur, systeme

GRAINE = 20240101


class Annee:
    """Plays `nombre` requests over the year that ends at `at`."""

    def __init__(self, nombre: int, *, at: datetime) -> None:
        self.nombre, self.at, self.alea = nombre, at, random.Random(GRAINE)  # noqa: S311  a demo, not a secret
        self.types = list(TypeDemande.objects.actifs().order_by("code"))
        self.voies = list(Adresse.objects.order_by("id"))

    def jouer(self) -> Iterator[int]:
        """Plays what happens in the order of time; yields how many requests have come in."""
        with connection.cursor() as curseur:
            curseur.execute("SET synchronous_commit = off")  # a demo may lose its last second; real work may not
        tas: list[tuple[datetime, int, Demande | None]] = []
        for n in range(self.nombre):
            heapq.heappush(tas, (self._depart(), n, None))
        deposees = 0
        while tas:
            instant, n, demande = heapq.heappop(tas)
            if demande is None:
                demande = self._deposer(instant)
                deposees += 1
                yield deposees
            else:
                self._un_pas(demande, instant)
            suite = self._suite(demande, instant)
            if suite is not None and suite < self.at:
                heapq.heappush(tas, (suite, n, demande))

    def _un_pas(self, demande: Demande, instant: datetime) -> None:
        """Somebody acts; once closed, the requester judges."""
        if demande.dossier.etat == EtatDossier.CLOS:
            self._juger(demande, instant)
        else:
            self._faire_un_pas(demande, instant)

    def _suite(self, demande: Demande, instant: datetime) -> datetime | None:
        """When the next thing happens to this request; None when nothing more does."""
        demande.refresh_from_db()
        if demande.dossier.etat != EtatDossier.CLOS:
            return self._attendre(instant, demande)
        if demande.satisfait is None and demande.contestee_le is None and self.alea.random() < 0.6:
            return instant + timedelta(days=2)
        return None

    def _depart(self) -> datetime:
        """An instant of the past year, more often a recent one, in working hours."""
        recul = int(365 * self.alea.random() ** 1.6)
        jour = date_legale(self.at) - timedelta(days=recul)
        instant = datetime.combine(jour, time(8, 30), self.at.tzinfo) + timedelta(minutes=self.alea.randrange(540))
        return min(instant, self.at - timedelta(minutes=5))

    def _deposer(self, instant: datetime) -> Demande:
        type_demande = self.alea.choice(self.types)
        nom = f"{self.alea.choice(PRENOMS)} {self.alea.choice(NOMS)}"
        voie = self.alea.choice(self.voies) if self.voies and type_demande.lieu != "sans" else None
        canal = self.alea.choices(list(Canal), weights=[45, 20, 20, 8, 3, 3, 1])[0]
        public = self.alea.choice(type_demande.publics or [Public.PARTICULIER])
        depot = Depot(
            type=type_demande,
            description=self.alea.choice(PHRASES),
            nom=nom,
            canal=canal,
            public=public,
            courriel=f"{nom.lower().replace(' ', '.')}@courriel.example" if self.alea.random() < 0.8 else "",
            telephone=f"03 61 99 {self.alea.randrange(100):02} {self.alea.randrange(100):02}",
            lieu=f"{self.alea.randrange(1, 120)} {voie.voie}" if voie else "",
            latitude=voie.latitude if voie else None,
            longitude=voie.longitude if voie else None,
        )
        return deposer(depot, by=systeme(instant), at=instant)

    def _attendre(self, horloge: datetime, demande: Demande) -> datetime:
        """Time until somebody does the étape: usually in time, sometimes late, sometimes never yet."""
        etape = self._active(demande)
        delai = ((etape.echeance or date_legale(horloge)) - date_legale(horloge)).days if etape else 1
        part = self.alea.choices([0.1, 0.5, 0.9, 1.6, 30], weights=[25, 35, 25, 12, 3])[0]
        suite = horloge + timedelta(days=max(0, delai * part), minutes=self.alea.randrange(30, 200))
        while not CALENDRIER_NATIONAL.est_ouvre(date_legale(suite)):
            suite += timedelta(days=1)
        return suite

    def _active(self, demande: Demande) -> Etape | None:
        actives = Etape.objects.filter(dossier=demande.dossier_id, etat=EtatEtape.ACTIVE).select_related("dossier")
        return actives.exclude(type=TypeEtape.INFORMATION).order_by("rang", "id").first()

    def _faire_un_pas(self, demande: Demande, at: datetime) -> None:
        etape = self._active(demande)
        par = self._qui(etape, at) if etape else None
        if etape is None or par is None:
            return
        if etape.dossier.etat == EtatDossier.ATTENTE:
            message_du_demandeur(etape.dossier, by=systeme(at), at=at, texte="Voici les précisions demandées.")
            return
        self._gestes()[TypeEtape(etape.type)](etape, par, at)

    def _qui(self, etape: Etape, at: datetime) -> Acteur | None:
        """Somebody who may act that day, chosen at random."""
        base = systeme(at)
        trouve = (
            base.annuaire.resoudre(etape.poste_id, "demandes")
            if etape.poste_id is not None
            else base.annuaire.resoudre_entite(etape.entite_id or 0, "demandes")
        )
        return acteur(self.alea.choice(trouve.personnes), at) if trouve.personnes else None

    def _gestes(self) -> dict[TypeEtape, Callable[[Etape, Acteur, datetime], Any]]:
        return {
            TypeEtape.QUALIFICATION: lambda e, by, at: qualifier(
                e, by=by, at=at, prioritaire=self.alea.random() < 0.08
            ),
            TypeEtape.TRAITEMENT: self._traiter,
            TypeEtape.AVIS: lambda e, by, at: donner_avis(e, by=by, at=at, avis=Resultat.FAVORABLE),
            TypeEtape.VISA: self._viser,
            TypeEtape.SIGNATURE: lambda e, by, at: signer(e, by=by, at=at),
            TypeEtape.DECISION: lambda e, by, at: decider(e, by=by, at=at, texte="Accord."),
            TypeEtape.REPONSE: self._repondre,
        }

    def _traiter(self, etape: Etape, by: Acteur, at: datetime) -> None:
        sort = self.alea.random()
        if sort < 0.06:
            refuser(etape, by=by, at=at, motif="La demande ne remplit pas les conditions prévues par le règlement.")
        elif sort < 0.12 and etape.dossier.etat == EtatDossier.OUVERT:
            jusquau = date_legale(at) + timedelta(days=15)
            demander_complement(
                etape.dossier, by=by, at=at, jusquau=jusquau, texte="Pouvez-vous préciser l'endroit exact ?"
            )
        else:
            sens, texte = self.alea.choice(REPONSES)
            traiter(etape, by=by, at=at, compte_rendu="Fait par le service.", projet=texte, sens=SensReponse(sens))

    def _viser(self, etape: Etape, by: Acteur, at: datetime) -> None:
        if self.alea.random() < 0.08:
            renvoyer(etape, by=by, at=at, motif="La réponse n'explique pas assez le délai des travaux.")
        else:
            viser(etape, by=by, at=at, remarque="Bien expliqué." if self.alea.random() < 0.1 else "")

    def _repondre(self, etape: Etape, by: Acteur, at: datetime) -> None:
        projet, sens = etape.dossier.projet_reponse, etape.dossier.projet_sens
        if not projet:
            sens, projet = self.alea.choice(REPONSES) if sens != SensReponse.REFUS else (sens, REFUS)
        repondre(etape, by=by, at=at, texte=projet, sens=SensReponse(sens or SensReponse.INFORMATION))

    def _juger(self, demande: Demande, at: datetime) -> None:
        content = self.alea.random() < 0.82
        contester = not content and self.alea.random() < 0.4
        texte = "" if content else "Le problème est toujours là."
        evaluer(demande, by=systeme(at), at=at, satisfait=content, texte=texte, contester=contester)


REFUS = (
    "Bonjour,\n\nAprès étude, nous ne pouvons pas donner une suite favorable à votre demande : elle ne remplit pas les "
    "conditions prévues par le règlement.\n\nVous pouvez contester cette décision dans les deux mois auprès du maire ou "
    "du tribunal administratif."
)
