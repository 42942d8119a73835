"""Transfers to the archives: what waits, what leaves with one, its file, what the archives answered."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from buridan.archives import queries, rules
from buridan.archives.actions import construire, remettre
from buridan.archives.actions.preparer import preparer as preparer_versement
from buridan.archives.forms import FormulaireAttestation, FormulaireMotif
from buridan.archives.models import LigneVersement, ServiceArchives, Versement
from buridan.dossiers.documents import servir
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.natures import codes, nature_du_code
from buridan.droit.delais import date_legale
from buridan.interface.exports import Feuille
from buridan.interface.exports import servir as servir_tableau
from buridan.interface.jetons import DejaEnvoye, jeton_de
from buridan.interface.politique import Acces, acteur_de, formulaire, geste, page
from buridan.outils.verdict import Refus

ENTETES = (
    "Référence",
    "Type",
    "Clos le",
    "Durée d'utilité administrative",
    "Source",
    "Sort final",
    "Documents",
    "Octets",
    "État",
)
MONTRES = 50


@page(Acces.VERSEMENT)
def versements(request: HttpRequest) -> HttpResponse:
    """What may leave, by nature and year; the transfers so far."""
    contexte = {
        "groupes": queries.groupes(date_legale(timezone.now())), "chez": ServiceArchives.objects.first(),
        "listes": Versement.objects.select_related("prepare_par").prefetch_related("lignes")[:MONTRES],
    }  # fmt: skip
    return render(request, "archives/versements.html", contexte)


@page(Acces.VERSEMENT)
def a_verser(request: HttpRequest, nature: str, annee: int) -> HttpResponse:
    """Dossiers of one nature closed that year: what would leave, nothing being done."""
    if nature not in codes():
        raise Http404
    partants = queries.partants(date_legale(timezone.now()), nature, annee, rules.AU_PLUS)
    contexte = {
        "nature": nature_du_code(nature), "annee": annee, "partants": partants, "au_plus": rules.AU_PLUS, "jeton": uuid4(),
        "octets": sum(p.octets for p in partants), "octets_max": rules.OCTETS,
    }  # fmt: skip
    return render(request, "archives/a_verser.html", contexte)


@geste(Acces.VERSEMENT)
def preparer(request: HttpRequest) -> HttpResponse:
    """Prepare a transfer of the dossiers ticked."""
    choisis = [int(pk) for pk in request.POST.getlist("dossier") if pk.isdecimal() and len(pk) < 19]
    try:
        prepare = preparer_versement(choisis, by=acteur_de(request), at=timezone.now(), jeton=jeton_de(request.POST))
    except DejaEnvoye as deja:
        return redirect("versement", versement=deja.resultat)
    except Refus as refus:
        messages.error(request, refus.raison)
        return redirect("versements")
    messages.success(
        request, "Le versement est enregistré. Son fichier se prépare ; cette page dira quand il est prêt."
    )
    return redirect("versement", versement=prepare.uuid)


@formulaire(Acces.VERSEMENT)
def versement(request: HttpRequest, versement: UUID) -> HttpResponse:
    """One transfer: where it stands, its dossiers, what the archives attest."""
    trouve = _versement(versement)
    envoye = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FormulaireAttestation(str(trouve.uuid), *envoye)
    if not form.is_bound:
        return _montrer(request, trouve, form=form)
    if form.is_valid():
        lu = form.cleaned_data
        try:
            remettre.accepter(
                trouve, attestation=lu["attestation"], atteste_le=lu["atteste_le"], reponse=lu["empreinte"],
                by=acteur_de(request), at=timezone.now(),
            )  # fmt: skip
        except Refus as refus:
            form.add_error(None, refus.raison)
            return _montrer(request, _versement(versement), form=form, code=409)
        messages.success(
            request, "C'est noté : les archives ont ces dossiers. Ils peuvent maintenant être proposés à l'effacement."
        )
        return redirect("versement", versement=versement)
    return _montrer(request, trouve, form=form, code=422)


def _versement(uuid: UUID) -> Versement:
    return get_object_or_404(Versement.objects.select_related("prepare_par", "remis_par", "fini_par"), uuid=uuid)


def _montrer(request: HttpRequest, trouve: Versement, *, code: int = 200, **contexte: Any) -> HttpResponse:
    acteur, lignes = acteur_de(request), list(trouve.lignes.select_related("dossier"))
    contexte = {
        "versement": trouve, "lignes": lignes, "documents": sum(x.documents for x in lignes),
        "octets": sum(x.octets for x in lignes), "motif": FormulaireMotif(),
        "form": FormulaireAttestation(str(trouve.uuid)), "absent": bool(trouve.sha256) and not chemin(trouve.sha256).exists(),
        "peut_relancer": rules.peut_relancer(acteur, trouve), "peut_telecharger": rules.peut_telecharger(acteur, trouve),
        "peut_conclure": rules.peut_conclure(acteur, trouve), "peut_rendre": rules.peut_rendre(acteur, trouve),
        **contexte,
    }  # fmt: skip
    return render(request, "archives/versement.html", contexte, status=code)


@geste(Acces.VERSEMENT)
def telecharger(request: HttpRequest, versement: UUID) -> HttpResponseBase:
    """The file. By POST: the first one is the hand-over; each is noted for each dossier, as an opening of it."""
    trouve = _versement(versement)
    if trouve.sha256 and not chemin(trouve.sha256).exists():
        messages.error(request, "Le fichier manque sur le disque : relancez sa préparation.")
        return redirect("versement", versement=versement)
    try:
        tenu = remettre.remettre(trouve, by=acteur_de(request), at=timezone.now())
    except Refus as refus:
        messages.error(request, refus.raison)
        return redirect("versement", versement=versement)
    request.dossiers_lus = list(tenu.lignes.values_list("dossier__uuid", flat=True))  # type: ignore[attr-defined]
    return servir(
        tenu.sha256, f"versement-{date_legale(tenu.prepare_le):%Y-%m-%d}-{str(tenu.uuid)[:8]}.zip", "application/zip"
    )


@geste(Acces.VERSEMENT)
def relancer(request: HttpRequest, versement: UUID) -> HttpResponse:
    """Build its file again."""
    return _faire(request, versement, construire.relancer, "Le fichier se prépare à nouveau.")


@formulaire(Acces.VERSEMENT)
def rendre(request: HttpRequest, versement: UUID) -> HttpResponse:
    """Give its dossiers back, with the reason."""
    if request.method != "POST":
        return redirect("versement", versement=versement)
    motif = FormulaireMotif(request.POST)
    if not motif.is_valid():
        return _montrer(request, _versement(versement), motif=motif, code=422)
    return _faire(
        request, versement, remettre.rendre, "Ce versement est sans suite : ses dossiers peuvent partir avec un autre.",
        motif=motif.cleaned_data["motif"],
    )  # fmt: skip


def _faire(
    request: HttpRequest, versement: UUID, action: Callable[..., None], fait: str, **champs: str
) -> HttpResponse:
    try:
        action(_versement(versement), by=acteur_de(request), at=timezone.now(), **champs)
        messages.success(request, fait)
    except Refus as refus:
        messages.error(request, refus.raison)
    return redirect("versement", versement=versement)


@page(Acces.VERSEMENT)
def bordereau(request: HttpRequest, versement: UUID) -> HttpResponse:
    """Its list, to be read and kept with the attestation."""
    trouve = _versement(versement)
    nom = f"bordereau-versement-{date_legale(trouve.prepare_le):%Y-%m-%d}"
    lignes = [[*_ligne(x), trouve.dire()] for x in trouve.lignes.select_related("dossier")]
    return servir_tableau([Feuille(nom, ENTETES, lignes)], nom, "csv")


def _ligne(x: LigneVersement) -> list[Any]:
    return [x.dossier.reference, x.type, f"{date_legale(x.clos_le):%d/%m/%Y}", x.conservation, x.source,
            x.get_sort_final_display(), x.documents, x.octets]  # fmt: skip
