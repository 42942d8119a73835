"""What became of a note before the body the mayor sent it to: presented, with an opinion or none, or put off to another day."""

from datetime import date, datetime

from buridan.dossiers.actions.avancer import avancer, fixer_echeance
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee_etape
from buridan.dossiers.etats import Resultat
from buridan.dossiers.models import Etape
from buridan.notes import rules
from buridan.notes.models import Inscription
from buridan.notes.queries import concernes, rapport
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

REPORTEE = "reportee"
ISSUES = {
    "sans_avis": Resultat.NOTEE,
    "favorable": Resultat.FAVORABLE,
    "reserves": Resultat.RESERVES,
    "defavorable": Resultat.DEFAVORABLE,
}
A_EXPLIQUER = ("reserves", "defavorable")


def presenter(
    etape: Etape, *, by: Acteur, at: datetime, issue: str, texte: str = "", reportee_au: date | None = None
) -> Etape:
    """Report it. `issue`: a key of ISSUES, or REPORTEE with `reportee_au`: then the étape waits until that day."""
    with traversee_etape("presenter_note", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_presenter(by, t.etape).exiger()
        inscription = Inscription.objects.get(etape=t.etape)
        if issue == REPORTEE:
            _reporter(t, inscription, reportee_au, texte.strip())
            return t.etape
        if issue not in ISSUES:
            raise Refus("Dites ce qui s'est passé : présentée, avec quel avis, ou reportée à une autre date.")
        if issue in A_EXPLIQUER and not texte.strip():
            raise Refus("Écrivez les réserves de l'instance, ou pourquoi son avis est défavorable : le maire les lira.")
        t.decider(ISSUES[issue], texte.strip())
        projet = (t.dossier.projet_reponse, rapport(inscription, ISSUES[issue], texte.strip()))
        t.changer(
            projet_reponse="\n\n".join(p for p in projet if p)
        )  # its sense stays the mayor's: a body decides nothing
        avancer(t)
        return t.etape


def _reporter(t: Traversee, inscription: Inscription, jour: date | None, texte: str) -> None:
    assert t.etape is not None
    if jour is None or jour <= t.jour:
        raise Refus(
            "Choisissez une nouvelle date, dans l'avenir : la note attend jusque-là sur la liste de l'instance."
        )
    if jour == inscription.souhaitee_le:
        raise DejaFait(f"C'est déjà noté : {inscription.titre}, le {jour:%d/%m/%Y}.")
    inscription.souhaitee_le = jour
    inscription.save(update_fields=["souhaitee_le"])
    fixer_echeance(t, t.etape, jour)
    t.contenu |= {"etape": t.etape.titre, "resultat": "Reportée", "jusquau": jour.isoformat(), "motif": texte}
    dit = f"{t.dossier.reference} : {inscription.titre}, la note est reportée au {jour:%d/%m/%Y}"
    t.prevenir({*t.dossier.suiveurs, *concernes(t.dossier)}, dit)
