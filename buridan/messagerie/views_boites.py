"""Mailboxes: declare one, try its connection, see whether it is read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.messagerie.actions.boites import regler_boite
from buridan.messagerie.etats import Etat
from buridan.messagerie.forms import FormulaireBoite
from buridan.messagerie.imap import Injoignable, Serveur
from buridan.messagerie.models import Boite
from buridan.messagerie.queries import acces_de, compter_par_boite
from buridan.messagerie.tasks import demander_la_lecture
from buridan.outils.verdict import Refus


@page(Acces.ADMINISTRATION)
def boites(request: HttpRequest) -> HttpResponse:
    """Each with when it was read, or since when it can't be."""
    comptes = compter_par_boite()
    lignes = [
        (b, comptes.get(b.pk, {}).get(Etat.A_TRAITER, 0), sum(comptes.get(b.pk, {}).values()))
        for b in Boite.objects.all()
    ]
    return render(request, "messagerie/boites.html", {"lignes": lignes})


@formulaire(Acces.ADMINISTRATION)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """One more; it is tried as soon as it is kept."""
    return _regler(request, None)


@formulaire(Acces.ADMINISTRATION)
def boite(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    return _regler(request, get_object_or_404(Boite, pk=pk))


def _regler(request: HttpRequest, sur: Boite | None) -> HttpResponse:
    premier = {} if sur else {"initial": {"depuis": acteur_de(request).annuaire.jour}}
    form = FormulaireBoite(request.POST or None, boite=sur, **premier)
    if request.method == "POST" and form.is_valid():
        try:
            reglee = regler_boite(form.reglage(), by=acteur_de(request), at=timezone.now(), sur=sur)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(request, f"La boîte {reglee.adresse} est enregistrée.")
            _essayer(request, reglee)
            return redirect("boites")
    contexte = {"form": form, "boite": sur, "scelle": form.garder_le_mot_de_passe() if form.is_bound else ""}
    return render(request, "messagerie/boite.html", contexte, status=422 if form.errors else 200)


def _essayer(request: HttpRequest, boite: Boite) -> None:
    """Connect now and say what came of it."""
    try:
        with Serveur(acces_de(boite)) as serveur:
            messages.success(request, f"{boite.adresse} : {serveur.verifier()}")
    except Injoignable as panne:
        messages.error(request, f"{boite.adresse} : {panne}")


@geste(Acces.ADMINISTRATION)
def essayer(request: HttpRequest, pk: int) -> HttpResponse:
    """« Essayer la connexion »: reads nothing, changes nothing."""
    _essayer(request, get_object_or_404(Boite, pk=pk))
    return redirect("boites")


@geste(Acces.ADMINISTRATION)
def lire(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it now, without waiting for the next round."""
    boite = get_object_or_404(Boite, pk=pk)
    if not boite.active:
        messages.error(request, "Cette boîte n'est pas lue : cochez « Lire cette boîte » dans ses réglages.")
    elif demander_la_lecture(pk):
        messages.success(request, f"La lecture de {boite.adresse} est demandée : rechargez cette page dans un instant.")
    else:
        messages.info(request, f"La lecture de {boite.adresse} est déjà demandée.")
    return redirect("boites")
