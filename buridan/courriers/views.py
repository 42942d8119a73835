"""The register of arrivals: read it, write in it, the number to put on the letter, the follow-up sheet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from buridan.courriers import queries, rules
from buridan.courriers.actions.enregistrer import enregistrer
from buridan.courriers.carnet import avec_le_contact, contact_de, proposes
from buridan.courriers.etats import Genre
from buridan.courriers.forms import FormulaireArrivee, FormulaireRegistre, entier
from buridan.courriers.models import Courrier
from buridan.courriers.papier import fiche_de_suivi, imprimer_registre
from buridan.courriers.propositions import Propositions
from buridan.dossiers.actions.traversee import DejaFait
from buridan.dossiers.etats import EtatDossier, EtatEtape, TypeEtape
from buridan.dossiers.fichiers import Fichier, ranger
from buridan.dossiers.forms_fichiers import decorer
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.recherche import partout
from buridan.dossiers.recit import chez
from buridan.dossiers.routage import RouteImpossible
from buridan.dossiers.views import dossier_visible
from buridan.interface.exports import Feuille, servir
from buridan.interface.fichiers import servir_pdf
from buridan.interface.jetons import DejaEnvoye, jeton_de, resultat_de
from buridan.interface.listes import LOIN, page_de
from buridan.interface.politique import Acces, acteur_de, formulaire, page
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

PAR_PAGE, AU_PLUS = 50, 5000
COUPE = "Registre coupé aux {} lignes les plus récentes. Choisissez des dates (« Du », « Au ») pour avoir les autres."
F = TypeVar("F", bound=forms.Form)
ENTETES = ["Numéro", "Arrivé le", "Par", "Expéditeur", "Objet", "Effet", "Échéance", "Service", "État", "Où il en est"]


@page(Acces.AGENT)
def registre(request: HttpRequest) -> HttpResponse:
    """Arrivals, the latest first; `?format=csv`, `ods` and `pdf` give the same lines."""
    acteur = acteur_de(request)
    if queries.bureau() is None:
        return render(request, "403.html", {"raison": rules.SANS_BUREAU}, status=403)
    form = FormulaireRegistre(request.GET.dict(), acteur.annuaire)
    lignes = _chercher(acteur, form) if form.is_valid() else queries.registre(acteur).none()
    if (forme := request.GET.get("format", "")) in ("csv", "ods", "pdf"):
        gardees, trop = coupees(lignes)
        return exporter("Registre des arrivées", ENTETES, [*_cellules(acteur, gardees), *trop], forme, "arrivees")
    la_page = page_de(request, lignes, PAR_PAGE, loin=AU_PLUS if queries.tient_le_registre(acteur) else LOIN)
    filtres = request.GET.copy()
    for cle in ("page", "format"):
        filtres.pop(cle, None)
    contexte = {
        "form": form, "pages": la_page, "lignes": lignes_de(acteur, list(la_page)), "adresse": filtres.urlencode(),
        "aujourdhui": acteur.annuaire.jour, "peut_enregistrer": (tient := rules.peut_enregistrer(acteur)), "ici": "arrivees",
        "accuses": queries.accuses_a_envoyer(acteur).count() if tient else 0,
        "au_plus": AU_PLUS,
    }  # fmt: skip
    return render(request, "courriers/registre.html", contexte, status=200 if form.is_valid() else 422)


def _chercher(acteur: Acteur, form: FormulaireRegistre) -> QuerySet[Courrier]:
    d = form.cleaned_data
    lignes = queries.filtrer(queries.registre(acteur), d["du"], d["au"], "arrive_le")
    lignes = lignes.filter(**{c: d[c] for c in ("genre", "effet") if d[c]})
    if d["service"]:
        lignes = lignes.filter(dossier__entite__in=acteur.annuaire.descendance([int(d["service"])]))
    if d["q"].strip():
        lignes = lignes.filter(dossier__recherche=partout(d["q"], Dossier.objects.dernier()))
    return _selon_l_etat(lignes, d["etat"], acteur)


def _selon_l_etat(lignes: QuerySet[Courrier], etat: str, acteur: Acteur) -> QuerySet[Courrier]:
    if etat == "accuse":
        return lignes & queries.accuses_a_envoyer(acteur)
    if etat == "clos":
        return lignes.filter(dossier__etat=EtatDossier.CLOS)
    if etat in ("ouvert", "retard", "a_confier"):
        lignes = lignes.exclude(dossier__etat=EtatDossier.CLOS)
    if etat == "retard":
        lignes = lignes.filter(dossier__promis_le__lt=acteur.annuaire.jour)
    if etat == "a_confier":
        a_confier = Etape.objects.filter(type=TypeEtape.QUALIFICATION, etat=EtatEtape.ACTIVE)
        lignes = lignes.filter(confidentiel=False, dossier__in=a_confier.values("dossier"))
    return lignes


def lignes_de(acteur: Acteur, courriers: list[Courrier]) -> list[dict[str, Any]]:
    """Each with what this person may read of it: of a confidential letter for somebody else, the envelope only."""
    pks = [c.pk for c in courriers]
    lisibles = queries.lisibles(acteur, pks)
    etapes: dict[int, list[Etape]] = {}
    actives = Etape.objects.filter(dossier__in=pks, etat=EtatEtape.ACTIVE).exclude(type=TypeEtape.INFORMATION)
    for etape in actives.order_by("rang", "id"):
        etapes.setdefault(etape.dossier_id, []).append(etape)
    annules = set(Dossier.objects.filter(pk__in=pks, sans_reponse__annule=True).values_list("pk", flat=True))
    return [
        {
            "courrier": c, "dossier": c.dossier, "lisible": c.pk in lisibles, "ou": _ou(acteur, c, etapes.get(c.pk, [])),
            "annule": c.pk in annules, "pour": _pour(acteur, c),
        }
        for c in courriers
    ]  # fmt: skip


def _pour(acteur: Acteur, courrier: Courrier) -> str:
    """Whom a confidential letter is for; empty for another."""
    if not courrier.confidentiel or courrier.destinataire_id is None:
        return ""
    return acteur.annuaire.designer(courrier.destinataire_id)


def _ou(acteur: Acteur, courrier: Courrier, actives: list[Etape]) -> str:
    if courrier.dossier.etat == EtatDossier.CLOS:
        return f"Clos le {courrier.dossier.clos_le:%d/%m/%Y}"
    if courrier.dossier.etat == EtatDossier.ATTENTE and not courrier.confidentiel:
        return f"En attente jusqu'au {courrier.dossier.attente_jusquau:%d/%m/%Y} : {courrier.dossier.attente_motif}"
    return " ; ".join(f"{e.titre} — {chez(acteur, e, courrier.dossier.nature)}" for e in actives)


def _cellules(acteur: Acteur, courriers: list[Courrier]) -> list[list[str]]:
    return [
        [
            c.cote, f"{timezone.localtime(c.arrive_le):%d/%m/%Y %H:%M}", c.get_genre_display(), c.correspondant,
            f"Pli confidentiel pour {ligne['pour']}" if ligne["pour"] and not ligne["lisible"] else c.dossier.objet,
            c.get_effet_display(), f"{c.echeance:%d/%m/%Y}" if c.echeance else "",
            acteur.annuaire.nom_entite(c.dossier.entite_id),
            "Annulé" if ligne["annule"] else c.dossier.get_etat_display(), ligne["ou"],
        ]
        for ligne in lignes_de(acteur, courriers) for c in [ligne["courrier"]]
    ]  # fmt: skip


def coupees(lignes: QuerySet[Any]) -> tuple[list[Any], list[list[str]]]:
    """The latest of a register, AU_PLUS at most; and the last line of its file, that says so when some are left out."""
    lues = list(lignes[: AU_PLUS + 1])
    return lues[:AU_PLUS], [[COUPE.format(AU_PLUS)]] if len(lues) > AU_PLUS else []


def exporter(titre: str, entetes: list[str], lignes: list[list[str]], forme: str, nom: str) -> HttpResponse:
    """A register as a file, or to print."""
    if forme == "pdf":
        return servir_pdf(imprimer_registre(titre, entetes, lignes), nom)
    return servir([Feuille(titre, entetes, lignes)], nom, forme)


def _numero(courrier: Courrier) -> HttpResponse:
    return redirect("courrier_enregistre", uuid=courrier.dossier.uuid)


@dataclass(frozen=True, slots=True)
class Saisie:
    """A registration under way: what its form begins with, what writes it, the page that shows it and with what, where one
    goes after; `fichiers`: what comes with it and that `ecrire` joins by itself, asked for once the form is right; `texte`: its
    words, which help to propose a service; `lu`: what was read on it, by field, put where nothing is typed when somebody says so.
    """

    initial: dict[str, Any]
    ecrire: Callable[..., Courrier] = enregistrer
    page: str = "courriers/nouveau.html"
    contexte: Mapping[str, Any] = field(default_factory=lambda: {"ici": "nouveau"})
    fichiers: Callable[[], Sequence[Fichier]] = tuple
    texte: str = ""
    lu: Mapping[str, str] = field(default_factory=dict)
    formulaire: type[FormulaireArrivee] = FormulaireArrivee
    apres: Callable[[Courrier], HttpResponse] = _numero


@formulaire(Acces.AGENT)
def nouveau(request: HttpRequest) -> HttpResponse:
    """Write a letter in the register."""
    if not (verdict := rules.peut_enregistrer(acteur_de(request))):
        return render(request, "403.html", {"raison": verdict.raison}, status=403)
    return saisir(request, Saisie({"arrive_le": timezone.localtime(timezone.now()), "genre": Genre.LETTRE}))


def saisir(request: HttpRequest, saisie: Saisie) -> HttpResponse:
    """Show the form of registration, or take it. Raises DejaFait when what it is about was dealt with meanwhile."""
    acteur = acteur_de(request)
    if request.method != "POST":
        return _montrer(request, saisie, saisie.formulaire(acteur, initial=saisie.initial))
    if deja := resultat_de(jeton_de(request.POST)):
        return redirect(deja)
    tapees = avec_le_contact(_avec_la_choisie(request.POST), "expediteur")
    form = saisie.formulaire(acteur, _avec_le_lu(tapees, saisie.lu) if "lu" in request.POST else tapees, request.FILES)
    valable = form.is_valid()
    if {"chercher", "prendre", "lu"} & {*request.POST}:
        return _montrer(request, saisie, sans_faute(form), contacts=proposes(form.data, "expediteur"))
    if "proposer" in request.POST:
        return _montrer(request, saisie, form, proposees=proposer_le_service(form, saisie.texte))
    if not valable:
        return _montrer(request, saisie, form, code_http=422)
    return _enregistrer(request, saisie, acteur, form)


def _avec_la_choisie(donnees: QueryDict) -> QueryDict:
    """What was typed, with the proposal that was accepted: « service.nature.prioritaire »."""
    morceaux = donnees.get("choisir", "").split(".")
    if len(morceaux) != 3:
        return donnees
    remplies = donnees.copy()
    remplies["service"], remplies["effet"], prioritaire = morceaux
    if prioritaire:
        remplies["prioritaire"] = "on"
    return remplies


def _avec_le_lu(donnees: QueryDict, lu: Mapping[str, str]) -> QueryDict:
    """What was typed, and what was read where nothing was."""
    remplies = donnees.copy()
    for champ, valeur in lu.items():
        if not remplies.get(champ, "").strip():
            remplies[champ] = valeur
    return remplies


def _enregistrer(request: HttpRequest, saisie: Saisie, acteur: Acteur, form: FormulaireArrivee) -> HttpResponse:
    """A double is shown before anything is written."""
    if service := entier(form.cleaned_data["service"]):
        form.raison = form.propositions(saisie.texte).raison_de(service)
    arrivee = form.arrivee()
    try:
        if "quand_meme" not in request.POST and (proches := _doubles(form, arrivee.arrive_le, saisie.fichiers())):
            return _montrer(request, saisie, form, doubles=_montrables(acteur, proches))
        courrier = saisie.ecrire(arrivee, by=acteur, at=timezone.now(), jeton=jeton_de(request.POST))
    except DejaEnvoye as deja_envoye:
        return redirect(deja_envoye.resultat)
    except DejaFait:
        raise
    except (Refus, RouteImpossible) as refus:
        form.add_error(None, getattr(refus, "raison", str(refus)))
        return _montrer(request, saisie, form, code_http=409)
    return saisie.apres(courrier)


def sans_faute(form: F) -> F:
    """What was typed, shown again before it is sent: nothing is missing yet."""
    form.errors.clear()
    decorer(form)
    return form


def proposer_le_service(form: FormulaireArrivee, texte: str = "") -> Propositions:
    """A rule's service is chosen in the form; what is only learned never is. `texte`: words of the letter, when known."""
    trouvees = form.propositions(texte)
    sans_faute(form)
    premiere = next(iter(trouvees.services), None)
    if premiere is not None and premiere.regle:
        assert isinstance(form.data, QueryDict)
        donnees = form.data.copy()
        donnees["service"] = str(premiere.service)
        form.data = donnees
    return trouvees


