"""Each service's lines, as they stand today; what is held back on each; one order, one reservation."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from buridan.budget import rules
from buridan.budget.actions.reserver import engager, liberer, reserver
from buridan.budget.models import LigneBudget, Reservation, voit_tout_le_budget
from buridan.budget.recit import historique
from buridan.budget.tableau import Montants
from buridan.bureau.budget.forms import (
    FormulaireEngagement,
    FormulaireFiltres,
    FormulaireLiberation,
    FormulaireReservation,
)
from buridan.interface.exports import Feuille, servir
from buridan.interface.jetons import DejaEnvoye, consommer, jeton_de
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, geste, page
from buridan.organisation.acteur import Acteur
from buridan.outils.montants import euros
from buridan.outils.verdict import Refus

PAR_PAGE = 50
SOMMES = ("credits", "engage", "mandate", "commande")


def choix(acteur: Acteur) -> tuple[list[int], set[int]]:
    """Years, the latest first, and services of the lines one may see."""
    paires = LigneBudget.objects.visibles_par(acteur).values_list("exercice", "service").distinct()
    return sorted({e for e, _s in paires}, reverse=True), {s for _e, s in paires}


@page(Acces.AGENT)
def lignes(request: HttpRequest) -> HttpResponse:
    """The lines one may see, filtered; `?format=ods` gives all of them."""
    acteur = acteur_de(request)
    form = FormulaireFiltres(request.GET.dict(), acteur.annuaire, *choix(acteur))
    trouvees = LigneBudget.objects.none().avec_commande()
    if form.is_valid():
        trouvees = _filtrer(LigneBudget.objects.visibles_par(acteur), form.cleaned_data).avec_commande()
    trouvees = trouvees.select_related("service").order_by("service__code", "section", "code")
    if request.GET.get("format") == "ods":
        return servir([_feuille(acteur, trouvees)], "budget", "ods")
    adresse = request.GET.copy()
    adresse.pop("page", None)
    pages = page_de(request, trouvees, PAR_PAGE)
    contexte = {
        "form": form, "pages": pages, "lignes": [(x, _montants(x)) for x in pages], "total": _total(trouvees),
        "adresse": adresse.urlencode(), "tout": voit_tout_le_budget(acteur), "peut_importer": rules.peut_importer(acteur),
        "a_confirmer": trouvees.filter(a_confirmer=True).exists(),
        "chiffres_du": trouvees.order_by("extrait_le").values_list("extrait_le", flat=True).last(),
    }  # fmt: skip
    return render(request, "budget/lignes.html", contexte, status=200 if form.is_valid() else 422)


def _filtrer(visibles: Any, choisi: dict[str, Any]) -> Any:
    """Lines that left the budget show only while something is held back on them."""
    trouvees = visibles.filter(exercice=choisi["exercice"])
    tenues = Reservation.objects.filter(ligne=OuterRef("pk"), liberee_le=None)
    trouvees = trouvees.filter(Q(fermee=False) | Exists(tenues))
    if choisi["service"]:
        trouvees = trouvees.filter(service=choisi["service"])
    if choisi["section"]:
        trouvees = trouvees.filter(section=choisi["section"])
    for mot in choisi["q"].split():
        trouvees = trouvees.filter(Q(libelle__icontains=mot) | Q(code__icontains=mot))
    return trouvees


def _montants(ligne: Any) -> Montants:
    return Montants(ligne.credits, ligne.engage, ligne.mandate, ligne.commande)


def _total(trouvees: Any) -> Montants:
    sommes = trouvees.order_by().aggregate(*(Sum(c) for c in SOMMES))
    valeurs: Any = {c: sommes[f"{c}__sum"] or Decimal(0) for c in SOMMES}
    return Montants(**valeurs)


def _feuille(acteur: Acteur, trouvees: Any) -> Feuille:
    entetes = ["Exercice", "Service", "Section", "Code", "Libellé", "Crédits", "Engagé", "Mandaté", "Commandé", "Disponible",
               "Chiffres du", "À confirmer"]  # fmt: skip
    rangees = [
        [x.exercice, acteur.annuaire.nom_entite(x.service_id), x.get_section_display(), x.code, x.libelle,
         *(float(m) for m in (x.credits, x.engage, x.mandate, x.commande, x.disponible)), f"{x.extrait_le:%d/%m/%Y}",
         "oui" if x.a_confirmer else ""]
        for x in trouvees
    ]  # fmt: skip
    return Feuille("Budget", entetes, rangees)


@page(Acces.AGENT)
def ligne(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: its amounts, what is held back on it, its history."""
    return _montrer(request, _ligne(acteur_de(request), pk))


