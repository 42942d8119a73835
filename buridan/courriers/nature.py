"""The nature `courriers`, as the core sees it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Func, TextField, Value
from django.db.models.functions import Concat

from buridan.courriers import rules
from buridan.courriers.actions.horloge import pieces_recues
from buridan.courriers.chargement import charger
from buridan.courriers.etats import REPONSES, Effet
from buridan.courriers.gestes import COURRIER, SANS
from buridan.courriers.legal import dates_de, pieces_de
from buridan.courriers.models import Complement, Courrier
from buridan.courriers.papier import composer_a_signer, lettre_de
from buridan.courriers.queries import NATURE, bureau, caches, courrier_de, pas_partis
from buridan.delegations.etats import NatureActe
from buridan.delegations.registre import Acte
from buridan.dossiers.etats import SensReponse
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Concerne, Mots, Nature, Registre, Route, inscrire, modeles_communs
from buridan.dossiers.routage import Contexte
from buridan.droit.delais import date_legale
from buridan.droit.demandes import EFFET_DU_SILENCE, Silence
from buridan.interface.contexte import ville
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire
from buridan.outils.texte import sans_accents
from buridan.outils.verdict import Refus

MOTS = Mots(
    demande="courrier", la="le courrier", e="", le_demandeur="l'expéditeur", au_demandeur="à l'expéditeur",
    projet="Projet de lettre",
    sens={
        SensReponse.FAVORABLE: "Réponse favorable", SensReponse.PARTIELLE: "Réponse favorable en partie",
        SensReponse.REFUS: "Refus", SensReponse.INFORMATION: "Réponse ou information",
        SensReponse.RETIREE: "Annulé ou retiré",
    },
)  # fmt: skip
PHRASES = {
    "pas_pour_nous": "a rendu le courrier : il n'est pas pour son service", "repondre": "a expédié et clos",
    "clore_sans_reponse": "a clos sans réponse", "annuler_courrier": "a annulé l'enregistrement",
    "accuser": "a envoyé l'accusé de réception", "suivre_depart": "a noté le sort d'un envoi",
    "corriger_effet": "a corrigé ce que la loi attache au courrier",
    "changer_destinataire": "a changé le destinataire du pli",
    "reexpedier": "a renvoyé la lettre à une autre adresse", "relancer_depart": "a demandé un nouvel essai d'envoi",
    "corriger_courrier": "a corrigé le courrier",
    "recevoir_complement": "a noté que le complément est arrivé",
    "rappeler_complement": "a rappelé que le complément n'est pas arrivé",
    "joindre_complement": "a joint ce courrier à celui qu'il complète",
    "joindre_version": "a joint une version de la réponse",
}  # fmt: skip
REGISTRE = Registre(
    "Courriers", "Ce qui arrive et ce qui part, numéroté ; une réponse pour chacun.", "courriers", "courrier_nouveau",
    "Enregistrer un courrier", rules.peut_enregistrer,
)  # fmt: skip
AU_PLUS = 200


def contexte(dossier: Dossier) -> dict[str, Any]:
    """For the letter's part of the dossier page."""
    courrier = Courrier.objects.select_related("ouvert_par", "destinataire").get(pk=dossier.pk)
    courrier.dossier = dossier
    chez = bureau()
    pourquoi = []
    if chez is not None and courrier.arrive_le is not None and not courrier.confidentiel:
        qui: dict[str, Any] = {"effet": courrier.effet, "silence": courrier.silence, "pieces": pieces_de(courrier)}
        dates = dates_de(chez, date_legale(courrier.arrive_le), **qui)
        choix = (("Réponse promise", dates.promesse), ("Décision implicite", dates.implicite))
        pourquoi = [(titre, expliquee) for titre, expliquee in choix if expliquee]
    departs = list(dossier.departs.order_by("annee", "numero")[:20])
    return {
        "courrier": courrier, "pourquoi": pourquoi, "departs": departs, "pas_partis": pas_partis(departs),
        "nombre_de_departs": dossier.departs.filter(objet__in=REPONSES).count(),
        "correspondants": dossier.correspondants.all(), "retours": courrier.retours.select_related("par"),
        "complements": Complement.objects.filter(depart__dossier=dossier).select_related("depart"),
        "versions": dossier.versions_reponse.select_related("document", "par"),
    }  # fmt: skip


