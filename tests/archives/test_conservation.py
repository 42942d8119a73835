"""How long each nature is kept and what becomes of it: from the preset, and what is erased is what the data map says."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from buridan.archives import conservation
from buridan.archives.chargement import charger as charger_la_table
from buridan.archives.models import RegleConservation
from buridan.dossiers.chargement import charger
from buridan.dossiers.etats import SortFinal
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import Chargement, natures
from buridan.droit.conservation import mois_de
from buridan.lancement.verification import fautes
from buridan.organisation.chargement import PresetInvalide
from buridan.outils.verdict import Refus
from buridan.vieprivee.actions.effacer import executer
from buridan.vieprivee.actions.proposer import approuver, proposer
from buridan.vieprivee.eliminables import echus
from buridan.vieprivee.models import Effacement, Genre
from tests.conftest import Troupe
from tests.vieprivee.conftest import connecter, magasin  # noqa: F401  a fixture
from tests.vieprivee.planter import dans_la_base

from .natures import OUVRIR, clos, echoir, planter

pytestmark = pytest.mark.django_db


def test_every_nature_has_a_retention_in_the_preset_with_its_source(troupe: Troupe) -> None:
    """A new nature is red here until its line stands in conservation.toml, and until `OUVRIR` opens one."""
    assert conservation.sans_duree() == []
    assert {n.code for n in natures()} - {"essai"} == set(OUVRIR)
    for _partie, fixee in conservation.durees():
        assert mois_de(fixee.duree) > 0 and fixee.sort in SortFinal.values
        assert "confirmer" in fixee.source, fixee


@pytest.mark.parametrize(
    ("ajout", "faute"),
    [
        ("[potins]\n", "[potins] : cette nature n'existe pas"),
        ('[demandes]\nduree = "2 ans"\n', "la durée se fixe type par type"),
        ('[essai-vide]\n[notes]\nduree = "2 ans"\nsort_final = "tri"\n', "[notes] : il manque « source »"),
        ('[notes]\nduree = "dix ans"\nsort_final = "tri"\nsource = "x"\n', "« dix ans » n'est pas une durée"),
        ('[notes]\nduree = "2 ans"\nsort_final = "oubli"\nsource = "x"\n', "« oubli » n'est pas un sort final"),
        ('[notes]\nduree = "2 ans"\nsort_final = "tri"\nsource = "x"\nqui = "moi"\n', "« qui » est inconnu"),
        ("[notes\n", "n'est pas du TOML valide"),
    ],
)
def test_a_fault_of_the_table_is_named_and_nothing_is_written(
    ajout: str, faute: str, troupe: Troupe, tmp_path: Path
) -> None:
    (tmp_path / "conservation.toml").write_text(ajout, encoding="utf-8")
    avant, lu = list(RegleConservation.objects.values()), Chargement(tmp_path, troupe.at, set(), (), (), [])
    assert charger_la_table(lu)() == 0
    assert any(faute in f for f in lu.fautes), lu.fautes
    assert list(RegleConservation.objects.values()) == avant


def test_a_type_of_request_says_its_final_disposition(troupe: Troupe, tmp_path: Path) -> None:
    preset = Path(copytree(settings.PRESETS / "bethune", tmp_path / "bethune"))
    fichier = preset / "types_demandes.toml"
    fichier.write_text(
        fichier.read_text().replace('conservation = "2 ans"', 'conservation = "2 lunes"\nsort_final = "oubli"', 1)
    )
    (preset / "conservation.toml").write_text("[potins]\n")
    with pytest.raises(PresetInvalide) as refus:
        charger(preset, at=troupe.at)
    dites = " ".join(refus.value.fautes)
    for faute in ("« oubli » n'est pas un choix", "« 2 lunes » n'est pas une durée", "[potins] : cette nature"):
        assert faute in dites
    sorts = {fixee.type: fixee.sort for _partie, fixee in conservation.durees()}
    assert sorts["Nid-de-poule ou chaussée abîmée"] == "destruction"
    assert {"destruction", "versement", "tri"} == set(sorts.values())


def test_a_closed_dossier_of_each_nature_past_its_term_is_erased_as_the_map_says(troupe: Troupe, magasin: Any) -> None:  # noqa: F811
    echoir(SortFinal.DESTRUCTION)
    dossiers = [clos(troupe, nature) for nature in OUVRIR]
    sains = set(fautes(complet=False))
    touchees = set().union(*(planter(dossier) for dossier in dossiers))
    assert touchees >= {
        "dossiers.Dossier", "dossiers.Document", "demandes.Demande", "notes.PartieNote", "notes.VersionPartie", "courriers.Courrier",
        "courriers.Depart", "commandes.Commande", "appels.Appel", "appels.Echange", "decisions.DemandeInterne", "elus.DemandeElu",
    }  # fmt: skip
    assert {d.pk for d in dossiers} <= {x.dossier.pk for x in echus(troupe.annuaire.jour)}
    un, autre = troupe.au_poste("dpo"), troupe.au_poste("resp-archives")
    liste = proposer([d.pk for d in dossiers], genre=Genre.CONSERVATION, by=un, at=troupe.at)
    approuver(liste, visa_le=un.annuaire.jour, by=autre, at=troupe.at)
    assert executer(Effacement.objects.get(pk=liste.pk), at=troupe.at) == len(dossiers), list(liste.lignes.values())
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert dans_la_base() == {}
    assert set(fautes(complet=False)) - sains == set()


@pytest.mark.parametrize("sort", ["versement", "tri"])
def test_what_goes_to_the_archives_is_never_proposed_for_destruction(sort: str, troupe: Troupe, magasin: Any) -> None:  # noqa: F811
    note = clos(troupe, "notes")
    RegleConservation.objects.filter(nature="notes").update(duree="0 mois", sort_final=sort)
    assert note.pk not in {x.dossier.pk for x in echus(troupe.annuaire.jour)}
    with pytest.raises(Refus, match="archives définitives"):
        proposer([note.pk], genre=Genre.PERSONNE, by=troupe.au_poste("dpo"), at=troupe.at)


def test_a_dossier_whose_disposition_changed_after_the_approval_is_kept(troupe: Troupe, magasin: Any) -> None:  # noqa: F811
    note, un, autre = clos(troupe, "notes"), troupe.au_poste("dpo"), troupe.au_poste("resp-archives")
    RegleConservation.objects.filter(nature="notes").update(duree="0 mois", sort_final="destruction")
    liste = proposer([note.pk], genre=Genre.CONSERVATION, by=un, at=troupe.at)
    approuver(liste, visa_le=un.annuaire.jour, by=autre, at=troupe.at)
    RegleConservation.objects.filter(nature="notes").update(sort_final="versement")
    assert executer(Effacement.objects.get(pk=liste.pk), at=troupe.at) == 0
    assert "archives définitives" in liste.lignes.get().refus
    assert Dossier.objects.get(pk=note.pk).efface_le is None


def test_the_retention_table_is_shown_with_what_is_not_fixed(troupe: Troupe) -> None:
    RegleConservation.objects.filter(nature="notes").delete()
    page = connecter(troupe.au_poste("dpo").personne).get("/donnees/durees/").content.decode()
    assert "jamais proposé à l'effacement : Note" in page.replace("&#x27;", "'")
    assert "10 ans, puis tri par les archives" in page and "L123-22" in page
    assert Client().get("/donnees/durees/").status_code == 302
