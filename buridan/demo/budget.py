"""The budget's year: an extract each month, orders by the heads of services, some engaged, one over its credits."""

import random
from calendar import monthrange
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings

from buridan.appels.models import Competence
from buridan.budget import rules
from buridan.budget.actions.importer import appliquer_import, preparer_import
from buridan.budget.actions.reserver import engager, liberer, reserver
from buridan.budget.chargement import LIGNES, correspondance_du_preset
from buridan.budget.correspondance import Correspondance
from buridan.budget.models import ImportBudget, LigneBudget, Reservation
from buridan.demo.jours import Jours
from buridan.droit.delais import FUSEAU_LEGAL, date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import Refus

GRAINE = 20240102
FOURNISSEURS = ["Artois Matériaux", "Flandre Équipement", "Nord Fournitures", "Atelier du Canal", "Lys Services"]
ENTETE = (
    "Section;Chapitre;Nature;Fonction;Gestionnaire;Libellé;Budget primitif;Décisions modificatives;Engagé;Mandaté\n"
)


def jouer_le_budget(*, at: datetime) -> None:
    """Plays the months of the year that ends at `at`, once, on the preset's first budget."""
    if ImportBudget.objects.count() == 1 and not Reservation.objects.filter(dossier=None).exists():
        _Annee(at).jouer()


