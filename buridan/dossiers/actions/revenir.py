"""Take back one's own decision, as long as nobody has decided after it."""

from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import activer, qui_agit, remettre_a_venir
from buridan.dossiers.actions.renvoyer import copier
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.etats import EtatEtape, Resultat
from buridan.dossiers.models import Etape
from buridan.droit.delais import retrancher_ouvres
from buridan.journal.models import Ligne
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

VISAS = {Resultat.VISEE, Resultat.VISEE_REMARQUE, Resultat.VALIDEE, Resultat.SIGNEE}
REDACTIONS = {Resultat.TRAITEE, Resultat.REFUSEE, Resultat.RENVOYEE}


def revenir(etape: Etape, *, by: Acteur, at: datetime, motif: str) -> Etape:
    """The étape is to do again, what it had set going waits, what it had dropped comes back. The decision stays, marked.

    Returns the étape to do. Raises DejaFait when it was taken back already.
    """
    with traversee("revenir", etape.dossier_id, by=by, at=at) as t:
        prefetch_related_objects([t.dossier], Prefetch("etapes", queryset=Etape.objects.select_related("decision")))
        reprise = next((e for e in t.dossier.etapes.all() if e.pk == etape.pk), None)
        if reprise is None:
            raise Refus("Cette étape n'existe plus : le circuit du dossier a changé. Rouvrez le dossier.")
        if reprise.etat == EtatEtape.REPRISE:
            raise DejaFait("C'est déjà fait : cette décision est reprise.")
        rules.peut_revenir(by, reprise).exiger()
        if not motif.strip():
            raise Refus("Écrivez pourquoi vous revenez sur votre décision : ceux qui l'ont vue doivent le savoir.")
        t.etape = next(e for e in t.etapes if e.pk == etape.pk)
        t.contenu |= {
            "etape": reprise.titre,
            "resultat": reprise.decision.get_resultat_display(),
            "motif": motif.strip(),
        }
        encore = _encore(t)
        _faire_attendre(t)
        _remettre(t)
        _rendre_le_projet(t, reprise)
        t.changer_etape(t.etape, etat=EtatEtape.REPRISE)
        return encore


def _faire_attendre(t: Traversee) -> None:
    """What comes after is no longer to do, and who had it is told."""
    assert t.etape is not None
    for etape in t.etapes:
        if etape.rang <= t.etape.rang or etape.etat != EtatEtape.ACTIVE:
            continue
        _pour, personnes = qui_agit(t.acteur, etape, t.dossier.nature)
        texte = f"{t.dossier.reference} : {t.acteur.nom} revient sur sa décision, « {etape.titre} » attend"
        t.prevenir(personnes, texte)
        remettre_a_venir(t, etape)


def _remettre(t: Traversee) -> None:
    """Étapes that the decision had made needless: under way again, or to come."""
    passees = _passees_avec(t)
    for etape in (e for e in t.etapes if e.pk in passees and e.etat == EtatEtape.PASSEE):
        if etape.activee_le is None:
            t.changer_etape(etape, etat=EtatEtape.A_VENIR)
            continue
        rappel = retrancher_ouvres(etape.echeance, etape.rappel_avant) if etape.echeance else None
        t.changer_etape(etape, etat=EtatEtape.ACTIVE, prochain_rappel=rappel)


def _passees_avec(t: Traversee) -> set[int | None]:
    """The lines « passer » of the same verb stand just before its own."""
    assert t.etape is not None
    lignes = Ligne.objects.filter(chaine=t.dossier.uuid).order_by("-numero").values_list("verbe", "etape")
    suite = iter(lignes)
    next(verbe for verbe, etape in suite if etape == t.etape.pk and verbe not in ("passer", "prendre", "rendre"))
    passees = set()
    for verbe, etape in suite:
        if verbe != "passer":
            break
        passees.add(etape)
    return passees


def _rendre_le_projet(t: Traversee, reprise: Etape) -> None:
    """The draft as it stood: a refusal had written its own; a visa had frozen it."""
    resultat = reprise.decision.resultat
    if resultat == Resultat.REFUSEE:
        texte, sens = _projet_d_avant(t, reprise)
        t.changer(projet_reponse=texte, projet_sens=sens)
    elif resultat in VISAS:
        autres = [e.decision for e in t.dossier.etapes.all() if e.etat in rules.DECIDEES and e.pk != reprise.pk]
        projet = max((d.pk for d in autres if d.resultat in REDACTIONS), default=0)
        t.changer(projet_vise=any(d.resultat in VISAS and d.pk > projet for d in autres))


def _projet_d_avant(t: Traversee, reprise: Etape) -> tuple[str, str]:
    ligne = (
        Ligne.objects.filter(chaine=t.dossier.uuid, verbe="refuser", etape=reprise.pk).select_related("charge").get()
    )
    charge = getattr(ligne, "charge", None)  # None once erased
    texte, sens = charge.contenu.get("projet_avant", ("", "")) if charge is not None else ("", "")
    return texte, sens


def _encore(t: Traversee) -> Etape:
    """The same étape, to do from today, by whoever had taken it."""
    assert t.etape is not None
    copie = copier(t.etape, t.etape.rang)
    copie.prise_par_id = t.etape.prise_par_id
    copie.save(force_insert=True)
    copie.dossier = t.dossier
    activer(t, copie)
    return copie
