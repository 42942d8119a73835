"""The agent's desk: what I must do, my team, search, notifications."""

from collections.abc import Collection, Sequence

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.bureau import ensemble, queries, visite
from buridan.bureau.lignes import ligne_de
from buridan.demandes.queries import a_remettre
from buridan.dossiers.etats import EtatDossier, Resultat
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import natures
from buridan.dossiers.recit import chez
from buridan.elus.queries import a_dire
from buridan.interface.politique import Acces, acteur_de, geste, page
from buridan.messagerie.queries import attente
from buridan.notifications.models import Notification
from buridan.numerisation.queries import attendent


@page(Acces.AGENT)
def bureau(request: HttpRequest) -> HttpResponse:
    """What I must do, the most urgent first; my team's; followed."""
    return _montrer(request)


def _montrer(
    request: HttpRequest, *, coches: Collection[int] = (), a_corriger: Sequence[str] = (), code_http: int = 200
) -> HttpResponse:
    acteur = acteur_de(request)
    moi, equipe = queries.mes_cibles(acteur), queries.cibles_de_l_equipe(acteur)
    jour = acteur.annuaire.jour
    compte_moi, compte_equipe = queries.compter(moi, jour), queries.compter(equipe, jour)
    # Whoever heads services and has nothing to do sees at once what waits there.
    accueil = "equipe" if acteur.dirige and compte_equipe.total and not compte_moi.total else "moi"
    vue = (request.POST if a_corriger else request.GET).get("vue", accueil)
    curseur = queries.Curseur.lire(request.GET.get("apres", ""))
    etapes = queries.a_faire(equipe if vue == "equipe" else moi, apres=curseur) if vue != "suivis" else []
    suite = etapes[queries.PAGE - 1] if len(etapes) > queries.PAGE else None
    contexte = {
        "vue": vue, "aujourdhui": jour, "compte_moi": compte_moi, "compte_equipe": compte_equipe,
        "lignes": [ligne_de(acteur, e) for e in etapes[: queries.PAGE]],
        "suivis": queries.suivis(acteur) if vue == "suivis" else [],
        "suite": f"{suite.urgence_le}.{suite.pk}" if suite else "",
        "inviter": visite.a_inviter(request.COOKIES, acteur), "dirige": bool(acteur.dirige), "coches": coches,
        "a_corriger": a_corriger, "courriels": attente(acteur, timezone.now()),
        "numerises": attendent(acteur), "a_dire": a_dire(acteur),
        "a_donner": a_remettre(acteur)[: queries.COMPTE_MAX].count(),
        "simples": ensemble.simples(etapes[: queries.PAGE]),
        "lot": ensemble.FormulaireLot(acteur, request.POST.dict() if a_corriger else None),
    }  # fmt: skip
    return render(request, "bureau/bureau.html", contexte, status=code_http)


@geste(Acces.AGENT)
def agir_ensemble(request: HttpRequest) -> HttpResponse:
    """One gesture on the dossiers ticked; what was typed stays on the page when something is missing."""
    acteur, code = acteur_de(request), request.POST.get("geste", "")
    etapes = ensemble.choisies(acteur, request.POST.getlist("etape"))
    if not etapes or code not in ensemble.PERMIS:
        manque = "Choisissez ce que vous voulez faire." if etapes else "Cochez d'abord les dossiers."
        return _montrer(request, coches={e.pk for e in etapes}, a_corriger=[manque], code_http=422)
    valeurs = {**request.POST.dict(), "avis": Resultat.FAVORABLE.value}
    bilan = ensemble.agir(etapes, code, valeurs, by=acteur, at=timezone.now())
    if bilan.a_corriger:
        return _montrer(request, coches={e.pk for e in etapes}, a_corriger=bilan.a_corriger, code_http=422)
    for etape, raison_du_refus in bilan.refus:
        messages.error(request, f"{etape.dossier.reference} : {raison_du_refus}")
    if bilan.deja:
        messages.info(request, f"C'était déjà fait : {bilan.deja} dossier{'s' if bilan.deja > 1 else ''}.")
    if bilan.faits:
        messages.success(request, f"{bilan.faits} dossier{'s' if bilan.faits > 1 else ''} : {bilan.phrase}")
    return redirect("bureau")


@page(Acces.AGENT)
def recherche(request: HttpRequest) -> HttpResponse:
    """Over all I may see."""
    acteur, mots = acteur_de(request), request.GET.get("q", "").strip()[:200]
    etat = request.GET.get("etat", "")
    trouves = queries.chercher(acteur, mots, etat=etat if etat in EtatDossier.values else "", limite=queries.PAGE + 1)
    actives = queries.etapes_actives(trouves)
    contexte = {
        "mots": mots, "etat": etat, "etats": EtatDossier.choices, "aujourdhui": acteur.annuaire.jour,
        "lignes": [(d, e, chez(acteur, e, d.nature) if e else "") for d in trouves[: queries.PAGE] for e in [actives.get(d.pk)]],
        "encore": len(trouves) > queries.PAGE,
    }  # fmt: skip
    return render(request, "bureau/recherche.html", contexte)


@page(Acces.AGENT)
def registres(request: HttpRequest) -> HttpResponse:
    """Every kind of dossier: where they are read, and what I may begin or why not."""
    tenus = [n.registre for n in natures() if n.registre]
    lignes = [(r, r.peut_creer(acteur_de(request))) for r in sorted(tenus, key=lambda r: r.titre)]
    return render(request, "bureau/registres.html", {"lignes": lignes})


@page(Acces.AGENT)
def notifications(request: HttpRequest) -> HttpResponse:
    """What I was told, the latest first."""
    miennes = Notification.objects.filter(personne=acteur_de(request).personne)
    liste = miennes.order_by(F("lue_le").desc(nulls_first=True), "-at")[:60]
    return render(request, "bureau/notifications.html", {"notifications": liste})


@geste(Acces.AGENT)
def lire(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and open its dossier, or its page."""
    notification = get_object_or_404(Notification, pk=pk, personne=acteur_de(request).personne)
    Notification.objects.filter(pk=pk, lue_le__isnull=True).update(lue_le=timezone.now())
    return redirect(notification.lien) if notification.lien else redirect("dossier", uuid=notification.dossier)


@geste(Acces.AGENT)
def tout_lire(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    Notification.objects.filter(personne=acteur_de(request).personne, lue_le__isnull=True).update(lue_le=timezone.now())
    return redirect("notifications")


@page(Acces.AGENT)
def aller(request: HttpRequest, reference: str) -> HttpResponse:
    """`/d/26-7K4MQ2` opens the dossier."""
    trouve = get_object_or_404(Dossier.objects.visibles_par(acteur_de(request)), reference=reference.upper())
    return redirect("dossier", uuid=trouve.uuid)
