"""The retention table, and to whom the town transfers, from a preset's `conservation.toml`. A preset may do without."""

from typing import Any

from buridan.archives.models import RegleConservation, ServiceArchives
from buridan.dossiers.etats import SortFinal
from buridan.dossiers.natures import Chargement, Ecrire, Nature, natures
from buridan.droit.conservation import mois_de

FICHIER = "conservation.toml"
CLES = ("duree", "sort_final", "source")
VERSEMENT = "versement"  # the table that describes the archives, and no nature
SERVICE = ("nom", "identifiant", "identifiant_versant", "regle_acces")
FACULTATIF = "accord"


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned makes the table equal to the file. A file that is taken away changes nothing."""
    lu = c.lire(FICHIER)
    if lu is None:
        return lambda: 0
    service = lu.pop(VERSEMENT, None)
    connues = {n.code: n for n in natures()}
    fautes = [f"[{code}] : {faute}" for code, regle in lu.items() for faute in _fautes(regle, connues.get(code))]
    fautes += [] if service is None else [f"[{VERSEMENT}] : {faute}" for faute in _fautes_du_service(service)]
    c.fautes.extend(f"{FICHIER}, {faute}" for faute in fautes)
    return lambda: 0 if fautes else _ecrire(lu) + _ecrire_le_service(service)


def _fautes(regle: Any, nature: Nature | None) -> list[str]:
    if nature is None:
        return [f"cette nature n'existe pas ({', '.join(n.code for n in natures() if n.conservation is None)})."]
    if nature.conservation is not None:
        return ["ici, la durée se fixe type par type, là où les types sont décrits."]
    if not isinstance(regle, dict):
        return [f"écrivez {', '.join(CLES)}."]
    fautes = [f"il manque « {cle} »." for cle in CLES if not regle.get(cle)]
    fautes += [f"« {cle} » est inconnu." for cle in sorted(set(regle) - set(CLES))]
    if regle.get("sort_final", SortFinal.TRI) not in SortFinal.values:
        fautes.append(f"« {regle['sort_final']} » n'est pas un sort final ({', '.join(SortFinal.values)}).")
    if len(str(regle.get("source", ""))) > (longueur := 200):
        fautes.append(f"« source » a plus de {longueur} lettres.")
    try:
        mois_de(str(regle.get("duree") or "1 an"))
    except ValueError as erreur:
        fautes.append(str(erreur))
    return fautes


def _ecrire(lu: dict[str, dict[str, str]]) -> int:
    actuelles = {r.pop("nature"): r for r in RegleConservation.objects.values("nature", *CLES)}
    changees = {code: regle for code, regle in lu.items() if actuelles.get(code) != regle}
    for code, regle in changees.items():
        RegleConservation.objects.update_or_create(nature=code, defaults=regle)
    retirees, _par_table = RegleConservation.objects.exclude(nature__in=lu).delete()
    return len(changees) + retirees


def _fautes_du_service(service: Any) -> list[str]:
    if not isinstance(service, dict):
        return [f"écrivez {', '.join(SERVICE)}."]
    fautes = [f"il manque « {cle} »." for cle in SERVICE if not service.get(cle)]
    fautes += [f"« {cle} » est inconnu." for cle in sorted(set(service) - {*SERVICE, FACULTATIF})]
    trop = {cle: 160 if cle.startswith("nom") else 40 for cle in (*SERVICE, FACULTATIF)}
    return fautes + [f"« {cle} » est trop long." for cle, long in trop.items() if len(str(service.get(cle, ""))) > long]


def _ecrire_le_service(service: dict[str, str] | None) -> int:
    if service is None:
        return ServiceArchives.objects.all().delete()[0]
    champs = {cle: str(service.get(cle, "")) for cle in (*SERVICE, FACULTATIF)}
    if ServiceArchives.objects.filter(pk=1, **champs).exists():
        return 0
    ServiceArchives.objects.update_or_create(pk=1, defaults=champs)
    return 1
