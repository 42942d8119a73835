"""The queue of the mails that came in: read one, make something of it, set it aside."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.courriers import rules as courriers
from buridan.courriers import views as registre
from buridan.courriers.etats import Genre
from buridan.courriers.queries import NATURE as LETTRES
from buridan.courriers.queries import complements_attendus, lisibles
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.documents import servir
from buridan.interface.jetons import jeton_de, resultat_de
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.messagerie import queries, rules
from buridan.messagerie.actions.traiter import (
    ecarter_courriel,
    enregistrer_le_courriel,
    joindre_le_courriel,
    passer_courriel,
    remettre_courriel,
)
from buridan.messagerie.etats import AU_DOSSIER, Etat, Usage
from buridan.messagerie.forms import FormulaireEcarter, FormulaireJoindre
from buridan.messagerie.models import Boite, CourrielRecu, de_la_file
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

PAR_PAGE = 25
ONGLETS = (
    ("", "À traiter", (Etat.A_TRAITER,)),
    ("automatiques", "Automatiques", (Etat.AUTOMATIQUE,)),
    ("ecartes", "Écartés", (Etat.ECARTE,)),
    ("traites", "Traités", AU_DOSSIER),
)


@page(Acces.AGENT)
def file(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; then what machines sent, what was set aside, what was dealt with."""
    acteur = acteur_de(request)
    if not (verdict := rules.peut_lire_la_file(acteur)):
        return render(request, "403.html", {"raison": verdict.raison}, status=403)
    usages = queries.usages_de(acteur)
    vue, titre, etats = next((o for o in ONGLETS if o[0] == request.GET.get("vue", "")), ONGLETS[0])
    compte = queries.compter(usages)
    lignes: QuerySet[CourrielRecu] = CourrielRecu.objects.filter(de_la_file(*usages), etat__in=etats)
    ordre = ("recu_le", "pk") if vue == "" else ("-recu_le", "-pk")
    lignes = (
        lignes.select_related("boite", "dossier")
        .defer("texte", "dossier__contenu", "dossier__recherche")
        .order_by(*ordre)
    )
    la_page = page_de(request, lignes, PAR_PAGE)
    proposees = queries.propositions(la_page) if vue == "" else {}
    contexte = {
        "onglets": [(code, nom, sum(compte[e] for e in etats)) for code, nom, etats in ONGLETS], "vue": vue, "titre": titre,
        "lignes": [(c, proposees.get(c.pk)) for c in la_page], "pages": la_page, "vieux": timezone.now() - queries.VIEUX,
        "boites": [b for b in Boite.objects.all() if b.usage in usages], "ici": "courriels",
        "peut_enregistrer": courriers.peut_enregistrer(acteur),
    }  # fmt: skip
    return render(request, "messagerie/file.html", contexte)


def courriel_visible(acteur: Acteur, uuid: UUID) -> CourrielRecu:
    """A mail this person may read; 404 for a stranger."""
    visibles = CourrielRecu.objects.visibles_par(acteur, queries.usages_de(acteur))
    trouve: CourrielRecu = get_object_or_404(visibles.select_related("boite", "dossier"), uuid=uuid)
    return trouve


@page(Acces.AGENT)
def courriel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One mail as plain text, what could not be read of it, what may be made of it."""
    return _montrer(request, courriel_visible(acteur_de(request), uuid))


def _montrer(
    request: HttpRequest, recu: CourrielRecu, *, ecarter: Any = None, joindre: Any = None, code_http: int = 200
) -> HttpResponse:
    acteur = acteur_de(request)
    proposee = queries.propositions([recu]).get(recu.pk) if rules.peut_traiter(acteur, recu) else None
    reference = {"reference": proposee.dossier.reference} if proposee else {}
    contexte = {
        "courriel": recu, "pieces": list(recu.pieces.all()), "fil": _fil(acteur, recu), "proposition": proposee,
        "attendu": proposee and proposee.dossier.nature == LETTRES and complements_attendus(proposee.dossier).exists(),
        "peut_joindre": proposee and rules.peut_joindre(acteur, recu, proposee.dossier, propose=True),
        "peut_traiter": rules.peut_traiter(acteur, recu), "peut_enregistrer": courriers.peut_enregistrer(acteur),
        "en_courrier": rules.peut_enregistrer(acteur, recu), "en_demande": rules.peut_en_faire_une_demande(acteur, recu),
        "peut_remettre": rules.peut_remettre(acteur, recu), "ici": "courriels", "lit_la_boite": rules.lit_la_boite(acteur, recu),
        "form_ecarter": ecarter or FormulaireEcarter(), "form_joindre": joindre or FormulaireJoindre(initial=reference),
        "se_joint": recu.usage != Usage.ELUS, "dossier_visible": recu.dossier_id in lisibles(acteur, [recu.dossier_id or 0]),
    }  # fmt: skip
    return render(request, "messagerie/courriel.html", contexte, status=code_http)


def _fil(acteur: Acteur, recu: CourrielRecu) -> list[CourrielRecu]:
    return queries.meme_fil(recu) if rules.lit_la_boite(acteur, recu) else []


@page(Acces.AGENT)
def original(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The mail as it came, to be opened elsewhere: nothing in it acts here."""
    recu = courriel_visible(acteur_de(request), uuid)
    return servir(recu.sha256, f"courriel-{recu.recu_le:%Y%m%d}-{recu.pk}.eml", "application/octet-stream")


