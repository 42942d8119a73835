"""The whole book: doubles, contacts without a letter for long, import."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.contacts import queries
from buridan.contacts.echange import importer
from buridan.contacts.forms import FormulaireImport
from buridan.contacts.views import tenu
from buridan.interface.politique import Acces, acteur_de, formulaire, page
from buridan.outils.verdict import FichierInvalide

FAUTES, ANCIENS = 100, 200


@page(Acces.AGENT)
@tenu
def doubles(request: HttpRequest) -> HttpResponse:
    """Contacts that resemble: somebody compares, and merges two or leaves them."""
    contexte = {
        "groupes": [(raison, [(c, groupe[0]) for c in groupe]) for raison, groupe in queries.doubles()],
        "au_plus": queries.GROUPES, "ici": "contacts", "peut_enregistrer": True,
    }  # fmt: skip
    return render(request, "contacts/doubles.html", contexte)


@page(Acces.AGENT)
@tenu
def sans_courrier(request: HttpRequest) -> HttpResponse:
    """What is proposed for erasure: nothing is erased by itself."""
    tous = queries.sans_courrier(timezone.localdate())
    contexte = {"contacts": tous[:ANCIENS], "nombre": tous.count(), "mois": queries.MOIS_SANS_COURRIER, "au_plus": ANCIENS,
                "ici": "contacts", "peut_enregistrer": True}  # fmt: skip
    return render(request, "contacts/sans_courrier.html", contexte)


@formulaire(Acces.AGENT)
@tenu
def importer_des_contacts(request: HttpRequest) -> HttpResponse:
    """Load a file: all its lines or none."""
    form = FormulaireImport(request.POST or None, request.FILES or None)
    fautes: list[str] = []
    if request.method == "POST" and form.is_valid():
        nom = str(getattr(request.FILES["fichier"], "name", "contacts.csv"))
        try:
            bilan = importer(form.cleaned_data["fichier"], by=acteur_de(request), at=timezone.now(), fichier=nom[:80])
        except FichierInvalide as erreur:
            fautes = erreur.fautes
        else:
            fait = f"{bilan.crees} contact(s) ajouté(s), {bilan.corriges} corrigé(s)."
            messages.success(
                request, fait if bilan.crees or bilan.corriges else "Le carnet d'adresses était déjà à jour."
            )
            return redirect("contacts")
    contexte = {"form": form, "fautes": fautes[:FAUTES], "de_plus": max(len(fautes) - FAUTES, 0), "ici": "contacts",
                "peut_enregistrer": True}  # fmt: skip
    return render(request, "contacts/importer.html", contexte, status=422 if form.errors or fautes else 200)
