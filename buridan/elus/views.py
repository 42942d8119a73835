"""The matters of elected officials: mine and where each stands, those I may see, a new one on a phone, the month."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.dossiers.forms_fichiers import SEL
from buridan.dossiers.natures import Voisin
from buridan.dossiers.routage import RouteImpossible
from buridan.dossiers.rules import peut_voir
from buridan.elus import queries, rules
from buridan.elus.actions.garder import fichiers_de, garder, jeter
from buridan.elus.actions.saisir import SANS_FORMULAIRE, saisir
from buridan.elus.chargement import dernier_formulaire
from buridan.elus.forms import HABITANT, FormulaireSaisie
from buridan.elus.models import Brouillon
from buridan.elus.papier import Mois, composer, feuille, habitant, lire_mois
from buridan.elus.ressemblance import proches
from buridan.interface.exports import servir
from buridan.interface.fichiers import servir_pdf
from buridan.interface.jetons import DejaEnvoye, jeton_de, resultat_de
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import OUI, Refus, Verdict, non

PAR_PAGE = 25
MOIS_MAX = 24


def _peut_saisir(acteur: Acteur) -> Verdict:
    return rules.peut_saisir(acteur) and (OUI if dernier_formulaire() is not None else non(SANS_FORMULAIRE))


@page(Acces.AGENT)
def liste(request: HttpRequest) -> HttpResponse:
    """An official's own, the latest moved first; for others those they may see, the newest first."""
    acteur = acteur_de(request)
    est_elu = rules.est_elu(acteur.annuaire, acteur.personne)
    autres = not est_elu or request.GET.get("vue") == "autres"
    pages = page_de(request, queries.visibles(acteur) if autres else queries.les_miennes(acteur), PAR_PAGE)
    contexte = {
        "lignes": [(ligne, habitant(ligne.demande)) for ligne in queries.ou_en_est(acteur, pages)], "pages": pages,
        "autres": autres, "est_elu": est_elu, "peut_saisir": _peut_saisir(acteur), "peut_lire_le_mois": _feuilles(acteur) != [],
        "voit_autres": acteur.voit_tout or rules.est_du_cabinet(acteur), "aujourdhui": acteur.annuaire.jour,
        "brouillon": Brouillon.objects.filter(personne=acteur.personne).first(), "courriels": rules.est_du_cabinet(acteur),
    }  # fmt: skip
    return render(request, "elus/liste.html", contexte)


@formulaire(Acces.AGENT)
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Three things, and it has a reference; or keep it for later."""
    acteur, dernier = acteur_de(request), dernier_formulaire()
    if dernier is None or not _peut_saisir(acteur):
        return render(request, "403.html", {"raison": _peut_saisir(acteur).raison}, status=403)
    if request.method != "POST":
        return _du_brouillon(request, acteur, dernier)
    if deja := resultat_de(jeton_de(request.POST)):
        return redirect(deja)
    form = FormulaireSaisie(acteur, dernier.lu, request.POST, request.FILES)
    valide = form.is_valid()
    if "garder" in request.POST:
        return _garder(request, form)
    if not valide:
        return _montrer(request, form, code_http=422)
    if "quand_meme" not in request.POST and (trouvees := proches(acteur, form.saisie())):
        return _montrer(request, form, trouvees=trouvees)
    return _saisir(request, form)


def _saisir(request: HttpRequest, form: FormulaireSaisie) -> HttpResponse:
    try:
        demande = saisir(form.saisie(), by=acteur_de(request), at=timezone.now(), jeton=jeton_de(request.POST))
    except DejaEnvoye as deja:
        return redirect(deja.resultat)
    except (Refus, RouteImpossible) as refus:
        form.add_error(None, getattr(refus, "raison", str(refus)))
        return _montrer(request, form, code_http=409)
    messages.success(
        request,
        f"C'est enregistré, référence {demande.dossier.reference}. Vous verrez ici où elle en est, et la réponse.",
    )
    return redirect("dossier", uuid=demande.dossier.uuid)


def _garder(request: HttpRequest, form: FormulaireSaisie) -> HttpResponse:
    """Whatever was typed is kept, valid or not; a photo that was refused is said."""
    donnees = getattr(form, "cleaned_data", {})
    garder(form.brut(), donnees.get("tous_fichiers", []), by=acteur_de(request), at=timezone.now())
    for faute in form.errors.get("fichiers", []):
        messages.warning(request, str(faute))
    messages.success(request, "Votre brouillon est gardé : vous seul le voyez. Rien n'est parti.")
    return redirect("elus")


def _du_brouillon(request: HttpRequest, acteur: Acteur, dernier: Any) -> HttpResponse:
    brouillon = Brouillon.objects.filter(personne=acteur.personne).first()
    form = FormulaireSaisie(acteur, dernier.lu, initial=brouillon.saisie if brouillon else None)
    if brouillon is None:
        return _montrer(request, form)
    la, partis = fichiers_de(brouillon)
    restent = [ligne for ligne in brouillon.fichiers if ligne[0] not in partis]
    gardes = signing.dumps(restent, salt=SEL) if la else ""
    return _montrer(request, form, brouillon=brouillon, gardes=gardes, noms=[f.nom for f in la], partis=partis)


@geste(Acces.AGENT)
def jeter_le_brouillon(request: HttpRequest) -> HttpResponse:
    """Throw the draft away."""
    jeter(by=acteur_de(request), at=timezone.now())
    messages.success(request, "Le brouillon est jeté.")
    return redirect("elus")


def _montrer(
    request: HttpRequest, form: FormulaireSaisie, *, code_http: int = 200, trouvees: list[Voisin] | None = None,
    brouillon: Brouillon | None = None, gardes: str = "", noms: list[str] | None = None, partis: list[str] | None = None,
) -> HttpResponse:  # fmt: skip
    contexte = {
        "form": form, "jeton": request.POST.get("jeton") or str(uuid4()), "gardes": gardes or form.garder_les_fichiers(),
        "noms": noms or form.noms_gardes(), "partis": partis or [], "proches": trouvees, "brouillon": brouillon,
        "habitant_ouvert": any(form[c].value() for c in HABITANT),
        "visibles": {v.dossier.pk for v in trouvees or [] if peut_voir(acteur_de(request), v.dossier)},
    }  # fmt: skip
    return render(request, "elus/nouvelle.html", contexte, status=code_http)


def _feuilles(acteur: Acteur) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sheets this person may read: an official his or hers; the cabinet and who supervises, all, by official and by theme."""
    annuaire = acteur.annuaire
    if acteur.voit_tout or rules.est_du_cabinet(acteur):
        elus = [(f"elu:{p}", annuaire.nom_personne(p)) for p in _ont_demande(acteur)]
        themes = [(f"theme:{t}", t[:1].upper() + t[1:]) for t in _themes()]
        return [(nom, choix) for nom, choix in (("Par élu", elus), ("Par thème", themes)) if choix]
    if rules.est_elu(annuaire, acteur.personne):
        return [("Par élu", [(f"elu:{acteur.personne}", acteur.nom)])]
    return []


