"""The life cycle: names and transitions, checked at import. The list of étapes is data; this is code."""

from django.db.models import TextChoices


class EtatDossier(TextChoices):
    """Where a dossier stands."""

    OUVERT = "ouvert", "En cours"
    ATTENTE = "attente", "En attente"
    CLOS = "clos", "Clos"


class EtatEtape(TextChoices):
    """Where an étape stands."""

    A_VENIR = "a_venir", "À venir"
    ACTIVE = "active", "À faire"
    FAITE = "faite", "Faite"
    RENVOYEE = "renvoyee", "Renvoyée"
    PASSEE = "passee", "Passée"
    REPRISE = "reprise", "Décision reprise"


class TypeEtape(TextChoices):
    """What an étape asks of its addressee."""

    QUALIFICATION = "qualification", "Qualification"
    TRAITEMENT = "traitement", "Traitement"
    AVIS = "avis", "Avis"
    VISA = "visa", "Visa"
    VALIDATION = "validation", "Validation"
    SIGNATURE = "signature", "Signature"
    DECISION = "decision", "Décision"
    REPONSE = "reponse", "Réponse"
    INFORMATION = "information", "Information"


# What waits in a parapheur: somebody has to say yes or no to what others have prepared.
AU_PARAPHEUR = (TypeEtape.AVIS, TypeEtape.VISA, TypeEtape.VALIDATION, TypeEtape.SIGNATURE, TypeEtape.DECISION)


class Resultat(TextChoices):
    """How an étape was decided."""

    QUALIFIEE = "qualifiee", "Qualifiée"
    TRAITEE = "traitee", "Traitée"
    FAVORABLE = "favorable", "Avis favorable"
    RESERVES = "reserves", "Avis favorable avec réserves"
    DEFAVORABLE = "defavorable", "Avis défavorable"
    VISEE = "visee", "Visée"
    VISEE_REMARQUE = "visee_remarque", "Visée avec remarque"
    VALIDEE = "validee", "Validée"
    SIGNEE = "signee", "Signée"
    ACCORDEE = "accordee", "Décision favorable"
    NOTEE = "notee", "Pris note"
    ORIENTEE = "orientee", "Orientée vers une instance"
    REFUSEE = "refusee", "Refusée"
    RENVOYEE = "renvoyee", "Renvoyée"
    REPONDUE = "repondue", "Réponse envoyée"
    LUE = "lue", "Prise de connaissance"


class SensReponse(TextChoices):
    """What the answer says. Every closed dossier has one."""

    FAVORABLE = "favorable", "Demande satisfaite"
    PARTIELLE = "partielle", "Demande satisfaite en partie"
    REFUS = "refus", "Refus"
    INFORMATION = "information", "Information donnée"
    TRANSMISE = "transmise", "Transmise à une autre administration"
    RETIREE = "retiree", "Retirée par le demandeur"
    REUNIE = "reunie", "Réunie à une autre demande"


class SortFinal(TextChoices):
    """What becomes of a dossier once its retention is over (« sort final » of a tableau de gestion)."""

    DESTRUCTION = "destruction", "Destruction"
    VERSEMENT = "versement", "Versement aux archives définitives"
    TRI = "tri", "Tri par les archives"


# What the archives must have received, and attested, before anything of it is destroyed here.
A_VERSER = (SortFinal.VERSEMENT, SortFinal.TRI)


class Fil(TextChoices):
    """The two threads of a dossier."""

    DEMANDEUR = "demandeur", "Avec le demandeur"
    AGENTS = "agents", "Entre agents"


ATTENTE_DU_DEMANDEUR = "Complément demandé au demandeur"  # the only hold that touches the law's clock

TRANSITIONS: dict[EtatDossier, frozenset[EtatDossier]] = {
    EtatDossier.OUVERT: frozenset({EtatDossier.ATTENTE, EtatDossier.CLOS}),
    EtatDossier.ATTENTE: frozenset({EtatDossier.OUVERT, EtatDossier.CLOS}),
    EtatDossier.CLOS: frozenset({EtatDossier.OUVERT}),
}

assert set(TRANSITIONS) == set(EtatDossier), "each state has its exits"
assert all(EtatDossier.CLOS in exits for etat, exits in TRANSITIONS.items() if etat != EtatDossier.CLOS)
