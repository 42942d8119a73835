"""Save a draft. Two who save at once lose nothing: the second sees both texts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from buridan.decisions import rules
from buridan.decisions.models import DemandeInterne
from buridan.decisions.queries import demande_de, mots_de
from buridan.decisions.route import echelle, tracer
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import refaire_la_suite
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.fichiers import Fichier, detacher, joindre, neufs
from buridan.dossiers.models import Dossier
from buridan.dossiers.routage import Contexte
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import empreinte
from buridan.outils.verdict import Refus


@dataclass(frozen=True, slots=True)
class Saisie:
    """What the form of a draft holds."""

    modele: str
    importance: str
    objet: str
    texte: str = ""
    au_nom_du_service: bool = False
    coauteur: int | None = None

    @property
    def vu(self) -> str:
        """Its imprint: what was shown when somebody began to type."""
        return empreinte({nom: str(getattr(self, nom) or "") for nom in self.__slots__})


class Conflit(Refus):
    """Somebody else saved meanwhile; `courante` is what stands now."""

    def __init__(self, courante: Saisie) -> None:
        super().__init__("Quelqu'un d'autre a enregistré cette demande pendant que vous écriviez.")
        self.courante = courante


def saisie_de(demande: DemandeInterne) -> Saisie:
    """The draft as it stands."""
    return Saisie(
        demande.modele, demande.importance, demande.dossier.objet, demande.texte, demande.au_nom_du_service,
        demande.coauteur_id,
    )  # fmt: skip


def enregistrer(
    dossier: Dossier, saisie: Saisie, *, by: Acteur, at: datetime, vu: str, fichiers: Iterable[Fichier] = (),
    retirer: Collection[str] = (),
) -> DemandeInterne:  # fmt: skip
    """Save; another model or importance gives another circuit. `retirer`: uuids of files joined by mistake.

    Raises Conflit, and DejaFait when nothing changed.
    """
    with traversee("ecrire_demande", dossier.pk, by=by, at=at) as t:
        demande = demande_de(t.dossier)
        rules.peut_rediger(by, demande, t.etapes).exiger()
        courante = saisie_de(demande)
        nouveaux = neufs(t.dossier, fichiers)
        retires = detacher(t.dossier, retirer)
        if saisie == courante and not nouveaux and not retires:
            raise DejaFait("C'est déjà enregistré.")
        if courante.vu not in (vu, saisie.vu):
            raise Conflit(courante)
        _verifier(demande, saisie, by)
        _ecrire(t, demande, saisie)
        joindre(t.dossier, nouveaux, at=at, par=by.personne, public=False)
        t.contenu |= {"parties": ", ".join(f.nom for f in nouveaux)} if nouveaux else {}
        t.contenu |= {"retires": ", ".join(retires)} if retires else {}
        return demande


def _verifier(demande: DemandeInterne, saisie: Saisie, by: Acteur) -> None:
    if not saisie.objet.strip():
        raise Refus("Dites en quelques mots ce que vous demandez.")
    if saisie.coauteur is None or saisie.coauteur == demande.coauteur_id:
        return
    chefs = echelle(by.annuaire, demande.dossier.entite_id, demande.auteur_id)
    if saisie.coauteur in {by.annuaire.postes[p].personne for p in chefs}:
        nom = by.annuaire.nom_personne(saisie.coauteur)
        raise Refus(f"{nom} aura à se prononcer sur cette demande, et ne peut donc pas l'écrire avec vous.")
    if saisie.coauteur == demande.dossier.createur_id or not by.annuaire.postes_de.get(saisie.coauteur):
        raise Refus("Choisissez un collègue en poste, autre que vous.")


def _ecrire(t: Traversee, demande: DemandeInterne, saisie: Saisie) -> None:
    if demande.texte and not saisie.texte.startswith(demande.texte):
        t.contenu["texte_avant"] = demande.texte  # what somebody typed can be found again
    autre_route = (saisie.modele, saisie.importance) != (demande.modele, demande.importance)
    demande.modele, demande.importance, demande.texte = saisie.modele, saisie.importance, saisie.texte
    demande.au_nom_du_service, demande.coauteur_id = saisie.au_nom_du_service, saisie.coauteur
    du_service = [t.dossier.entite_id] if demande.au_nom_du_service else []
    t.changer(lecteurs=[*du_service, *(x for x in t.dossier.lecteurs if x != t.dossier.entite_id)])
    if autre_route:
        _reprendre_la_route(t, demande)
    demande.save()
    t.changer(objet=saisie.objet.strip()[:200])
    if saisie.coauteur is not None and saisie.coauteur not in t.dossier.suiveurs:
        t.changer(suiveurs=[*t.dossier.suiveurs, saisie.coauteur])
        t.prevenir([saisie.coauteur], f"{t.dossier.reference} : {t.acteur.nom} écrit une demande avec vous")
    Dossier.objects.filter(pk=demande.pk).update(contenu=mots_de(demande))


def _reprendre_la_route(t: Traversee, demande: DemandeInterne) -> None:
    etape = coeur.redaction(t.etapes)
    assert etape is not None
    entite, code = t.dossier.entite_id, demande.formulaire.lu.circuit(demande.modele, demande.importance)
    auteur = demande.auteur_id if demande.auteur_id in t.acteur.annuaire.postes else None
    trajet = tracer(code, t.acteur.annuaire, entite=entite, auteur=auteur)
    demande.encadrant_id = trajet.encadrant
    refaire_la_suite(t, etape, trajet.circuit, Contexte(entite=entite))
    t.contenu["corrections"] = f"{demande.modele_choisi.titre}, {demande.importance_choisie.titre}"
