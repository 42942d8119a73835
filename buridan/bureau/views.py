"""The agent's desk: what I must do, my team, search, notifications, the head's board."""

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.bureau import pilotage, queries
from buridan.bureau.exports import en_ods, sans_formule
from buridan.dossiers.actions.viser import viser
from buridan.dossiers.etats import EtatDossier, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.interface.politique import Acces, geste, page
from buridan.notifications.models import Notification
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def _acteur(request: HttpRequest) -> Acteur:
    acteur: Acteur = request.acteur  # type: ignore[attr-defined]
    return acteur


@page(Acces.AGENT)
def bureau(request: HttpRequest) -> HttpResponse:
    """What I must do, the most urgent first; my team's; followed."""
    acteur = _acteur(request)
    vue = request.GET.get("vue", "moi")
    moi, equipe = queries.mes_cibles(acteur), queries.cibles_de_l_equipe(acteur)
    curseur = queries.Curseur.lire(request.GET.get("apres", ""))
    etapes = queries.a_faire(equipe if vue == "equipe" else moi, apres=curseur) if vue != "suivis" else []
    suite = etapes[queries.PAGE - 1] if len(etapes) > queries.PAGE else None
    jour = acteur.annuaire.jour
    contexte = {
        "vue": vue, "aujourdhui": jour, "compte_moi": queries.compter(moi, jour), "compte_equipe": queries.compter(equipe, jour),
        "lignes": [_ligne(acteur, e) for e in etapes[: queries.PAGE]],
        "suivis": queries.suivis(acteur) if vue == "suivis" else [],
        "suite": f"{suite.urgence_le}.{suite.pk}" if suite else "",
        "visite": request.GET.get("visite"), "dirige": bool(acteur.dirige),
    }  # fmt: skip
    return render(request, "bureau/bureau.html", contexte)


def _ligne(acteur: Acteur, etape: Etape) -> dict[str, object]:
    return {
        "etape": etape, "dossier": etape.dossier,
        "pour": acteur.absent_remplace(etape.poste_id, etape.entite_id, etape.dossier.nature)
        if acteur.agit_pour(etape.poste_id, etape.entite_id, etape.dossier.nature) else "",
        "visable": etape.type == TypeEtape.VISA,
    }  # fmt: skip


@geste(Acces.AGENT)
def viser_ensemble(request: HttpRequest) -> HttpResponse:
    """Visa several at once: what is refused says why and stops only itself."""
    acteur, faits = _acteur(request), 0
    choisies = [int(v) for v in request.POST.getlist("etape") if v.isdigit()][:50]
    for pk in choisies:
        etape = (
            Etape.objects.select_related("dossier")
            .filter(pk=pk, dossier__in=Dossier.objects.visibles_par(acteur))
            .first()
        )
        if etape is None:
            continue
        try:
            viser(etape, by=acteur, at=timezone.now())
            faits += 1
        except Refus as refus:
            messages.error(request, f"{etape.dossier.reference} : {refus.raison}")
    if not choisies:
        messages.warning(request, "Cochez d'abord les dossiers à viser.")
    elif faits:
        messages.success(request, f"{faits} dossier{'s' if faits > 1 else ''} visé{'s' if faits > 1 else ''}.")
    return redirect("bureau")


@page(Acces.AGENT)
def recherche(request: HttpRequest) -> HttpResponse:
    """Over all I may see."""
    acteur, mots = _acteur(request), request.GET.get("q", "").strip()[:200]
    etat = request.GET.get("etat", "")
    trouves = queries.chercher(acteur, mots, etat=etat if etat in EtatDossier.values else "", limite=queries.PAGE + 1)
    actives = queries.etapes_actives(trouves)
    contexte = {
        "mots": mots, "etat": etat, "etats": EtatDossier.choices, "aujourdhui": acteur.annuaire.jour,
        "lignes": [(d, actives.get(d.pk)) for d in trouves[: queries.PAGE]], "encore": len(trouves) > queries.PAGE,
    }  # fmt: skip
    return render(request, "bureau/recherche.html", contexte)


@page(Acces.AGENT)
def notifications(request: HttpRequest) -> HttpResponse:
    """What I was told, the latest first."""
    liste = Notification.objects.filter(personne=_acteur(request).personne).order_by("-at")[:60]
    return render(request, "bureau/notifications.html", {"notifications": liste})


@geste(Acces.AGENT)
def tout_lire(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    Notification.objects.filter(personne=_acteur(request).personne, lue_le__isnull=True).update(lue_le=timezone.now())
    return redirect("notifications")


def _perimetre(acteur: Acteur) -> set[int]:
    return set(acteur.annuaire.entites) if acteur.voit_tout else acteur.dirige or acteur.entites


@page(Acces.AGENT)
def tableau(request: HttpRequest) -> HttpResponse:
    """The head's board; CSV and ODS with ?format=."""
    acteur = _acteur(request)
    entites = _perimetre(acteur)
    lignes, total = pilotage.chiffres(entites, acteur.annuaire.jour)
    lignes.sort(key=lambda x: -x.ouverts)
    if request.GET.get("format") in ("csv", "ods"):
        return _exporter(acteur, lignes, request.GET["format"])
    contexte = {"lignes": lignes, "total": total, "attentes": pilotage.attentes(entites, acteur.annuaire.jour)}
    return render(request, "bureau/tableau.html", contexte)


def _exporter(acteur: Acteur, lignes: list[pilotage.Chiffres], forme: str) -> HttpResponse:
    entetes = [
        "Service",
        "Entrées (90 j)",
        "Sorties (90 j)",
        "En cours",
        "En retard",
        "Délai médian (jours)",
        "Promesse tenue (%)",
    ]
    contenu = [
        [sans_formule(acteur.annuaire.nom_entite(x.entite)), x.entrees, x.sorties, x.ouverts, x.retard,
         round(x.mediane, 1) if x.mediane is not None else "", round(float(x.tenue)) if x.tenue is not None else ""]
        for x in lignes
    ]  # fmt: skip
    if forme == "ods":
        reponse = HttpResponse(en_ods(entetes, contenu), content_type="application/vnd.oasis.opendocument.spreadsheet")
    else:
        reponse = HttpResponse(content_type="text/csv; charset=utf-8")
        reponse.write("\ufeff")
        csv.writer(reponse, delimiter=";").writerows([entetes, *contenu])
    reponse["Content-Disposition"] = f'attachment; filename="tableau-de-bord.{forme}"'
    return reponse


@page(Acces.AGENT)
def aller(request: HttpRequest, reference: str) -> HttpResponse:
    """`/d/26-7K4MQ2` opens the dossier."""
    trouve = get_object_or_404(Dossier.objects.visibles_par(_acteur(request)), reference=reference.upper())
    return redirect("dossier", uuid=trouve.uuid)
