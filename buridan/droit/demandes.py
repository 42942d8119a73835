"""The dates of a citizen's request: acknowledgement, silence, appeal (CRPA and CJA)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from buridan.droit.calendrier import CALENDRIER_NATIONAL, Calendrier, en_lettres, refuser_instant
from buridan.droit.delais import (
    UN_JOUR,
    DateExpliquee,
    Delai,
    Unite,
    ajouter,
    date_expliquee,
    etapes_du_compte,
    expliquer,
    mois_plus,
    prochain_jour_ouvre,
)


class Silence(StrEnum):
    """What the administration's silence is worth at the end of the delay."""

    ACCEPTATION = "acceptation"
    REJET = "rejet"
    SANS_EFFET = "sans_effet"


@dataclass(frozen=True, slots=True)
class DemandeDePieces:
    """Missing pieces asked from the requester. `jusquau`: the time given; `recues_le`: None while they are awaited."""

    demandees_le: date
    jusquau: date | None = None
    recues_le: date | None = None


DEUX_MOIS: Final = Delai(2, Unite.MOIS)
UN_MOIS: Final = Delai(1, Unite.MOIS)
DELAI_ENREGISTREMENT: Final = Delai(1, Unite.OUVRES)
DELAI_RECEPTION: Final = Delai(10, Unite.OUVRES)
DELAI_ACCESSIBILITE: Final = Delai(7, Unite.CALENDAIRES)

EFFET_DU_SILENCE: Final = {Silence.ACCEPTATION: "accord", Silence.REJET: "refus", Silence.SANS_EFFET: ""}

# CJA, R421-7: one more month between metropolitan France and overseas, two from abroad.
MOIS_SUPPLEMENTAIRES: Final = (0, 1, 2)

MENTIONS: Final = {
    "date_reception": "la date de réception de la demande",
    "service": "le nom du service chargé du dossier",
    "adresse_postale": "l'adresse postale du service",
    "adresse_electronique": "l'adresse électronique du service",
    "telephone": "le numéro de téléphone du service",
    "date_decision_implicite": "la date à laquelle, sans réponse, la demande sera réputée acceptée ou rejetée",
    "sens_du_silence": "ce que vaut le silence : acceptation ou rejet",
    "attestation": "la possibilité de demander une attestation de la décision implicite d'acceptation",
    "delais_de_recours": "les délais de recours contre la décision",
    "voies_de_recours": "les voies de recours contre la décision",
    "pieces_manquantes": "les pièces manquantes et le délai pour les produire",
}


def decision_implicite(
    recue_le: date,
    silence: Silence,
    *,
    delai: Delai = DEUX_MOIS,
    pieces: Sequence[DemandeDePieces] = (),
    transmise_le: date | None = None,
    calendrier: Calendrier = CALENDRIER_NATIONAL,
) -> DateExpliquee | None:
    """The day on which silence becomes a decision (CRPA L231-1, L231-4, L114-3, L114-5); never prolonged.

    `transmise_le`: reception by the competent body. `pieces`: each time missing pieces were asked, in any order.
    Acceptance: the clock starts when the file is complete and in the right hands. Rejection: it starts at the first
    reception and stops from each request for pieces until they arrive, or until the time given; a day stopped twice counts
    once. Once the decision is born, pieces change nothing. None: silence has no effect, or an acceptance is waiting for
    pieces. ValueError: dates which contradict each other.
    """
    _verifier_l_ordre(recue_le, pieces, transmise_le)
    en_ordre = sorted(pieces, key=lambda p: p.demandees_le)
    match silence:
        case Silence.SANS_EFFET:
            return None
        case Silence.ACCEPTATION:
            return _acceptation(recue_le, transmise_le, en_ordre, delai, calendrier)
        case Silence.REJET:
            return _rejet(recue_le, en_ordre, delai, calendrier)


