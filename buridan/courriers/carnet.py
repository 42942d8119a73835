"""Between a letter and the address book: who a sender may be, the fields that a contact fills, what was exchanged."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.forms import Form
from django.urls import reverse

from buridan.contacts.fiche import cle_de
from buridan.contacts.models import Contact
from buridan.contacts.queries import chercher, ressemblants, vivants
from buridan.contacts.tenue import Echange, Tenue, inscrire
from buridan.courriers import rules
from buridan.courriers.models import Correspondant, Courrier
from buridan.courriers.queries import NATURE
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.organisation.acteur import Acteur

GROUPE = 500  # addressees of the address book in one mailing
LETTRES = 500  # the latest, of one contact, whoever may read them
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def contact_de(identifiant: Any) -> Contact | None:
    """The contact in use of that identifier; None for what is not one."""
    try:
        trouve: Contact | None = vivants().filter(uuid=UUID(str(identifiant or ""))).first()
    except ValueError:
        return None
    return trouve


def contacts_de(identifiants: Iterable[str]) -> list[Contact]:
    """The contacts in use of these identifiers, each once, by name."""
    uuids = {u for u in identifiants if _UUID.fullmatch(u)}
    return list(vivants().filter(uuid__in=uuids).order_by("mots", "pk")[:GROUPE])


def avec_le_contact(donnees: Any, nom: str) -> Any:
    """The QueryDict of what was typed, filled from the contact that was chosen (`prendre`). `nom`: the field of who writes, or is
    written to.
    """
    contact = contact_de(donnees.get("prendre"))
    if contact is None:
        return donnees
    remplies = donnees.copy()
    for champ, valeur in champs_de(contact, donnees.get(nom, ""), nom).items():
        if valeur or champ in (nom, "organisme"):
            remplies[champ] = valeur
    remplies["contact"] = str(contact.uuid)
    return remplies


def choisis_et_trouves(donnees: Any) -> list[Contact]:
    """Addressees ticked so far (`avec`), and with the button `ajouter` those that the words of `groupe` find."""
    trouves = chercher(donnees["groupe"]) if "ajouter" in donnees and donnees.get("groupe", "").strip() else ()
    return contacts_de([*donnees.getlist("avec"), *(str(c.uuid) for c in trouves[:GROUPE])])


def champs_de(contact: Contact, ecrit: str, nom: str) -> dict[str, str]:
    """What a letter says of this contact. `ecrit`: who was typed already, kept when the contact is an organisation."""
    qui, organisme = contact.nom, contact.organisation.nom if contact.organisation else ""
    if contact.genre == "organisation" and cle_de(ecrit) not in ("", contact.cle) and cle_de(ecrit) not in contact.cle:
        qui, organisme = ecrit, contact.nom
    return {nom: qui, "organisme": organisme, "adresse": contact.adresse_postale, "courriel": contact.courriel,
            "telephone": contact.telephone}  # fmt: skip


def proposes(lu: Mapping[str, Any], nom: str) -> list[Contact]:
    """Who this may be, from what is typed."""
    return ressemblants(*(str(lu.get(c) or "")[:250] for c in (nom, "organisme", "courriel")))


def proposer_en_tapant(form: Form, nom: str) -> None:
    """With JavaScript, contacts are proposed as one types; the button « Chercher » does the same without."""
    attributs = {
        "hx-post": reverse("contacts_proposes"), "hx-trigger": "input changed delay:400ms", "hx-target": "#contacts-proposes",
        "hx-sync": "closest form:replace", "hx-params": f"csrfmiddlewaretoken,{nom},organisme,courriel", "autocomplete": "off",
    }  # fmt: skip
    for champ in (nom, "organisme", "courriel"):
        form.fields[champ].widget.attrs.update(attributs)


def echanges(acteur: Acteur, contact: Contact) -> list[Echange]:
    """Letters with this contact, or with somebody in this organisation, that this person may read; the latest first."""
    lui = Q(contact=contact) | Q(contact__organisation=contact)
    siens = [
        pk for m in (Courrier, Correspondant)
        for pk in m.objects.filter(lui).order_by("-dossier").values_list("dossier", flat=True)[:LETTRES]
    ]  # fmt: skip
    dossiers = Dossier.objects.visibles_par(acteur).filter(pk__in=siens, nature=NATURE, efface_le=None)
    lus = dossiers.select_related("courrier").defer("contenu", "recherche").order_by("-ouvert_le", "-pk")
    return [_echange(d.courrier, d) for d in lus]


def _echange(courrier: Courrier, dossier: Dossier) -> Echange:
    return Echange(
        courrier.cote or dossier.reference, courrier.get_sens_display(), courrier.correspondant, dossier.objet,
        courrier.arrive_le or dossier.ouvert_le, reverse("dossier", args=[dossier.uuid]),
    )  # fmt: skip


def actifs(jour: date) -> list[QuerySet[Any]]:
    """Ids of the contacts with a letter opened or closed since that day, or still open."""
    recents = (
        ~Q(dossier__etat=EtatDossier.CLOS) | Q(dossier__ouvert_le__date__gte=jour) | Q(dossier__clos_le__date__gte=jour)
    )
    return [m.objects.filter(recents, contact__isnull=False).values("contact") for m in (Courrier, Correspondant)]


def declarer() -> None:
    """Tell the address book who keeps it, and what was exchanged."""
    inscrire(Tenue(rules.peut_enregistrer, echanges, actifs))
