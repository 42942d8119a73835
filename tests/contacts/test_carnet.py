"""The address book: found without accents, never doubled by itself, merged by somebody, erased for good; letters don't change."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.contacts.actions.effacer import effacer_contact, rejouer_contacts
from buridan.contacts.actions.reunir import reunir_contacts
from buridan.contacts.actions.tenir import corriger, creer, empreinte_de, fiche_de
from buridan.contacts.controle import revenus
from buridan.contacts.echange import COLONNES, importer, lignes
from buridan.contacts.fiche import Fiche, cle_de, commune_de
from buridan.contacts.models import Contact
from buridan.contacts.queries import MOIS_SANS_COURRIER, chercher, doubles, ressemblants, sans_courrier
from buridan.courriers.actions.clore import clore_sans_reponse
from buridan.courriers.models import Courrier
from buridan.interface.exports import Feuille, en_csv
from buridan.journal import effaces
from buridan.journal.models import Ligne
from buridan.organisation.acteur import systeme
from buridan.outils.verdict import FichierInvalide, Refus
from tests.conftest import Troupe
from tests.contacts.fiches import SIRET, fonction, organisation, personne
from tests.courriers.lettres import confie, du_courrier, poste, recu

pytestmark = pytest.mark.django_db


@pytest.fixture
def registre(settings: Any, tmp_path: Path) -> Path:
    settings.EFFACEMENTS = tmp_path / "effacements.txt"
    return tmp_path


def reunir(troupe: Troupe, garde: Contact, autre: Contact, *de_l_autre: str) -> Contact:
    vus = (empreinte_de(garde), empreinte_de(autre))
    return reunir_contacts(garde, autre, de_l_autre=de_l_autre, vus=vus, by=du_courrier(troupe), at=troupe.at)


def texte(*rangees: str) -> str:
    return "\n".join([";".join(COLONNES[1:]), *rangees])


# --- found ------------------------------------------------------------------------------------------------------------


def test_somebody_is_found_without_accents_nor_order_by_town_and_by_organisation(troupe: Troupe) -> None:
    elise, scierie = personne(troupe), organisation(troupe)
    chef = fonction(troupe, "Jean Noël", scierie, fonction="gérant")
    for mots, attendus in (
        ("beraud elise", [elise]), ("ELISE", [elise]), ("essai 62400 rue", [elise]), ("noel scierie", [chef]), ("gerant", [chef]),
        ("scierie", [chef, scierie]), ("personne d'autre", []),
    ):  # fmt: skip
        assert list(chercher(mots)) == attendus, mots


def test_who_resembles_is_proposed_and_a_stranger_is_not(troupe: Troupe) -> None:
    elise = personne(troupe, courriel="elise@courriel.example")
    scierie = organisation(troupe)
    chef = fonction(troupe, "Jean Noël", scierie)
    assert ressemblants("Mme BERAUD") == [elise]
    assert ressemblants("", "scierie") == [scierie, chef] or ressemblants("", "scierie") == [chef, scierie]
    assert ressemblants("J. Noel", "Scierie Essai")[0] == chef
    assert ressemblants("Un autre nom", courriel="ELISE@courriel.example") == [elise]
    boules, tir = organisation(troupe, "Association des boules"), organisation(troupe, "Association du tir")
    assert ressemblants("Association des boules") == [boules], "a common word makes nobody alike"
    assert set(ressemblants("association")) == {boules, tir}
    assert ressemblants("Martin") == [] and ressemblants("") == []


def test_names_and_towns_are_compared_as_people_say_them() -> None:
    assert cle_de("M. Jean-Noël ESSAI") == cle_de("Essai, Jean Noel") != cle_de("Essai Jeanne")
    assert commune_de("Bât. 62400, 3 rue X, 62119 Dourges-les-Essais CEDEX 9") == "dourges les essais 9"
    assert commune_de("3 rue sans code") == ""


# --- written ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"genre": "organisation", "nom": "X", "siret": "92000010600005"}, "SIRET"),
        ({"genre": "organisation", "nom": "X", "rna": "W12"}, "RNA"),
        ({"genre": "personne", "nom": " - "}, "nom"),
        ({"genre": "personne", "nom": "X", "courriel": "pas un courriel"}, "courriel"),
        ({"genre": "fonction", "nom": "X"}, "organisation"),
    ],
)
def test_a_contact_that_is_wrong_is_refused_with_the_reason(champs: dict[str, str], dit: str, troupe: Troupe) -> None:
    with pytest.raises(Refus, match=dit):
        creer(Fiche(**champs), by=du_courrier(troupe), at=troupe.at)
    assert not Contact.objects.exists()


def test_the_same_contact_written_twice_is_one_and_a_homonym_of_another_town_is_another(troupe: Troupe) -> None:
    assert personne(troupe) == personne(troupe, "BERAUD-ESSAI Elise", courriel="elise@courriel.example")
    assert personne(troupe) != personne(troupe, adresse="3 rue X, 59000 Ailleurs")


def test_only_who_registers_letters_writes_corrects_merges_or_erases(troupe: Troupe, registre: Path) -> None:
    un, deux, dgs = personne(troupe), personne(troupe, "Autre Essai"), troupe.au_poste("dgs")
    qui: dict[str, Any] = {"by": dgs, "at": troupe.at}
    vus = (empreinte_de(un), empreinte_de(deux))
    for geste in (
        lambda: corriger(un, fiche_de(un), vu=vus[0], **qui),
        lambda: reunir_contacts(un, deux, de_l_autre=(), vus=vus, **qui),
        lambda: effacer_contact(un, **qui), lambda: importer(texte("personne;X"), **qui),
    ):  # fmt: skip
        with pytest.raises(Refus, match="service du courrier"):
            geste()
    effacer_contact(un, by=troupe.au_poste("dpo"), at=troupe.at)


def test_a_correction_is_journalled_without_its_words_and_never_over_somebody_elses(troupe: Troupe) -> None:
    elise, by = personne(troupe), du_courrier(troupe)
    vu = empreinte_de(elise)
    corriger(elise, replace(fiche_de(elise), telephone="0611223344"), vu=vu, by=by, at=troupe.at)
    ligne = Ligne.objects.get(chaine=elise.uuid, verbe="corriger_contact").charge.contenu
    assert ligne == {"qui": by.nom, "corrections": "téléphone"}
    with pytest.raises(Refus, match="entre-temps"):
        corriger(elise, replace(fiche_de(elise), telephone="0700000000"), vu=vu, by=by, at=troupe.at)
    assert Contact.objects.get(pk=elise.pk).telephone == "0611223344"


# --- letters ----------------------------------------------------------------------------------------------------------


def test_a_letter_keeps_what_its_sender_was_that_day(troupe: Troupe) -> None:
    elise = personne(troupe)
    lettre = recu(troupe, expediteur="Élise Béraud-Essai", adresse=elise.adresse, contact=elise.pk)
    neuve = replace(fiche_de(elise), nom="Élise Autre", adresse="9 rue Neuve, 59000 Ailleurs")
    corriger(elise, neuve, vu=empreinte_de(elise), by=du_courrier(troupe), at=troupe.at)
    lue = Courrier.objects.get(pk=lettre.pk)
    assert (lue.expediteur, lue.adresse, lue.contact) == ("Élise Béraud-Essai", "3 rue de l'Essai, 62400 Essai", elise)


def test_a_new_sender_is_kept_with_the_organisation_and_once(troupe: Troupe) -> None:
    deux = [
        recu(troupe, expediteur="Camille Essai", organisme="Club Essai", courriel="c@courriel.example", garder=True)
        for _ in range(2)
    ]
    contact = deux[0].contact
    assert contact == deux[1].contact and (contact.nom, contact.organisation.nom) == ("Camille Essai", "Club Essai")
    seul = recu(troupe, expediteur="Club Essai", organisme="Club Essai", garder=True).contact
    assert seul == contact.organisation and Contact.objects.count() == 2


@pytest.mark.parametrize("comment", [{"confidentiel": True}, {"expediteur": "Anonyme"}])
def test_no_confidential_nor_unsigned_letter_makes_a_contact(comment: dict[str, Any], troupe: Troupe) -> None:
    if "confidentiel" in comment:
        comment = {**comment, "destinataire": poste(troupe, "dgs")}
    with pytest.raises(Refus, match="décochez la case"):
        recu(troupe, garder=True, **comment)
    assert not Contact.objects.exists() and not Courrier.objects.exists()


# --- merged -----------------------------------------------------------------------------------------------------------


def test_a_merge_takes_each_field_from_whom_one_chose_and_everything_follows(troupe: Troupe) -> None:
    garde, autre = (
        organisation(troupe, siret=SIRET),
        organisation(troupe, "Scierie ESSAI et fils", courriel="s@essai.example"),
    )
    chef = fonction(troupe, "Jean Noël", autre)
    lettre = recu(troupe, contact=autre.pk)
    reunir(troupe, garde, autre, "nom", "courriel")
    garde.refresh_from_db()
    autre.refresh_from_db()
    chef.refresh_from_db()
    assert (garde.nom, garde.courriel, garde.siret) == ("Scierie ESSAI et fils", "s@essai.example", SIRET)
    assert chef.organisation == garde and Courrier.objects.get(pk=lettre.pk).contact == garde
    assert (autre.reuni_a, autre.nom) == (garde, "Scierie ESSAI et fils"), "the trace says what it was"
    assert set(chercher("fils")) == {chef, garde}
    with pytest.raises(Refus, match="déjà fait"):
        reunir(troupe, garde, autre)
    recue = recu(troupe, contact=autre.pk, objet="Un autre objet")
    assert recue.contact == garde, "a form opened before the merge"


def test_a_merge_of_a_merge_leads_to_the_last_and_another_kind_is_refused(troupe: Troupe) -> None:
    un, deux, trois = personne(troupe), personne(troupe, "Deux Essai"), personne(troupe, "Trois Essai")
    reunir(troupe, deux, un)
    reunir(troupe, trois, deux)
    assert set(trois.reunis.values_list("pk", flat=True)) == {un.pk, deux.pk}
    with pytest.raises(Refus, match="ne se réunissent pas"):
        reunir(troupe, trois, organisation(troupe))


def test_two_contacts_that_changed_since_they_were_shown_are_not_merged(troupe: Troupe) -> None:
    un, deux = personne(troupe), personne(troupe, "Deux Essai")
    vus = (empreinte_de(un), empreinte_de(deux))
    corriger(deux, replace(fiche_de(deux), telephone="1"), vu=vus[1], by=du_courrier(troupe), at=troupe.at)
    with pytest.raises(Refus, match="entre-temps"):
        reunir_contacts(un, deux, de_l_autre=(), vus=vus, by=du_courrier(troupe), at=troupe.at)


def test_doubles_are_pointed_out_with_what_they_share(troupe: Troupe) -> None:
    elise = personne(troupe, courriel="un@courriel.example")
    double = personne(troupe, "beraud essai ELISE", courriel="deux@courriel.example")
    personne(troupe, "Personne Seule")
    a, b = (organisation(troupe, nom, siret=SIRET) for nom in ("Scierie Essai", "SARL Bois"))
    chez = [fonction(troupe, "Jean Noël", a, courriel=f"{n}@essai.example") for n in range(2)]
    trouves = {raison: set(groupe) for raison, groupe in doubles()}
    assert trouves == {
        "le même SIRET": {a, b}, "le même nom dans la même commune": {elise, double},
        "le même nom dans la même organisation": set(chez),
    }  # fmt: skip


# --- file -------------------------------------------------------------------------------------------------------------


def test_each_fault_of_a_file_is_named_and_nothing_is_written(troupe: Troupe) -> None:
    fautif = texte(
        "personne;Camille Essai", "fee;X", "organisation;Y;;;;;;123", "fonction;Z;chef;Club absent", "personne;Autre Nom;;;;faux",
        "personne;ESSAI Camille", "personne;W;;Club",
    )  # fmt: skip
    with pytest.raises(FichierInvalide) as erreur:
        importer(fautif, by=du_courrier(troupe), at=troupe.at, fichier="carnet.csv")
    dites = {f.partition(" : ")[0]: f.partition(" : ")[2] for f in erreur.value.fautes}
    assert {n: next(m for m in ("fee", "SIRET", "Club absent", "faux", "ligne 2", "fonction", "?") if m in dit or m == "?") for n, dit in dites.items()} == {
        "carnet.csv, ligne 3": "fee", "carnet.csv, ligne 4": "SIRET", "carnet.csv, ligne 5": "Club absent",
        "carnet.csv, ligne 6": "faux", "carnet.csv, ligne 7": "ligne 2", "carnet.csv, ligne 8": "fonction",
    }  # fmt: skip
    assert not Contact.objects.exists()


def test_the_same_file_twice_and_what_was_exported_change_nothing(troupe: Troupe) -> None:
    fichier = texte(
        "fonction;Jean Noël;gérant;Club Essai;;jean@essai.example;+33 6 11 22 33 44", f"organisation;Club Essai;;;2 rue X, 62400 Essai;;;{SIRET}",
        "personne;=Élise;;;3 rue de l'Essai, 62400 Essai",
    )  # fmt: skip
    qui: dict[str, Any] = {"by": du_courrier(troupe), "at": troupe.at}
    assert (bilan := importer(fichier, **qui)).crees == 3 and bilan.corriges == 0
    avant = lignes()
    for encore in (fichier, en_csv(Feuille("x", COLONNES, avant))):
        assert (bilan := importer(encore, **qui)).crees == bilan.corriges == 0
        assert lignes() == avant
    assert "'+33" in encore and "'=Élise" in encore, "no cell is computed"
    vide = importer(texte("personne;=Élise;;;62400 Essai;elise@essai.example"), **qui)
    elise = Contact.objects.get(genre="personne")
    assert (vide.corriges, elise.courriel, elise.adresse) == (1, "elise@essai.example", "62400 Essai")
    importer(texte("personne;=Élise;;;62400 Essai"), **qui)
    elise.refresh_from_db()
    assert elise.courriel == "elise@essai.example", "an empty cell empties nothing"


# --- erased -----------------------------------------------------------------------------------------------------------


def test_an_erased_contact_leaves_its_letters_whole_and_no_backup_brings_it_back(
    troupe: Troupe, registre: Path
) -> None:
    garde, autre = personne(troupe), personne(troupe, "Deux Essai")
    lettre = recu(troupe, expediteur="Deux Essai", contact=autre.pk)
    reunir(troupe, garde, autre)
    copie = Contact.objects.filter(pk=garde.pk).values().get()
    effacer_contact(garde, by=du_courrier(troupe), at=troupe.at)
    lue = Courrier.objects.get(pk=lettre.pk)
    assert not Contact.objects.exists() and (lue.expediteur, lue.contact) == ("Deux Essai", None)
    assert set(effaces.inscrits()) == {garde.uuid, autre.uuid}
    Contact.objects.create(**copie)
    assert len(list(revenus())) == 1
    assert rejouer_contacts(effaces.inscrits(), by=systeme(troupe.at), at=troupe.at) == 1
    assert not Contact.objects.exists() and not list(revenus())


def test_an_organisation_goes_after_the_positions_held_in_it(troupe: Troupe, registre: Path) -> None:
    scierie, ailleurs = organisation(troupe), organisation(troupe, "Ailleurs Essai")
    chef, double = fonction(troupe, "Jean Noël", ailleurs), fonction(troupe, "J. Noël", scierie)
    with pytest.raises(Refus, match="y ont une fonction"):
        effacer_contact(scierie, by=du_courrier(troupe), at=troupe.at)
    reunir(troupe, chef, double)
    effacer_contact(scierie, by=du_courrier(troupe), at=troupe.at)
    assert not Contact.objects.filter(pk=scierie.pk).exists() and Contact.objects.filter(reuni_a=chef).exists()


def test_a_contact_without_a_letter_for_long_is_proposed_and_one_with_a_letter_is_not(troupe: Troupe) -> None:
    oublie, ecrit, ouvert, chez = (
        personne(troupe),
        personne(troupe, "Deux"),
        personne(troupe, "Trois"),
        organisation(troupe),
    )
    fonction(troupe, "Quatre", chez)
    Contact.objects.exclude(nom="Quatre").update(change_le=troupe.at - timedelta(days=31 * (MOIS_SANS_COURRIER + 1)))
    close = confie(troupe, contact=ecrit.pk)
    clore_sans_reponse(close.dossier, by=troupe.au_poste("dgs"), at=troupe.at, motif="Rien.")
    recu(troupe, contact=ouvert.pk, objet="Encore ouvert")
    assert list(sans_courrier(troupe.at.date())) == [oublie]


# --- the database -----------------------------------------------------------------------------------------------------

INTERDITS = {
    "a position nowhere": "UPDATE contacts_contact SET organisation_id = NULL WHERE genre = 'fonction'",
    "a position in a person": "UPDATE contacts_contact SET organisation_id = (SELECT min(id) FROM contacts_contact WHERE genre = 'personne') WHERE genre = 'fonction'",
    "an organisation that becomes a person under somebody": "UPDATE contacts_contact SET genre = 'personne' WHERE genre = 'organisation'",
    "a number of a person": f"UPDATE contacts_contact SET siret = '{SIRET}' WHERE genre = 'personne'",
    "a number that is none": "UPDATE contacts_contact SET siret = '12' WHERE genre = 'organisation'",
    "a kind that is none": "UPDATE contacts_contact SET genre = 'fee' WHERE genre = 'personne'",
    "a contact without a name": "UPDATE contacts_contact SET nom = ' '",
    "merged into oneself": "UPDATE contacts_contact SET reuni_a_id = id, reuni_le = now() WHERE genre = 'personne'",
    "merged into another kind": """UPDATE contacts_contact SET reuni_a_id = (SELECT min(id) FROM contacts_contact WHERE genre = 'organisation'), reuni_le = now()
        WHERE genre = 'personne'""",
}


@pytest.mark.parametrize("quoi", list(INTERDITS))
def test_the_database_refuses(quoi: str, troupe: Troupe) -> None:
    personne(troupe)
    fonction(troupe, "Jean Noël", organisation(troupe))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(INTERDITS[quoi])
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_a_letter_that_leads_to_a_merged_contact(troupe: Troupe) -> None:
    un, deux = personne(troupe), personne(troupe, "Deux")
    lettre = recu(troupe, contact=un.pk)
    reunir(troupe, un, deux)
    with pytest.raises(IntegrityError, match="réuni à un autre"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("UPDATE courriers_courrier SET contact_id = %s WHERE dossier_id = %s", [deux.pk, lettre.pk])
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
