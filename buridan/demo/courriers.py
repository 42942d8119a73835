"""The letters of the year, played step by step in the order of time, through the real functions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from buridan.contacts.echange import importer
from buridan.contacts.fiche import cle_de
from buridan.contacts.models import Contact
from buridan.courriers.actions.clore import annuler, clore_sans_reponse
from buridan.courriers.actions.complement import Question, demander_complement
from buridan.courriers.actions.confier import Aiguillage, confier, pas_pour_nous
from buridan.courriers.actions.ecrire import Adresse, preparer
from buridan.courriers.actions.ecrire import Lettre as AEcrire
from buridan.courriers.actions.enregistrer import Arrivee, enregistrer
from buridan.courriers.actions.expedier import Envoi, Sort, accuser, expedier, noter_le_sort
from buridan.courriers.etats import Genre, Moyen
from buridan.courriers.models import Courrier, Depart
from buridan.courriers.queries import NATURE, bureau, courrier_de, proposer
from buridan.demo.deroule import Deroule, etapes_actives
from buridan.demo.jours import Jours
from buridan.demo.textes_contacts import CONTACTS, ENTETE
from buridan.demo.textes_courriers import ENVOI, LETTRES, MERCI, QUESTION, RIVERAINS, Lettre
from buridan.dossiers.actions.donner_avis import donner_avis
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traiter import traiter
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

ARRETS = {
    "file": "qualification", "pli": "qualification", "tranche": "qualification", "traitement": "traitement", "visa": "visa",
    "signature": "signature", "complement": "traitement",
}  # fmt: skip

ATTENDENT = 20  # the acknowledgements of these days wait for the mail office


class Courriers(Deroule):
    """Plays the letters; a town without a mail office has none, one whose services are others skips those it can't have."""

    nature = NATURE

    def __init__(self, jours: Jours, *, at: datetime) -> None:
        super().__init__(jours, at=at)
        self.chez = bureau()
        if self.chez is not None:
            self.carnet: dict[str, int] = {}
            depart = self.debut(max(x.il_y_a for x in LETTRES) + 7)
            self.entamer(depart, self._tenir_le_carnet(depart))
            for n, lettre in enumerate(LETTRES):
                depart = self.debut(lettre.il_y_a, n)
                self.entamer(depart, self._jouer(lettre, depart))
            depart = self.debut(64, 5)
            self.entamer(depart, self._ecrire_a_une_liste(depart))

    def _du_bureau(self, at: datetime) -> Acteur:
        assert self.chez is not None
        trouve = self.jours.annuaire(date_legale(at)).resoudre_entite(self.chez.entite_id, NATURE)
        return self.jours.acteur(trouve.personnes[0], at)

    def _tenir_le_carnet(self, instant: datetime) -> Iterator[datetime]:
        """The mail office begins the year with its address book."""
        importer(f"{ENTETE}\n{CONTACTS}", by=self._du_bureau(instant), at=instant)
        self.carnet = dict(Contact.objects.vivants().order_by("-pk").values_list("cle", "pk"))
        yield from ()

    def _jouer(self, lettre: Lettre, instant: datetime) -> Iterator[datetime]:
        """Steps of one letter: each yields the instant of the next."""
        courrier = self._enregistrer(lettre, instant)
        if courrier is None:
            return
        rendus = list(lettre.rendus)
        while True:
            etape = self._active(courrier)
            if etape is None or self._arrete(lettre, etape, rendus):
                break
            yield (instant := self.ouvre(instant + timedelta(days=2), lettre.il_y_a % 60))
            if not self._un_pas(lettre, etape, rendus, instant):
                return
        yield from self._apres(lettre, courrier, instant)

    def _enregistrer(self, lettre: Lettre, at: datetime) -> Courrier | None:
        annuaire = self.jours.annuaire(date_legale(at))
        codes = {*lettre.rendus, *lettre.avis, *lettre.copies, *([lettre.service] if lettre.service else [])}
        if not codes <= set(annuaire.codes_entites) or (lettre.pour and lettre.pour not in annuaire.codes_postes):
            return None
        premier = lettre.rendus[0] if lettre.rendus else lettre.service
        seul = lettre.fin == "file" or lettre.avis or lettre.copies
        arrivee = Arrivee(
            arrive_le=at - timedelta(minutes=25), expediteur=lettre.expediteur, objet="" if lettre.pour else lettre.objet,
            genre=lettre.genre, organisme=lettre.organisme, effet=lettre.effet, annexes=lettre.annexes,
            adresse="" if lettre.courriel else f"{3 + lettre.il_y_a % 80} rue de l'Exemple, 62400 Exemple-sur-Lys",
            courriel=f"{lettre.expediteur.lower().replace(' ', '.')}@courriel.example" if lettre.courriel else "",
            recommande=f"1A {100 + lettre.il_y_a} 456 789 0" if lettre.genre == Genre.RECOMMANDE else "",
            confidentiel=bool(lettre.pour), destinataire=annuaire.codes_postes.get(lettre.pour),
            service=annuaire.codes_entites[premier] if premier and not seul else None,
            contact=self.carnet.get(cle_de(lettre.expediteur)),
        )  # fmt: skip
        return enregistrer(arrivee, by=self._du_bureau(at), at=at)

    def _active(self, courrier: Courrier) -> Etape | None:
        return next((e for e in etapes_actives(courrier.pk) if e.type != TypeEtape.INFORMATION), None)

    def _arrete(self, lettre: Lettre, etape: Etape, rendus: list[str]) -> bool:
        """Here its story ends, or somebody closes it otherwise."""
        if lettre.fin in ("sans_reponse", "annule"):
            return etape.type == TypeEtape.TRAITEMENT and not rendus
        return etape.type == ARRETS.get(lettre.fin) and not rendus

    def _un_pas(self, lettre: Lettre, etape: Etape, rendus: list[str], at: datetime) -> bool:
        by = self.agit(etape.poste_id, etape.entite_id, at)
        match etape.type:
            case TypeEtape.QUALIFICATION:
                self._confier(lettre, etape, rendus, by, at)
            case TypeEtape.TRAITEMENT if rendus:
                rendus.pop(0)
                pas_pour_nous(etape, by=by, at=at, motif="Ce sujet n'est pas suivi par notre service.")
            case TypeEtape.TRAITEMENT:
                self._accuser(lettre, courrier_de(etape.dossier), at)
                traiter(etape, by=by, at=at, projet=self._texte(lettre), sens=SensReponse.INFORMATION)
            case TypeEtape.AVIS:
                donner_avis(etape, by=by, at=at, avis=Resultat.FAVORABLE, texte="D'accord pour notre part.")
            case TypeEtape.VISA:
                viser(etape, by=by, at=at)
            case TypeEtape.SIGNATURE:
                return self._signer(etape, by, at)
            case TypeEtape.REPONSE:
                self._expedier(lettre, etape, by, at)
        return True

    def _accuser(self, lettre: Lettre, courrier: Courrier, at: datetime) -> None:
        """By post, what no e-mail has acknowledged."""
        if courrier.attend_un_accuse and courrier.adresse and lettre.il_y_a > ATTENDENT:
            accuser(courrier.dossier, by=self._du_bureau(at), at=at)

    def _texte(self, lettre: Lettre) -> str:
        return (
            f"Madame, Monsieur,\n\n{lettre.reponse or MERCI}\n\nNous vous prions d'agréer nos salutations distinguées."
        )

    def _confier(self, lettre: Lettre, etape: Etape, rendus: list[str], by: Acteur, at: datetime) -> None:
        if lettre.pour:
            confier(etape, by=by, at=at, aiguillage=Aiguillage(None, garder=True))
            return
        codes = by.annuaire.codes_entites
        propose = proposer(
            expediteur=lettre.expediteur, organisme=lettre.organisme, objet=lettre.objet, genre=lettre.genre
        )
        voulu = rendus[0] if rendus else lettre.service
        service = codes[voulu] if voulu else propose[0] if propose else next(iter(codes.values()))
        avis, copies = (tuple(codes[c] for c in liste) for liste in (lettre.avis, lettre.copies))
        a = Aiguillage(service, avis, copies, effet=lettre.effet, raison=propose[1] if propose and not voulu else "")
        confier(etape, by=by, at=at, aiguillage=a)

    def _signer(self, etape: Etape, by: Acteur, at: datetime) -> bool:
        """Whoever acts that day may have no delegation: it waits for who has."""
        try:
            signer(etape, by=by, at=at)
        except Refus:
            return False
        return True

    def _expedier(self, lettre: Lettre, etape: Etape, by: Acteur, at: datetime) -> None:
        courrier, dossier = courrier_de(etape.dossier), Dossier.objects.get(pk=etape.dossier_id)
        moyen = Moyen.COURRIEL if courrier.courriel and not courrier.adresse else Moyen.PAPIER
        if lettre.genre == Genre.RECOMMANDE and courrier.adresse:
            moyen = Moyen.RECOMMANDE
        numero = f"2C {200 + lettre.il_y_a} 654 321 0" if moyen == Moyen.RECOMMANDE else ""
        texte, sens = dossier.projet_reponse or MERCI, SensReponse(dossier.projet_sens or SensReponse.INFORMATION)
        expedier(etape, by=by, at=at, texte=texte, sens=sens, envoi=Envoi(moyen, numero))

    def _apres(self, lettre: Lettre, courrier: Courrier, instant: datetime) -> Iterator[datetime]:
        """Closed otherwise; the receipt that comes back; the acknowledgement by post."""
        dossier, plus_tard = courrier.dossier, self.ouvre(instant + timedelta(days=3), 50)
        if lettre.fin in ("sans_reponse", "annule"):
            yield plus_tard
            annuaire = self.jours.annuaire(date_legale(plus_tard))
            entite = Dossier.objects.values_list("entite", flat=True).get(pk=courrier.pk)
            chef = annuaire.responsable(entite)
            by = self.jours.acteur(annuaire.resoudre(chef or 0, NATURE).personnes[0], plus_tard)
            if lettre.fin == "annule":
                annuler(
                    dossier, by=self._du_bureau(plus_tard), at=plus_tard, motif="Déjà enregistré : c'est une copie."
                )
            else:
                clore_sans_reponse(dossier, by=by, at=plus_tard, motif="Envoi d'information, rien n'est demandé.")
        elif lettre.fin == "complement":
            yield plus_tard
            travail = self._active(courrier)
            assert travail is not None
            by = self.agit(travail.poste_id, travail.entite_id, plus_tard)
            quoi = Question(QUESTION, date_legale(plus_tard) + timedelta(days=30), Envoi())
            demander_complement(dossier, by=by, at=plus_tard, question=quoi)
        elif lettre.fin == "clos" and lettre.genre == Genre.RECOMMANDE:
            yield (retour := self.ouvre(instant + timedelta(days=6), 55))
            depart = Depart.objects.filter(dossier=courrier.pk, moyen=Moyen.RECOMMANDE).first()
            if depart is not None:
                noter_le_sort(depart, by=self._du_bureau(retour), at=retour, sort=Sort(date_legale(retour)))

    def _ecrire_a_une_liste(self, instant: datetime) -> Iterator[datetime]:
        """Roadworks announced to those who live there."""
        annuaire = self.jours.annuaire(date_legale(instant))
        poste: Any = annuaire.postes.get(annuaire.codes_postes.get("resp-voirie", 0))
        if poste is None or poste.personne not in annuaire.personnes:
            return
        riverains = tuple(
            Adresse(nom, f"{n} rue de l'Exemple, 62400 Exemple-sur-Lys") for n, nom in enumerate(RIVERAINS, 12)
        )
        auteur = self.jours.acteur(poste.personne, instant)
        courrier = preparer(AEcrire("Travaux dans votre rue", poste.entite, riverains), by=auteur, at=instant)
        while (etape := self._active(courrier)) is not None:
            yield (instant := self.ouvre(instant + timedelta(days=1), 35))
            by = self.agit(etape.poste_id, etape.entite_id, instant)
            if etape.type == TypeEtape.TRAITEMENT:
                traiter(etape, by=by, at=instant, projet=ENVOI, sens=SensReponse.INFORMATION)
            elif not self._un_pas(LETTRES[0], etape, [], instant):
                return