def phrase_du_silence(silence: Silence, jour: date) -> str:
    """What silence means on that day, for an acknowledgement (CRPA R112-5)."""
    match silence:
        case Silence.SANS_EFFET:
            return "L'absence de réponse ne vaut ni accord ni refus."
        case Silence.ACCEPTATION:
            return (
                f"Sans réponse de notre part le {jour:%d/%m/%Y}, votre demande sera considérée comme acceptée "
                "(une attestation peut vous être délivrée : CRPA L232-3)."
            )
        case Silence.REJET:
            return (
                f"Sans réponse de notre part le {jour:%d/%m/%Y}, votre demande sera considérée comme refusée ; vous aurez "
                "alors deux mois pour saisir le maire (recours gracieux) ou le tribunal administratif (recours contentieux, "
                "CJA R421-1)."
            )


def phrase_de_la_suspension(silence: Silence) -> str:
    """What becomes of the clock once pieces are asked for, said to who must send them (CRPA L114-5); empty without a clock."""
    texte = "(code des relations entre le public et l'administration, L114-5)"
    match silence:
        case Silence.SANS_EFFET:
            return ""
        case Silence.ACCEPTATION:
            return f"Le délai au bout duquel notre silence vaudrait accord partira du jour où nous aurons tout reçu {texte}."
        case Silence.REJET:
            return (
                "Jusqu'à votre envoi, et au plus tard jusqu'à cette date, le délai au bout duquel notre silence vaudrait refus "
                f"est arrêté {texte}."
            )


def phrase_apres_silence(silence: Silence, nee_le: date) -> str:
    """What silence has decided since that day (CRPA L231-1, L231-4, L232-3, L232-4; CJA R421-2)."""
    match silence:
        case Silence.SANS_EFFET:
            return ""
        case Silence.ACCEPTATION:
            return (
                f"Sans réponse de notre part, votre demande est acceptée depuis le {nee_le:%d/%m/%Y} : vous pouvez nous en "
                "demander une attestation (CRPA L232-3). Nous vous devons toujours une réponse."
            )
        case Silence.REJET:
            terme = recours_contentieux(nee_le).date
            return (
                f"Sans réponse de notre part, la loi considère votre demande comme refusée depuis le {nee_le:%d/%m/%Y}. "
                f"Jusqu'au {terme:%d/%m/%Y}, vous pouvez nous en demander les motifs (CRPA L232-4), saisir le maire (recours "
                "gracieux) ou le tribunal administratif (CJA R421-1). Nous vous devons toujours une réponse."
            )


def accuse_enregistrement_au_plus_tard(recue_le: date, calendrier: Calendrier = CALENDRIER_NATIONAL) -> DateExpliquee:
    """Last day for the electronic registration notice, when the acknowledgement is not instant: 1 worked day."""
    return _simple(recue_le, DELAI_ENREGISTREMENT, "crpa.accuse.enregistrement", calendrier)


def accuse_reception_au_plus_tard(recue_le: date, calendrier: Calendrier = CALENDRIER_NATIONAL) -> DateExpliquee:
    """Last day for the electronic acknowledgement: 10 worked days.

    To confirm: R112-11-1 was rewritten in 2016 and the current number and wording were not read; its 2015 version
    said seven days. An instant acknowledgement, as Buridan sends, satisfies every version.
    """
    return _simple(recue_le, DELAI_RECEPTION, "crpa.accuse.reception", calendrier)


def motifs_refus_implicite(demande_le: date) -> DateExpliquee:
    """Last day to give the reasons of an implicit refusal, asked within the appeal delay (CRPA L232-4): 1 month."""
    return _simple(demande_le, UN_MOIS, "crpa.motifs.refus_implicite")


def reclamation_accessibilite(recue_le: date) -> DateExpliquee:
    """Last day to answer someone who could not reach a content or a service (RGAA): 7 days."""
    return _simple(recue_le, DELAI_ACCESSIBILITE, "rgaa.reclamation")


def communication_document(recue_le: date) -> DateExpliquee:
    """The day on which silence on a request for an administrative document is a refusal (CRPA R311-13): 1 month."""
    return _simple(recue_le, UN_MOIS, "crpa.documents.refus_implicite")


