"""One letter of a batch: its pages beside the form of the register, set it aside, take it back."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.contacts.models import Contact
from buridan.courriers.actions.enregistrer import Arrivee
from buridan.courriers.carnet import champs_de
from buridan.courriers.etats import Genre
from buridan.courriers.models import Courrier
from buridan.courriers.views import Saisie, saisir
from buridan.interface.jetons import jeton_de, resultat_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste
from buridan.numerisation import rules
from buridan.numerisation.actions.plis import AUTREMENT, ecarter_pli, enregistrer_pli, pieces_du_pli, reprendre_pli
from buridan.numerisation.entete import Entete
from buridan.numerisation.forms import FormulaireEcarter, FormulairePli
from buridan.numerisation.models import Lot, Pli
from buridan.numerisation.queries import PliVu, feuilles, plis_de, reconnaitre
from buridan.numerisation.views import faire, lot_montrable, reserve
from buridan.outils.verdict import Refus


def _vu(lot: Lot, numero: int) -> PliVu | None:
    """The letter that begins at that page, as it is cut now."""
    return next((p for p in plis_de(feuilles(lot)) if p.numero == numero), None)


def _pourquoi_pas(request: HttpRequest, vu: PliVu | None) -> str:
    """Why it can't be dealt with as the form saw it; empty when it can."""
    if vu is not None and vu.pli is None and request.POST.get("pages", vu.numeros) == vu.numeros:
        return ""
    if vu is not None and vu.pli is not None and vu.pli.dossier is not None:
        return f"Ce pli est déjà enregistré : {vu.pli.dossier.courrier.cote}."
    return AUTREMENT


def _au_lot(request: HttpRequest, lot: Lot, raison: str) -> HttpResponse:
    messages.warning(request, raison)
    return redirect("numerisation", lot=lot.uuid)


@formulaire(Acces.AGENT)
def pli(request: HttpRequest, lot: UUID, numero: int) -> HttpResponse:
    """Register it: its pages and what was read of them beside the form."""
    if refus := reserve(request):
        return refus
    trouve, acteur = lot_montrable(request, lot), acteur_de(request)
    if request.method == "POST" and (deja := resultat_de(jeton_de(request.POST))):
        return redirect(deja)  # before the cutting is looked at: this very form may have dealt with it
    if not (verdict := rules.peut_traiter(acteur, trouve)):
        return render(request, "403.html", {"raison": verdict.raison}, status=403)
    vu = _vu(trouve, numero)
    if raison := _pourquoi_pas(request, vu):
        return _montrer_encore(request, trouve, vu, raison)
    assert vu is not None
    return saisir(request, _saisie(request, trouve, vu))


def _saisie(request: HttpRequest, lot: Lot, vu: PliVu) -> Saisie:
    pieces, entete = cache(lambda: pieces_du_pli(lot, vu)), vu.entete
    connu = reconnaitre(entete)
    return Saisie(
        initial={"arrive_le": timezone.localtime(lot.arrive_le), "genre": Genre.LETTRE, "objet": vu.objet},
        formulaire=FormulairePli, fichiers=pieces, texte=vu.texte, page="numerisation/pli.html",
        lu=_champs_lus(entete, connu[0] if connu else None),
        ecrire=lambda arrivee, **qui: enregistrer_pli(lot, vu, arrivee, pieces(), **qui),
        contexte={"lot": lot, "vu": vu, "ici": "numerise", "ecarter": FormulaireEcarter(), "entete": entete, "connu": connu},
        apres=lambda c: _au_suivant(request, lot, f"{c.cote} : écrivez ce numéro sur le courrier."),
    )  # fmt: skip


def _champs_lus(entete: Entete, connu: Contact | None) -> dict[str, str]:
    """By field of the form: what the address book says of who was recognised, then what was read."""
    lus = {c: getattr(entete, c) for c in ("expediteur", "organisme", "adresse", "courriel", "telephone")}
    if connu is not None:
        lus |= {c: v for c, v in champs_de(connu, entete.expediteur, "expediteur").items() if v}
        lus["contact"] = str(connu.uuid)
    return {c: v for c, v in lus.items() if v}


def _montrer_encore(request: HttpRequest, lot: Lot, vu: PliVu | None, raison: str) -> HttpResponse:
    """What was typed, with why nothing was written: beside the pages as they are cut now when they can be registered so, else
    beside those that the form saw, to be read and copied.
    """
    possible = vu is not None and vu.pli is None
    if possible:
        raison = "Le découpage de ce lot a changé pendant votre saisie. Rien n'est enregistré, rien n'est perdu : regardez les "
        raison += "pages qu'a maintenant ce pli, corrigez ce que vous avez écrit s'il le faut, puis enregistrez."
    vues = request.POST.get("pages", "").split(",")
    montre = vu if possible else PliVu([p for p in feuilles(lot) if str(p.numero) in vues])
    if request.method != "POST" or montre is None or not montre.pages:
        return _au_lot(request, lot, raison)
    plus = {"raison": raison, "fige": not possible}
    saisie = _saisie(request, lot, montre)
    reponse = saisir(
        request, replace(saisie, contexte={**saisie.contexte, **plus}, fichiers=tuple, ecrire=_refuser(raison))
    )
    reponse.status_code = 409
    return reponse


def _refuser(raison: str) -> Callable[..., Courrier]:
    def ecrire(arrivee: Arrivee, **qui: object) -> Courrier:
        raise Refus(raison)

    return ecrire


def _au_suivant(request: HttpRequest, lot: Lot, dit: str) -> HttpResponse:
    suivant = next((p for p in plis_de(feuilles(lot)) if p.pli is None), None)
    if suivant is None:
        messages.success(request, f"{dit} Tout ce lot est traité.")
        return redirect("numerisation", lot=lot.uuid)
    messages.success(request, f"{dit} Voici le pli suivant du lot.")
    return redirect("numerisation_pli", lot=lot.uuid, numero=suivant.numero)


@geste(Acces.AGENT)
def ecarter(request: HttpRequest, lot: UUID, numero: int) -> HttpResponse:
    """Not a letter for the register: it stays in the list of the batch, with the reason."""
    if refus := reserve(request):
        return refus
    trouve, acteur = lot_montrable(request, lot), acteur_de(request)
    vu = _vu(trouve, numero)
    if raison := _pourquoi_pas(request, vu):
        return _au_lot(request, trouve, raison)
    assert vu is not None
    try:
        ecarter_pli(trouve, vu, by=acteur, at=timezone.now(), motif=request.POST.get("motif", ""))
    except Refus as refuse:
        messages.error(request, str(refuse))
        return redirect("numerisation_pli", lot=trouve.uuid, numero=numero)
    return _au_suivant(request, trouve, "Le pli est mis de côté ; il reste dans la liste du lot.")


@geste(Acces.AGENT)
def reprendre(request: HttpRequest, lot: UUID, pk: int) -> HttpResponse:
    """What was set aside is to be registered after all."""
    if refus := reserve(request):
        return refus
    trouve = lot_montrable(request, lot)
    ecarte = Pli.objects.filter(pk=pk, lot=trouve).first()
    if ecarte is None:
        raise Http404
    faire(
        request, lambda: reprendre_pli(trouve, ecarte, by=acteur_de(request), at=timezone.now()),
        "Le pli est à enregistrer de nouveau.",
    )  # fmt: skip
    return redirect("numerisation", lot=trouve.uuid)
