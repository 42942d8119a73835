"""The address book on screen: look for somebody, one contact and the letters exchanged, write, correct, merge, erase."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.contacts import queries, rules
from buridan.contacts.actions.effacer import effacer_contact
from buridan.contacts.actions.reunir import reunir_contacts
from buridan.contacts.actions.tenir import corriger, creer, empreinte_de
from buridan.contacts.echange import COLONNES, lignes
from buridan.contacts.forms import FormulaireContact, FormulaireReunir
from buridan.contacts.models import Contact
from buridan.contacts.tenue import tenue
from buridan.interface.exports import Feuille, servir
from buridan.interface.jetons import faire_une_fois
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.outils.verdict import Refus

PAR_PAGE, LETTRES = 50, 50


def tenu(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Closed to whoever doesn't keep the book."""

    @wraps(vue)
    def enveloppe(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (verdict := rules.peut_tenir(acteur_de(request))):
            return render(request, "403.html", {"raison": verdict.raison}, status=403)
        return vue(request, *args, **kwargs)

    return enveloppe


@page(Acces.AGENT)
@tenu
def contacts(request: HttpRequest) -> HttpResponse:
    """The book, by name; `?format=csv` and `ods` give the whole of it, as the import takes it."""
    if (forme := request.GET.get("format", "")) in ("csv", "ods"):
        return servir([Feuille("Contacts", COLONNES, lignes())], "contacts", forme)
    mots = request.GET.get("q", "").strip()[:100]
    la_page = page_de(request, queries.chercher(mots), PAR_PAGE)
    contexte = {
        "mots": mots, "pages": la_page, "ici": "contacts", "peut_enregistrer": True,
        "mois": queries.MOIS_SANS_COURRIER,
    }  # fmt: skip
    return render(request, "contacts/contacts.html", contexte)


@geste(Acces.AGENT)
@tenu
def proposes(request: HttpRequest) -> HttpResponse:
    """Who the sender being typed may be, to put in the form. By POST: a name stands in no address, hence in no log."""
    lu = {c: request.POST.get(c, "")[:250] for c in ("expediteur", "nom", "organisme", "courriel")}
    trouves = queries.ressemblants(lu["expediteur"] or lu["nom"], lu["organisme"], lu["courriel"])
    return render(request, "contacts/_proposes.html", {"contacts": trouves, "cherche": False})


@page(Acces.AGENT)
@tenu
def contact(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who it is, and the letters that this person may read. One that was merged leads to where it is."""
    trouve = get_object_or_404(Contact.objects.select_related("organisation", "reuni_a"), uuid=uuid)
    if trouve.reuni_a:
        return redirect("contact", uuid=trouve.reuni_a.uuid)
    acteur = acteur_de(request)
    contexte = {
        "contact": trouve, "echanges": tenue().echanges(acteur, trouve)[:LETTRES], "au_plus": LETTRES,
        "fonctions": trouve.fonctions.vivants().order_by("mots", "pk"), "reunis": trouve.reunis.order_by("reuni_le"),
        "proches": _proches(trouve), "ici": "", "peut_enregistrer": True, "jeton": uuid4(),
    }  # fmt: skip
    return render(request, "contacts/contact.html", contexte)


def _proches(trouve: Contact) -> list[Contact]:
    """Others of its kind that it may be a double of."""
    tous = queries.ressemblants(trouve.nom, "", trouve.courriel, sauf=[trouve.pk])
    return [c for c in tous if c.genre == trouve.genre]


def _vivant(uuid: UUID) -> Contact:
    return get_object_or_404(queries.vivants(), uuid=uuid)


@formulaire(Acces.AGENT)
@tenu
def nouveau(request: HttpRequest) -> HttpResponse:
    """Write a contact that no letter brought."""
    form = FormulaireContact(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ecrit = creer(form.fiche(), by=acteur_de(request), at=timezone.now())
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(request, f"{ecrit.nom} est dans le carnet d'adresses.")
            return redirect("contact", uuid=ecrit.uuid)
    contexte = {"form": form, "contact": None, "ici": "contacts", "peut_enregistrer": True, "depasse": False}
    return render(request, "contacts/ecrire.html", contexte, status=422 if form.errors else 200)


@formulaire(Acces.AGENT)
@tenu
def corriger_un_contact(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct one: letters already registered keep what they said."""
    trouve = _vivant(uuid)
    form = FormulaireContact(request.POST or None, contact=trouve, vu=empreinte_de(trouve))
    code_http = 200
    if request.method == "POST":
        code_http = 422
        if form.is_valid():
            try:
                corriger(trouve, form.fiche(), vu=form.cleaned_data["vu"], by=acteur_de(request), at=timezone.now())
            except Refus as refus:
                trouve, code_http = queries.vivants().filter(uuid=uuid).first() or trouve, 409
                form = FormulaireContact({**request.POST.dict(), "vu": empreinte_de(trouve)}, contact=trouve)
                form.add_error(None, refus.raison)  # what was typed stays, and may be sent again once it was compared
            else:
                messages.success(request, "Le contact est corrigé. Les courriers déjà enregistrés n'ont pas changé.")
                return redirect("contact", uuid=uuid)
    contexte = {"form": form, "contact": trouve, "ici": "", "peut_enregistrer": True, "depasse": code_http == 409}
    return render(request, "contacts/ecrire.html", contexte, status=code_http)


@formulaire(Acces.AGENT)
@tenu
def reunir(request: HttpRequest, uuid: UUID, autre: UUID) -> HttpResponse:
    """Two contacts side by side: what stays is chosen field by field."""
    garde, part = (Contact.objects.select_related("organisation").filter(uuid=u).first() for u in (uuid, autre))
    if garde is None or part is None:
        raise Http404
    if not (verdict := rules.peuvent_se_reunir(garde, part)):
        messages.info(request, verdict.raison)
        return redirect("contact", uuid=uuid)
    vus = (empreinte_de(garde), empreinte_de(part))
    form = FormulaireReunir(garde, part, request.POST or None, vus=vus)
    code_http = 200
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        try:
            reunir_contacts(garde, part, de_l_autre=form.de_l_autre(), vus=(d["vu_garde"], d["vu_autre"]),
                            by=acteur_de(request), at=timezone.now())  # fmt: skip
        except Refus as refus:
            messages.warning(request, refus.raison)
            return redirect("contact_reunir", uuid=uuid, autre=autre)
        messages.success(request, "Les deux contacts n'en font plus qu'un ; leurs courriers l'ont suivi.")
        return redirect("contact", uuid=uuid)
    if form.errors:
        code_http = 422
    contexte = {"form": form, "garde": garde, "autre": part, "ici": "", "peut_enregistrer": True}
    return render(request, "contacts/reunir.html", contexte, status=code_http)


@geste(Acces.AGENT)
def effacer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Erase it: by who keeps the book, or who answers people about their data. `retour`: where one goes after."""
    acteur = acteur_de(request)
    if not (verdict := rules.peut_effacer(acteur)):
        return render(request, "403.html", {"raison": verdict.raison}, status=403)
    retour = request.POST.get("retour", "")
    retour = retour if retour in ("contacts", "contacts_sans_courrier", "donnees_personne") else "contacts"

    trouve = Contact.objects.filter(uuid=uuid).first()
    if trouve is None:
        messages.info(request, "Ce contact n'est plus dans le carnet.")
        return redirect(retour)

    def effet() -> str:
        effacer_contact(trouve, by=acteur, at=timezone.now())
        return "Le contact est effacé. Les courriers gardent leur expéditeur, pour la durée de leur conservation."

    try:
        faire_une_fois(request, "/contacts/", effet)
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect(retour)
