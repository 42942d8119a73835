"""What the mail office does with what it has registered: the number to write on it, the envelope of a confidential letter,
the acknowledgements.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.courriers import queries, rules
from buridan.courriers.actions.accuser import LOT, accuser_ensemble
from buridan.courriers.actions.clore import annuler
from buridan.courriers.actions.corriger import Correction, corriger_courrier
from buridan.courriers.actions.pli import changer_destinataire
from buridan.courriers.etats import Moyen
from buridan.courriers.forms import FormulaireAnnulation, FormulaireDestinataire, FormulaireEnveloppe
from buridan.courriers.models import Courrier
from buridan.courriers.papier import lettres_des_departs
from buridan.courriers.views import courrier_montrable, lignes_de
from buridan.dossiers.actions.traversee import DejaFait
from buridan.interface.fichiers import servir_pdf
from buridan.interface.politique import Acces, acteur_de, formulaire, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

DERNIERS = 10


@formulaire(Acces.AGENT)
def enregistre(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The number to write on the letter, and what comes next; until a confidential letter is opened, to whom it goes."""
    acteur = acteur_de(request)
    courrier = courrier_montrable(acteur, uuid)
    if not courrier.cote:
        raise Http404
    choisi = request.POST.get("geste", "")
    formulaires = _formulaires(acteur, courrier, request, choisi)
    if choisi:
        if (form := formulaires.get(choisi)) is None:
            regle = rules.peut_corriger if choisi == "corriger" else rules.peut_changer_le_destinataire
            messages.error(request, regle(acteur, courrier.dossier).raison)
            return redirect("courrier_enregistre", uuid=uuid)
        if form.is_valid() and _faire(request, acteur, courrier, choisi, form):
            return redirect("courrier_enregistre", uuid=uuid)
    ligne = lignes_de(acteur, [courrier])[0]
    joignable = ligne["lisible"] and rules.peut_joindre_complement(acteur, courrier.dossier)
    contexte = {"ligne": ligne, "courrier": ligne["courrier"], "dossier": ligne["dossier"], "formulaires": formulaires,
                "attendus": queries.attendus_de(courrier, acteur) if joignable else [],
                "peut_enregistrer": rules.peut_enregistrer(acteur), "ici": ""}  # fmt: skip
    return render(request, "courriers/enregistre.html", contexte, status=422 if choisi else 200)


def _formulaires(acteur: Acteur, courrier: Courrier, request: HttpRequest, choisi: str) -> dict[str, Any]:
    """What may be done with the envelope of a confidential letter by who keeps the registers; none for anybody else."""
    offerts: dict[str, Any] = {}
    if rules.peut_changer_le_destinataire(acteur, courrier.dossier):
        offerts["changer"] = FormulaireDestinataire(acteur, courrier, request.POST if choisi == "changer" else None)
        offerts["annuler"] = FormulaireAnnulation(request.POST if choisi == "annuler" else None)
    if courrier.confidentiel and rules.peut_enregistrer(acteur) and rules.peut_corriger(acteur, courrier.dossier):
        offerts["corriger"] = FormulaireEnveloppe(courrier, request.POST if choisi == "corriger" else None)
    return offerts


def _faire(request: HttpRequest, acteur: Acteur, courrier: Courrier, choisi: str, form: Any) -> bool:
    """Done, or done already; else the form says why not."""
    qui: dict[str, Any] = {"by": acteur, "at": timezone.now()}
    try:
        if choisi == "changer":
            changer_destinataire(courrier.dossier, destinataire=form.cleaned_data["destinataire"], **qui)
            messages.success(request, "Le pli a un autre destinataire : remettez-le lui fermé.")
        elif choisi == "corriger":
            corriger_courrier(courrier.dossier, correction=Correction(**form.cleaned_data), **qui)
            messages.success(request, "L'enveloppe est corrigée.")
        else:
            annuler(courrier.dossier, motif=form.cleaned_data["motif"], **qui)
            messages.success(request, "L'enregistrement est annulé ; son numéro reste au registre.")
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        form.add_error(None, refus.raison)
        return False
    return True


@formulaire(Acces.AGENT)
def accuses(request: HttpRequest) -> HttpResponse:
    """The acknowledgements that wait; one press sends them, and those on paper are then printed from here."""
    acteur = acteur_de(request)
    if not (verdict := rules.peut_enregistrer(acteur)):
        return render(request, "403.html", {"raison": verdict.raison}, status=403)
    if request.method == "POST":
        try:
            departs = accuser_ensemble(by=acteur, at=timezone.now())
            papier = sum(d.moyen == Moyen.PAPIER for d in departs)
            suite = f" {papier} à imprimer ci-dessous." if papier else " Tous par courriel."
            messages.success(request, f"Accusés de réception envoyés : {len(departs)}.{suite}")
        except DejaFait as deja:
            messages.info(request, deja.raison)
        return redirect("courrier_accuses")
    tous = queries.accuses_a_envoyer(acteur)
    attendent = list(tous.order_by("annee", "numero")[:LOT])
    lots = queries.accuses_sur_papier(acteur).order_by("-at").values("at", "annee")
    contexte = {
        "attendent": attendent, "nombre": tous.count(), "lot": LOT, "peut_enregistrer": verdict, "ici": "accuses",
        "prets": min(LOT, tous.exclude(courriel="", adresse="").count()),
        "lots": lots.annotate(de=Min("numero"), a=Max("numero"), nombre=Count("pk"))[:DERNIERS],
    }  # fmt: skip
    return render(request, "courriers/accuses.html", contexte)


@page(Acces.AGENT)
def accuses_pdf(request: HttpRequest, annee: int, de: int, a: int) -> HttpResponse:
    """Those of these numbers that leave on paper, to print at once."""
    acteur = acteur_de(request)
    if not (verdict := rules.peut_enregistrer(acteur)):
        return render(request, "403.html", {"raison": verdict.raison}, status=403)
    departs = queries.accuses_sur_papier(acteur).filter(annee=annee, numero__range=(de, a)).order_by("numero")[:LOT]
    if not departs:
        raise Http404
    return servir_pdf(lettres_des_departs(departs), f"accuses-{annee}-{de:05}-{a:05}")
