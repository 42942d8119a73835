"""Who writes, read in the words of a letter; proposed with its reason, and never over what was typed."""

import pytest

from buridan.contacts.actions.tenir import garder_le_correspondant
from buridan.contacts.models import Contact
from buridan.numerisation.entete import Entete, lire_l_entete
from buridan.numerisation.models import Page
from buridan.numerisation.queries import reconnaitre
from tests.conftest import Troupe
from tests.courriers.test_pages_courriers import entrer, saisie
from tests.numerisation.scans import depose, du_courrier, pages, pas

SIRET = "732 829 320 00074"
A_NOUS = "Monsieur le Maire\nHôtel de ville\n1 place du Marché\n62400 Ville"
CAS = {
    "a person, then whom it is for": (
        f"Mme Odette CARLIER\n5 rue Haute\n62400 Ville\n\n{A_NOUS}\n\nObjet : un trottoir\n\nBonjour",
        ("Mme Odette CARLIER", "", "5 rue Haute, 62400 Ville")),
    "whom it is for, then an organisation and its service": (
        f"{A_NOUS}\nBailleur Essai\nService technique\nBP 12\n62000 Arras\nLe 3 avril 2026\nMadame, Monsieur,",
        ("Service technique", "Bailleur Essai", "BP 12, 62000 Arras")),
    "an association alone": (
        "Association Les Joyeux Boulistes\n3 place Neuve\n62400 Ville\n\nMadame, Monsieur,\n\nObjet : un prêt",
        ("Association Les Joyeux Boulistes", "", "3 place Neuve, 62400 Ville")),
    "a signature alone": (
        "Objet : du bruit\n\nMonsieur le maire,\n\nIl y a du bruit.\n\nAvec mes salutations,\n\nGaston Lenoir",
        ("Gaston Lenoir", "", "")),
    "nothing that names anybody": ("Grande quinzaine du meuble !\n\nTout à moitié prix.", ("", "", "")),
    "nothing": ("", ("", "", "")),
}  # fmt: skip


@pytest.mark.parametrize("cas", CAS)
def test_who_writes_is_read_where_letters_say_it(cas: str) -> None:
    texte, attendu = CAS[cas]
    lu = lire_l_entete(texte)
    assert (lu.expediteur, lu.organisme, lu.adresse) == attendu
    assert bool(lu) == bool(any(attendu)), "what is read has its reason, and nothing has none"


def test_a_siret_is_checked_and_the_town_s_own_e_mail_is_not_the_sender_s() -> None:
    texte = f"Société Essai\nmairie@ville.example\nlui@essai.example\n\nSIRET {SIRET}"
    lu = lire_l_entete(texte, a_nous=["Mairie@ville.example"])
    assert (lu.siret, lu.courriel) == ("73282932000074", "lui@essai.example")
    assert not lire_l_entete("SIRET 732 829 320 00075").siret


@pytest.mark.django_db
def test_the_address_book_recognises_one_and_only_one(troupe: Troupe) -> None:
    by = du_courrier(troupe)
    un = garder_le_correspondant(
        "", "Société Essai", adresse="1 rue Haute, 62400 Ville", courriel="", by=by, at=troupe.at
    )
    assert un is not None and reconnaitre(Entete("Société Essai", adresse="2 rue Basse, 62400 Ville")) == (
        un, "le même nom, dans la même commune",
    )  # fmt: skip
    assert reconnaitre(Entete("Société Essai", adresse="2 rue Basse, 59000 Lille")) is None
    Contact.objects.filter(pk=un.pk).update(siret="73282932000074")
    assert reconnaitre(Entete("Autre", siret="73282932000074")) == (un, "le même SIRET")
    Contact.objects.create(
        genre="personne", nom="Y", cle="y", mots="y", courriel="x@x.example", cree_le=troupe.at, change_le=troupe.at
    )
    Contact.objects.create(
        genre="personne", nom="Z", cle="z", mots="z", courriel="x@x.example", cree_le=troupe.at, change_le=troupe.at
    )
    assert reconnaitre(Entete(courriel="X@x.example")) is None, "two people: nobody"


@pytest.mark.django_db
def test_what_is_read_fills_what_is_empty_when_somebody_says_so_and_nothing_else(troupe: Troupe) -> None:
    lot = depose(troupe, pages(1))
    while pas(troupe, lot) and not Page.objects.filter(lot=lot).exists():
        continue
    Page.objects.filter(lot=lot).update(texte=CAS["a person, then whom it is for"][0], lecture="lue", debut=True)
    client, adresse = entrer(du_courrier(troupe)), f"/numerisations/{lot.uuid}/plis/1/"
    page = client.get(adresse).content.decode()
    assert "Lu sur la lettre" in page and "est dans les premières lignes" in page
    assert 'value="Mme Odette CARLIER"' not in page, "a proposal, until somebody accepts it"
    tape = saisie(pages="1", expediteur="Odette Carlier-Dupont", lu="1")
    page = client.post(adresse, tape).content.decode()
    assert 'value="Odette Carlier-Dupont"' in page and 'value="5 rue Haute, 62400 Ville"' in page
    assert 'value="Mme Odette CARLIER"' not in page
