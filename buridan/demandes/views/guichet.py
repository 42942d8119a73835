"""The front desk: type while the person talks; three fields get a reference."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from buridan.demandes import legal
from buridan.demandes.actions.accuser import mentions
from buridan.demandes.forms import FormulaireDemande
from buridan.demandes.models import Demande, QuestionFrequente, TypeDemande
from buridan.demandes.queries import a_remettre, comment_joindre
from buridan.demandes.views.portail import montrer, par_famille, traiter_formulaire
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.interface.politique import Acces, acteur_de, formulaire, page
from buridan.outils.texte import sans_accents

AU_PLUS = 100  # lines of a page


@page(Acces.GUICHET)
def guichet(request: HttpRequest) -> HttpResponse:
    """Find the type by the caller's words; the frequent questions beside."""
    mots = request.GET.get("q", "").strip()[:100]
    types = TypeDemande.objects.actifs()
    contexte: dict[str, Any] = {
        "mots": mots,
        "trouves": list(types.cherches(mots)[:12]) if mots else [],
        "questions": [
            q
            for q in QuestionFrequente.objects.order_by("ordre")
            if mots and sans_accents(mots) in sans_accents(f"{q.question} {' '.join(q.mots)}")
        ],
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "demandes/guichet.html#trouves", contexte)
    contexte["familles"] = par_famille(list(types.order_by("famille", "titre")))
    return render(request, "demandes/guichet.html", contexte)


@formulaire(Acces.GUICHET)
def saisir(request: HttpRequest, code: str) -> HttpResponse:
    """The agent's form: same fields, fewer of them required."""
    type_demande = get_object_or_404(TypeDemande.objects.actifs(), code=code)
    acteur = acteur_de(request)
    if request.method != "POST":
        return montrer(request, type_demande, FormulaireDemande(type_demande, agent=True), "", agent=True)
    return traiter_formulaire(request, type_demande, by=acteur, agent=True)


@page(Acces.AGENT)
def a_donner(request: HttpRequest) -> HttpResponse:
    """Answers that no e-mail carries: to whom, how, since when."""
    dues = a_remettre(acteur_de(request))[: AU_PLUS + 1]
    lignes = [(demande, comment_joindre(demande)) for demande in dues]
    return render(request, "demandes/a_donner.html", {"lignes": lignes[:AU_PLUS], "encore": len(lignes) > AU_PLUS})


@page(Acces.GUICHET)
def recu(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What to tell the person on the phone, of a request that its service alone opens: to who typed it, that day."""
    acteur = acteur_de(request)
    if Dossier.objects.visibles_par(acteur).filter(uuid=uuid).exists():
        return redirect("dossier", uuid=uuid)
    siennes = Demande.objects.filter(dossier__createur=acteur.personne, dossier__efface_le=None)
    demande = get_object_or_404(siennes.select_related("dossier", "type"), dossier__uuid=uuid)
    if date_legale(demande.dossier.ouvert_le) != acteur.annuaire.jour:
        raise Http404
    dits = mentions(demande, legal.dates_de(demande), acteur.annuaire)
    return render(request, "demandes/recu.html", {"demande": demande, "mentions": dits})
