"""From a mail of the officials' mailbox to a matter: the cabinet says who asked, the mail is only a hint."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.models import Dossier
from buridan.dossiers.routage import RouteImpossible
from buridan.elus.actions.saisir import SANS_FORMULAIRE
from buridan.elus.chargement import dernier_formulaire
from buridan.elus.forms import HABITANT, TEXTE_MAX, FormulaireSaisie
from buridan.elus.ressemblance import proches
from buridan.elus.rules import elus, est_elu
from buridan.interface.jetons import DejaEnvoye, jeton_de, resultat_de
from buridan.interface.politique import Acces, acteur_de, formulaire
from buridan.messagerie import rules
from buridan.messagerie.actions.traiter import en_faire_une_demande
from buridan.messagerie.models import CourrielRecu
from buridan.messagerie.views import courriel_visible
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Personne
from buridan.outils.verdict import OUI, Refus, Verdict, non


def _peut(acteur: Acteur, recu: CourrielRecu) -> Verdict:
    return rules.peut_en_faire_une_demande(acteur, recu) and (OUI if dernier_formulaire() else non(SANS_FORMULAIRE))


@formulaire(Acces.AGENT)
def demande(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The form of a matter, filled with what the mail says; who asked is left to be said."""
    acteur, dernier = acteur_de(request), dernier_formulaire()
    recu = courriel_visible(acteur, uuid)
    if deja := resultat_de(jeton_de(request.POST)):
        return redirect(deja)
    if not (verdict := _peut(acteur, recu)) or dernier is None:
        messages.info(request, verdict.raison)
        return redirect("courriel", uuid=recu.uuid)
    if request.method != "POST":
        texte = _dit(recu)
        return _montrer(request, recu, FormulaireSaisie(acteur, dernier.lu, initial={"texte": texte[:TEXTE_MAX]}))
    form = FormulaireSaisie(acteur, dernier.lu, request.POST, request.FILES)
    if not form.is_valid():
        return _montrer(request, recu, form, code_http=422)
    if "quand_meme" not in request.POST and (trouvees := proches(acteur, form.saisie())):
        return _montrer(request, recu, form, trouvees=trouvees)
    return _saisir(request, recu, form)


def _saisir(request: HttpRequest, recu: CourrielRecu, form: FormulaireSaisie) -> HttpResponse:
    choisies = [int(pk) for pk in request.POST.getlist("pieces") if pk.isdigit()]
    qui: dict[str, Any] = {"by": acteur_de(request), "at": timezone.now(), "jeton": jeton_de(request.POST)}
    try:
        faite = en_faire_une_demande(recu, form.saisie(), pieces=choisies, **qui)
    except DejaEnvoye as deja:
        return redirect(deja.resultat)
    except DejaFait as deja_fait:
        messages.info(request, deja_fait.raison)
        return redirect("courriel", uuid=recu.uuid)
    except (Refus, RouteImpossible) as refus:
        form.add_error(None, getattr(refus, "raison", str(refus)))
        return _montrer(request, recu, form, code_http=409)
    messages.success(request, f"La demande est enregistrée, référence {faite.dossier.reference}.")
    return redirect("dossier", uuid=faite.dossier.uuid)


def _dit(recu: CourrielRecu) -> str:
    return "\n\n".join(filter(None, (recu.sujet, recu.texte)))


def _indice(acteur: Acteur, recu: CourrielRecu) -> str:
    """Whose address the mail says it comes from."""
    en_poste = [p for p in elus(acteur.annuaire) if est_elu(acteur.annuaire, p)]
    trouve = Personne.objects.filter(email__iexact=recu.adresse, pk__in=en_poste).first() if recu.adresse else None
    return str(trouve) if trouve else ""


def _montrer(
    request: HttpRequest, recu: CourrielRecu, form: FormulaireSaisie, *, trouvees: Any = (), code_http: int = 200
) -> HttpResponse:
    acteur = acteur_de(request)
    vus = Dossier.objects.visibles_par(acteur).filter(pk__in=[v.dossier.pk for v in trouvees])
    contexte = {
        "form": form, "jeton": request.POST.get("jeton") or str(uuid4()), "courriel": recu, "proches": trouvees,
        "gardes": form.garder_les_fichiers() if form.is_bound else "", "noms": form.noms_gardes() if form.is_bound else [],
        "habitant_ouvert": any(form[c].value() or form[c].errors for c in HABITANT), "brouillon": None, "partis": [],
        "visibles": set(vus.values_list("pk", flat=True)), "indice": _indice(acteur, recu),
        "coupe_a": TEXTE_MAX if len(_dit(recu)) > TEXTE_MAX else 0,
        "pieces": list(recu.pieces.exclude(sha256="")), "choisies": request.POST.getlist("pieces"),
    }  # fmt: skip
    return render(request, "messagerie/demande.html", contexte, status=code_http)