def _ont_demande(acteur: Acteur) -> list[int]:
    tous = queries.elus_qui_ont_demande()
    return sorted({*rules.elus(acteur.annuaire), *tous}, key=acteur.annuaire.nom_personne)


def _themes() -> list[str]:
    formulaire = dernier_formulaire()
    return sorted({s.theme for s in formulaire.lu.sujets if s.theme}) if formulaire else []


@page(Acces.AGENT)
def mois(request: HttpRequest) -> HttpResponse:
    """One month of an official or of a theme; `?format=pdf` and `?format=ods` give the same lines."""
    acteur = acteur_de(request)
    feuilles = _feuilles(acteur)
    if not feuilles:
        raison = "Cette fiche est lue par l'élu qu'elle concerne, par le cabinet et par la direction générale."
        return render(request, "403.html", {"raison": raison}, status=403)
    permises = {code for _nom, choix in feuilles for code, _titre in choix}
    pour = request.GET.get("pour", "")
    pour = pour if pour in permises else feuilles[0][1][0][0]
    debut = _debut(request.GET.get("mois", ""), acteur.annuaire.jour)
    genre, _, valeur = pour.partition(":")
    lu = lire_mois(acteur, debut, **({"elu": int(valeur)} if genre == "elu" else {"theme": valeur}))
    forme = request.GET.get("format")
    if forme in ("pdf", "ods"):
        return _telecharger(lu, forme)
    choix_mois = _derniers_mois(acteur.annuaire.jour)
    contexte = {
        "mois": lu, "feuilles": feuilles, "pour": pour, "choix_mois": choix_mois, "valeur_mois": f"{debut:%Y-%m}",
        "themes": [(t, [(x, habitant(x.demande)) for x in lignes]) for t, lignes in lu.par_theme.items()],
        "aujourdhui": acteur.annuaire.jour,
    }  # fmt: skip
    return render(request, "elus/mois.html", contexte)


def _telecharger(lu: Mois, forme: str) -> HttpResponse:
    nom = f"demandes-elus-{lu.debut:%Y-%m}"
    if forme == "pdf":
        return servir_pdf(composer(lu), nom)
    return servir([feuille(lu)], nom, "ods")


def _derniers_mois(jour: date) -> list[date]:
    rang = jour.year * 12 + jour.month - 1
    return [date((rang - n) // 12, (rang - n) % 12 + 1, 1) for n in range(MOIS_MAX)]


def _debut(texte: str, jour: date) -> date:
    """The month asked, among the last ones; this month otherwise."""
    return next((m for m in _derniers_mois(jour) if f"{m:%Y-%m}" == texte), jour.replace(day=1))
