"""What is read of letters: who may not, the two registers, the doubles, the rule that fits."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from buridan.courriers.controle import PAS_PARTIS
from buridan.courriers.etats import Effet, Genre, Moyen, Objet, Sens
from buridan.courriers.models import (
    BureauCourrier,
    Complement,
    Correspondant,
    Courrier,
    Depart,
    RegleAiguillage,
    VersionReponse,
)
from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.models import Document, Dossier, Etape, lisible_par
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import sans_accents

NATURE = "courriers"
PROCHE = timedelta(days=45)  # two letters of one sender further apart are two letters
PARDON = frozenset(("des", "les", "une", "pour", "sur", "dans", "par", "avec", "votre", "vos", "mon", "mes", "aux"))


def bureau() -> BureauCourrier | None:
    """The mail office; None when this town's preset names none."""
    return BureauCourrier.objects.select_related("entite", "juridique").first()


def tient_le_registre(acteur: Acteur) -> bool:
    """Works in the mail office, or stands in for it."""
    trouve = bureau()
    return trouve is not None and acteur.agit_pour(None, trouve.entite_id, NATURE)


def caches(acteur: Acteur) -> QuerySet[Any]:
    """Dossiers of confidential letters for somebody else, whatever one's rank."""
    siens = acteur.postes_exerces(NATURE)
    autres: QuerySet[Any] = Courrier.objects.filter(confidentiel=True).exclude(destinataire__in=siens).values("pk")
    return autres


def courrier_de(dossier: Dossier) -> Courrier:
    """The letter of a dossier."""
    courrier: Courrier = Courrier.objects.get(pk=dossier.pk)
    courrier.dossier = dossier
    return courrier


def destinataires_de(dossier: Dossier) -> list[Correspondant | Courrier]:
    """Whom it is sent to: the list of a mailing, in its order, else the correspondent."""
    return list(dossier.correspondants.all()) or [courrier_de(dossier)]


def _du_meme(depart: Depart) -> QuerySet[Depart]:
    """Lines of the register for the same letter to the same person."""
    memes = Depart.objects.filter(dossier=depart.dossier_id, tour=depart.tour, objet=depart.objet, nom=depart.nom)
    return memes.exclude(objet=Objet.COMPLEMENT)  # asked twice, these are two letters


def repartie_sous(depart: Depart) -> Depart | None:
    """The line under which a letter that came back left again."""
    return _du_meme(depart).filter(at__gt=depart.at).order_by("at").first() if depart.revenu_le else None


def renvoi_de(depart: Depart) -> Depart | None:
    """The line that came back before, when this one takes its place."""
    return _du_meme(depart).filter(at__lt=depart.at, revenu_le__isnull=False).order_by("-at").first()


def complements_attendus(dossier: Dossier) -> QuerySet[Complement]:
    """What its sender was asked for in this turn and that has not come, in time or late."""
    if dossier.etat == EtatDossier.CLOS:
        return Complement.objects.none()
    return Complement.objects.filter(depart__dossier=dossier, depart__tour=dossier.tour, recu_le=None)


def attendus_de(courrier: Courrier, acteur: Acteur) -> list[Dossier]:
    """Letters of the same sender that wait for something of his or hers, among those this person may read; a few at most."""
    attendent = Complement.objects.filter(recu_le=None).exclude(depart__dossier=courrier.pk)
    le_meme = Q(courrier__cle=courrier.cle) if courrier.cle else Q(pk=None)
    if courrier.contact_id is not None:
        le_meme |= Q(courrier__contact=courrier.contact_id)
    ouverts = Dossier.objects.visibles_par(acteur).exclude(etat=EtatDossier.CLOS).filter(le_meme)
    trouves = ouverts.filter(pk__in=attendent.values("depart__dossier")).select_related("courrier")
    return [d for d in trouves.defer("contenu", "recherche").order_by("pk")[:5] if complements_attendus(d).exists()]


def pas_partis(departs: Iterable[Depart]) -> set[int]:
    """Among these, the departures by e-mail of which nothing left and that nothing sends any more: all tries failed."""
    par_courriel = [d.pk for d in departs if d.moyen == Moyen.COURRIEL]
    if not par_courriel:
        return set()
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT d.id {PAS_PARTIS} AND d.id = ANY(%s)", [par_courriel])  # noqa: S608  a constant
        return {pk for (pk,) in curseur.fetchall()}


def version_de(dossier: Dossier, texte: str) -> VersionReponse | None:
    """The file that this answer is; None when it is its own text."""
    for version in dossier.versions_reponse.select_related("document").order_by("-numero"):
        if version.phrase in texte:
            return version
    return None


def cle_de(expediteur: str, organisme: str = "") -> str:
    """The sender as it is compared: no accents, no case, no punctuation."""
    texte = sans_accents(organisme or expediteur)
    return " ".join("".join(c if c.isalnum() else " " for c in texte).split())[:160]


def registre(acteur: Acteur) -> QuerySet[Courrier]:
    """Letters received: all for the mail office (which sees the envelope only of a confidential one), else those one may see."""
    recus = (
        Courrier.objects.filter(sens=Sens.ARRIVEE)
        .select_related("dossier")
        .defer("dossier__contenu", "dossier__recherche")
    )
    if not tient_le_registre(acteur):
        recus = recus.filter(lisible_par(acteur, "dossier__"))
    lignes: QuerySet[Courrier] = recus.order_by("-annee", "-numero")
    return lignes