@page(Acces.AGENT)
def piece(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponseBase:
    """An attachment that passed the checks."""
    trouvee = get_object_or_404(courriel_visible(acteur_de(request), uuid).pieces.exclude(sha256=""), pk=pk)
    return servir(trouvee.sha256, trouvee.nom, trouvee.type_mime)


@formulaire(Acces.AGENT)
def enregistrer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The form of the register, filled with what the mail says; the office reads it again and gives the number."""
    acteur = acteur_de(request)
    recu = courriel_visible(acteur, uuid)
    if resultat := resultat_de(jeton_de(request.POST)):
        return redirect(resultat)
    if not (verdict := rules.peut_enregistrer(acteur, recu)):
        return _deja(request, recu, verdict.raison)
    pieces = list(recu.pieces.all())
    saisie = registre.Saisie(
        initial={
            "genre": Genre.COURRIEL, "arrive_le": timezone.localtime(recu.recu_le), "expediteur": recu.expediteur or recu.adresse,
            "courriel": recu.adresse, "objet": recu.sujet[:200], "annexes": ", ".join(p.nom for p in pieces if p.sha256)[:250],
        },
        ecrire=partial(enregistrer_le_courriel, recu), page="messagerie/enregistrer.html",
        fichiers=partial(queries.pieces_gardees, recu), texte=recu.texte[:5000],
        contexte={"courriel": recu, "pieces": pieces, "ici": "courriels",
                  "proposition": queries.propositions([recu]).get(recu.pk)},
    )  # fmt: skip
    try:
        return registre.saisir(request, saisie)
    except DejaFait as deja:
        return _deja(request, recu, deja.raison)


def _deja(request: HttpRequest, recu: CourrielRecu, raison: str) -> HttpResponse:
    """Somebody was faster, or may not: said on the page of the mail, which shows where it is."""
    messages.info(request, raison)
    return redirect("courriel", uuid=recu.uuid)


@geste(Acces.AGENT)
def joindre(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An exchange of a dossier."""
    recu = courriel_visible(acteur_de(request), uuid)
    form = FormulaireJoindre(request.POST)
    if not form.is_valid():
        return _montrer(request, recu, joindre=form, code_http=422)
    action = partial(joindre_le_courriel, recu, form.dossier, du_demandeur=form.cleaned_data["pour"] == "demandeur")
    phrase = f"Le courriel est joint au dossier {form.dossier.reference} ; ceux qui y travaillent sont prévenus."
    return _faire(
        request, recu, action, phrase, lambda refus: _montrer(request, recu, joindre=_dire(form, refus), code_http=409)
    )


@geste(Acces.AGENT)
def ecarter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Nothing to do with it, and why."""
    recu = courriel_visible(acteur_de(request), uuid)
    form = FormulaireEcarter(request.POST)
    if not form.is_valid():
        return _montrer(request, recu, ecarter=form, code_http=422)
    action = partial(ecarter_courriel, recu, motif=form.cleaned_data["motif"])
    phrase = "Le courriel est écarté. Il reste dans « Écartés », et peut être remis dans la file."
    return _faire(
        request, recu, action, phrase, lambda refus: _montrer(request, recu, ecarter=_dire(form, refus), code_http=409)
    )


@geste(Acces.AGENT)
def passer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """To the other office: whoever hands it over no longer reads it, and goes back to the queue."""
    acteur, vers = acteur_de(request), request.POST.get("vers", "")
    recu = get_object_or_404(CourrielRecu.objects.select_related("boite"), uuid=uuid)
    if not rules.peut_lire_la_file(acteur):
        raise Http404
    phrase = f"Le courriel est passé à l'autre file : {'le cabinet' if vers == Usage.ELUS else 'le service courrier'} le lira."
    return _faire(request, recu, partial(passer_courriel, recu, vers=vers), phrase, partial(_a_la_file, request))


def _a_la_file(request: HttpRequest, refus: Refus) -> HttpResponse:
    messages.info(request, refus.raison)
    return redirect("courriels")


@geste(Acces.AGENT)
def remettre(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Back in the queue."""
    recu = courriel_visible(acteur_de(request), uuid)
    phrase = "Le courriel est de nouveau à traiter."
    return _faire(
        request, recu, partial(remettre_courriel, recu), phrase, lambda refus: _deja(request, recu, refus.raison)
    )


def _dire(form: Any, refus: Refus) -> Any:
    form.add_error(None, refus.raison)
    return form


def _faire(
    request: HttpRequest,
    recu: CourrielRecu,
    action: Callable[..., Any],
    phrase: str,
    refuser: Callable[[Refus], HttpResponse],
) -> HttpResponse:
    try:
        action(by=acteur_de(request), at=timezone.now())
    except DejaFait as deja:
        return _deja(request, recu, deja.raison)
    except Refus as refus:
        return refuser(refus)
    messages.success(request, phrase)
    return redirect("courriels")