def recours_contentieux(
    notifiee_le: date, *, mois_supplementaires: int = 0, calendrier: Calendrier = CALENDRIER_NATIONAL
) -> DateExpliquee:
    """Last day to go to the administrative court (CJA R421-1): 2 whole months, then the next day the court is open.

    `mois_supplementaires`: 0, 1 (overseas) or 2 (abroad), R421-7. The town's closing days do not count.
    """
    if mois_supplementaires not in MOIS_SUPPLEMENTAIRES:
        raise ValueError("Le délai de recours s'allonge de 1 mois (outre-mer) ou de 2 mois (étranger), pas autrement.")
    identifiant = "cja.recours.distance" if mois_supplementaires else "cja.recours"
    return _deux_mois_francs(notifiee_le, 2 + mois_supplementaires, identifiant, calendrier)


def defere_prefet(recu_le: date, *, calendrier: Calendrier = CALENDRIER_NATIONAL) -> DateExpliquee:
    """Last day for the prefect to refer an act to the court (CGCT L2131-6), from the reception of the whole act."""
    return _deux_mois_francs(recu_le, 2, "cgct.defere", calendrier)


def accuse_reception_requis(
    *,
    abusive: bool = False,
    accord_sous_quinze_jours: bool = False,
    simple_prestation_ou_document: bool = False,
    agent_de_l_administration: bool = False,
) -> bool:
    """Whether a request must be acknowledged (CRPA L112-3); each flag is an exception (L112-2, L112-3, R112-4).

    `accord_sous_quinze_jours`: a decision in the person's favour is acquired within 15 days.
    `simple_prestation_ou_document`: nothing but a service or a document due by law is asked.
    """
    return not (abusive or accord_sous_quinze_jours or simple_prestation_ou_document or agent_de_l_administration)


def mentions_accuse_reception(silence: Silence, *, pieces_manquantes: bool = False) -> tuple[str, ...]:
    """Ids (keys of MENTIONS) of what the acknowledgement must say (CRPA R112-5)."""
    toujours = ("date_reception", "service", "adresse_postale", "adresse_electronique", "telephone")
    selon_le_silence = {
        Silence.ACCEPTATION: ("date_decision_implicite", "sens_du_silence", "attestation"),
        Silence.REJET: ("date_decision_implicite", "sens_du_silence", "delais_de_recours", "voies_de_recours"),
        Silence.SANS_EFFET: (),
    }
    return toujours + selon_le_silence[silence] + (("pieces_manquantes",) if pieces_manquantes else ())


def _simple(
    depart: date, delai: Delai, identifiant: str, calendrier: Calendrier = CALENDRIER_NATIONAL
) -> DateExpliquee:
    expliquee = expliquer(depart, delai, calendrier)
    return date_expliquee(expliquee.date, identifiant, *expliquee.etapes)


def _acceptation(
    recue_le: date,
    transmise_le: date | None,
    pieces: Sequence[DemandeDePieces],
    delai: Delai,
    calendrier: Calendrier,
) -> DateExpliquee | None:
    depart = transmise_le or recue_le
    etapes = [f"Demande reçue le {en_lettres(recue_le)}."]
    identifiant = "crpa.silence.acceptation"
    if transmise_le:
        identifiant = "crpa.silence.acceptation.transmise"
        etapes.append(
            f"Reçue par l'administration compétente le {en_lettres(transmise_le)} : le délai part de ce jour, "
            "car le silence vaut acceptation."
        )
    for demande in pieces:
        if demande.demandees_le >= ajouter(depart, delai, calendrier):
            etapes.append(_trop_tard(demande.demandees_le))
        elif demande.recues_le is None:
            return None
        else:
            depart = max(depart, demande.recues_le)
            identifiant = "crpa.silence.acceptation.incomplete"
            etapes.append(
                f"Pièces demandées le {en_lettres(demande.demandees_le)}, reçues le {en_lettres(demande.recues_le)} : "
                "le délai part de la dernière pièce reçue."
            )
    terme = ajouter(depart, delai, calendrier)
    etapes += etapes_du_compte(depart, delai, calendrier)
    etapes.append(f"Sans réponse, la demande est acceptée le {en_lettres(terme)}, même si ce jour n'est pas ouvré.")
    return date_expliquee(terme, identifiant, *etapes)


