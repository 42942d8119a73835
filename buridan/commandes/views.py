"""Orders: those one sees, and the PDF."""

from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from buridan.commandes import queries, rules
from buridan.commandes.models import Commande
from buridan.commandes.papier import bon_de
from buridan.dossiers.models import Etape
from buridan.dossiers.views import dossier_visible
from buridan.interface.fichiers import servir_pdf
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, page
from buridan.organisation.acteur import Acteur

PAR_PAGE = 25


def commande_visible(acteur: Acteur, uuid: UUID) -> Commande:
    """An order one may see; 404 for a stranger."""
    dossier = dossier_visible(acteur, uuid)
    if dossier.nature != queries.NATURE:
        raise Http404
    return queries.commande_de(dossier)


@page(Acces.AGENT)
def liste(request: HttpRequest) -> HttpResponse:
    """The orders one sees, the newest first, and where each one is."""
    acteur, q = acteur_de(request), request.GET.get("q", "").strip()[:80]
    etapes = Prefetch("dossier__etapes", queryset=Etape.objects.order_by("rang", "id"))
    trouvees = queries.complete(q, queries.visibles(acteur)).prefetch_related(etapes, "dossier__reponses")
    la_page = page_de(request, trouvees, PAR_PAGE)
    contexte = {
        "lignes": [{"commande": c, "ou": queries.ou(acteur, c)} for c in la_page], "pages": la_page, "q": q,
        "peut_commander": rules.peut_commander(acteur),
    }  # fmt: skip
    return render(request, "commandes/liste.html", contexte)


@page(Acces.AGENT)
def bon(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The order on paper: as signed, or as it stands."""
    dossier = commande_visible(acteur_de(request), uuid).dossier
    return servir_pdf(bon_de(dossier, timezone.now()), f"commande-{dossier.reference}")
