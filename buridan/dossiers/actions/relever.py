"""What a change of the organisation asks of dossiers under way: tell whoever acts from now on, leave nothing on what closed."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from buridan.dossiers.actions.avancer import montrer_a, qui_agit
from buridan.dossiers.actions.traversee import traversee_etape
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.models import Etape
from buridan.notifications.envois import une_ligne
from buridan.notifications.models import Notification
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.organisation.models import Personne
from buridan.organisation.suites import Changement
from buridan.outils.verdict import Refus

AU_PLUS = 4  # a service of more people is not told: the étape is on each one's list


def relever(changement: Changement, *, by: Acteur) -> None:
    """After a change of the organisation, in its transaction.

    Raises Refus with the dossiers concerned when an étape of a closed post can go to nobody.
    """
    apres = Acteur(by.personne, changement.apres, by.at)
    if changement.verbe == "charger":
        reloger(by=apres)
    if changement.verbe == "fermer_compte" and isinstance(changement.sujet, Personne):
        liberer(changement.sujet, by=apres)
    prevenir_la_releve(changement.avant, by=apres, at=by.at)


def liberer(personne: Personne, *, by: Acteur) -> None:
    """What that person had taken goes back to its post or its service."""
    prises = Etape.objects.filter(prise_par=personne, etat=EtatEtape.ACTIVE).select_related("dossier")
    for etape in prises.order_by("dossier_id", "pk"):
        with traversee_etape("rendre", etape, by=by, at=by.at) as t:
            assert t.etape is not None
            t.changer_etape(t.etape, prise_par_id=None)
            t.contenu |= {"etape": t.etape.titre, "motif": f"le compte de {personne} est fermé"}


def prevenir_la_releve(avant: Annuaire, *, by: Acteur, at: datetime) -> int:
    """Tell those who, since `avant`, act on étapes already under way; returns how many lines.

    The actor knows already, and so does whoever comes back to what was his or hers.
    """
    natures = {"", *avant.natures_limitees(), *by.annuaire.natures_limitees()}
    cibles = [p for p in by.annuaire.postes if any(_nouveaux(avant, by.annuaire, p, n) for n in natures)]
    vides = {*avant.entites_sans_personne(), *by.annuaire.entites_sans_personne()}
    cibles += [-e for e in vides if e in by.annuaire.entites]
    if not cibles:
        return 0
    etapes = Etape.objects.filter(cible__in=cibles, etat=EtatEtape.ACTIVE).select_related("dossier")
    lignes = [
        ligne for e in etapes.defer("dossier__contenu", "dossier__recherche") for ligne in _lignes(avant, by, e, at)
    ]
    Notification.objects.bulk_create(lignes)
    return len(lignes)


def _lignes(avant: Annuaire, by: Acteur, etape: Etape, at: datetime) -> Iterable[Notification]:
    dossier = etape.dossier
    avant_elle = set(qui_agit(Acteur(None, avant, at), etape, dossier.nature)[1])
    pour, personnes = qui_agit(by, etape, dossier.nature)
    if etape.poste_id is None and len(personnes) > AU_PLUS:
        return
    texte = f"{dossier.reference} : {etape.titre} vous revient{f' ({pour})' if pour else ''}"
    for personne in set(personnes) - avant_elle - _siennes(avant, etape) - {by.personne}:
        yield Notification(personne_id=personne, dossier=dossier.uuid, texte=une_ligne(texte)[:300], at=at)


def _siennes(avant: Annuaire, etape: Etape) -> set[int | None]:
    """Whoever already held the post, or a post of the entity."""
    postes = [etape.poste_id] if etape.poste_id is not None else avant.postes_par_entite.get(etape.entite_id or 0, ())
    return {avant.postes[p].personne for p in postes if p in avant.postes}


def _nouveaux(avant: Annuaire, apres: Annuaire, poste: int, nature: str) -> set[int]:
    return set(apres.resoudre(poste, nature).personnes) - set(avant.resoudre(poste, nature).personnes)


def reloger(*, by: Acteur) -> int:
    """Give every étape due or to come of a closed post or entity to the head above it; returns how many."""
    annuaire = by.annuaire
    fermes = Q(poste__in=annuaire.fermes) | Q(entite__in=annuaire.fermees)
    etapes = Etape.objects.filter(fermes, etat__in=[EtatEtape.ACTIVE, EtatEtape.A_VENIR]).select_related("dossier")
    etapes = etapes.defer("dossier__contenu", "dossier__recherche").order_by("dossier_id", "id")
    chefs = [(e, annuaire.chef_au_dessus(e.poste_id, e.entite_id)) for e in etapes]
    if perdus := sorted({e.dossier.reference for e, chef in chefs if chef is None}):
        raise Refus(
            f"Des dossiers en cours resteraient sans personne : {', '.join(perdus)}. Leur service ou leur poste est "
            "supprimé et n'a pas de responsable au-dessus : donnez-lui-en un, ou confiez d'abord ces étapes à d'autres."
        )
    systeme = Acteur(None, annuaire, by.at)
    for etape, chef in chefs:
        assert chef is not None
        _confier(etape, chef, by=systeme)
    return len(chefs)


def _confier(etape: Etape, chef: int, *, by: Acteur) -> None:
    with traversee_etape("reloger", etape, by=by, at=by.at) as t:
        assert t.etape is not None
        ancien = (
            by.annuaire.designer(t.etape.poste_id) if t.etape.poste_id else by.annuaire.nom_entite(t.etape.entite_id)
        )
        t.etape.poste_id, t.etape.entite_id, t.etape.prise_par_id = chef, None, None
        t.etape.save(update_fields=["poste", "entite", "prise_par"])
        if t.etape.etat == EtatEtape.ACTIVE:
            montrer_a(t, t.etape)
            pour, personnes = qui_agit(by, t.etape, t.dossier.nature)
            suite = f" ({pour})" if pour else ""
            t.prevenir(personnes, f"{t.dossier.reference} : {t.etape.titre} vous revient, après {ancien}{suite}")
        t.contenu |= {"etape": t.etape.titre, "a": by.annuaire.designer(chef), "motif": f"{ancien} n'existe plus"}
