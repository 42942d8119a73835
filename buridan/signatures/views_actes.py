"""Decisions signed in the place of the council, by the mayor or for him, to report them to it (code général des collectivités
territoriales, L2122-22 and L2122-23): orders, contracts, conventions, calls on a syndicate. Letters are none.
"""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from buridan.delegations.etats import NatureActe
from buridan.delegations.forms import ChampJour, habiller
from buridan.delegations.registre import Acte
from buridan.delegations.rules import rend_compte
from buridan.dossiers.etats import EtatEtape, Resultat
from buridan.dossiers.models import Dossier, Etape, lisible_par, sans_les_caches
from buridan.dossiers.natures import nature_de, natures
from buridan.droit.delais import date_legale
from buridan.interface.exports import Feuille, servir
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, page
from buridan.journal.models import Charge
from buridan.organisation.acteur import Acteur

PAR_PAGE, AU_PLUS = 50, 2000
RESERVE = "réservé à son service"
ENTETES = ["Signé le", "Dossier", "Objet", "Acte", "Montant HT", "Montant TTC", "Signé par", "Qualité", "En vertu de"]
TITRES = {
    "Le maire": "ses fonctions de maire",
    "Le maire étant absent ou empêché": "le remplacement du maire, absent ou empêché",
}


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
    signees = _signees(acteur, form.cleaned_data) if form.is_valid() else Etape.objects.none()
    if (forme := request.GET.get("format", "")) in ("csv", "ods") and form.is_valid():
        lignes = [[_en_texte(x) for x in ligne] for ligne in _lignes(acteur, list(signees[:AU_PLUS]))]
        return servir([Feuille("Actes à rapporter au conseil", ENTETES, lignes)], "actes-par-delegation", forme)
    la_page = page_de(request, signees, PAR_PAGE)
    dates = {c: v.isoformat() for c, v in form.cleaned_data.items() if v}
    ouverts = _ouverts(acteur, list(la_page))
    contexte = {
        "form": form, "pages": la_page, "tout": rend_compte(acteur) or acteur.voit_tout,
        "lignes": [(e.dossier_id in ouverts, *x) for e, x in zip(la_page, _lignes(acteur, list(la_page)), strict=True)],
        "adresse": "&".join(f"{c}={v}" for c, v in dates.items()),
    }  # fmt: skip
    return render(request, "signatures/actes.html", contexte, status=200 if form.is_valid() else 422)


def _signees(acteur: Acteur, periode: dict[str, Any]) -> QuerySet[Etape]:
    """Signatures given, whoever gave them. All for whoever holds the register, for the mayor who reports them and for
    supervision; for the others, those of the dossiers they may see.
    """
    rendus = Q(pk__in=[])
    for nature in natures():
        if nature.a_rapporter is not None:
            rendus |= Q(dossier__in=nature.a_rapporter())
    signees = Etape.objects.filter(rendus, etat=EtatEtape.FAITE, decision__resultat=Resultat.SIGNEE)
    if periode.get("du"):
        signees = signees.filter(decision__at__date__gte=periode["du"])
    if periode.get("au"):
        signees = signees.filter(decision__at__date__lte=periode["au"])
    if not rend_compte(acteur):
        signees = signees.filter(lisible_par(acteur, "dossier__"))
    return signees.select_related("dossier", "decision__par", "signature").order_by("-decision__at", "-pk")


def _lignes(acteur: Acteur, signees: list[Etape]) -> list[list[Any]]:
    """In the order of ENTETES. Of a dossier kept to its service: that an act was signed, and by whom; not on what."""
    connus = Dossier.objects.filter(sans_les_caches(acteur), pk__in=[e.dossier_id for e in signees], sensible=False)
    dits = {*connus.values_list("pk", flat=True), *_ouverts(acteur, signees)}
    titres, lignes = _titres(signees), []
    for e in signees:
        dossier, dit, par = e.dossier, e.dossier_id in dits, e.decision.par
        acte = nature_de(dossier).acte(dossier)
        montant = acte.montant if acte and dit else None
        lignes.append([
            date_legale(e.decision.at), dossier.reference if dit else "", dossier.objet if dit else RESERVE,
            _sorte(dossier, acte), montant.ht if montant else None,
            montant.ttc if montant else None, f"{par.prenom} {par.nom}" if par else "", *titres[e.pk],
        ])  # fmt: skip
    return lignes


def _sorte(dossier: Dossier, acte: Acte | None) -> str:
    """« Commande », « Appel »: two natures sign orders; of the others, what the register calls the act."""
    if acte is None or acte.nature == NatureActe.COMMANDES:
        return nature_de(dossier).nom
    return str(NatureActe(acte.nature).label)


def _titres(signees: list[Etape]) -> dict[int, tuple[str, str]]:
    """In what quality and in what right each was signed: its signature says it, or the journal when it has no signed document."""
    sans = [e.pk for e in signees if not hasattr(e, "signature")]
    chaines = [e.dossier.uuid for e in signees if e.pk in sans]
    notees = Charge.objects.filter(ligne__chaine__in=chaines, ligne__etape__in=sans, ligne__verbe="signer")
    titres = {
        etape: (contenu.get("qualite", ""), contenu.get("en_vertu", "").replace(" ; ", "\n"))
        for etape, contenu in notees.order_by("ligne__numero").values_list("ligne__etape", "contenu")
    }
    for e in signees:
        if e.pk not in sans:
            titres[e.pk] = (e.signature.qualite, e.signature.formule)
    return {e.pk: (qualite, _en_vertu(formule)) for e in signees for qualite, formule in [titres.get(e.pk, ("", ""))]}


def _en_vertu(formule: str) -> str:
    """What stands above a signature (`Pouvoir.formule`), as the end of « en vertu de »."""
    _pour, _, acte = formule.partition("\n")
    return f"délégation, {acte[:1].lower()}{acte[1:]}".replace("\n", " ; ") if acte else TITRES.get(formule, formule)


def _ouverts(acteur: Acteur, signees: list[Etape]) -> set[int]:
    """The dossiers whose page this person may open."""
    visibles = Dossier.objects.visibles_par(acteur).filter(pk__in=[e.dossier_id for e in signees])
    return set(visibles.values_list("pk", flat=True))


def _en_texte(valeur: Any) -> Any:
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else valeur
