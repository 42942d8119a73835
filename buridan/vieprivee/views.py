"""Elimination: what is due, proposals, their approval by a second person, the lists."""

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.archives import conservation
from buridan.dossiers.etats import SortFinal
from buridan.droit.delais import date_legale
from buridan.interface.exports import Feuille, servir
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.outils.verdict import Refus
from buridan.vieprivee import eliminables, rules
from buridan.vieprivee.actions import proposer as propositions
from buridan.vieprivee.forms import FormulaireApprobation
from buridan.vieprivee.models import Effacement, Genre, LigneEffacement

ENTETES = (
    "Référence",
    "Type de demande",
    "Clos le",
    "Durée d'utilité administrative",
    "Source",
    "Échue le",
    "Sort final",
    "État",
)


@page(Acces.DONNEES)
def donnees(request: HttpRequest) -> HttpResponse:
    """What can be done here, and the lists so far."""
    listes = Effacement.objects.select_related("demande_par", "approuve_par").order_by("-demande_le")[:50]
    contexte = {"listes": [_resume(e) for e in listes], "nombre": len(eliminables.echus(date_legale(timezone.now())))}
    return render(request, "vieprivee/donnees.html", {**contexte, "au_plus": eliminables.AU_PLUS})


def _resume(effacement: Effacement) -> dict[str, Any]:
    lignes = list(effacement.lignes.values_list("fait_le", "refus"))
    return {
        "effacement": effacement, "total": len(lignes), "faits": sum(fait is not None for fait, _refus in lignes),
        "refuses": sum(bool(refus) for _fait, refus in lignes),
    }  # fmt: skip


@page(Acces.DONNEES)
def echus(request: HttpRequest) -> HttpResponse:
    """The dry run: what would be eliminated today, nothing being done."""
    lignes = eliminables.echus(date_legale(timezone.now()))
    comptes = Counter(x.conservation for x in lignes)
    contexte = {"lignes": lignes, "comptes": comptes.items(), "au_plus": eliminables.AU_PLUS, "jeton": uuid4()}
    return render(request, "vieprivee/echus.html", contexte)


@page(Acces.DONNEES)
def durees(request: HttpRequest) -> HttpResponse:
    """The town's retention table: what is kept how long, on which text, and what becomes of it."""
    fixees = [(fixee, SortFinal(fixee.sort).label) for _partie, fixee in conservation.durees()]
    return render(request, "vieprivee/durees.html", {"fixees": fixees, "sans_duree": conservation.sans_duree()})


@page(Acces.DONNEES)
def echus_csv(request: HttpRequest) -> HttpResponse:
    """The same list, to be read and sent before anything is proposed."""
    lignes = [
        [x.dossier.reference, x.conservation.type, f"{x.clos_le:%d/%m/%Y}", x.conservation.duree, x.conservation.source,
         f"{x.echue_le:%d/%m/%Y}", SortFinal(x.conservation.sort).label, "à proposer"]
        for x in eliminables.echus(date_legale(timezone.now()))
    ]  # fmt: skip
    return _csv("liste-elimination", lignes)


def _csv(nom: str, lignes: list[list[str]]) -> HttpResponse:
    return servir([Feuille(nom, ENTETES, lignes)], nom, "csv")


@geste(Acces.DONNEES)
def proposer(request: HttpRequest) -> HttpResponse:
    """Propose the dossiers ticked."""
    genre = Genre.PERSONNE if request.POST.get("genre") == Genre.PERSONNE else Genre.CONSERVATION
    choisis = [int(pk) for pk in request.POST.getlist("dossier") if pk.isdecimal() and len(pk) < 19]
    try:
        effacement = propositions.proposer(
            choisis, genre=genre, by=acteur_de(request), at=timezone.now(), jeton=jeton_de(request.POST)
        )
    except DejaEnvoye as deja:
        return redirect("effacement", effacement=deja.resultat)
    except Refus as refus:
        messages.error(request, refus.raison)
        return redirect("donnees_personne" if genre == Genre.PERSONNE else "donnees_echus")
    messages.success(
        request, "La proposition est enregistrée. Une autre personne habilitée doit maintenant l'approuver."
    )
    return redirect("effacement", effacement=effacement.uuid)


@formulaire(Acces.DONNEES)
def effacement(request: HttpRequest, effacement: UUID) -> HttpResponse:
    """One list: its dossiers, who proposed, who approved; the second person approves here."""
    acteur, trouve = acteur_de(request), _effacement(effacement)
    form = FormulaireApprobation(request.POST or None)
    code_http = 200
    if request.method == "POST":
        code_http = 422
        if form.is_valid():
            try:
                propositions.approuver(trouve, visa_le=form.cleaned_data["visa_le"], by=acteur, at=timezone.now())
            except Refus as refus:
                form.add_error(None, refus.raison)
                trouve, code_http = _effacement(effacement), 409
            else:
                messages.success(request, "Approuvé. L'effacement commence ; cette page dit où il en est.")
                return redirect("effacement", effacement=effacement)
    contexte = {
        **_resume(trouve), "form": form, "lignes": trouve.lignes.select_related("dossier"),
        "peut_approuver": rules.peut_approuver(acteur, trouve), "peut_retirer": rules.peut_retirer(acteur, trouve),
    }  # fmt: skip
    return render(request, "vieprivee/effacement.html", contexte, status=code_http)


def _effacement(uuid: UUID) -> Effacement:
    return get_object_or_404(Effacement.objects.select_related("demande_par", "approuve_par", "retire_par"), uuid=uuid)


@geste(Acces.DONNEES)
def retirer(request: HttpRequest, effacement: UUID) -> HttpResponse:
    """Withdraw or refuse it."""
    try:
        propositions.retirer(_effacement(effacement), by=acteur_de(request), at=timezone.now())
        messages.success(request, "La proposition est retirée : rien n'est effacé.")
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect("effacement", effacement=effacement)


@page(Acces.DONNEES)
def bordereau(request: HttpRequest, effacement: UUID) -> HttpResponse:
    """The elimination list, for the archives' visa."""
    trouve = _effacement(effacement)
    lignes = [
        [
            x.dossier.reference,
            x.type,
            f"{x.clos_le:%d/%m/%Y}",
            x.conservation,
            x.source,
            f"{x.echue_le:%d/%m/%Y}",
            x.get_sort_final_display(),
            _etat(x),
        ]
        for x in trouve.lignes.select_related("dossier")
    ]
    return _csv(f"bordereau-elimination-{trouve.demande_le:%Y-%m-%d}", lignes)


def _etat(ligne: LigneEffacement) -> str:
    if ligne.fait_le:
        return f"effacé le {date_legale(ligne.fait_le):%d/%m/%Y}"
    return ligne.refus or "proposé"
