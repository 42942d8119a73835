"""The note on paper: in the order of the town's form, with its visas, tagged, on one page when it is short."""

import pytest

from buridan.dossiers.etats import TypeEtape
from buridan.notes.actions.arbitrer import arbitrer
from buridan.notes.models import PartieNote
from buridan.notes.papier import composer
from buridan.organisation.acteur import systeme
from tests.conftest import Troupe
from tests.lecture_pdf import balises, lire, texte
from tests.notes.ecrits import commencee, ecrire, envoyee, mener, qui_peut

pytestmark = pytest.mark.django_db


def _dans_l_ordre(dit: str, *morceaux: str) -> None:
    places = [dit.index(m) for m in morceaux]
    assert places == sorted(places), [m for _p, m in sorted(zip(places, morceaux, strict=True))]


def test_the_parts_stand_in_the_order_of_the_form(troupe: Troupe) -> None:
    note = envoyee(troupe, "arbitrage")
    dit = texte(composer(note, systeme(troupe.at)))
    _dans_l_ordre(
        dit, "Réf", "Date", "À l'attention de", "Direction", "Sous couvert de (1)", "Sous couvert de (2)", "Objet",
        "Le contexte", "Les enjeux", "L'arbitrage", "Préconisations du service", "Descriptif du projet",
        "Impacts sur les ressources", "proposés à l'arbitrage", "Visas", "Cadre réservé : Direction générale adjointe",
        "Cadre réservé : Direction générale des services", "Cadre réservé : Direction du cabinet",
        "Cadre réservé : Élu(e) thématique", "Cadre réservé : Maire",
    )  # fmt: skip
    for section in ("Smart City", "Juridique et assemblées", "Finances", "Ressources humaines", "Communication"):
        assert section in dit
    assert note.dossier.reference in dit and "Réparer le tablier avant l'hiver." in dit


def test_a_short_note_of_arbitration_stands_on_one_tagged_page(troupe: Troupe) -> None:
    pdf = composer(envoyee(troupe, "arbitrage"), systeme(troupe.at))
    lu = lire(pdf)
    assert len(lu.pages) == 1
    assert {"/H1", "/H2", "/H3", "/P"} <= set(balises(pdf))
    assert lu.trailer["/Root"]["/Lang"] == "fr-FR" and "Note d'arbitrage" in str(lu.metadata.title)  # type: ignore[index,union-attr]
    assert "pdfuaid" in lu.trailer["/Root"]["/Metadata"].get_object().get_data().decode()  # type: ignore[index]


def test_each_visa_has_its_frame_with_who_and_when_and_the_mayor_s_too(troupe: Troupe) -> None:
    note = envoyee(troupe)
    maire = mener(troupe, note, TypeEtape.DECISION)
    arbitrer(maire, by=qui_peut(troupe, maire), at=troupe.at, choix="accord", texte="Sans tarder.")
    dit = texte(composer(note, systeme(troupe.at)))
    assert dit.count("Visée — ") == 4 and "Décision favorable — " in dit and "Sans tarder." in dit
    assert troupe.annuaire.nom_personne(troupe.titulaire("adjoint-4")) in dit


def test_a_note_not_yet_sent_is_marked(troupe: Troupe) -> None:
    assert "PROJET" in texte(composer(commencee(troupe), systeme(troupe.at)))
    assert "PROJET" not in texte(composer(envoyee(troupe), systeme(troupe.at)))


def test_nothing_that_was_typed_is_evaluated(troupe: Troupe) -> None:
    note = commencee(troupe)
    piege = '#panic("x") *gras* = Titre $x$ 😀'
    ecrire(note, qui_peut(troupe, note.dossier.etapes.first()), contexte=piege)
    PartieNote.objects.create(note=note, code="impacts", contenu={"texte": '#read("/etc/passwd")'}, at=troupe.at)
    dit = texte(composer(note, systeme(troupe.at)))
    assert '#panic("x") *gras* = Titre $x$' in dit and '#read("/etc/passwd")' in dit