def _ligne(acteur: Acteur, pk: int) -> LigneBudget:
    """A line one may see; 404 otherwise."""
    trouvee: LigneBudget = get_object_or_404(
        LigneBudget.objects.visibles_par(acteur).avec_commande().select_related("service"), pk=pk
    )
    return trouvee


def _montrer(
    request: HttpRequest, ligne: LigneBudget, faux: tuple[str, Any] | None = None, code_http: int = 200
) -> HttpResponse:
    """`faux`: (gesture and id, the form that was refused)."""
    acteur = acteur_de(request)
    refuses = dict([faux]) if faux else {}
    peut_reserver, peut_depasser = rules.peut_reserver(acteur, ligne), rules.peut_depasser(acteur)
    bons = ligne.reservations.select_related("par").order_by("-at", "-id")
    contexte = {
        "ligne": ligne, "montants": _montants(ligne),
        "peut_reserver": peut_reserver, "historique": historique(ligne),
        "form": refuses.get("reserver") or FormulaireReservation(depasse=bool(peut_depasser)),
        "peut_depasser": peut_depasser, "bons": [_bon(acteur, ligne, bon, refuses) for bon in bons],
    }  # fmt: skip
    return render(request, "budget/ligne.html", contexte, status=code_http)


def _bon(acteur: Acteur, ligne: LigneBudget, bon: Reservation, refuses: dict[str, Any]) -> dict[str, Any]:
    bon.ligne = ligne
    rendu = refuses.get(f"liberer-{bon.pk}") or FormulaireLiberation(prefix=f"rendre{bon.pk}")
    engage = refuses.get(f"engager-{bon.pk}") or FormulaireEngagement(
        prefix=f"engager{bon.pk}", initial={"le": acteur.annuaire.jour}
    )
    return {
        "bon": bon, "dans_l_engage": bon.engage_le is not None and bon.engage_le < ligne.extrait_le,
        "liberer": rendu if rules.peut_liberer(acteur, bon) else None,
        "engager": engage if rules.peut_engager(acteur, bon) else None, "ouvert": {rendu, engage} & set(refuses.values()),
    }  # fmt: skip


@geste(Acces.AGENT)
def reserver_credits(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold credits back for an order made on paper."""
    acteur = acteur_de(request)
    voulue = _ligne(acteur, pk)
    form = FormulaireReservation(request.POST, depasse=bool(rules.peut_depasser(acteur)))

    def effet() -> str:
        bon = reserver(voulue, by=acteur, at=timezone.now(), **form.cleaned_data)
        return f"{euros(bon.montant)} sont réservés pour le bon {bon.reference}."

    return _faire(request, voulue, ("reserver", form), effet)


@geste(Acces.AGENT)
def suivre_reservation(request: HttpRequest, pk: int, quoi: str) -> HttpResponse:
    """Give the credits back, or note the engagement."""
    acteur = acteur_de(request)
    bon = get_object_or_404(Reservation, pk=pk, ligne__in=LigneBudget.objects.visibles_par(acteur))
    gestes: dict[str, tuple[Any, str, Callable[..., Reservation], str]] = {
        "liberer": (FormulaireLiberation, "rendre", liberer, "Les crédits du bon {} sont rendus."),
        "engager": (FormulaireEngagement, "engager", engager, "L'engagement du bon {} est noté."),
    }
    if quoi not in gestes:
        raise Http404
    formulaire, prefixe, action, phrase = gestes[quoi]
    form = formulaire(request.POST, prefix=f"{prefixe}{pk}")

    def effet() -> str:
        action(bon, by=acteur, at=timezone.now(), **form.cleaned_data)
        return phrase.format(bon.reference)

    return _faire(request, bon.ligne, (f"{quoi}-{pk}", form), effet)


def _faire(request: HttpRequest, voulue: LigneBudget, faux: tuple[str, Any], effet: Callable[[], str]) -> HttpResponse:
    """Do it once per form; a refusal shows the line as it is now, the form filled."""
    form = faux[1]
    if not form.is_valid():
        return _montrer(request, _ligne(acteur_de(request), voulue.pk), faux, 422)
    try:
        with transaction.atomic():
            consommer(jeton_de(request.POST), reverse("budget_ligne", args=[voulue.pk]), at=acteur_de(request).at)
            phrase = effet()
    except DejaEnvoye:
        messages.info(request, "C'était déjà enregistré : rien n'a été fait deux fois.")
    except Refus as refus:
        form.add_error(None, refus.raison)
        return _montrer(request, _ligne(acteur_de(request), voulue.pk), faux, 409)
    else:
        messages.success(request, phrase)
    return redirect("budget_ligne", pk=voulue.pk)
