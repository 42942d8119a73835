"""Scanned post: batches and what remains of them, one batch, its pages, its files, the separator sheets."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.dossiers.documents import servir
from buridan.interface.fichiers import servir_pdf
from buridan.interface.jetons import DejaEnvoye, jeton_de, resultat_de
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.numerisation import rules
from buridan.numerisation.actions.decouper import decouper, relire_lot, tourner_page
from buridan.numerisation.actions.dossier_surveille import panne
from buridan.numerisation.actions.lots import DejaDepose, deposer_lot, ecarter_avis
from buridan.numerisation.forms import FormulaireDecoupe, FormulaireDepot
from buridan.numerisation.models import FichierRefuse, Lot, Page
from buridan.numerisation.papier import separateurs as composer_separateurs
from buridan.numerisation.queries import a_traiter, avancement, feuilles, plis_de
from buridan.outils.verdict import Refus

PAR_PAGE, PAGES_A_LA_FOIS, SEPARATEURS, SEPARATEURS_MAX = 20, 48, 10, 50


def lot_montrable(request: HttpRequest, lot: UUID) -> Lot:
    """The batch, for whoever may read scanned post; 404 when there is none."""
    trouve = Lot.objects.select_related("par").filter(uuid=lot).first()
    if trouve is None:
        raise Http404
    return trouve


def reserve(request: HttpRequest) -> HttpResponse | None:
    """The refusal of who does not keep the registers; None for the others."""
    verdict = rules.peut_numeriser(acteur_de(request))
    return None if verdict else render(request, "403.html", {"raison": verdict.raison}, status=403)


@formulaire(Acces.AGENT)
def lots(request: HttpRequest) -> HttpResponse:
    """Bring one in; those that came, what remains of each; files of the folder that were refused."""
    if refus := reserve(request):
        return refus
    if request.method != "POST":
        return _montrer_les_lots(request, FormulaireDepot())
    if deja := resultat_de(jeton_de(request.POST)):
        return redirect(deja)
    form = FormulaireDepot(request.POST, request.FILES)
    if not form.is_valid():
        return _montrer_les_lots(request, form, 422)
    try:
        lot = deposer_lot(
            form.cleaned_data["fichier"], by=acteur_de(request), at=timezone.now(), jeton=jeton_de(request.POST)
        )
    except DejaEnvoye as deja_envoye:
        return redirect(deja_envoye.resultat)
    except DejaDepose as depose:
        messages.warning(request, str(depose))
        lot = depose.lot
    return redirect("numerisation", lot=lot.uuid)


def _montrer_les_lots(request: HttpRequest, form: FormulaireDepot, code_http: int = 200) -> HttpResponse:
    restent = set(a_traiter().values_list("pk", flat=True))
    choisis = Lot.objects.filter(pk__in=restent) if request.GET.get("vue") != "tous" else Lot.objects.all()
    pages = page_de(request, choisis.order_by("-at", "-id"), PAR_PAGE)
    contexte = {
        "form": form, "jeton": str(uuid4()), "pages": pages, "lignes": [_bilan(lot) for lot in pages], "ici": "numerise",
        "peut_enregistrer": True, "tous": request.GET.get("vue") == "tous", "pannes": list(panne()),
        "refuses": FichierRefuse.objects.filter(vu_le=None)[:50],
    }  # fmt: skip
    return render(request, "numerisation/lots.html", contexte, status=code_http)


def _bilan(lot: Lot) -> dict[str, Any]:
    """What remains of a batch."""
    plis = plis_de(feuilles(lot, avec_texte=False))
    return {
        "lot": lot, "avance": avancement(lot), "restent": sum(p.pli is None for p in plis),
        "enregistres": sum(p.pli is not None and p.pli.dossier_id is not None for p in plis),
        "ecartes": sum(p.pli is not None and p.pli.dossier_id is None for p in plis),
    }  # fmt: skip


@page(Acces.AGENT)
def lot(request: HttpRequest, lot: UUID) -> HttpResponse:
    """One batch: how far the machine is, its letters, pages that somebody must look at."""
    if refus := reserve(request):
        return refus
    trouve = lot_montrable(request, lot)
    toutes = feuilles(trouve)
    plis = plis_de(toutes)
    contexte = {
        **_bilan(trouve), "plis": plis, "a_faire": [p for p in plis if p.pli is None], "ici": "numerise",
        "peut_enregistrer": True, "verdict": rules.peut_traiter(acteur_de(request), trouve),
        "retirees": [p for p in toutes if p.retiree],
    }  # fmt: skip
    return render(request, "numerisation/lot.html", contexte)


@formulaire(Acces.AGENT)
def pages(request: HttpRequest, lot: UUID) -> HttpResponse:
    """The pages side by side: where a letter begins, what is kept out."""
    if refus := reserve(request):
        return refus
    trouve = lot_montrable(request, lot)
    verdict = rules.peut_traiter(acteur_de(request), trouve)
    if request.method == "POST" and verdict:
        return _decouper(request, trouve)
    return _montrer_les_pages(request, trouve)


def _decouper(request: HttpRequest, lot: Lot) -> HttpResponse:
    form = FormulaireDecoupe(lot.pages or 0, request.POST)
    if not form.is_valid():
        messages.error(request, "Le découpage n'a pas été compris : recommencez depuis cette page.")
        return _montrer_les_pages(request, lot, 422)
    try:
        decouper(lot, by=acteur_de(request), at=timezone.now(), **form.cleaned_data)
    except Refus as raison:
        messages.error(request, str(raison))
        return _montrer_les_pages(request, lot_montrable(request, lot.uuid), 409)
    messages.success(request, "Le découpage est enregistré.")
    if "suite" in request.POST:
        return redirect(f"{request.path}?page={request.POST['suite'][:6]}")
    return redirect("numerisation", lot=lot.uuid)


def _montrer_les_pages(request: HttpRequest, lot: Lot, code_http: int = 200) -> HttpResponse:
    la_page = Paginator(feuilles(lot, avec_texte=False), PAGES_A_LA_FOIS).get_page(request.GET.get("page"))
    contexte = {
        "lot": lot, "pages": la_page, "feuilles": list(la_page), "ici": "numerise", "peut_enregistrer": True,
        "verdict": rules.peut_traiter(acteur_de(request), lot),
    }  # fmt: skip
    return render(request, "numerisation/pages.html", contexte, status=code_http)


def _feuille(request: HttpRequest, lot: UUID, numero: int) -> Page:
    trouvee = (
        Page.objects.filter(lot=lot_montrable(request, lot), numero=numero)
        .select_related("lot", "pli__dossier")
        .first()
    )
    if trouvee is None:
        raise Http404
    assert isinstance(trouvee, Page)
    return trouvee


@page(Acces.AGENT)
def feuille(request: HttpRequest, lot: UUID, numero: int) -> HttpResponse:
    """One page, large: why it was not read, turn it."""
    if refus := reserve(request):
        return refus
    f = _feuille(request, lot, numero)
    contexte = {
        "feuille": f, "lot": f.lot, "ici": "numerise", "peut_enregistrer": True,
        "verdict": rules.peut_traiter(acteur_de(request), f.lot),
    }  # fmt: skip
    return render(request, "numerisation/feuille.html", contexte)


@page(Acces.AGENT)
def image(request: HttpRequest, lot: UUID, numero: int, quoi: str) -> HttpResponseBase:
    """A picture of a page, that we made."""
    if refus := reserve(request):
        return refus
    f = _feuille(request, lot, numero)
    return servir(f.vignette if quoi == "vignette" else f.apercu, f"{quoi}-{f.numero}.jpg", "image/jpeg")


@page(Acces.AGENT)
def fichier(request: HttpRequest, lot: UUID, quoi: str) -> HttpResponseBase:
    """The batch as it came, or its searchable copy: downloaded, it is not ours."""
    if refus := reserve(request):
        return refus
    trouve = lot_montrable(request, lot)
    sha256 = trouve.sha256 if quoi == "original" else trouve.lisible
    if trouve.efface_le is not None:
        raise Http404
    return servir(sha256, trouve.nom if quoi == "original" else f"lisible-{trouve.nom}", "application/pdf")


@page(Acces.AGENT)
def separateurs(request: HttpRequest) -> HttpResponse:
    """Sheets to print; `?nombre=`: how many."""
    if refus := reserve(request):
        return refus
    demande = request.GET.get("nombre", "")
    nombre = int(demande) if demande.isdecimal() else SEPARATEURS
    return servir_pdf(composer_separateurs(min(max(nombre, 1), SEPARATEURS_MAX)), "feuilles-de-separation")


def faire(request: HttpRequest, effet: Callable[[], Any], fait: str) -> None:
    """Do it and say so, or say why not."""
    try:
        effet()
    except Refus as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, fait)


@geste(Acces.AGENT)
def tourner(request: HttpRequest, lot: UUID, numero: int) -> HttpResponse:
    """A quarter turn, or two, or three; then it is read again."""
    if refus := reserve(request):
        return refus
    trouve, degres = lot_montrable(request, lot), request.POST.get("degres", "")
    angle = int(degres) if degres in ("90", "180", "270") else 0
    faire(
        request, lambda: tourner_page(trouve, numero, by=acteur_de(request), at=timezone.now(), degres=angle),
        "La page est tournée ; elle va être lue de nouveau.",
    )  # fmt: skip
    return redirect("numerisation_feuille", lot=trouve.uuid, numero=numero)


@geste(Acces.AGENT)
def relire(request: HttpRequest, lot: UUID) -> HttpResponse:
    """Read again what could not be read."""
    if refus := reserve(request):
        return refus
    trouve = lot_montrable(request, lot)
    faire(
        request,
        lambda: relire_lot(trouve, by=acteur_de(request), at=timezone.now()),
        "Ces pages vont être lues de nouveau.",
    )
    return redirect("numerisation", lot=trouve.uuid)


@geste(Acces.AGENT)
def refus_vu(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has seen why a file was refused."""
    if refus := reserve(request):
        return refus
    ecarter_avis(pk, by=acteur_de(request), at=timezone.now())
    return redirect("numerisations")
