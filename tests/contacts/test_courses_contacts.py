"""Eight clicks at once on the address book, on real connections: one effect, and no letter is left behind."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from buridan.contacts.actions.effacer import effacer_contact, rejouer_contacts
from buridan.contacts.actions.reunir import reunir_contacts
from buridan.contacts.actions.tenir import corriger, creer, empreinte_de, fiche_de, garder_le_correspondant
from buridan.contacts.fiche import Fiche
from buridan.contacts.models import Contact
from buridan.courriers.actions.enregistrer import enregistrer
from buridan.courriers.models import Courrier
from buridan.journal import effaces
from buridan.journal.chaine import verifier
from buridan.organisation.acteur import systeme
from buridan.outils.verdict import Refus
from tests.conftest import Troupe
from tests.contacts.fiches import personne
from tests.courriers.lettres import arrivee, du_courrier
from tests.courriers.test_courses_courriers import une_fois
from tests.dossiers.test_courses import HUIT, course


def test_two_contacts_are_merged_once_whichever_way_and_letters_that_come_meanwhile_follow(
    troupe_reelle: Troupe,
) -> None:
    troupe, by = troupe_reelle, du_courrier(troupe_reelle)
    un, deux = personne(troupe), personne(troupe, "Deux Essai")
    qui: dict[str, Any] = {"by": by, "at": troupe.at}

    def reunir(garde: Contact, autre: Contact) -> Contact:
        vus = (empreinte_de(garde), empreinte_de(autre))
        return reunir_contacts(garde, autre, de_l_autre=("nom",), vus=vus, **qui)

    def ecrire(n: int) -> Courrier:
        return enregistrer(arrivee(troupe, objet=f"Objet {n}", contact=(un, deux)[n % 2].pk), **qui)

    finis = course(
        *[lambda: reunir(un, deux)] * 2, *[lambda: reunir(deux, un)] * 2, *[lambda n=n: ecrire(n) for n in range(HUIT)]
    )
    assert sum(isinstance(f, Contact) for f in finis) == 1, finis
    assert sum(isinstance(f, Refus) for f in finis) == 3 and sum(isinstance(f, Courrier) for f in finis) == HUIT, finis
    reste = Contact.objects.vivants().get()
    assert set(Courrier.objects.values_list("contact", flat=True)) == {reste.pk}
    assert not list(verifier())


def test_one_sender_kept_eight_times_is_one_contact(troupe_reelle: Troupe) -> None:
    qui: dict[str, Any] = {"by": du_courrier(troupe_reelle), "at": troupe_reelle.at}
    garder = {"adresse": "1 rue X, 62400 Essai", "courriel": ""}
    finis = course(
        *[lambda: garder_le_correspondant("Camille Essai", "Club Essai", **garder, **qui)] * 4,
        *[lambda: creer(Fiche("organisation", "Club Essai", adresse="1 rue X, 62400 Essai"), **qui)] * 4,
    )
    assert not any(isinstance(f, Exception) for f in finis), finis
    assert sorted(Contact.objects.values_list("nom", flat=True)) == ["Camille Essai", "Club Essai"]


def test_a_contact_is_corrected_once_from_one_reading_and_erased_once(
    troupe_reelle: Troupe, settings: Any, tmp_path: Path
) -> None:
    settings.EFFACEMENTS = tmp_path / "effacements.txt"
    troupe, qui = troupe_reelle, {"by": du_courrier(troupe_reelle), "at": troupe_reelle.at}
    contact = personne(troupe)
    vu, fiche = empreinte_de(contact), fiche_de(contact)
    gestes = [lambda n=n: corriger(contact, replace(fiche, telephone=str(n)), vu=vu, **qui) for n in range(HUIT)]
    finis = course(*gestes)
    assert sum(isinstance(f, Refus) for f in finis) == HUIT - 1, finis
    copie = Contact.objects.filter(pk=contact.pk).values().get()
    une_fois(lambda: effacer_contact(contact, **qui))
    Contact.objects.create(**copie)
    revenus = course(*[lambda: rejouer_contacts(effaces.inscrits(), by=systeme(troupe.at), at=troupe.at)] * HUIT)
    assert sorted(revenus) == [0] * (HUIT - 1) + [1] and not Contact.objects.exists()
    assert not list(verifier())