def ecrire_au_correspondant(dossier: Dossier, sujet: str, texte: str, at: datetime) -> None:
    """E-mail to the sender, unless what closed the letter already says how it was answered: by its departure, or by nothing."""
    deja = dossier.departs.filter(tour=dossier.tour, objet__in=REPONSES).exists()
    if not deja and not dossier.sans_reponse.filter(tour=dossier.tour).exists():
        ecrire_courriel(courrier_de(dossier).courriel, sujet, texte, at=at, dossier=dossier.uuid)


def modeles_reponse(dossier: Dossier, by: Acteur) -> list[tuple[str, str]]:
    """The town's answer templates that suit any subject, filled for this letter."""
    courrier = courrier_de(dossier)
    recu = date_legale(courrier.arrive_le) if courrier.arrive_le else by.annuaire.jour
    return modeles_communs({
        "demandeur": courrier.expediteur, "objet": dossier.objet, "reference": courrier.cote or dossier.reference,
        "date_depot": f"{recu:%d/%m/%Y}", "service": by.annuaire.nom_entite(dossier.entite_id), "agent": by.nom,
        "ville": ville(settings.PRESET)["nom"],
    })  # fmt: skip


def silence(dossier: Dossier) -> str:
    """What silence decides of this letter: an appeal is refused (CRPA L231-4, 2°)."""
    courrier = courrier_de(dossier)
    return EFFET_DU_SILENCE[Silence.REJET if courrier.effet == Effet.RECOURS else Silence(courrier.silence)]


def acte(dossier: Dossier) -> Acte:
    """What a signature étape signs."""
    return Acte(NatureActe.COURRIERS, dossier.entite_id)


def personne(mots: str) -> list[Concerne]:
    """Correspondents with this e-mail, or all these words in their name; the latest first."""
    vivants = Courrier.objects.filter(dossier__efface_le=None, confidentiel=False).order_by("-pk")
    if "@" in mots:
        trouves = vivants.filter(courriel__iexact=mots)
    else:
        noms = Concat("expediteur", Value(" "), "organisme", output_field=TextField())
        trouves = vivants.annotate(noms=Func(noms, function="buridan_sans_accents", output_field=TextField()))
        for mot in sans_accents(mots).replace("-", " ").replace("'", " ").split():
            trouves = trouves.filter(noms__contains=mot)
    return [_concerne(c) for c in trouves[:AU_PLUS]]


def _concerne(courrier: Courrier) -> Concerne:
    return Concerne(courrier.pk, courrier.correspondant, courrier.courriel)


def demandeur(dossier: Dossier) -> Concerne:
    """The correspondent."""
    return _concerne(courrier_de(dossier))


def route(code: str, annuaire: Annuaire, entite: int | None, theme: str) -> Route | None:
    """`buridan route courrier --service CODE`: any circuit of the mail office."""
    chez = bureau()
    if chez is None:
        return None
    titres = {
        chez.circuit: "Courrier reçu", chez.circuit_juridique: "Mise en demeure ou recours",
        chez.circuit_confidentiel: "Pli confidentiel", chez.circuit_depart: "Courrier envoyé",
    }  # fmt: skip
    if code not in titres:
        return None
    if code == chez.circuit_confidentiel:
        raise Refus(
            "Un pli confidentiel va au destinataire écrit sur l'enveloppe : lui seul l'ouvre, y répond ou le confie."
        )
    ici = chez.juridique_id if code == chez.circuit_juridique else entite or chez.entite_id
    return Route(titres[code], code, Contexte(entite=ici))


def declarer() -> None:
    """Register the nature."""
    inscrire(
        Nature(
            code=NATURE,
            nom="Courrier",
            fiche="courriers/_fiche.html",
            contexte=contexte,
            silence=silence,
            ecrire_au_demandeur=ecrire_au_correspondant,
            pieces_recues=pieces_recues,
            modeles_reponse=modeles_reponse,
            personne=personne,
            demandeur=demandeur,
            caches=caches,
            lettre=lettre_de,
            a_signer=composer_a_signer,
            acte=acte,
            gestes=COURRIER,
            sans=SANS,
            mots=MOTS,
            phrases=PHRASES,
            usager=False,
            charger=charger,
            route=route,
            registre=REGISTRE,
        )
    )
