"""Circuits as values: read, checked, drawn, exported."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buridan.circuits.bpmn import BPMN, DI, exporter
from buridan.circuits.dessin import Case, cases_du_modele, dessiner
from buridan.circuits.lecture import ecrire_circuit, lire_circuit
from buridan.circuits.modele import (
    A_CHOISIR,
    ROLES,
    CircuitInvalide,
    CircuitModele,
    Destinataire,
    EtapeModele,
    TypeEtape,
)
from buridan.circuits.niveaux import Niveau
from buridan.circuits.verification import verifier
from buridan.droit.delais import Delai, Unite

FICHIERS = sorted((Path(__file__).resolve().parents[2] / "presets").rglob("circuits/*.toml"))
SAIN = """[circuit]
code = "c"
titre = "C"
nature = "demandes"

[[etape]]
rang = 1
type = "traitement"
titre = "Traiter"
a = "role:service"
delai = "2 jours ouvrés"

[[etape]]
rang = 2
type = "reponse"
titre = "Répondre"
a = "role:service"
delai = "1 jour ouvré"
"""
TEXTE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(
    str.strip
)
ETAPE = st.builds(
    EtapeModele, rang=st.integers(1, 3), type=st.sampled_from(TypeEtape), titre=TEXTE,
    destinataire=st.builds(Destinataire, st.just("role"), st.sampled_from(sorted(ROLES))),
    delai=st.one_of(st.none(), st.builds(Delai, st.integers(1, 90), st.sampled_from(list(Unite)))),
    regle=st.sampled_from(["tous", "un", "2"]), votes_caches=st.booleans(), rappel_avant=st.integers(0, 9),
    escalade_apres=st.integers(0, 9), consigne=st.one_of(st.just(""), TEXTE), niveau_signature=st.sampled_from(["", *Niveau.values]),
)  # fmt: skip
CIRCUIT = st.builds(
    CircuitModele, code=st.just("essai"), titre=TEXTE, nature=st.just("demandes"), description=TEXTE, a_confirmer=st.booleans(),
    etapes=st.lists(ETAPE, min_size=1, max_size=6).map(
        lambda e: tuple(replace(x, cle=f"k{n}") for n, x in enumerate(sorted(e, key=lambda x: x.rang)))
    ),
)  # fmt: skip


@given(CIRCUIT)
def test_a_circuit_written_reads_back_as_itself(modele: CircuitModele) -> None:
    relu = lire_circuit(ecrire_circuit(modele), "essai")
    assert relu == modele and [e.cle for e in relu.etapes] == [e.cle for e in modele.etapes]


@given(CIRCUIT)
def test_a_draft_may_lack_titles_and_addressees(modele: CircuitModele) -> None:
    brouillon = replace(modele, etapes=tuple(replace(e, titre="", destinataire=A_CHOISIR) for e in modele.etapes))
    assert lire_circuit(ecrire_circuit(brouillon), "essai", brouillon=True) == brouillon
    with pytest.raises(CircuitInvalide):
        lire_circuit(ecrire_circuit(brouillon), "essai")


@given(CIRCUIT)
def test_a_drawing_is_sound_xml_without_style_or_script(modele: CircuitModele) -> None:
    svg = dessiner(cases_du_modele(modele), titre=modele.titre, identifiant="x")
    racine = ET.fromstring(svg)
    assert not [e for e in racine.iter() if "style" in e.attrib or e.tag.endswith("script")]


def test_a_drawing_escapes_what_a_person_typed() -> None:
    svg = dessiner([[Case("<script>alert(1)</script>")]], titre="<b>", identifiant="x")
    assert "<script" not in svg
    assert "<b>" not in svg


@given(CIRCUIT)
def test_every_bpmn_element_has_its_shape_and_every_reference_resolves(modele: CircuitModele) -> None:
    racine = ET.fromstring(exporter(modele))
    processus = racine.find(f"{{{BPMN}}}process")
    assert processus is not None
    elements = {e.get("id") for e in processus if e.get("id")}
    dessines = {e.get("bpmnElement") for e in racine.iter() if e.tag in (f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")}
    assert dessines == elements
    flux = processus.findall(f"{{{BPMN}}}sequenceFlow")
    assert all(f.get("sourceRef") in elements and f.get("targetRef") in elements for f in flux)
    assert len(processus.findall(f"{{{BPMN}}}userTask")) == len(modele.etapes)


@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda f: f.stem)
def test_the_circuits_of_the_presets_are_read(fichier: Path) -> None:
    assert lire_circuit(fichier.read_text(encoding="utf-8"), fichier.name).etapes


def _fautes(texte: str) -> str:
    try:
        modele = lire_circuit(texte, "c.toml")
    except CircuitInvalide as erreur:
        return "\n".join(map(str, erreur.fautes))
    return "\n".join(map(str, verifier(modele, postes={"p"}, entites={"e"}, source="c.toml")))


def test_a_sound_circuit_has_no_fault() -> None:
    assert _fautes(SAIN) == ""


def test_a_level_of_signature_is_one_of_those_and_of_a_signature_only() -> None:
    deux = SAIN.replace("rang = 2", "rang = 3").replace(
        "[[etape]]\nrang = 3",
        '[[etape]]\nrang = 2\ntype = "signature"\ntitre = "Signer"\na = "role:dgs"\ndelai = "1 jour ouvré"\n'
        'niveau_signature = "avancee"\n\n[[etape]]\nrang = 3',
    )
    assert _fautes(deux) == ""
    assert "le niveau de signature « forte » n'existe pas" in _fautes(deux.replace("avancee", "forte"))
    mal = SAIN.replace('type = "reponse"', 'type = "reponse"\nniveau_signature = "simple"')
    assert "qu'à une étape de type « signature »" in _fautes(mal)
    modele = lire_circuit(deux, "c.toml")
    assert "au moins une" in dessiner(cases_du_modele(modele), titre="C", identifiant="c")
    assert "signature avancée" in exporter(modele).decode()


@pytest.mark.parametrize(
    ("avant", "apres", "raison"),
    [
        ('a = "role:service"\ndelai = "2', 'a = "poste:inconnu"\ndelai = "2', "n'existe pas dans l'organisation"),
        ('type = "reponse"', 'type = "visa"', "de type « réponse »"),
        ("rang = 2", "rang = 3", "doivent se suivre"),
        ('delai = "2 jours ouvrés"\n', "", "il manque un délai"),
        ('delai = "2 jours ouvrés"', 'delai = "bientôt"', "c.toml, ligne 6"),
        ('type = "traitement"', 'type = "danse"', "n'existe pas. Types possibles"),
        ('titre = "Traiter"', 'titre = "Traiter"\ncouleur = "bleu"', "« couleur » est inconnu"),
        ("rang = 1", 'rang = 1\nregle = "3"', "ne peut pas être atteinte"),
        ("rang = 1", "rang = 1\nvotes_caches = true", "votes cachés"),
        ("[circuit]", "[circuit", "TOML valide"),
    ],
)
def test_a_fault_is_named_with_its_reason(avant: str, apres: str, raison: str) -> None:
    assert avant in SAIN
    assert raison in _fautes(SAIN.replace(avant, apres, 1))


@pytest.mark.parametrize(
    ("avant", "apres", "ligne"),
    [
        ('a = "role:service"\ndelai = "2', 'a = "poste:inconnu"\ndelai = "2', 6),
        ('a = "role:service"\ndelai = "1', 'a = "entite:inconnue"\ndelai = "1', 13),
        ('type = "reponse"', 'type = "visa"', 13),
        ("rang = 2", "rang = 3", 13),
        ('delai = "2 jours ouvrés"\n', "", 6),
        ("rang = 1", "rang = 1\nvotes_caches = true", 6),
        ("rang = 2", "rang = 2\nregle = 3", 13),
        ("[[etape]]\nrang = 1", "# two\n# more lines\n [[ etape ]] # the first\nregle = 3\nrang = 1", 8),
        ('titre = "Traiter"', f'titre = "{"T" * 121}"', 6),
        ('titre = "Traiter"', 'titre = "Traiter"\nrappel_avant = -1', 6),
    ],
)
def test_a_fault_of_a_whole_circuit_is_named_with_its_line(avant: str, apres: str, ligne: int) -> None:
    assert avant in SAIN
    [faute] = _fautes(SAIN.replace(avant, apres, 1)).splitlines()
    assert faute.startswith(f"c.toml, ligne {ligne} : ")


def test_two_etapes_with_the_same_key_are_refused_with_the_line() -> None:
    texte = SAIN.replace("rang = ", 'cle = "x"\nrang = ')
    assert _fautes(texte) == "c.toml, ligne 14 : la clé « x » est déjà celle d'une autre étape."