def _doubles(
    form: FormulaireArrivee, arrive_le: datetime, pieces: Sequence[Fichier] = ()
) -> list[tuple[Courrier, str]]:
    """Letters that may be this one, each with why; `pieces`: files that did not come with the form."""
    d = form.cleaned_data
    if d["confidentiel"]:
        return []
    champs = ("expediteur", "organisme", "objet", "recommande")
    tous = [*pieces, *d["tous_fichiers"]]
    return queries.doubles(**{c: d[c] for c in champs}, arrive_le=arrive_le, sha256=[ranger(f.octets) for f in tous])


def _montrables(acteur: Acteur, proches: list[tuple[Courrier, str]]) -> list[dict[str, Any]]:
    """Each with what this person may read of it, and why it is shown."""
    lignes = lignes_de(acteur, [c for c, _raison in proches])
    return [{**ligne, "raison": raison} for ligne, (_c, raison) in zip(lignes, proches, strict=True)]


def _montrer(
    request: HttpRequest, saisie: Saisie, form: FormulaireArrivee, *, doubles: Any = None, proposees: Any = None,
    contacts: Any = None, code_http: int = 200,
) -> HttpResponse:  # fmt: skip
    lu: Mapping[str, Any] = form.data if form.is_bound else saisie.initial
    cherche = contacts is not None and "chercher" in request.POST
    if not form.is_bound and (lu.get("expediteur") or lu.get("courriel")):
        contacts = proposes(lu, "expediteur")
    contexte = {
        "form": form, "jeton": request.POST.get("jeton") or str(uuid4()), "doubles": doubles, "proposees": proposees,
        "gardes": form.garder_les_fichiers() if form.is_bound else "", "peut_enregistrer": True,
        "contact": (choisi := contact_de(lu.get("contact"))),
        "contacts": contacts and [c for c in contacts if c != choisi], "cherche": cherche, **saisie.contexte,
    }  # fmt: skip
    return render(request, saisie.page, contexte, status=code_http)


def courrier_montrable(acteur: Acteur, uuid: UUID) -> Courrier:
    """A line of the register this person may read, or a letter whose dossier is open to him or her; 404 for a stranger."""
    trouve = queries.registre(acteur).filter(dossier__uuid=uuid).first()
    if trouve is not None:
        return trouve
    enveloppe: Courrier | None = Courrier.objects.select_related("dossier").filter(dossier__uuid=uuid).first()
    if enveloppe is not None and rules.voit_l_enveloppe(acteur, enveloppe):
        return enveloppe
    dossier = dossier_visible(acteur, uuid)
    if dossier.nature != queries.NATURE:
        raise Http404
    return queries.courrier_de(dossier)


@page(Acces.AGENT)
def fiche(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The follow-up sheet."""
    acteur = acteur_de(request)
    courrier = courrier_montrable(acteur, uuid)
    return servir_pdf(fiche_de_suivi(courrier, acteur.annuaire), f"fiche-{courrier.cote or courrier.dossier.reference}")
