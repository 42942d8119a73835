"""Gestures on a circuit and what they change, as values."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buridan.circuits.differences import Changement, Genre, differences
from buridan.circuits.edition import EtapeDisparue, Sens, ajouter, deplacer, enlever, places, presenter, remplacer
from buridan.circuits.lecture import lire_circuit
from buridan.circuits.modele import CircuitModele, Destinataire, EtapeModele, TypeEtape
from buridan.droit.delais import Delai

from .test_circuits import CIRCUIT, ETAPE

LETTRES = "ABCDEF"


def _circuit(*rangs: str, **champs: str) -> CircuitModele:
    """`_circuit("A", "BC")`: A, then B and C in parallel."""
    etapes = tuple(
        EtapeModele(n, TypeEtape.VISA, lettre, Destinataire("role", "dgs"), Delai.lire("2 jours ouvrés"), cle=lettre, **champs)  # type: ignore[arg-type]
        for n, rang in enumerate(rangs, 1) for lettre in rang
    )  # fmt: skip
    return CircuitModele("c", "C", "demandes", "", False, etapes)


def _rangs(modele: CircuitModele) -> list[str]:
    return ["".join(e.cle for e in rang) for rang in modele.rangs()]


def _dit(avant: CircuitModele, apres: CircuitModele) -> list[Changement]:
    return differences(avant, apres, lambda d: d.libelle)


@given(CIRCUIT, st.lists(st.tuples(st.integers(0, 9), st.sampled_from([*Sens, "enlever"])), max_size=8))
def test_whatever_the_gestures_ranks_follow_from_one_and_no_etape_is_lost(modele: CircuitModele, gestes: list) -> None:
    cles = {e.cle for e in modele.etapes}
    for n, geste in gestes:
        if not modele.etapes:
            break
        cle = modele.etapes[n % len(modele.etapes)].cle
        if geste == "enlever":
            modele = enlever(modele, cle)
            cles.remove(cle)
        else:
            modele = deplacer(modele, cle, geste)
        assert {e.rang for e in modele.etapes} == set(range(1, len(modele.rangs()) + 1))
        assert len(modele.etapes) == len(cles) and {e.cle for e in modele.etapes} == cles


@pytest.mark.parametrize(
    ("avant", "cle", "sens", "apres"),
    [
        ("A B C", "B", Sens.MONTER, "B A C"),
        ("A B C", "B", Sens.DESCENDRE, "A C B"),
        ("A B C", "B", Sens.JOINDRE, "AB C"),
        ("A BC D", "C", Sens.MONTER, "A C B D"),
        ("A BC D", "B", Sens.DESCENDRE, "A C B D"),
        ("A BC D", "D", Sens.JOINDRE, "A BCD"),
        ("A BC D", "D", Sens.MONTER, "A D BC"),
        ("A B", "A", Sens.MONTER, "A B"),
        ("A B", "B", Sens.DESCENDRE, "A B"),
        ("AB C", "A", Sens.JOINDRE, "AB C"),
    ],
)
def test_an_etape_moves_where_its_button_says(avant: str, cle: str, sens: Sens, apres: str) -> None:
    assert _rangs(deplacer(_circuit(*avant.split()), cle, sens)) == apres.split()


def test_a_lone_etape_has_no_rule_left_and_a_joined_one_takes_that_of_the_rank() -> None:
    modele = _circuit("A", "BC", regle="un")
    assert [e.regle for e in deplacer(modele, "C", Sens.DESCENDRE).etapes] == ["un", "tous", "tous"]
    assert [e.regle for e in enlever(modele, "B").etapes] == ["un", "tous"]
    joint = deplacer(
        replace(_circuit("AB", "C"), etapes=(*_circuit("AB", regle="un").etapes, *_circuit("A", "C").etapes[1:])),
        "C",
        Sens.JOINDRE,
    )
    assert [e.regle for e in joint.etapes] == ["un", "un", "un"]


@given(CIRCUIT, ETAPE)
def test_every_place_that_is_offered_is_understood(modele: CircuitModele, etape: EtapeModele) -> None:
    for place, _mots in places(modele):
        apres = ajouter(modele, replace(etape, cle="neuve"), place)
        assert len(apres.etapes) == len(modele.etapes) + 1 and apres.etape("neuve") is not None


def test_an_etape_that_is_gone_is_not_changed() -> None:
    for geste in (lambda m: enlever(m, "Z"), lambda m: remplacer(m, replace(m.etapes[0], cle="Z"))):
        with pytest.raises(EtapeDisparue):
            geste(_circuit("A"))


# --- what changes -----------------------------------------------------------------------------------------------------


@given(CIRCUIT)
def test_nothing_changes_between_a_circuit_and_itself(modele: CircuitModele) -> None:
    assert _dit(modele, modele) == []


def test_an_added_etape_is_named_with_its_place_and_those_after_it_have_not_moved() -> None:
    avant = _circuit("A", "B")
    neuve = replace(_circuit("N").etapes[0], titre="Neuve")
    [changement] = _dit(avant, ajouter(avant, neuve, "apres:A"))
    assert changement.phrase == (
        "Étape ajoutée : « Neuve », visa, par le directeur général des services, en 2 jours ouvrés, après « A »."
    )


def test_a_removed_etape_is_named_once() -> None:
    [changement] = _dit(_circuit("A", "B", "C"), enlever(_circuit("A", "B", "C"), "B"))
    assert (changement.genre, changement.sujet) == (Genre.ENLEVEE, "B")


@pytest.mark.parametrize(
    ("avant", "apres", "bougees"),
    [
        ("A B C D", "D A B C", ["D"]),
        ("A B C D", "A C B D", 1),
        ("A B C", "A BC", 1),
        ("A BC", "A B C", 1),
        ("A B", "B A", 1),
        ("A BC D", "A CB D", []),
    ],
)
def test_only_what_moved_is_said_to_have_moved(avant: str, apres: str, bougees: list[str] | int) -> None:
    changements = _dit(_circuit(*avant.split()), _circuit(*apres.split()))
    assert {c.genre for c in changements} <= {Genre.DEPLACEE}
    trouvees = [c.sujet for c in changements]
    assert trouvees == bougees if isinstance(bougees, list) else len(trouvees) == bougees


def test_a_field_says_from_what_to_what() -> None:
    avant = _circuit("A")
    apres = remplacer(
        avant, replace(avant.etapes[0], delai=Delai.lire("5 jours francs"), destinataire=Destinataire("role", "maire"))
    )
    assert [c.detail for c in _dit(avant, apres)] == [
        "qui agit : « le directeur général des services » devient « le maire »",
        "délai : « 2 jours ouvrés » devient « 5 jours francs »",
    ]
    [titre] = _dit(avant, presenter(avant, titre="D", description="", a_confirmer=False))
    assert titre.phrase == "Circuit : « D », titre : « C » devient « D »."


def test_an_etape_is_followed_by_its_title_when_a_file_gives_no_keys() -> None:
    texte = """[circuit]
code = "c"
titre = "C"
nature = "demandes"
[[etape]]
rang = 1
type = "visa"
titre = "Viser"
a = "role:dgs"
delai = "2 jours ouvrés"
[[etape]]
rang = 2
type = "reponse"
titre = "Répondre"
a = "role:service"
delai = "2 jours ouvrés"
"""
    plus = texte.replace("rang = 2", "rang = 3").replace("rang = 1", "rang = 2").replace(
        "[[etape]]", '[[etape]]\nrang = 1\ntype = "avis"\ntitre = "Avis"\na = "role:dga"\ndelai = "1 jour ouvré"\n[[etape]]', 1
    )  # fmt: skip
    [changement] = _dit(lire_circuit(texte, "c"), lire_circuit(plus, "c"))
    assert (changement.genre, changement.sujet) == (Genre.AJOUTEE, "Avis")


def test_everything_is_new_in_a_new_circuit() -> None:
    assert [c.genre for c in differences(None, _circuit("A", "B"), str)] == [Genre.AJOUTEE] * 2
