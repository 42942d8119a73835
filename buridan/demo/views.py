"""Demonstration only: enter as one of a dozen people, without password. Closed unless BURIDAN_DEMO is on."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.demo.personnages import personnages
from buridan.droit.delais import date_legale
from buridan.interface.politique import Acces, geste, page
from buridan.organisation.annuaire import annuaire_du
from buridan.organisation.models import Personne


@page(Acces.DEMO)
def choisir(request: HttpRequest) -> HttpResponse:
    """The cast."""
    annuaire = annuaire_du(date_legale(timezone.now()))
    return render(request, "demo/personnages.html", {"personnages": personnages(annuaire)})


@geste(Acces.DEMO)
def entrer(request: HttpRequest, personne: int) -> HttpResponse:
    """Enter as that person."""
    annuaire = annuaire_du(date_legale(timezone.now()))
    if personne not in {p.personne for p in personnages(annuaire)}:
        messages.error(request, "Ce personnage n'existe pas dans la démonstration.")
        return redirect("demo_personnages")
    choisie = get_object_or_404(Personne, pk=personne, is_active=True)
    login(request, choisie, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("bureau")
