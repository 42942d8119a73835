"""What leaves: the register of departures, a letter to begin, an answer as a file, what became of a registered letter."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.courriers import queries, rules
from buridan.courriers.actions.ecrire import joindre_une_version, preparer
from buridan.courriers.actions.expedier import noter_le_sort
from buridan.courriers.actions.reexpedier import reexpedier, relancer
from buridan.courriers.carnet import avec_le_contact, contact_de, proposes
from buridan.courriers.etats import REPONSES, Moyen
from buridan.courriers.forms_departs import (
    FormulaireDeparts,
    FormulaireLettre,
    FormulaireRenvoi,
    FormulaireSort,
    FormulaireVersion,
)
from buridan.courriers.models import Depart
from buridan.courriers.papier import lettre_du_depart, lettres_des_departs
from buridan.courriers.views import AU_PLUS, PAR_PAGE, coupees, exporter, sans_faute
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.routage import RouteImpossible
from buridan.dossiers.views import dossier_visible
from buridan.interface.fichiers import servir_pdf
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.listes import LOIN, page_de
from buridan.interface.politique import Acces, acteur_de, formulaire, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

ENTETES = ["Numéro", "Parti le", "Nature", "Par", "Recommandé", "Destinataire", "Objet", "Avis de réception", "Retour"]


@page(Acces.AGENT)
def registre(request: HttpRequest) -> HttpResponse:
    """Departures, the latest first; `?format=csv`, `ods` and `pdf` give the same lines."""
    acteur = acteur_de(request)
    if queries.bureau() is None:
        return render(request, "403.html", {"raison": rules.SANS_BUREAU}, status=403)
    form = FormulaireDeparts(request.GET)
    lignes = _chercher(acteur, form) if form.is_valid() else queries.departs(acteur).none()
    if (forme := request.GET.get("format", "")) in ("csv", "ods", "pdf"):
        gardees, trop = coupees(lignes)
        return exporter("Registre des départs", ENTETES, [*map(_cellules, gardees), *trop], forme, "departs")
    la_page = page_de(request, lignes, PAR_PAGE, loin=AU_PLUS if queries.tient_le_registre(acteur) else LOIN)
    filtres = request.GET.copy()
    for cle in ("page", "format"):
        filtres.pop(cle, None)
    contexte = {
        "form": form, "pages": la_page, "adresse": filtres.urlencode(), "ici": "departs", "au_plus": AU_PLUS,
        "pas_partis": queries.pas_partis(la_page), "lisibles": queries.lisibles(acteur, [d.dossier_id for d in la_page]),
        "peut_enregistrer": rules.peut_enregistrer(acteur),
    }  # fmt: skip
    return render(request, "courriers/departs.html", contexte, status=200 if form.is_valid() else 422)


def _chercher(acteur: Acteur, form: FormulaireDeparts) -> Any:
    d = form.cleaned_data
    lignes = queries.filtrer(queries.departs(acteur), d["du"], d["au"], "at")
    if d["moyen"]:
        lignes = lignes.filter(moyen=d["moyen"])
    if d["attend"]:
        lignes = lignes.filter(moyen=Moyen.RECOMMANDE, recu_le=None, revenu_le=None)
    mots = d["q"].strip()
    if mots:
        numero = mots.rpartition("-")[2]
        ici = Q(nom__icontains=mots) | Q(recommande__iexact=mots)
        lignes = lignes.filter(ici | Q(numero=int(numero)) if numero.isdecimal() and len(numero) < 9 else ici)
    return lignes


def _cellules(d: Depart) -> list[str]:
    return [
        d.cote, f"{timezone.localtime(d.at):%d/%m/%Y}", d.get_objet_display(), d.get_moyen_display(), d.recommande, d.nom,
        d.dossier.objet, f"{d.recu_le:%d/%m/%Y}" if d.recu_le else "",
        f"{d.revenu_le:%d/%m/%Y} {d.motif_retour}".strip() if d.revenu_le else "",
    ]  # fmt: skip


@formulaire(Acces.AGENT)
def depart(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of the register, and what became of it."""
    acteur = acteur_de(request)
    ligne = get_object_or_404(queries.departs(acteur), pk=pk)
    if "relancer" in request.POST:
        return _relancer(request, ligne)
    form = FormulaireSort(ligne, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            noter_le_sort(ligne, by=acteur, at=timezone.now(), sort=form.sort())
        except DejaFait as deja:
            messages.info(request, deja.raison)
            return redirect("depart", pk=pk)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(request, "C'est noté au registre ; ceux qui suivent le dossier sont prévenus.")
            return redirect("depart", pk=pk)
    contexte = {
        "depart": ligne, "form": form, "verdict": rules.peut_suivre_un_depart(acteur, ligne),
        "lisible": bool(queries.lisibles(acteur, [ligne.dossier_id])), "repartie": queries.repartie_sous(ligne),
        "pas_parti": bool(queries.pas_partis([ligne])), "peut_relancer": rules.peut_relancer(acteur, ligne),
        "renvoi_de": queries.renvoi_de(ligne), "peut_reexpedier": rules.peut_reexpedier(acteur, ligne.dossier, ligne),
    }  # fmt: skip
    return render(request, "courriers/depart.html", contexte, status=422 if form.errors else 200)


def _relancer(request: HttpRequest, ligne: Depart) -> HttpResponse:
    try:
        relancer(ligne, by=acteur_de(request), at=timezone.now())
        messages.success(request, "Un nouvel essai est demandé : il part dans la minute.")
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect("depart", pk=ligne.pk)


@formulaire(Acces.AGENT)
def renvoyer(request: HttpRequest, pk: int) -> HttpResponse:
    """The same letter to another address, once it came back."""
    acteur = acteur_de(request)
    ligne = get_object_or_404(queries.departs(acteur), pk=pk)
    form = FormulaireRenvoi(request.POST or None, initial={"moyen": ligne.moyen})
    if request.method == "POST" and form.is_valid():
        try:
            neuf = reexpedier(ligne, by=acteur, at=timezone.now(), renvoi=form.renvoi())
        except DejaFait as deja:
            messages.info(request, deja.raison)
            return redirect("depart", pk=pk)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(request, f"La lettre repart sous le numéro {neuf.cote}.")
            return redirect("depart", pk=neuf.pk)
    contexte = {"depart": ligne, "form": form, "repartie": queries.repartie_sous(ligne),
                "verdict": rules.peut_reexpedier(acteur, ligne.dossier, ligne)}  # fmt: skip
    return render(request, "courriers/renvoyer.html", contexte, status=422 if form.errors else 200)


@page(Acces.AGENT)
def lettre(request: HttpRequest, pk: int) -> HttpResponse:
    """What left under that number, for a window envelope."""
    acteur = acteur_de(request)
    ligne = get_object_or_404(queries.departs(acteur), pk=pk)
    dossier_visible(acteur, ligne.dossier.uuid)
    return servir_pdf(lettre_du_depart(ligne), ligne.cote)


@page(Acces.AGENT)
def lettres(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every letter of a mailing, to print at once."""
    dossier = dossier_visible(acteur_de(request), uuid)
    departs = list(Depart.objects.filter(dossier=dossier, objet__in=REPONSES).order_by("annee", "numero"))
    if not departs:
        raise Http404
    return servir_pdf(lettres_des_departs(departs), f"lettres-{dossier.reference}")


@formulaire(Acces.AGENT)
def envoi(request: HttpRequest) -> HttpResponse:
    """Begin a letter that answers none."""
    acteur = acteur_de(request)
    if not (verdict := rules.peut_ecrire(acteur)):
        return render(request, "403.html", {"raison": verdict.raison}, status=403)
    carnet = rules.peut_enregistrer(acteur)
    donnees = avec_le_contact(request.POST, "nom") if carnet else request.POST
    form = FormulaireLettre(acteur, donnees or None, request.FILES or None, carnet=bool(carnet))
    if carnet and any(bouton in donnees for bouton in ("chercher", "prendre", "ajouter")):
        form.is_valid()
        trouves = proposes(form.data, "nom") if "ajouter" not in donnees else None
        return _montrer_la_lettre(request, sans_faute(form), contacts=trouves)
    if request.method == "POST" and form.is_valid():
        try:
            courrier = preparer(form.lettre(), by=acteur, at=timezone.now(), jeton=jeton_de(request.POST))
        except DejaEnvoye as deja:
            return redirect(deja.resultat)
        except (Refus, RouteImpossible) as refus:
            form.add_error(None, getattr(refus, "raison", str(refus)))
        else:
            messages.success(request, "Le courrier est commencé : écrivez son texte ci-dessous.")
            return redirect("dossier", uuid=courrier.dossier.uuid)
    return _montrer_la_lettre(request, form)


def _montrer_la_lettre(request: HttpRequest, form: FormulaireLettre, contacts: Any = None) -> HttpResponse:
    contexte = {
        "form": form, "jeton": request.POST.get("jeton") or str(uuid4()), "ici": "envoi", "contacts": contacts,
        "peut_enregistrer": rules.peut_enregistrer(acteur_de(request)), "cherche": "chercher" in request.POST,
        "contact": contact_de(form.data.get("contact")) if "contact" in form.fields else None,
    }  # fmt: skip
    return render(request, "courriers/envoi.html", contexte, status=422 if form.errors else 200)


@formulaire(Acces.AGENT)
def version(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The answer as a LibreOffice or Word file."""
    acteur = acteur_de(request)
    dossier = dossier_visible(acteur, uuid)
    if dossier.nature != queries.NATURE:
        raise Http404
    form = FormulaireVersion(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            gardee = joindre_une_version(dossier, by=acteur, at=timezone.now(), fichier=form.cleaned_data["fichier"])
        except DejaFait as deja:
            messages.info(request, deja.raison)
            return redirect("dossier", uuid=uuid)
        except Refus as refus:
            form.add_error(None, refus.raison)
        else:
            messages.success(
                request, f"Version {gardee.numero} gardée. Terminez le projet : les visas porteront sur ce fichier."
            )
            return redirect("dossier", uuid=uuid)
    contexte = {"dossier": dossier, "form": form, "verdict": rules.peut_joindre_une_version(acteur, dossier),
                "versions": dossier.versions_reponse.select_related("document", "par")}  # fmt: skip
    return render(request, "courriers/version.html", contexte, status=422 if form.errors else 200)