def accuses_a_envoyer(acteur: Acteur) -> QuerySet[Courrier]:
    """Requests and appeals whose service is known and that were not acknowledged: it did not leave by itself, or could not."""
    a_confier = Etape.objects.filter(type=TypeEtape.QUALIFICATION, etat=EtatEtape.ACTIVE)
    attendent = registre(acteur).filter(effet__in=[Effet.DEMANDE, Effet.RECOURS], accuse_le=None)
    return attendent.exclude(dossier__etat=EtatDossier.CLOS).exclude(dossier__in=a_confier.values("dossier"))


def accuses_sur_papier(acteur: Acteur) -> QuerySet[Depart]:
    """Acknowledgements that have to be printed, the latest first."""
    return departs(acteur).filter(objet=Objet.ACCUSE, moyen=Moyen.PAPIER)


def departs(acteur: Acteur) -> QuerySet[Depart]:
    """What left: all for the mail office, else what one may see."""
    lignes = Depart.objects.select_related("dossier").defer("dossier__contenu", "dossier__recherche")
    if not tient_le_registre(acteur):
        lignes = lignes.filter(lisible_par(acteur, "dossier__"))
    return lignes.order_by("-annee", "-numero")


def lisibles(acteur: Acteur, dossiers: list[int]) -> set[int]:
    """Of these dossiers, those whose page this person may open."""
    return set(Dossier.objects.visibles_par(acteur).filter(pk__in=dossiers).values_list("pk", flat=True))


def mots_de(courrier: Courrier, objet: str) -> str:
    """All the words a letter is found by; of a confidential one, those of the envelope."""
    dits = [courrier.cote, courrier.expediteur, courrier.organisme, courrier.recommande]
    return "\n".join(filter(None, [*dits, *([] if courrier.confidentiel else [objet, courrier.annexes])]))


LU, LU_AU_PLUS = "\n\n", 50_000  # what a machine read comes after an empty line


def avec_le_lu(mots: str, lu: str) -> str:
    """The words a letter is found by, then what was read on it."""
    return LU.join(filter(None, (mots, lu[:LU_AU_PLUS].strip())))


def lu_dans(contenu: str) -> str:
    """What was read on a letter, from the words it is found by."""
    return contenu.partition(LU)[2]


def _mots(texte: str) -> set[str]:
    nets = "".join(c if c.isalnum() else " " for c in sans_accents(texte))
    return {m for m in nets.split() if len(m) > 2 and m not in PARDON}


def doubles(
    *, expediteur: str, organisme: str, objet: str, recommande: str, arrive_le: datetime, sha256: list[str]
) -> list[tuple[Courrier, str]]:
    """Letters that may be the same one, each with why: same file, same registered number, same sender and words close in
    time. At most five.
    """
    trouves: dict[int, tuple[Courrier, str]] = {}
    recus = Courrier.objects.filter(sens=Sens.ARRIVEE).select_related("dossier")
    memes = Document.objects.filter(sha256__in=sha256, dossier__nature=NATURE).values("dossier")
    trouves |= {c.pk: (c, "le même fichier") for c in recus.filter(pk__in=memes).order_by("-pk")[:5]}
    if recommande.strip():
        siens = recus.filter(recommande__iexact=recommande.strip()).order_by("-pk")[:5]
        trouves |= {c.pk: (c, "le même numéro de recommandé") for c in siens if c.pk not in trouves}
    proches = recus.filter(cle=cle_de(expediteur, organisme), arrive_le__range=(arrive_le - PROCHE, arrive_le + PROCHE))
    mots = _mots(objet)
    for courrier in proches.order_by("-pk")[:50]:
        communs = mots & _mots(courrier.dossier.objet)
        if courrier.pk not in trouves and not courrier.confidentiel and len(communs) * 2 >= max(len(mots), 1):
            trouves[courrier.pk] = (courrier, "le même expéditeur et les mêmes mots, à peu de jours")
    return list(trouves.values())[:5]


def regles_en_vigueur() -> list[RegleAiguillage]:
    """The rules of the mail office, in the order in which they are tried."""
    return list(RegleAiguillage.objects.filter(retiree_le=None))


def proposer(
    *, expediteur: str, organisme: str, objet: str, genre: str, regles: list[RegleAiguillage] | None = None
) -> tuple[int, str] | None:
    """(service, why) of the first rule of the mail office that fits; None when none does. `regles`: already read."""
    qui, quoi = sans_accents(f"{expediteur} {organisme}"), sans_accents(objet)
    for regle in regles_en_vigueur() if regles is None else regles:
        raisons = []
        if regle.genre and regle.genre != genre:
            continue
        if regle.expediteur:
            if sans_accents(regle.expediteur) not in qui:
                continue
            raisons.append(f"l'expéditeur contient « {regle.expediteur} »")
        if regle.mots:
            mot = next(
                (m.strip() for m in regle.mots.split(",") if m.strip() and sans_accents(m.strip()) in quoi), None
            )
            if mot is None:
                continue
            raisons.append(f"l'objet contient « {mot} »")
        if regle.genre:
            raisons.append(f"arrivée : {Genre(regle.genre).label.lower()}")
        return regle.service_id, f"Règle du service courrier : {', '.join(raisons)}."
    return None


def filtrer(lignes: QuerySet[Any], du: Any, au: Any, champ: str) -> QuerySet[Any]:
    """Between these two days, ends included; either may be missing."""
    bornes = Q(**{f"{champ}__date__gte": du}) if du else Q()
    bornes &= Q(**{f"{champ}__date__lte": au}) if au else Q()
    return lignes.filter(bornes)