class _Annee:
    """One year, deterministic but for its dates."""

    def __init__(self, at: datetime) -> None:
        self.at, self.jours, self.alea = at, Jours(), random.Random(GRAINE)  # noqa: S311  a demo, not a secret
        self.jour = date_legale(at)
        du_syndicat = Competence.objects.values("ligne")  # held back by calls, not by orders to suppliers
        annee = LigneBudget.objects.filter(exercice=self.jour.year).exclude(code__in=du_syndicat)
        self.lignes = list(annee.order_by("pk"))
        tenues = set(Reservation.objects.exclude(dossier=None).values_list("ligne", flat=True))
        self.libres = [
            x for x in self.lignes if x.pk not in tenues
        ]  # the orders of the year have told the history of the others
        self.rythmes = {x.pk: self.alea.uniform(0.55, 1.0) for x in self.lignes}
        self.bons = 0

    def jouer(self) -> None:
        """Each month: a few orders, their engagements, then the extract of its last day."""
        for mois in range(1, self.jour.month + 1):
            fin = date(self.jour.year, mois, monthrange(self.jour.year, mois)[1])
            for ligne in self.alea.sample(self.libres, k=min(8, len(self.libres))):
                self._commander(ligne, date(self.jour.year, mois, self.alea.randrange(1, 20)))
            self._importer(min(fin, self.jour - timedelta(days=1)))
        self._depasser()

    def _instant(self, jour: date) -> datetime:
        return datetime.combine(jour, time(10, self.alea.randrange(60)), FUSEAU_LEGAL)

    def _qui(self, droit: str, at: datetime) -> Acteur | None:
        """Somebody with that right, present that day."""
        annuaire = self.jours.annuaire(date_legale(at))
        tenus = [p.personne for p in annuaire.postes.values() if droit in p.droits and annuaire.present(p.personne)]
        return self.jours.acteur(tenus[0], at) if tenus else None

    def _commander(self, ligne: LigneBudget, jour: date) -> None:
        """By whoever heads the service that day; four orders in five are engaged the week after, one in ten is given up."""
        at = self._instant(jour)
        annuaire = self.jours.annuaire(jour)
        chef = annuaire.responsable(ligne.service_id)
        trouve = annuaire.resoudre(chef).personnes if chef is not None else ()
        if not trouve or at >= self.at:
            return
        by = self.jours.acteur(trouve[0], at)
        montant = (ligne.credits * self.alea.randrange(2, 9) / 100).quantize(Decimal("0.01"))
        if not rules.peut_reserver(by, ligne):
            return
        self.bons += 1
        objet = f"{self.alea.choice(FOURNISSEURS)} : {ligne.libelle.lower()}"
        try:
            bon = reserver(ligne, by=by, at=at, montant=montant, reference=self._numero(), objet=objet)
        except Refus:
            return  # the line has no credits left
        self._suivre(bon, by, at + timedelta(days=7))

    def _numero(self) -> str:
        return f"BC-{self.jour.year}-{self.bons:04}"

    def _suivre(self, bon: Reservation, chef: Acteur, at: datetime) -> None:
        sort, finances = self.alea.random(), self._qui(Droit.FINANCES, at)
        if at >= self.at or finances is None:
            return
        if sort < 0.8:
            engager(bon, by=finances, at=at, numero=f"E{self.jour.year}{self.bons:05}", le=date_legale(at))
        elif sort < 0.9:
            liberer(bon, by=self.jours.acteur(chef.personne, at), at=at, motif="Le fournisseur ne peut plus livrer.")

    def _importer(self, jour: date) -> None:
        """What the finance system would say that evening."""
        correspondance, at = correspondance_du_preset(settings.PRESETS / settings.PRESET), self._instant(jour)
        by = self._qui(Droit.FINANCES, at)
        if correspondance is None or by is None:
            return
        correspondance.colonnes.update(engage=("Engagé",), mandate=("Mandaté",))
        self._appliquer(self._fichier(jour), jour, by, at, correspondance)

    def _appliquer(self, octets: bytes, jour: date, by: Acteur, at: datetime, c: Correspondance) -> None:
        nom = f"extraction-{jour:%Y-%m-%d}.csv"
        origine = preparer_import(
            octets, by=by, at=at, nom=nom, correspondance=c, extrait_le=jour, exercice=self.jour.year
        )  # fmt: skip
        appliquer_import(origine, by=by, at=at)

    def _fichier(self, jour: date) -> bytes:
        """The preset's lines with what has been engaged by then, orders engaged through the application included."""
        part = jour.timetuple().tm_yday / 366
        rangees = (settings.PRESETS / settings.PRESET / LIGNES).read_text(encoding="utf-8").splitlines()[1:]
        par_code = {x.code: x for x in self.lignes}
        bons: dict[int, Decimal] = defaultdict(Decimal)
        for tenu in Reservation.objects.filter(ligne__in=self.lignes, engage_le__lt=jour, liberee_le=None):
            bons[tenu.ligne_id] += tenu.montant
        dites = []
        for rangee in rangees:
            ligne = par_code.get("-".join(rangee.split(";")[:5]))
            engage = mandate = Decimal(0)
            if ligne is not None:
                autres = ligne.credits * Decimal(part * self.rythmes[ligne.pk] * 0.75)
                engage = min(bons[ligne.pk] + autres, ligne.credits).quantize(Decimal("0.01"))
                mandate = (engage * Decimal("0.82")).quantize(Decimal("0.01"))
            dites.append(f"{rangee};{engage};{mandate}".replace(".", ","))
        return (ENTETE + "\n".join(dites) + "\n").encode()

    def _depasser(self) -> None:
        """One urgent order that the line no longer holds, allowed with its reason."""
        par = self._qui(Droit.DEPASSEMENT, self.at)
        for ligne in (
            LigneBudget.objects.filter(pk__in=[x.pk for x in self.lignes]).avec_commande().order_by("disponible")
        ):
            if par is not None and rules.peut_reserver(par, ligne):
                self.bons += 1
                montant = max(ligne.disponible, Decimal(0)) + Decimal("2400.00")
                objet, motif = (
                    f"Lys Services : {ligne.libelle.lower()}",
                    "Réparation urgente après la tempête ; virement de crédits demandé.",
                )
                reserver(
                    ligne, by=par, at=self.at, montant=montant, reference=self._numero(), objet=objet, derogation=motif
                )
                return
