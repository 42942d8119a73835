"""The dates of a request: golden dates with their articles, and a second computation."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buridan.droit import demandes
from buridan.droit.calendrier import Calendrier
from buridan.droit.delais import DateExpliquee, Delai, Unite
from buridan.droit.demandes import MENTIONS, DemandeDePieces, Silence, decision_implicite
from tests.droit import modele

J = date.fromisoformat
JOURS = st.dates(date(2000, 1, 1), date(2095, 12, 31))
PONTS = Calendrier(fermetures=frozenset({J("2026-05-15"), J("2026-05-18")}))

ACCUSES = [
    ("enregistrement", "2026-04-30", "2026-05-04"),
    ("enregistrement", "2026-05-07", "2026-05-11"),
    ("enregistrement", "2026-12-24", "2026-12-28"),
    ("enregistrement", "2026-07-10", "2026-07-13"),
    ("enregistrement", "2026-06-13", "2026-06-15"),
    ("reception", "2026-04-30", "2026-05-19"),
    ("reception", "2026-06-12", "2026-06-26"),
    ("reception", "2026-12-18", "2027-01-05"),
]


@pytest.mark.parametrize(("accuse", "recue", "limite"), ACCUSES)
def test_a_notice_leaves_in_time(accuse: str, recue: str, limite: str) -> None:
    """CRPA L112-11."""
    expliquee = getattr(demandes, f"accuse_{accuse}_au_plus_tard")(J(recue))
    assert (expliquee.date, expliquee.regle) == (J(limite), f"crpa.accuse.{accuse}")
    assert "L112-11" in expliquee.article


def test_a_closing_day_of_the_town_gives_one_more_day_for_the_notice() -> None:
    assert demandes.accuse_enregistrement_au_plus_tard(J("2026-05-13"), PONTS).date == J("2026-05-19")


RECUE, ACC, REJ = "2026-03-02", Silence.ACCEPTATION, Silence.REJET
# silence, what happened to a request received on 2 March 2026 (else "recue"), birth of the decision, article
IMPLICITES: list[tuple[Silence, dict[str, str], str, str]] = [
    (ACC, {}, "2026-05-02", "L231-1"),
    (REJ, {}, "2026-05-02", "L231-4"),
    # the file is incomplete
    (ACC, {"demande_completude_le": "2026-03-10", "completee_le": "2026-03-20"}, "2026-05-20", "L114-5"),
    (ACC, {"demande_completude_le": "2026-03-10", "completee_le": "2026-12-31"}, "2027-02-28", "L114-5"),
    (REJ, {"demande_completude_le": "2026-03-10", "delai_accorde_jusquau": "2026-04-10", "completee_le": "2026-03-25"}, "2026-05-17", "L114-5"),
    (REJ, {"demande_completude_le": "2026-03-10", "delai_accorde_jusquau": "2026-04-10"}, "2026-06-02", "L114-5"),
    (REJ, {"demande_completude_le": "2026-03-10", "delai_accorde_jusquau": "2026-04-10", "completee_le": "2026-04-20"}, "2026-06-02", "L114-5"),
    (REJ, {"demande_completude_le": "2026-03-10", "delai_accorde_jusquau": "2026-03-10"}, "2026-05-02", "L114-5"),
    (REJ, {"demande_completude_le": "2026-03-10", "completee_le": "2026-03-11"}, "2026-05-03", "L114-5"),
    (REJ, {"recue": "2027-12-30", "demande_completude_le": "2028-01-15", "delai_accorde_jusquau": "2028-01-25"}, "2028-03-10", "L114-5"),
    # asked when the decision is already born
    (REJ, {"demande_completude_le": "2026-05-02", "delai_accorde_jusquau": "2026-06-02"}, "2026-05-02", "L231-4"),
    (REJ, {"demande_completude_le": "2026-05-01", "delai_accorde_jusquau": "2026-05-11"}, "2026-05-12", "L114-5"),
    (ACC, {"demande_completude_le": "2026-05-02"}, "2026-05-02", "L231-1"),
    (ACC, {"demande_completude_le": "2026-05-05", "completee_le": "2026-05-20"}, "2026-05-02", "L231-1"),
    # pieces asked several times
    (REJ, {"pieces": "03-10 03-20 03-15, 03-25 04-05 -"}, "2026-05-18", "L114-5"),
    (REJ, {"pieces": "03-25 04-05 -, 03-10 03-20 03-15"}, "2026-05-18", "L114-5"),
    (REJ, {"pieces": "03-10 03-20 -, 03-15 03-25 -"}, "2026-05-17", "L114-5"),  # five days stopped twice count once
    (REJ, {"pieces": "03-10 03-30 -, 03-15 03-20 -"}, "2026-05-22", "L114-5"),
    (REJ, {"pieces": "03-10 04-10 -, 05-02 05-12 -"}, "2026-06-12", "L114-5"),  # in time thanks to the first
    (REJ, {"pieces": "03-10 03-20 -, 05-12 05-22 -"}, "2026-05-12", "L114-5"),  # the second comes too late
    (ACC, {"pieces": "03-10 03-20 03-15, 03-25 04-05 04-20"}, "2026-06-20", "L114-5"),
    (ACC, {"pieces": "03-10 03-20 03-31, 05-15 05-25 05-20"}, "2026-07-20", "L114-5"),
    (ACC, {"pieces": "03-10 03-20 03-15, 05-15 05-25 -"}, "2026-05-15", "L114-5"),  # born on that very day
    # sent to the wrong administration
    (REJ, {"transmise_le": "2026-03-09", "pieces": "03-12 03-22 -, 04-01 04-11 04-06"}, "2026-05-17", "L114-5"),
    (ACC, {"transmise_le": "2026-03-09", "pieces": "03-05 - 03-06"}, "2026-05-09", "L114-3"),
    (REJ, {"transmise_le": "2026-03-09"}, "2026-05-02", "L231-4"),
    (ACC, {"transmise_le": "2026-03-09"}, "2026-05-09", "L114-3"),
    (ACC, {"transmise_le": "2026-03-09", "demande_completude_le": "2026-03-12", "completee_le": "2026-03-31"}, "2026-05-31", "L114-5"),
    (ACC, {"transmise_le": "2026-03-31", "demande_completude_le": "2026-03-05", "completee_le": "2026-03-12"}, "2026-05-31", "L114-3"),
    # another delay
    (REJ, {"recue": "2026-01-31", "delai": "1 mois"}, "2026-02-28", "L231-4"),
    (ACC, {"recue": "2026-06-26", "delai": "15 jours calendaires"}, "2026-07-11", "L231-1"),
]  # fmt: skip


def _pieces(faits: dict[str, str]) -> list[DemandeDePieces]:
    """« asked until received », days of 2026, `-` for none; or the three names of a single request."""
    annee = [[None if j == "-" else J(f"2026-{j}") for j in p.split()] for p in faits.get("pieces", "").split(",") if p]
    seule = [
        faits.get(nom) and J(faits[nom]) for nom in ("demande_completude_le", "delai_accorde_jusquau", "completee_le")
    ]
    return [DemandeDePieces(*jours) for jours in [*annee, *([seule] if seule[0] else [])]]  # type: ignore[arg-type]


def _decider(silence: Silence, faits: dict[str, str]) -> DateExpliquee | None:
    arguments: dict[str, Any] = {"pieces": _pieces(faits)}
    if "transmise_le" in faits:
        arguments["transmise_le"] = J(faits["transmise_le"])
    if "delai" in faits:
        arguments["delai"] = Delai.lire(faits["delai"])
    return decision_implicite(J(faits.get("recue", RECUE)), silence, **arguments)


@pytest.mark.parametrize(("silence", "faits", "nee", "article"), IMPLICITES)
def test_silence_becomes_a_decision_on_the_right_day(
    silence: Silence, faits: dict[str, str], nee: str, article: str
) -> None:
    decision = _decider(silence, faits)
    assert decision is not None
    assert decision.date == J(nee)
    assert article in decision.article


def test_an_acceptance_waits_for_the_missing_pieces() -> None:
    assert _decider(ACC, {"demande_completude_le": "2026-03-10", "delai_accorde_jusquau": "2026-04-10"}) is None


def test_an_acceptance_waits_for_the_second_pieces_too() -> None:
    assert _decider(ACC, {"pieces": "03-10 03-20 03-15, 03-25 04-05 -"}) is None


def test_each_suspension_is_explained() -> None:
    decision = _decider(REJ, {"pieces": "03-10 03-20 03-15, 03-25 04-05 -"})
    assert decision is not None
    assert [e for e in decision.etapes if "Pièces" in e] == [
        "Pièces demandées le mardi 10 mars 2026 : le délai s'arrête jusqu'au dimanche 15 mars 2026 (arrivée des pièces), "
        "soit 5 jours de plus.",
        "Pièces demandées le mercredi 25 mars 2026 : le délai s'arrête jusqu'au dimanche 5 avril 2026 (fin du délai accordé), "
        "soit 11 jours de plus.",
    ]


def test_the_suspension_is_explained() -> None:
    decision = _decider(
        REJ,
        {"demande_completude_le": "2026-03-10", "delai_accorde_jusquau": "2026-04-10", "completee_le": "2026-03-25"},
    )
    assert decision is not None
    assert decision.etapes[-3:] == (
        "Sans demande de pièces, ce serait le samedi 2 mai 2026.",
        "Pièces demandées le mardi 10 mars 2026 : le délai s'arrête jusqu'au mercredi 25 mars 2026 (arrivée des pièces), "
        "soit 15 jours de plus.",
        "Sans réponse, la demande est rejetée le dimanche 17 mai 2026, même si ce jour n'est pas ouvré.",
    )


@pytest.mark.parametrize(
    ("faits", "message"),
    [
        ({"transmise_le": "2026-03-01"}, "La transmission"),
        ({"demande_completude_le": "2026-03-01"}, "La demande de pièces"),
        ({"demande_completude_le": "2026-03-10", "delai_accorde_jusquau": "2026-03-09"}, "Le délai accordé"),
        ({"demande_completude_le": "2026-03-10", "completee_le": "2026-03-09"}, "L'arrivée des pièces"),
        ({"demande_completude_le": "2026-03-10"}, "jusqu'à quelle date"),
    ],
)
def test_dates_which_contradict_each_other_are_refused(faits: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _decider(REJ, faits)


SUSPENSIONS = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 60)), max_size=5)


@given(JOURS, SUSPENSIONS)
def test_a_clock_stopped_day_by_day_gives_the_same_rejection(recue: date, ecarts: list[tuple[int, int]]) -> None:
    periodes = [(recue + timedelta(avant), recue + timedelta(avant + duree)) for avant, duree in ecarts]
    decision = decision_implicite(recue, REJ, pieces=[DemandeDePieces(debut, fin) for debut, fin in periodes])
    assert decision is not None
    assert decision.date == modele.rejet_suspendu(recue, periodes)


@given(JOURS, st.sampled_from([ACC, REJ]), SUSPENSIONS, st.randoms())
def test_the_order_in_which_pieces_are_listed_changes_nothing(
    recue: date, silence: Silence, ecarts: list[tuple[int, int]], alea: Any
) -> None:
    pieces = [DemandeDePieces(recue + timedelta(a), None, recue + timedelta(a + d)) for a, d in ecarts]
    melees = alea.sample(pieces, len(pieces))
    une, autre = (decision_implicite(recue, silence, pieces=p) for p in (pieces, melees))
    assert une is not None
    assert autre is not None
    assert une.date == autre.date


@given(JOURS, SUSPENSIONS)
def test_an_acceptance_counts_the_whole_delay_from_the_last_pieces(recue: date, ecarts: list[tuple[int, int]]) -> None:
    pieces = [DemandeDePieces(recue + timedelta(a), None, recue + timedelta(a + d)) for a, d in ecarts]
    decision = decision_implicite(recue, ACC, pieces=pieces)
    assert decision is not None
    utiles = [p.recues_le for p in pieces if p.recues_le and p.demandees_le < decision.date]
    assert decision.date == modele.mois(max([recue, *utiles]), 2)


@given(JOURS, st.sampled_from([ACC, REJ]), st.integers(0, 40), st.integers(0, 40))
def test_pieces_and_transmission_never_hasten_the_decision(
    recue: date, silence: Silence, avant: int, duree: int
) -> None:
    simple = decision_implicite(recue, silence)
    fin = recue + timedelta(avant + duree)
    pieces = [DemandeDePieces(recue + timedelta(avant), fin, fin)]
    longue = decision_implicite(recue, silence, transmise_le=recue + timedelta(avant), pieces=pieces)
    assert simple is not None
    assert longue is not None
    assert longue.date >= simple.date


# notified on, extra months, last day, what makes it particular
RECOURS = [
    ("2026-01-10", 0, "2026-03-11", "R421-1"),
    ("2026-01-15", 0, "2026-03-16", "R421-1"),
    ("2025-12-31", 0, "2026-03-02", "Sunday 1 March"),
    ("2026-03-13", 0, "2026-05-15", "Ascension"),
    ("2026-09-10", 0, "2026-11-12", "11 November"),
    ("2026-05-13", 0, "2026-07-15", "14 July"),
    ("2026-10-24", 0, "2026-12-28", "Christmas, a Friday"),
    ("2026-06-23", 0, "2026-08-24", "implicit refusal"),
    ("2026-10-31", 0, "2027-01-04", "1 January, a Friday"),
    ("2007-10-01", 0, "2007-12-03", "Sunday 2 December"),
    ("2015-03-27", 0, "2015-05-28", "R421-1"),
    ("2024-11-12", 0, "2025-01-13", "R421-1"),
    ("2027-12-30", 0, "2028-03-01", "29 February"),
    ("2026-01-10", 1, "2026-04-13", "R421-7, Saturday"),
    ("2026-01-10", 2, "2026-05-11", "R421-7"),
]


@pytest.mark.parametrize(("notifiee", "mois", "terme", "cas"), RECOURS)
def test_the_court_can_be_asked_until_the_right_day(notifiee: str, mois: int, terme: str, cas: str) -> None:
    expliquee = demandes.recours_contentieux(J(notifiee), mois_supplementaires=mois)
    assert expliquee.date == J(terme), cas
    assert ("R421-7" in expliquee.article) is (mois > 0)


@given(JOURS, st.sampled_from([0, 1, 2]))
def test_an_appeal_counted_day_by_day_ends_the_same_day(notifiee: date, mois: int) -> None:
    assert demandes.recours_contentieux(notifiee, mois_supplementaires=mois).date == modele.recours(notifiee, 2 + mois)


def test_the_appeal_explains_why_it_moves() -> None:
    etapes = demandes.recours_contentieux(J("2026-03-13")).etapes
    assert etapes[-1] == "Ce jour n'est pas ouvré (Ascension) : report au vendredi 15 mai 2026."


def test_a_closing_day_of_the_town_does_not_close_the_court() -> None:
    assert demandes.recours_contentieux(J("2026-03-13"), calendrier=PONTS).date == J("2026-05-15")


def test_good_friday_closes_the_court_in_alsace() -> None:
    alsace = Calendrier(alsace_moselle=True)
    assert demandes.recours_contentieux(J("2026-02-02")).date == J("2026-04-03")
    assert demandes.recours_contentieux(J("2026-02-02"), calendrier=alsace).date == J("2026-04-07")


def test_the_appeal_is_lengthened_by_one_or_two_months_only() -> None:
    with pytest.raises(ValueError, match="outre-mer"):
        demandes.recours_contentieux(J("2026-01-10"), mois_supplementaires=3)


@pytest.mark.parametrize(
    ("fonction", "depart", "terme", "article"),
    [
        (demandes.defere_prefet, "2026-01-10", "2026-03-11", "L2131-6"),
        (demandes.defere_prefet, "2026-03-13", "2026-05-15", "L2131-6"),
        (demandes.motifs_refus_implicite, "2026-08-31", "2026-09-30", "L232-4"),
        (demandes.motifs_refus_implicite, "2026-12-15", "2027-01-15", "L232-4"),
        (demandes.communication_document, "2024-01-11", "2024-02-11", "R311-12"),
        (demandes.communication_document, "2026-01-31", "2026-02-28", "R311-12"),
        (demandes.reclamation_accessibilite, "2026-12-28", "2027-01-04", "RGAA"),
        (demandes.reclamation_accessibilite, "2028-02-25", "2028-03-03", "RGAA"),
    ],
)
def test_the_other_terms_fall_on_the_right_day(fonction: Any, depart: str, terme: str, article: str) -> None:
    expliquee = fonction(J(depart))
    assert expliquee.date == J(terme)
    assert article in expliquee.article


def test_every_request_is_acknowledged_but_for_the_exceptions_of_the_law() -> None:
    assert demandes.accuse_reception_requis()
    for exception in (
        "abusive",
        "accord_sous_quinze_jours",
        "simple_prestation_ou_document",
        "agent_de_l_administration",
    ):
        assert not demandes.accuse_reception_requis(**{exception: True}), exception


def test_the_acknowledgement_says_what_its_silence_requires() -> None:
    communes = {"date_reception", "service", "adresse_postale", "adresse_electronique", "telephone"}
    attendues = {
        ACC: communes | {"date_decision_implicite", "sens_du_silence", "attestation"},
        REJ: communes | {"date_decision_implicite", "sens_du_silence", "delais_de_recours", "voies_de_recours"},
        Silence.SANS_EFFET: communes,
    }
    for silence, mentions in attendues.items():
        assert set(demandes.mentions_accuse_reception(silence)) == mentions
        assert set(demandes.mentions_accuse_reception(silence, pieces_manquantes=True)) == mentions | {
            "pieces_manquantes"
        }
        assert mentions <= set(MENTIONS)


def test_a_request_is_received_on_a_day_not_at_an_instant() -> None:
    with pytest.raises(TypeError, match="date_legale"):
        decision_implicite(datetime(2026, 3, 2, 8, tzinfo=UTC), REJ)


def test_the_default_delay_is_two_months() -> None:
    assert Delai(2, Unite.MOIS) == demandes.DEUX_MOIS


@pytest.mark.parametrize(
    ("silence", "nee_le", "dit"),
    [
        (ACC, "2026-05-02", "acceptée depuis le 02/05/2026"),
        (REJ, "2026-05-02", "refusée depuis le 02/05/2026. Jusqu'au 03/07/2026"),
        (REJ, "2026-12-31", "Jusqu'au 01/03/2027"),
    ],
)
def test_who_had_no_answer_reads_what_silence_decided_and_until_when_to_contest(
    silence: Silence, nee_le: str, dit: str
) -> None:
    """CRPA L231-1 and L231-4, CJA R421-2 : two months that are clear days."""
    assert dit in demandes.phrase_apres_silence(silence, J(nee_le))
    assert demandes.phrase_apres_silence(Silence.SANS_EFFET, J(nee_le)) == ""
