"""Send back to an earlier étape, with a reason; the circuit then runs again from there."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import activer, decaler, passer_outre
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import EtatEtape, Resultat, TypeEtape
from buridan.dossiers.models import Decision, Etape
from buridan.journal.models import Ligne
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def renvoyer(etape: Etape, *, by: Acteur, at: datetime, motif: str, vers: Etape | None = None) -> Etape:
    """Send back to `vers`, by default the étape before. Everyone who already decided since then is told who and why."""
    with traversee_etape("renvoyer", etape, by=by, at=at) as t:
        assert t.etape is not None
        rules.peut_agir(by, t.etape).exiger()
        if not motif.strip():
            raise Refus("Écrivez pourquoi vous renvoyez le dossier : la personne doit savoir quoi corriger.")
        cible = _cible(t, vers)
        t.decider(Resultat.RENVOYEE, motif.strip(), EtatEtape.RENVOYEE)
        t.contenu["vers"] = cible.titre
        _prevenir_les_precedents(t, cible.rang, motif)
        passer_outre(t, [e for e in t.etapes if e.rang == t.etape.rang and e.etat == EtatEtape.ACTIVE])
        _refaire(t, cible.rang, t.etape.rang)
        t.changer(projet_vise=False)
        return t.etape


def _cible(t: Traversee, vers: Etape | None) -> Etape:
    assert t.etape is not None
    avant = Etape.objects.filter(dossier=t.dossier, rang__lt=t.etape.rang, etat=EtatEtape.FAITE)
    avant = avant.exclude(type=TypeEtape.INFORMATION)  # nobody decides there: the dossier would wait for a reading
    fins = Etape.objects.filter(dossier=t.dossier, rang__lt=t.etape.rang, type=TypeEtape.REPONSE)
    fin = fins.filter(etat__in=[EtatEtape.FAITE, EtatEtape.PASSEE]).order_by("-rang").first()
    if fin is not None:  # the turn before is over, answered by its étape or otherwise (withdrawn, forwarded, joined)
        avant = avant.filter(rang__gt=fin.rang)
    cible = avant.order_by("-rang").first() if vers is None else avant.filter(pk=vers.pk).first()
    if cible is None:
        raise Refus("Il n'y a pas d'étape avant celle-ci : utilisez « Demander un complément » ou « Refuser ».")
    return cible


def _refaire(t: Traversee, de: int, a: int) -> None:
    """Copy what stands from rank `de` to `a` after the current rank; the first copies are due at once.

    An étape already redone counts once, where it stands last: sending back twice does not double the circuit. One that
    somebody skipped, with a reason, stays skipped.
    """
    modeles = Etape.objects.filter(dossier=t.dossier, rang__gte=de, rang__lte=a).order_by("rang", "id")
    passees = set(Ligne.objects.filter(chaine=t.dossier.uuid, verbe="passer_etape").values_list("etape", flat=True))
    dernieres = {cle: m for cle, m in {(m.cible, m.type, m.titre): m for m in modeles}.items() if m.pk not in passees}
    rangs = sorted({m.rang for m in dernieres.values()})
    decaler(t, a, len(rangs))
    copies = [copier(m, a + 1 + rangs.index(m.rang)) for m in dernieres.values()]
    for copie in Etape.objects.bulk_create(sorted(copies, key=lambda e: e.rang)):
        copie.dossier = t.dossier
        if copie.rang == a + 1:
            activer(t, copie)


def copier(modele: Etape, rang: int) -> Etape:
    """The same thing to do by the same addressee, at another rank; not saved."""
    champs = [
        "type",
        "titre",
        "consigne",
        "poste_id",
        "entite_id",
        "regle",
        "votes_caches",
        "delai",
        "rappel_avant",
        "escalade_apres",
        "niveau_signature",
    ]
    return Etape(dossier_id=modele.dossier_id, rang=rang, **{c: getattr(modele, c) for c in champs})


def _prevenir_les_precedents(t: Traversee, depuis: int, motif: str) -> None:
    par = Decision.objects.filter(etape__dossier=t.dossier, etape__rang__gte=depuis, par__isnull=False)
    texte = f"{t.dossier.reference} : renvoyé par {t.nom}. Motif : {motif.strip()}"
    t.prevenir(set(par.values_list("par_id", flat=True)), texte)
