"""The supplier's page, without an account: whoever holds its address sees this order, and says that it came."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.commandes import liens, rules
from buridan.commandes.actions.suivre import accuser
from buridan.commandes.forms import FormulaireAccuse
from buridan.commandes.models import Commande
from buridan.commandes.papier import bon_de
from buridan.commandes.queries import commande_de, signature_de
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import SensReponse
from buridan.dossiers.models import Dossier
from buridan.interface.fichiers import servir_pdf
from buridan.interface.politique import Acces, geste, page
from buridan.organisation.acteur import Acteur, systeme
from buridan.outils.verdict import Refus


def _commande(uuid: UUID, cle: str) -> Commande:
    """The signed order behind the link; 404 for a wrong key as for an order unknown, not signed or erased."""
    if not liens.cle_juste(uuid, cle):
        raise Http404
    dossier = get_object_or_404(Dossier, uuid=uuid, efface_le=None, commande__signee_le__isnull=False)
    return commande_de(dossier)


@page(Acces.PUBLIC)
def fiche(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """The order, and the word one sends back."""
    return _montrer(request, _commande(uuid, cle), cle, FormulaireAccuse())


def _montrer(
    request: HttpRequest, commande: Commande, cle: str, form: FormulaireAccuse, code_http: int = 200
) -> HttpResponse:
    montant = commande.montant
    contexte = {
        "commande": commande, "dossier": commande.dossier, "cle": cle, "form": form, "montant": montant,
        "taxe": montant.ttc - montant.ht, "signature": signature_de(commande.dossier), "peut": rules.peut_accuser(commande),
        "annulee": commande.dossier.reponses.filter(sens=SensReponse.RETIREE).exists(),
    }  # fmt: skip
    return render(request, "commandes/fournisseur.html", contexte, status=code_http)


@page(Acces.PUBLIC)
def bon(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """The signed order."""
    dossier = _commande(uuid, cle).dossier
    return servir_pdf(bon_de(dossier, timezone.now()), f"commande-{dossier.reference}")


@geste(Acces.PUBLIC)
def accuser_reception(request: HttpRequest, uuid: UUID, cle: str) -> HttpResponse:
    """It came: the supplier says so; an agent who notes it is named in the journal."""
    commande, at = _commande(uuid, cle), timezone.now()
    qui: Acteur = request.acteur or systeme(at)  # type: ignore[attr-defined]
    form = FormulaireAccuse(request.POST)
    if not form.is_valid():
        return _montrer(request, commande, cle, form, 422)
    try:
        accuser(commande.dossier, by=qui, at=at, **form.cleaned_data)
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        form.add_error(None, refus.raison)
        return _montrer(request, commande, cle, form, 409)
    else:
        messages.success(request, "Merci, la mairie sait que vous avez reçu ce bon de commande.")
    return redirect("commande_fournisseur", uuid=uuid, cle=cle)
