"""The catalogue of the rules: complete, and the only place where an article is written."""

import re
from datetime import date
from pathlib import Path

import pytest

import buridan.droit
from buridan.droit.delais import date_expliquee
from buridan.droit.regles import Statut, catalogue, charger, regle

SOURCES = Path(buridan.droit.__file__).parent
FICHE = '[[regle]]\nid = "x"\narticle = "a"\ntitre = "t"\nsource = "s"\nstatut = "verifiee"\n'


def test_every_rule_named_in_the_code_is_in_the_catalogue() -> None:
    code = "\n".join(fichier.read_text(encoding="utf-8") for fichier in SOURCES.glob("*.py"))
    nommees = set(re.findall(r'"((?:crpa|cgct|cja|rgaa)\.[a-z_.]+)"', code))
    assert len(nommees) >= 20
    assert nommees <= set(catalogue())


def test_every_rule_says_what_it_is_and_where_it_comes_from() -> None:
    assert len(catalogue()) >= 30
    for fiche in catalogue().values():
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", fiche.id)
        assert fiche.article
        assert fiche.titre
        assert fiche.source
        assert len(fiche.titre) <= 120, "a title, not a copy of the text"


def test_what_was_not_read_at_its_source_waits_for_a_jurist() -> None:
    assert regle("crpa.accuse.reception").statut is Statut.A_CONFIRMER
    assert regle("crpa.silence.rejet.incomplete").statut is Statut.A_CONFIRMER
    assert regle("crpa.accuse.mentions").statut is Statut.VERIFIEE


def test_an_explained_date_takes_its_article_from_the_catalogue() -> None:
    assert date_expliquee(date(2026, 6, 25), "cgct.quorum").article == regle("cgct.quorum").article
    with pytest.raises(KeyError):
        date_expliquee(date(2026, 6, 25), "regle.inconnue")


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        (FICHE + FICHE, "figure deux fois"),
        (FICHE.replace('titre = "t"\n', ""), "manquants \\['titre'\\]"),
        (FICHE.replace('"a"', '" "'), "manquants \\['article'\\]"),
        (FICHE + 'auteur = "moi"\n', "inconnus \\['auteur'\\]"),
        (FICHE.replace("verifiee", "peut-être"), "peut-être"),
    ],
)
def test_a_faulty_catalogue_is_refused(texte: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        charger(texte)


def test_a_note_may_be_left_out() -> None:
    assert charger(FICHE)["x"].note == ""
