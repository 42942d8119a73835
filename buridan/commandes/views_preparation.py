"""Begin an order, write it, see who will sign it, send it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.commandes import queries, rules
from buridan.commandes.actions.commencer import SANS_REGLES, commencer
from buridan.commandes.actions.preparer import (
    EcriteAilleurs,
    contenu_de,
    empreinte,
    enregistrer,
    fautes,
    soumettre,
    trajet_de,
)
from buridan.commandes.forms import FormulaireCommande, FormulaireNouvelle
from buridan.commandes.models import Commande
from buridan.commandes.views import commande_visible
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base
from buridan.dossiers.routage import Contexte, EtapePrevue, RouteImpossible, calculer
from buridan.dossiers.rules import peut_decider, redaction
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.politique import Acces, acteur_de, formulaire
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


@formulaire(Acces.AGENT)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """What, and for which service."""
    acteur = acteur_de(request)
    permis = rules.peut_commander(acteur)
    if not permis or queries.regles_en_vigueur() is None:
        return render(request, "403.html", {"raison": permis.raison or SANS_REGLES}, status=403)
    form = FormulaireNouvelle(acteur, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            commande = commencer(**form.cleaned_data, by=acteur, at=timezone.now(), jeton=jeton_de(request.POST))
        except DejaEnvoye as deja:
            return redirect(deja.resultat)
        except (Refus, RouteImpossible) as refus:
            form.add_error(None, getattr(refus, "raison", str(refus)))
        else:
            return redirect("commande_preparer", uuid=commande.dossier.uuid)
    contexte = {"form": form, "jeton": request.POST.get("jeton") or str(uuid4())}
    return render(request, "commandes/nouvelle.html", contexte, status=422 if form.errors else 200)


@formulaire(Acces.AGENT)
def preparer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write: « Enregistrer » saves whatever there is; « Envoyer » saves, then sends, or says at each field what is missing."""
    acteur = acteur_de(request)
    commande = commande_visible(acteur, uuid)
    verdict = rules.peut_preparer(acteur, commande, commande.dossier.etapes.all())
    if request.method != "POST":
        if not verdict:
            messages.info(request, verdict.raison)
            return redirect("dossier", uuid=uuid)
        return _montrer(request, acteur, commande, _formulaire(acteur, commande))
    form = _formulaire(acteur, commande, request.POST, request.FILES)
    if not form.tout_valable():
        return _montrer(request, acteur, commande, form, code_http=422)
    try:
        with refus_de_la_base():
            enregistrer(
                commande.dossier, form.voulu(), by=acteur, at=timezone.now(), vu=request.POST.get("vu", ""),
                fichiers=form.cleaned_data["fichiers"], retirer=request.POST.getlist("retirer"),
            )  # fmt: skip
    except EcriteAilleurs as refus:
        return _montrer(request, acteur, commande_visible(acteur, uuid), form, raison=refus.raison, code_http=409)
    except (Refus, RouteImpossible) as refus:
        return _montrer(request, acteur, commande, form, raison=getattr(refus, "raison", str(refus)), code_http=409)
    return _suite(request, acteur, commande_visible(acteur, uuid))


def _suite(request: HttpRequest, acteur: Acteur, commande: Commande) -> HttpResponse:
    if "envoyer" not in request.POST:
        messages.success(request, "C'est enregistré.")
        return redirect("commande_preparer", uuid=commande.dossier.uuid)
    form = _formulaire(acteur, commande)
    if manques := fautes(commande):
        return _montrer(request, acteur, commande, form, manques=manques, code_http=422)
    etape = redaction(commande.dossier.etapes.all())
    try:
        if etape is None:
            raise DejaFait("La commande est déjà dans son circuit.")
        with refus_de_la_base():
            soumettre(etape, by=acteur, at=timezone.now())
    except DejaFait as deja:
        messages.info(request, deja.raison)
    except (Refus, RouteImpossible) as refus:
        return _montrer(request, acteur, commande, form, raison=getattr(refus, "raison", str(refus)), code_http=409)
    else:
        messages.success(request, "La commande est dans son circuit. Vous verrez ici où elle en est.")
    return redirect("dossier", uuid=commande.dossier.uuid)


def _formulaire(acteur: Acteur, commande: Commande, donnees: Any = None, fichiers: Any = None) -> FormulaireCommande:
    regles = queries.regles_en_vigueur()
    assert regles is not None  # rules are never deleted
    lignes, connus = queries.lignes_possibles(acteur), queries.fournisseurs_connus(acteur)
    return FormulaireCommande(contenu_de(commande), regles, lignes, connus, donnees, fichiers)


def _montrer(
    request: HttpRequest,
    acteur: Acteur,
    commande: Commande,
    form: FormulaireCommande,
    *,
    raison: str = "",
    manques: dict[str, str] | None = None,
    code_http: int = 200,
) -> HttpResponse:
    dossier, regles = commande.dossier, queries.regles_en_vigueur()
    etape, credits = redaction(dossier.etapes.all()), queries.credits_de(commande)
    contexte = {
        "commande": commande, "dossier": dossier, "form": form, "raison": raison, "manques": manques or {},
        "vu": empreinte(contenu_de(commande)), "montant": commande.montant, "credits": credits,
        "taxe": commande.montant.ttc - commande.montant.ht,
        "tient": rules.tient(commande, credits.ligne, acteur.annuaire.jour.year) if credits else None,
        "rapprochement": queries.rapprochement_de(commande, regles, acteur.annuaire.jour, acteur),
        "documents": dossier.documents.order_by("at"), "regles": regles, "a_retirer": request.POST.getlist("retirer"),
        "peut_envoyer": peut_decider(acteur, etape, "traiter") if etape else None,
        **_qui(acteur, commande),
    }  # fmt: skip
    return render(request, "commandes/preparer.html", contexte, status=code_http)


def _qui(acteur: Acteur, commande: Commande) -> dict[str, Any]:
    """Who will see it and sign it as it is saved, or why nobody can."""
    try:
        trajet = trajet_de(commande, by=acteur, at=acteur.at)
        prevues = calculer(trajet.circuit[0], acteur.annuaire, Contexte(entite=commande.dossier.entite_id))
    except (Refus, RouteImpossible) as refus:
        return {"trajet": None, "impossible": getattr(refus, "raison", str(refus)), "etapes": []}
    return {"trajet": trajet, "impossible": "", "etapes": [_prevue(acteur, p) for p in prevues if p.modele.rang > 1]}


def _prevue(acteur: Acteur, prevue: EtapePrevue) -> dict[str, Any]:
    """Who would act on that étape; of a whole service, its name is enough."""
    trouve = prevue.qui(acteur.annuaire, queries.NATURE)
    qui = prevue.destinataire(acteur.annuaire)
    if prevue.poste is not None:
        qui = f"{', '.join(acteur.annuaire.nom_personne(p) for p in trouve.personnes)} ({qui})"
    return {"titre": prevue.modele.titre, "qui": qui, "pour": trouve.pour}
