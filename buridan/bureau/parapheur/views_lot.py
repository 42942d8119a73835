"""One gesture on several étapes: what will be done is shown first, then what was done and what was not, and why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from buridan.bureau.ensemble import Bilan, agir, choisies, formulaires, par_raison
from buridan.bureau.lignes import lignes_de
from buridan.bureau.parapheur.views import ENSEMBLE, montrer_liste
from buridan.dossiers.gestes import geste_de
from buridan.dossiers.models import Etape
from buridan.interface.politique import Acces, acteur_de, formulaire
from buridan.organisation.acteur import Acteur


@formulaire(Acces.AGENT)
def ensemble(request: HttpRequest) -> HttpResponse:
    """GET: what is about to be done, to read again. POST: do it, each étape alone."""
    acteur, recu = acteur_de(request), request.POST if request.method == "POST" else request.GET
    code, etapes = recu.get("geste", ""), choisies(acteur, recu.getlist("etape"))
    if not etapes or code not in ENSEMBLE:
        manque = "Choisissez ce que vous voulez faire." if etapes else "Cochez d'abord les dossiers."
        return montrer_liste(request, coches={e.pk for e in etapes}, a_corriger=[manque], code_http=422)
    if request.method != "POST":
        return _relire(request, code, etapes)
    bilan = agir(etapes, code, request.POST.dict(), by=acteur, at=timezone.now())
    if bilan.form is not None:
        return _relire(request, code, etapes, bilan.form)
    return _rendre_compte(request, code, bilan)


def _relire(request: HttpRequest, code: str, etapes: list[Etape], faux: Any = None) -> HttpResponse:
    """Those on which it can be done, with the form they share; the others with the reason."""
    acteur = acteur_de(request)
    jugees = [(e, _verdict(acteur, code, e)) for e in etapes]
    permises = [e for e, raison in jugees if not raison]
    form = faux or max(formulaires(permises, code, acteur), key=lambda f: len(f.fields), default=None)
    contexte = {
        "geste": _geste(etapes[0], code), "mots": ENSEMBLE[code], "form": form, "aujourdhui": acteur.annuaire.jour,
        "lignes": lignes_de(acteur, permises),
        "raisons": par_raison([x for x in jugees if x[1]]), "de_cote": len(jugees) - len(permises),
    }  # fmt: skip
    return render(request, "parapheur/lot.html", contexte, status=422 if faux else 200)


def _geste(etape: Etape, code: str) -> Any:
    return geste_de(etape.dossier, code)


def _verdict(acteur: Acteur, code: str, etape: Etape) -> str:
    """Why it can't be done on this étape; empty when it can."""
    raison: str = _geste(etape, code).verdict(acteur, etape).raison
    return raison


def _rendre_compte(request: HttpRequest, code: str, bilan: Bilan) -> HttpResponse:
    """A count of what was done, and a line for each that was not. Sent again, it does nothing twice and says so."""
    return render(request, "parapheur/bilan.html", {"bilan": bilan, "mots": ENSEMBLE[code], "code": code})
