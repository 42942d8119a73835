"""Begin an order: from now on its author has it to prepare."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from buridan.commandes import rules
from buridan.commandes.models import Commande
from buridan.commandes.queries import NATURE, regles_en_vigueur
from buridan.commandes.route import tracer
from buridan.delegations.queries import registre
from buridan.delegations.registre import Montant
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.traversee import refus_de_la_base
from buridan.dossiers.models import Dossier
from buridan.dossiers.routage import Contexte
from buridan.interface.jetons import consommer
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.verdict import Refus

SANS_REGLES = "Cette ville n'a pas encore de règles de commande : le service qualité les met dans son jeu de données."
RIEN = Montant(Decimal(0), Decimal(0))


def commencer(objet: str, entite: int, *, by: Acteur, at: datetime, jeton: UUID | None = None) -> Commande:
    """Begin. Raises DejaEnvoye when the form token was used, with the address of the first order."""
    rules.peut_commander(by).exiger()
    regles = regles_en_vigueur()
    if regles is None:
        raise Refus(SANS_REGLES)
    if entite not in rules.services(by):
        raise Refus("Choisissez votre service, ou un service que vous dirigez.")
    if not objet.strip():
        raise Refus("Dites ce que vous commandez en quelques mots.")
    auteur, uuid = by.annuaire.poste_principal(by.personne), uuid4()
    assert auteur is not None and by.personne is not None  # whoever has a service has a post
    trajet = tracer(regles, registre(at, by.annuaire), entite=entite, auteur=auteur, montant=RIEN)
    with refus_de_la_base(), transaction.atomic():
        if jeton is not None:
            consommer(jeton, f"/commandes/{uuid}/preparer/", at=at)
        dossier = ouvrir(
            by=by, at=at, uuid=uuid, nature=NATURE, objet=objet, contenu="", circuit=trajet.circuit,
            contexte=Contexte(entite=entite), suiveurs=[by.personne],
        )  # fmt: skip
        dossier.lecteurs = _lecteurs(by, dossier.lecteurs)
        Dossier.objects.filter(pk=dossier.pk).update(lecteurs=dossier.lecteurs)
        return Commande.objects.create(dossier=dossier, auteur_id=auteur)


def _lecteurs(by: Acteur, deja: list[int]) -> list[int]:
    """The finances, and whoever may let it exceed its credits, see it from its first word: one asks them before sending."""
    voulus = {Droit.FINANCES, Droit.DEPASSEMENT}
    entites = [p.entite for p in by.annuaire.postes.values() if voulus & p.droits]
    return list(dict.fromkeys([*deja, *entites]))
