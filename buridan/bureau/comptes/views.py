"""Accounts: what is closed, and what administrators do for people who can't get in or are gone."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from buridan.interface.politique import Acces, acteur_de, geste, page
from buridan.organisation.acteur import Acteur
from buridan.organisation.actions import ouvrir_compte
from buridan.organisation.models import Personne
from buridan.organisation.rules import peut_gerer_compte
from buridan.outils.texte import sans_accents
from buridan.outils.verdict import Refus

AU_PLUS = 60


@page(Acces.PUBLIC)
def fermee(request: HttpRequest) -> HttpResponse:
    """Nobody signs up, changes an address or logs in by code here: 404."""
    raise Http404


@page(Acces.ADMINISTRATION)
def comptes(request: HttpRequest) -> HttpResponse:
    """Who can get in: never came, closed, with a second factor."""
    mots = sans_accents(request.GET.get("q", "").strip()[:80]).split()
    protegees = Authenticator.objects.filter(user=OuterRef("pk"))
    personnes = Personne.objects.annotate(protegee=Exists(protegees)).order_by(Lower("nom"), "prenom")
    trouvees = [p for p in personnes if all(m in sans_accents(f"{p} {p.email}") for m in mots)]
    contexte = {
        "personnes": trouvees[:AU_PLUS],
        "mots": request.GET.get("q", ""),
        "trouvees": len(trouvees),
        "au_plus": AU_PLUS,
    }
    return render(request, "comptes/comptes.html", contexte)


@geste(Acces.ADMINISTRATION)
def gerer(request: HttpRequest, pk: int, quoi: str) -> HttpResponse:
    """Send the link, close, open again, or take the second factor away (telephone and codes lost)."""
    acteur = acteur_de(request)
    personne = get_object_or_404(Personne, pk=pk)
    try:
        peut_gerer_compte(acteur, pk).exiger()
        messages.success(request, _faire(request, acteur, personne, quoi))
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect("comptes")


def _faire(request: HttpRequest, acteur: Acteur, personne: Personne, quoi: str) -> str:
    match quoi:
        case "lien":
            if not personne.is_active:
                raise Refus(f"Le compte de {personne} est fermé. Rouvrez-le d'abord.")
            request_password_reset(request, personne.email, [personne], None)
            return f"Un lien pour choisir un mot de passe part à {personne.email}."
        case "fermer":
            ouvrir_compte(personne, by=acteur, ouvert=False)
            return f"Le compte de {personne} est fermé. D'autres agissent pour ses postes."
        case "rouvrir":
            ouvrir_compte(personne, by=acteur, ouvert=True)
            return f"Le compte de {personne} est rouvert."
        case "proteger":
            Authenticator.objects.filter(user=personne).delete()
            get_adapter(request).send_notification_mail("comptes/email/second_facteur_retire", personne)
            return f"{personne} se connecte de nouveau avec son seul mot de passe, et en est prévenu·e par courriel."
    raise Http404
