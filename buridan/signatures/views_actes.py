"""Acts signed by delegation, to report them to the council (code général des collectivités territoriales, L2122-23)."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from buridan.delegations.forms import ChampJour, habiller
from buridan.delegations.rules import peut_tenir_registre
from buridan.dossiers.models import Dossier, lisible_par, sans_les_caches
from buridan.dossiers.natures import nature_de
from buridan.droit.delais import date_legale
from buridan.interface.exports import Feuille, servir
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, page
from buridan.organisation.acteur import Acteur
from buridan.signatures.models import Signature

PAR_PAGE, AU_PLUS = 50, 2000
RESERVE = "réservé à son service"
ENTETES = ["Signé le", "Dossier", "Objet", "Acte", "Montant HT", "Montant TTC", "Signé par", "Qualité", "Arrêté"]


class FormulairePeriode(forms.Form):
    """From one council to the next."""

    du = ChampJour(label="Signés du", required=False)
    au = ChampJour(label="Au", required=False)

    def __init__(self, donnees: Any) -> None:
        super().__init__(donnees)
        habiller(self)

    def clean(self) -> dict[str, Any]:
        """In order."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if donnees.get("du") and donnees.get("au") and donnees["au"] < donnees["du"]:
            self.add_error("au", "La fin de la période vient avant son début.")
        return donnees


@page(Acces.AGENT)
def actes(request: HttpRequest) -> HttpResponse:
    """The list of a period, since the first of January by default; `?format=ods` and `csv` give it to the assemblies."""
    acteur = acteur_de(request)
    jour = acteur.annuaire.jour
    premiers = {"du": date(jour.year, 1, 1).isoformat(), "au": jour.isoformat()}
    form = FormulairePeriode({**premiers, **{c: request.GET[c] for c in premiers if c in request.GET}})
    signees = _signees(acteur, form.cleaned_data) if form.is_valid() else Signature.objects.none()
    if (forme := request.GET.get("format", "")) in ("csv", "ods") and form.is_valid():
        lignes = [[_en_texte(x) for x in ligne] for ligne in _lignes(acteur, list(signees[:AU_PLUS]))]
        return servir([Feuille("Actes signés par délégation", ENTETES, lignes)], "actes-par-delegation", forme)
    la_page = page_de(request, signees, PAR_PAGE)
    dates = {c: v.isoformat() for c, v in form.cleaned_data.items() if v}
    ouverts = _ouverts(acteur, list(la_page))
    contexte = {
        "form": form, "pages": la_page, "tout": peut_tenir_registre(acteur),
        "lignes": [(s.etape.dossier_id in ouverts, *x) for s, x in zip(la_page, _lignes(acteur, list(la_page)), strict=True)],
        "adresse": "&".join(f"{c}={v}" for c, v in dates.items()),
    }  # fmt: skip
    return render(request, "signatures/actes.html", contexte, status=200 if form.is_valid() else 422)


def _signees(acteur: Acteur, periode: dict[str, Any]) -> QuerySet[Signature]:
    """All for whoever holds the register and for supervision; for the others, those of the dossiers they may see."""
    signees = Signature.objects.filter(delegation__isnull=False).order_by("-at", "-pk")
    if periode.get("du"):
        signees = signees.filter(at__date__gte=periode["du"])
    if periode.get("au"):
        signees = signees.filter(at__date__lte=periode["au"])
    if not peut_tenir_registre(acteur):
        signees = signees.filter(lisible_par(acteur, "etape__dossier__"))
    return signees.select_related("etape__dossier", "personne", "delegation__arrete")


def _lignes(acteur: Acteur, signees: list[Signature]) -> list[list[Any]]:
    """In the order of ENTETES. Of a dossier kept to its service: that an act was signed, and by whom; not on what."""
    connus = Dossier.objects.filter(
        sans_les_caches(acteur), pk__in=[s.etape.dossier_id for s in signees], sensible=False
    )
    dits = {*connus.values_list("pk", flat=True), *_ouverts(acteur, signees)}
    lignes = []
    for s in signees:
        dossier, dit = s.etape.dossier, s.etape.dossier_id in dits
        acte = nature_de(dossier).acte(dossier) if dit else None
        montant = acte.montant if acte else None
        assert s.delegation is not None
        lignes.append([
            date_legale(s.at), dossier.reference if dit else "", dossier.objet if dit else RESERVE,
            s.delegation.get_nature_display(), montant.ht if montant else None, montant.ttc if montant else None,
            f"{s.personne.prenom} {s.personne.nom}", s.qualite, s.delegation.arrete.numero,
        ])  # fmt: skip
    return lignes


def _ouverts(acteur: Acteur, signees: list[Signature]) -> set[int]:
    """The dossiers whose page this person may open."""
    visibles = Dossier.objects.visibles_par(acteur).filter(pk__in=[s.etape.dossier_id for s in signees])
    return set(visibles.values_list("pk", flat=True))


def _en_texte(valeur: Any) -> Any:
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else valeur