def _rejet(recue_le: date, pieces: Sequence[DemandeDePieces], delai: Delai, calendrier: Calendrier) -> DateExpliquee:
    terme = ajouter(recue_le, delai, calendrier)
    identifiant = "crpa.silence.rejet"
    etapes = [
        f"Demande reçue le {en_lettres(recue_le)} : le délai part de la première réception.",
        *etapes_du_compte(recue_le, delai, calendrier),
    ]
    repart_le = recue_le
    for demande in pieces:
        if demande.demandees_le >= terme:
            etapes.append(_trop_tard(demande.demandees_le))
            continue
        if identifiant == "crpa.silence.rejet":
            etapes.append(f"Sans demande de pièces, ce serait le {en_lettres(terme)}.")
        identifiant = "crpa.silence.rejet.incomplete"
        fin, motif = _fin_de_suspension(demande)
        jours = max(fin - max(demande.demandees_le, repart_le), 0 * UN_JOUR)
        etapes.append(
            f"Pièces demandées le {en_lettres(demande.demandees_le)} : le délai s'arrête jusqu'au {en_lettres(fin)} "
            f"({motif}), soit {jours.days} jour{'s' if jours.days >= 2 else ''} de plus."
        )
        repart_le, terme = max(repart_le, fin), terme + jours
    etapes.append(f"Sans réponse, la demande est rejetée le {en_lettres(terme)}, même si ce jour n'est pas ouvré.")
    return date_expliquee(terme, identifiant, *etapes)


def _fin_de_suspension(demande: DemandeDePieces) -> tuple[date, str]:
    """The day the clock of a rejection starts again, and why."""
    fins = [jour for jour in (demande.jusquau, demande.recues_le) if jour]
    if not fins:
        raise ValueError("Une demande de pièces doit dire jusqu'à quelle date les produire.")
    fin = min(fins)
    return fin, "arrivée des pièces" if fin == demande.recues_le else "fin du délai accordé"


def _trop_tard(signalee_le: date) -> str:
    return f"Dossier signalé incomplet le {en_lettres(signalee_le)} : trop tard, la décision était déjà née."


def _deux_mois_francs(depart: date, mois: int, identifiant: str, calendrier: Calendrier) -> DateExpliquee:
    """`mois` whole months: same day number, plus one day, moved to the next Monday-Friday which is no holiday."""
    echeance = mois_plus(depart, mois)
    lendemain = echeance + UN_JOUR
    terme = prochain_jour_ouvre(lendemain, calendrier.sans_fermetures())
    etapes = [
        f"Point de départ : {en_lettres(depart)}.",
        *etapes_du_compte(depart, Delai(mois, Unite.MOIS)),
        f"Échéance : {en_lettres(echeance)}.",
        f"Délai franc : le jour de l'échéance ne compte pas, on peut encore agir le {en_lettres(lendemain)}.",
    ]
    if terme != lendemain:
        ferie = calendrier.nom_ferie(lendemain)
        cause = ferie or "samedi ou dimanche"
        etapes.append(f"Ce jour n'est pas ouvré ({cause}) : report au {en_lettres(terme)}.")
    return date_expliquee(terme, identifiant, *etapes)


def _verifier_l_ordre(recue_le: date, pieces: Sequence[DemandeDePieces], transmise_le: date | None) -> None:
    refuser_instant(recue_le)
    suites = [("La transmission", transmise_le, recue_le)]
    for demande in pieces:
        suites += [
            ("La demande de pièces", demande.demandees_le, recue_le),
            ("Le délai accordé", demande.jusquau, demande.demandees_le),
            ("L'arrivée des pièces", demande.recues_le, demande.demandees_le),
        ]
    for nom, jour, minimum in suites:
        if jour and refuser_instant(jour) < minimum:
            raise ValueError(f"{nom} ({en_lettres(jour)}) ne peut pas précéder le {en_lettres(minimum)}.")
