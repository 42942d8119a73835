"""An agent asks for a signature outside, sends a new link, calls it off."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.views import dossier_visible
from buridan.interface.politique import Acces, acteur_de, formulaire, geste
from buridan.outils.verdict import Refus
from buridan.signataires import rules
from buridan.signataires.actions.demander import annuler_signature, demander_signature, renvoyer_lien
from buridan.signataires.forms import FormulaireDemandeSignature
from buridan.signataires.models import DemandeSignature


@formulaire(Acces.AGENT)
def demander(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask somebody outside to sign a PDF of this dossier."""
    acteur = acteur_de(request)
    dossier = dossier_visible(acteur, uuid)
    form = FormulaireDemandeSignature(dossier, acteur.annuaire.jour, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            d = {c: v for c, v in form.cleaned_data.items() if c not in ("fichiers", "gardes", "tous_fichiers")}
            demande = demander_signature(dossier, by=acteur, at=acteur.at, **d)
        except DejaFait as deja:
            messages.info(request, deja.raison)
            return redirect("dossier", uuid=dossier.uuid)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(request, f"Le lien est envoyé à {demande.nom}, à l'adresse {demande.courriel}.")
            return redirect("dossier", uuid=dossier.uuid)
    contexte = {
        "form": form, "dossier": dossier, "peut": rules.peut_demander(acteur, dossier), "gardes": form.garder_les_fichiers(),
    }  # fmt: skip
    return render(request, "signataires/demander.html", contexte, status=422 if form.errors else 200)


@geste(Acces.AGENT)
def renvoyer(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """A new link, in place of the one before."""
    return _suivre(
        request, uuid, pk, renvoyer_lien, "Un nouveau lien est envoyé à {0.nom} ; le précédent ne marche plus."
    )


@geste(Acces.AGENT)
def annuler(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """The town no longer asks."""
    return _suivre(
        request, uuid, pk, annuler_signature, "La demande est annulée ; {0.nom} est prévenu(e) par courriel."
    )


def _suivre(
    request: HttpRequest, uuid: UUID, pk: int, verbe: Callable[..., DemandeSignature], phrase: str
) -> HttpResponse:
    acteur = acteur_de(request)
    dossier = dossier_visible(acteur, uuid)
    demande = get_object_or_404(DemandeSignature, pk=pk, dossier=dossier)
    try:
        messages.success(request, phrase.format(verbe(demande, by=acteur, at=acteur.at)))
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect("dossier", uuid=dossier.uuid)
