"""The finance system's files: every fault is named, nothing is half written, the differences are those that are applied."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from buridan.budget.actions.importer import DifferencesChangees, abandonner_import, appliquer_import, differences
from buridan.budget.actions.reserver import engager, reserver
from buridan.budget.chargement import charger_budget, correspondance_du_preset
from buridan.budget.correspondance import lire_correspondance
from buridan.budget.models import ImportBudget, LigneBudget, Releve
from buridan.journal import chaine
from buridan.journal.models import Ligne
from buridan.organisation.chargement_lecture import PresetInvalide
from buridan.outils.montants import euros, lire_montant
from buridan.outils.verdict import FichierInvalide, Refus
from tests.monde import AT, JOUR

from .conftest import ENTETE, TOML, Budget

pytestmark = pytest.mark.django_db
L1 = "L1;Enrobé;VOI;F;011;1 000,00;;;"


def fautes(budget: Budget, *lignes: str, **autres: Any) -> list[str]:
    """What is said of this file; the budget does not move."""
    avant = list(LigneBudget.objects.values_list()), ImportBudget.objects.count()
    with pytest.raises(FichierInvalide) as leve:
        budget.preparer(*lignes, **autres)
    assert avant == (list(LigneBudget.objects.values_list()), ImportBudget.objects.count())
    return leve.value.fautes


def test_amounts_are_read_as_they_are_written_and_columns_are_added(budget: Budget) -> None:
    budget.appliquer("L1;Enrobé;VOI;F;011;1 000,00;-200,5;300;12,34", "L2;Arbres;PRO;I;21;5\u202f000,00 €;;;")
    l1, l2 = budget.ligne("L1"), budget.ligne("L2")
    assert (l1.credits, l1.engage, l1.mandate) == (Decimal("799.50"), 300, Decimal("12.34"))
    assert (l2.credits, l2.section, l2.service_id) == (5000, "investissement", budget.monde.entites["proprete"])


def test_every_fault_has_its_file_its_line_and_its_reason(budget: Budget) -> None:
    assert fautes(
        budget, L1, "L1;Encore;VOI;F;011;1;;;", ";Sans code;VOI;F;011;1;;;", "L3;;VOI;F;011;1;;;", "L4;x;ZZZ;F;011;1;;;",
        "L5;x;VOI;X;011;1;;;", "L6;x;VOI;F;011;douze;;;", "L7;x;VOI;F;011;1,234;;;", "L8;x;VOI;F;011;;;;", "L9;x;VOI;F;011;1;-2;;",
        "L10;x;VOI;F;011;1;;-1;", "L11;x;VOI;F;011;1;;", "L12;x;VOI;F;" + "0" * 21 + ";1;;;",
    ) == [
        "essai.csv, ligne 3 : le code « L1 » est déjà à la ligne 2.",
        "essai.csv, ligne 4 : « code » est vide.",
        "essai.csv, ligne 5 : « libelle » est vide.",
        "essai.csv, ligne 6 : aucun service ouvert pour « ZZZ ». Ajoutez-le à [services] dans la correspondance.",
        "essai.csv, ligne 7 : « X » n'est pas une section. Ajoutez-la à [sections] dans la correspondance.",
        "essai.csv, ligne 8 : credits : « douze » n'est pas un montant. Écrivez-le comme 1234,50.",
        "essai.csv, ligne 9 : credits : « 1,234 » a plus de deux chiffres après la virgule.",
        "essai.csv, ligne 10 : les crédits ne sont pas écrits. Écrivez 0 s'il n'y en a pas.",
        "essai.csv, ligne 11 : « credits » serait de -1 : ce montant est négatif ou trop grand.",
        "essai.csv, ligne 12 : « engage » serait de -1 : ce montant est négatif ou trop grand.",
        "essai.csv, ligne 13 : 9 colonnes au lieu de 10.",
        "essai.csv, ligne 14 : « chapitre » dépasse 20 caractères.",
    ]  # fmt: skip


def test_a_fault_of_the_year_of_the_columns_or_of_a_quote_is_named(budget: Budget) -> None:
    (faute,) = fautes(budget, octets=f"{ENTETE}26;L1;x;VOI;F;011;1;;;\n".encode())
    assert faute == "essai.csv, ligne 2 : « 26 » n'est pas une année."
    manque, lues = fautes(budget, octets=ENTETE.replace("Engagé", "Engage").encode())
    assert manque == "essai.csv, ligne 1 : il manque la colonne « Engagé »." and "« Engage »" in lues
    manque, deux, _lues = fautes(budget, octets=ENTETE.replace("Chapitre", "Code").encode())
    assert "manque la colonne « Chapitre »" in manque and "la colonne « Code » est là deux fois" in deux
    assert "guillemet" in fautes(budget, octets=(ENTETE + f'{budget.annee};"L1;x;VOI\n').encode())[0]
    assert fautes(budget, octets=ENTETE.encode()) == ["essai.csv : le fichier ne contient aucune ligne de budget."]
    assert fautes(budget, octets=b"") == ["essai.csv : le fichier ne contient aucune ligne de budget."]


def test_a_quoted_line_end_does_not_shift_the_line_numbers(budget: Budget) -> None:
    assert fautes(budget, 'L1;"Enrobé\net sable";VOI;F;011;1;;;', "L2;x;ZZZ;F;011;1;;;")[0].startswith(
        "essai.csv, ligne 4 :"
    )


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_usual_encodings_are_found_without_being_told(budget: Budget, encodage: str) -> None:
    budget.appliquer(octets=budget.fichier("L1;Éclairage – été;VOI;F;011;1;;;").decode().encode(encodage))
    assert budget.ligne().libelle == "Éclairage – été"


def test_another_encoding_is_told_by_the_mapping_and_a_wrong_one_is_said(budget: Budget) -> None:
    utf16 = lire_correspondance(TOML.replace("[fichier]", '[fichier]\nencodage = "utf-16"'), "m.toml")
    budget.appliquer(octets=budget.fichier(L1).decode().encode("utf-16"), correspondance=utf16)
    assert budget.ligne().libelle == "Enrobé"
    ascii_ = lire_correspondance(TOML.replace("[fichier]", '[fichier]\nencodage = "ascii"'), "m.toml")
    assert fautes(budget, L1, correspondance=ascii_) == [
        "essai.csv, ligne 1 : un caractère n'est pas en ascii. Écrivez le bon « encodage » dans la correspondance."
    ]
    assert "encodage est faux" in fautes(budget, octets=budget.fichier(L1).decode().encode("utf-16-le"))[0]


def test_characters_that_hide_or_turn_text_round_do_not_come_in(budget: Budget) -> None:
    budget.appliquer("L1;En\u202ero\u2066bé\x07;VOI;F;011;1;;;")
    assert budget.ligne().libelle == "Enrobé"


def test_blank_lines_and_totals_are_left_out_and_lines_before_the_heads_skipped(budget: Budget) -> None:
    plus = lire_correspondance(TOML.replace("[fichier]", "[fichier]\nlignes_avant = 2"), "m.toml")
    octets = b"Ville;;\nEdition du 10 mars\n" + budget.fichier(L1, ";TOTAL;;;;9 999,00;;;") + b";;;;;;;;;\n"
    origine = budget.preparer(octets=octets, correspondance=plus)
    assert (len(origine.contenu), origine.ignorees) == (1, 1)


def test_the_same_file_twice_changes_nothing(budget: Budget) -> None:
    d = budget.appliquer(L1)
    assert (d.nouvelles, d.changees, d.absentes, d.pareilles) == ([], [], [], 1)


def test_the_differences_say_what_would_change_and_what_would_be_overspent(budget: Budget) -> None:
    reserver(budget.ligne(), by=budget.par("chef_voirie"), at=AT, montant=Decimal(600), reference="B", objet="x")
    origine = budget.preparer("L1;Enrobé et sable;VOI;F;011;500;;;", "L2;Neuve;PRO;F;011;5;;;")
    d = differences(origine)
    assert [n.code for n in d.nouvelles] == ["L2"] and d.absentes == []
    assert d.changees[0].champs == (
        ("Libellé", "Enrobé", "Enrobé et sable"),
        ("Crédits", Decimal("1000.00"), Decimal("500")),
    )
    assert [(x.code, reste) for x, reste in d.depassees] == [("L1", Decimal(-100))]
    assert budget.ligne().libelle == "Enrobé"  # shown, not applied
    appliquer_import(origine, by=budget.par("etranger"), at=AT, empreinte=d.empreinte)
    assert budget.ligne().disponible == -100


def test_what_the_file_says_nothing_of_stays_as_it_is(budget: Budget) -> None:
    """A mapping without engaged nor chapter does not empty them."""
    budget.appliquer("L1;Enrobé;VOI;F;011;1 000;;400;40")
    sans = "\n".join(x for x in TOML.splitlines() if not x.startswith(("engage", "mandate", "chapitre")))
    correspondance = lire_correspondance(sans, "m.toml")
    origine = budget.preparer("L1;Enrobé;VOI;F;;300;;;", "L2;Neuve;VOI;F;;5;;;", correspondance=correspondance)
    d = differences(origine)
    assert d.changees[0].champs == (("Crédits", Decimal(1000), Decimal(300)),)
    assert [reste for _x, reste in d.depassees] == [-100]
    appliquer_import(origine, by=budget.par("etranger"), at=AT)
    ligne = budget.ligne()
    assert (ligne.credits, ligne.engage, ligne.mandate, ligne.chapitre) == (300, 400, 40, "011")
    assert (budget.ligne("L2").engage, budget.ligne("L2").chapitre) == (0, "")


def test_an_engaged_order_that_the_file_holds_is_not_counted_twice_in_what_would_be_overspent(budget: Budget) -> None:
    bon = reserver(budget.ligne(), by=budget.par("chef_voirie"), at=AT, montant=Decimal(600), reference="B", objet="x")
    engager(bon, by=budget.par("etranger"), at=AT, numero="E1", le=JOUR)
    lendemain = {"at": AT + timedelta(days=1), "extrait_le": JOUR + timedelta(days=1)}
    origine = budget.preparer("L1;Enrobé;VOI;F;011;1 000,00;;600;", **lendemain)
    assert differences(origine).depassees == []


def test_a_line_that_left_the_file_is_emptied_and_comes_back_with_it(budget: Budget) -> None:
    d = budget.appliquer("L2;Neuve;PRO;F;011;5;;;")
    assert [x.code for x in d.absentes] == ["L1"]
    assert (budget.ligne().fermee, budget.ligne().credits) == (True, 0)
    assert budget.appliquer("L2;Neuve;PRO;F;011;5;;;").absentes == []
    budget.appliquer(L1, "L2;Neuve;PRO;F;011;5;;;")
    assert (budget.ligne().fermee, budget.ligne().credits) == (False, 1000)


def test_what_moved_since_the_differences_were_shown_is_not_applied_unseen(budget: Budget) -> None:
    un, deux = budget.preparer("L1;Un;VOI;F;011;1;;;"), budget.preparer("L1;Deux;VOI;F;011;2;;;")
    vu = differences(deux).empreinte
    appliquer_import(un, by=budget.par("etranger"), at=AT, empreinte=differences(un).empreinte)
    with pytest.raises(DifferencesChangees):
        appliquer_import(deux, by=budget.par("etranger"), at=AT, empreinte=vu)
    assert budget.ligne().libelle == "Un"


def test_an_older_extract_is_refused_when_read_and_when_applied(budget: Budget) -> None:
    lu = budget.preparer(L1)
    budget.appliquer(L1, at=AT + timedelta(days=3), extrait_le=JOUR + timedelta(days=3))
    with pytest.raises(Refus, match="plus récents que ce fichier du 10/03/2026"):
        appliquer_import(lu, by=budget.par("etranger"), at=AT + timedelta(days=3))
    with pytest.raises(Refus, match="plus récents"):
        budget.preparer(L1)
    with pytest.raises(Refus, match="dans l'avenir"):
        budget.preparer(L1, extrait_le=JOUR + timedelta(days=1))


def test_it_is_applied_once_or_dropped_and_the_journal_says_so(budget: Budget) -> None:
    origine, autre = budget.preparer(L1), budget.preparer(L1)
    par = budget.par("etranger")
    appliquer_import(origine, by=par, at=AT)
    with pytest.raises(Refus, match="déjà fait : cet import est appliqué"):
        appliquer_import(origine, by=par, at=AT)
    abandonner_import(autre, by=par, at=AT)
    with pytest.raises(Refus, match="déjà fait : cet import est abandonné"):
        abandonner_import(autre, by=par, at=AT)
    verbes = Ligne.objects.filter(chaine__in=[origine.uuid, autre.uuid]).order_by("id").values_list("verbe", flat=True)
    assert list(verbes) == ["import_applique", "import_abandonne"]
    assert list(chaine.verifier()) == []
    assert Releve.objects.filter(origine=origine).count() == 1


@pytest.mark.parametrize("qui", ["dgs", "chef_voirie", "agent1"])
def test_only_the_finances_import(budget: Budget, qui: str) -> None:
    with pytest.raises(Refus, match="Seule la direction des finances"):
        budget.preparer(L1, by=budget.par(qui))
    origine = budget.preparer(L1)
    for decider in (appliquer_import, abandonner_import):
        with pytest.raises(Refus, match="Seule la direction des finances"):
            decider(origine, by=budget.par(qui), at=AT)


# --- the mapping -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("avant", "apres", "dite"),
    [
        ("[fichier]", "[fichie]", "la partie [fichie] est inconnue."),
        ('code = "Code"', "", "[colonnes] il manque « code »."),
        ('code = "Code"', "code = []", "[colonnes] « code » est le nom d'une colonne, ou une liste de noms."),
        ('code = "Code"', 'code = "Code"\ncodes = "x"', "[colonnes] « codes » est inconnu."),
        ('F = "fonctionnement"', 'F = "fonction"', "[sections] « fonction » n'est pas une section : fonctionnement, investissement."),
        ('VOI = "essai-voirie"', "VOI = 3", "[services] « VOI » doit être un texte."),
        ('milliers = " "', 'milliers = ","', "[fichier] « milliers » est vide, une espace, une apostrophe, ou celui du point et de la virgule qui reste."),
        ('milliers = " "', 'separateur = ";;"', "[fichier] « separateur » est un seul caractère."),
        ('milliers = " "', 'decimale = "-"', "[fichier] « decimale » est une virgule ou un point."),
        ('milliers = " "', 'encodage = "klingon"', "[fichier] l'encodage « klingon » n'existe pas. Exemples : utf-8, cp1252."),
        ('milliers = " "', "lignes_avant = -1", "[fichier] « lignes_avant » va de 0 à 100."),
        ('milliers = " "', "lignes_avant = true", "[fichier] « lignes_avant » n'a pas la bonne forme."),
        ('"Libellé" = "TOTAL"', '"Libellé" = 3', "[ignorer] « Libellé » est une valeur, ou une liste de valeurs."),
    ],
)  # fmt: skip
def test_each_fault_of_a_mapping_is_named(avant: str, apres: str, dite: str) -> None:
    assert avant in TOML
    with pytest.raises(FichierInvalide) as leve:
        lire_correspondance(TOML.replace(avant, apres), "m.toml")
    assert f"m.toml : {dite}" in leve.value.fautes


def test_a_mapping_that_is_not_toml_is_said() -> None:
    with pytest.raises(FichierInvalide, match="n'est pas du TOML valide"):
        lire_correspondance("[colonnes", "m.toml")


# --- amounts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "montant"), [("1 234,50", "1234.50"), ("-3", "-3"), ("0,1 €", "0.1"), ("1\u00a0000", "1000")]
)
def test_an_amount_is_read(texte: str, montant: str) -> None:
    assert lire_montant(texte) == Decimal(montant)


@pytest.mark.parametrize("texte", ["", "1.5", "1,2,3", "1e3", "NaN", "--1", "1,", "٣", "9" * 13, "1,001"])
def test_what_is_not_an_amount_is_refused(texte: str) -> None:
    with pytest.raises(ValueError, match="«"):
        lire_montant(texte)


def test_an_amount_is_said_in_french() -> None:
    assert euros(Decimal("-1234567.5")) == "-1\u202f234\u202f567,50\u00a0€"


# --- the preset --------------------------------------------------------------------------------------------------------


def test_the_preset_gives_the_first_budget_and_leaves_a_later_one_alone(db: None, at: Any) -> None:
    assert LigneBudget.objects.filter(a_confirmer=True).count() > 50
    assert charger_budget(settings.PRESETS / "bethune", at=at) == 0


def test_a_wrong_first_budget_is_refused_with_its_faults(budget: Budget, at: Any, tmp_path: Path) -> None:
    from tests.budget.conftest import vider

    vider()
    (tmp_path / "budget.csv").write_text("Code\nx\n")
    with pytest.raises(PresetInvalide, match="budget.toml"):
        charger_budget(tmp_path, at=at)
    (tmp_path / "budget.toml").write_text(TOML)
    with pytest.raises(PresetInvalide, match="il manque la colonne"):
        charger_budget(tmp_path, at=at)
    assert correspondance_du_preset(tmp_path / "ailleurs") is None
