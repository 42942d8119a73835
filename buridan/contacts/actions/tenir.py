"""Write a contact, correct one. Its chain of the journal says who did, and which fields: never what they held."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from buridan.contacts import rules
from buridan.contacts.etats import Genre
from buridan.contacts.fiche import CHAMPS, Fiche, cle_de, commune_de, mots_de
from buridan.contacts.models import Contact
from buridan.contacts.queries import meme_contact
from buridan.journal import chaine
from buridan.organisation.acteur import Acteur
from buridan.outils.texte import empreinte
from buridan.outils.verdict import Refus

ANONYMES = frozenset(("anonyme", "inconnu", "illisible"))


def fiche_de(contact: Contact) -> Fiche:
    """What a contact says."""
    textes = {c: getattr(contact, c) for c in CHAMPS if c != "organisation"}
    return Fiche(**textes, organisation=contact.organisation_id)


def empreinte_de(contact: Contact) -> str:
    """Tells whether somebody changed it since it was shown."""
    return empreinte({**{c: str(getattr(contact, c)) for c in CHAMPS if c != "organisation"},
                      "organisation": str(contact.organisation_id or "")})  # fmt: skip


def verrouiller(pks: Iterable[int]) -> dict[int, Contact]:
    """Hold these contacts until the end of the transaction, always in the same order; those that still stand."""
    tenus = Contact.objects.select_for_update(of=("self",)).filter(pk__in=sorted(pks)).order_by("pk")
    return {c.pk: c for c in tenus}


def tenir(pk: int) -> Contact | None:
    """That contact, or the one into which it was merged; None once erased. It stays so until the end of the transaction: whoever
    writes in the book waits, letters that lead to contacts don't wait for one another.
    """
    _attendre_le_carnet("pg_advisory_xact_lock_shared")
    lu = Contact.objects.filter(pk=pk).select_related("reuni_a").first()
    return lu and (lu.reuni_a or lu)


def un_a_la_fois() -> None:
    """The book changes by one writer at a time; a letter that leads to no contact waits for nobody. Inside a transaction."""
    _attendre_le_carnet("pg_advisory_xact_lock")


def _attendre_le_carnet(verrou: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT {verrou}('contacts_contact'::regclass::oid::bigint)")


def noter(contact: Contact, verbe: str, by: Acteur, at: datetime, **contenu: str) -> None:
    """A line of the contact's chain; the caller holds the contact."""
    chaine.ecrire(contact.uuid, verbe, auteur=by.personne, at=at, contenu={"qui": by.nom, **contenu})


def creer(fiche: Fiche, *, by: Acteur, at: datetime) -> Contact:
    """Write a contact. One that is there for sure already is given back: twice is once."""
    rules.peut_tenir(by).exiger()
    nette = _exiger_juste(fiche)
    with transaction.atomic():
        un_a_la_fois()
        _exiger_une_organisation(nette)
        deja = meme_contact(nette.genre, nette.nom, organisation=nette.organisation, courriel=nette.courriel,
                            adresse=nette.adresse)  # fmt: skip
        if deja is not None:
            return deja
        contact = Contact(cree_le=at, cree_par_id=by.personne)
        ecrire(contact, nette, at)
        noter(contact, "creer_contact", by, at)
        return contact


def corriger(contact: Contact, fiche: Fiche, *, vu: str, by: Acteur, at: datetime) -> Contact:
    """Correct. `vu`: imprint of what was shown; somebody else's change in between is not written over."""
    rules.peut_tenir(by).exiger()
    nette = _exiger_juste(fiche)
    with transaction.atomic():
        un_a_la_fois()
        tenu = verrouiller([contact.pk]).get(contact.pk)
        if tenu is None or tenu.reuni_a_id:
            raise Refus("Ce contact vient d'être effacé ou réuni à un autre : cherchez-le de nouveau.")
        if empreinte_de(tenu) != vu:
            raise Refus(
                "Quelqu'un a corrigé ce contact entre-temps. Relisez ce qu'il dit maintenant, puis recommencez."
            )
        return _corriger(tenu, nette, by, at)


def _corriger(tenu: Contact, nette: Fiche, by: Acteur, at: datetime) -> Contact:
    avant = fiche_de(tenu)
    changes = [c for c in CHAMPS if getattr(avant, c) != getattr(nette, c)]
    if not changes:
        return tenu
    if "genre" in changes and (tenu.fonctions.exists() or tenu.reunis.exists()):
        raise Refus("Des personnes y ont une fonction, ou un autre contact y est réuni : sa sorte ne change plus.")
    _exiger_une_organisation(nette)
    ecrire(tenu, nette, at)
    noter(tenu, "corriger_contact", by, at, corrections=", ".join(CHAMPS[c] for c in changes))
    return tenu


def ecrire(contact: Contact, nette: Fiche, at: datetime) -> None:
    """Put these values in the row, with what is compared and searched. The caller holds the contact."""
    for champ in CHAMPS:
        setattr(contact, "organisation_id" if champ == "organisation" else champ, getattr(nette, champ))
    contact.cle, contact.commune = cle_de(nette.nom), commune_de(nette.adresse)
    dits = (nette.nom, nette.fonction, nette.adresse, nette.courriel, nette.telephone, nette.siret, nette.rna)
    contact.mots, contact.change_le = " ".join(mots_de(" ".join(dits))), at
    contact.save()


def garder_le_correspondant(
    nom: str, organisme: str, *, adresse: str, courriel: str, telephone: str = "", by: Acteur, at: datetime
) -> Contact:
    """The correspondent of a letter as a contact: a person, or somebody in an organisation which is then kept too."""
    if cle_de(nom or organisme) in ANONYMES:
        raise Refus("Un expéditeur anonyme ne se garde pas dans le carnet d'adresses : décochez la case.")
    ou: dict[str, Any] = {"adresse": adresse, "courriel": courriel, "telephone": telephone}
    if not organisme.strip():
        return creer(Fiche(Genre.PERSONNE, nom, **ou), by=by, at=at)
    seule = cle_de(nom) in ("", cle_de(organisme))
    chez = creer(Fiche(Genre.ORGANISATION, organisme, **(ou if seule else {"adresse": adresse})), by=by, at=at)
    return chez if seule else creer(Fiche(Genre.FONCTION, nom, organisation=chez.pk, **ou), by=by, at=at)


def _exiger_juste(fiche: Fiche) -> Fiche:
    nette = fiche.nette()
    if fautes := nette.fautes():
        raise Refus(" ".join(fautes.values()))
    return nette


def _exiger_une_organisation(nette: Fiche) -> None:
    if nette.genre != Genre.FONCTION:
        return
    if nette.organisation is None:
        raise Refus("Dites dans quelle organisation cette personne a sa fonction.")
    ou = verrouiller([nette.organisation]).get(nette.organisation)
    if ou is None or ou.reuni_a_id or ou.genre != Genre.ORGANISATION:
        raise Refus("Cette organisation n'est plus dans le carnet d'adresses : choisissez-en une autre.")
