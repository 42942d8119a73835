"""What is read of internal requests: those one may see, the words they are found by, whom the answer reaches."""

from typing import Any

from django.db.models import Q, QuerySet

from buridan.decisions.models import DemandeInterne
from buridan.dossiers.models import Decision, Dossier, lisible_par
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire, annuaire_du


def demande_de(dossier: Dossier) -> DemandeInterne:
    """The internal request of a dossier, with its form."""
    demande = DemandeInterne.objects.select_related("formulaire", "dossier").get(pk=dossier.pk)
    demande.dossier = dossier
    return demande


def les_miennes(acteur: Acteur) -> QuerySet[DemandeInterne]:
    """Those one asked, alone or with somebody; the latest moved first."""
    siennes = Q(demandeur=acteur.personne) | Q(coauteur=acteur.personne)
    return _lues(DemandeInterne.objects.filter(siennes)).order_by("-dossier__bouge_le")


def visibles(acteur: Acteur) -> QuerySet[DemandeInterne]:
    """Those of others that one may see, once sent; the newest first."""
    vues = DemandeInterne.objects.filter(lisible_par(acteur, "dossier__"), envoyee_le__isnull=False)
    return _lues(vues.exclude(demandeur=acteur.personne))


def _lues(demandes: Any) -> QuerySet[DemandeInterne]:
    lues: QuerySet[DemandeInterne] = demandes.select_related("dossier", "formulaire").order_by("-pk")
    return lues


def mots_de(demande: DemandeInterne) -> str:
    """The words it is found by, its subject apart."""
    return "\n".join((demande.modele_choisi.titre, demande.texte))


def concernes(dossier: Dossier) -> set[int]:
    """Whom the answer reaches besides those who follow: its authors, who decided an étape of it, the service that asked."""
    demande = demande_de(dossier)
    jour = date_legale(dossier.clos_le) if dossier.clos_le else None
    qui = _du_service(annuaire_du(jour), demande) if demande.au_nom_du_service and jour else set()
    qui |= set(Decision.objects.filter(etape__dossier=dossier).values_list("par_id", flat=True))
    return {p for p in (*qui, dossier.createur_id, demande.coauteur_id) if p is not None}


def _du_service(annuaire: Annuaire, demande: DemandeInterne) -> set[int | None]:
    postes = annuaire.postes_par_entite.get(demande.dossier.entite_id, ())
    return {p for poste in postes if (p := annuaire.postes[poste].personne) in annuaire.personnes}
