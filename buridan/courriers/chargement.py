"""The mail office and its first rules, from a preset's `courriers.toml`. A preset without it has no register of letters."""

from typing import Any

from buridan.courriers.etats import Genre
from buridan.courriers.models import BureauCourrier, RegleAiguillage
from buridan.dossiers.natures import Chargement, Ecrire
from buridan.droit.delais import Delai
from buridan.organisation.models import Entite

FICHIER = "courriers.toml"
ENTITES, DELAIS = ("entite", "juridique"), ("promesse", "mise_en_demeure")
CIRCUITS = ("circuit", "circuit_juridique", "circuit_confidentiel", "circuit_depart")
AILLEURS = ("conservation", "conservation_source")


def charger(c: Chargement) -> Ecrire:
    """Read and check; what is returned writes. Rules are written once: the mail office then keeps them in the application."""
    lu = c.lire(FICHIER)
    if lu is None:
        return lambda: 0
    entites = dict(Entite.objects.values_list("code", "pk"))
    bureau, regles = lu.get("bureau", {}), lu.get("regle", [])
    fautes = [*_fautes_du_bureau(bureau, c, entites), *_fautes_des_regles(regles, entites)]
    c.fautes.extend(f"{FICHIER} : {faute}" for faute in fautes)
    return lambda: 0 if fautes else _ecrire(bureau, regles, c, entites)


def _fautes_du_bureau(bureau: dict[str, Any], c: Chargement, entites: dict[str, int]) -> list[str]:
    fautes = [f"il manque « {cle} » dans [bureau]." for cle in (*ENTITES, *DELAIS, *CIRCUITS) if not bureau.get(cle)]
    fautes += [f"« {cle} » est inconnu." for cle in sorted(set(bureau) - {*ENTITES, *DELAIS, *CIRCUITS, *AILLEURS})]
    fautes += [
        f"« {cle} » se dit maintenant dans conservation.toml, à [courriers]." for cle in AILLEURS if cle in bureau
    ]
    fautes += [
        f"l'entité « {bureau[cle]} » n'existe pas." for cle in ENTITES if bureau.get(cle, "") not in {"", *entites}
    ]
    fautes += [
        f"le circuit « {bureau[cle]} » n'existe pas."
        for cle in CIRCUITS
        if bureau.get(cle, "") not in {"", *c.circuits}
    ]
    for cle in DELAIS:
        try:
            Delai.lire(str(bureau.get(cle, "1 mois")))
        except ValueError as erreur:
            fautes.append(f"« {cle} » : {erreur}")
    return fautes


def _fautes_des_regles(regles: list[dict[str, Any]], entites: dict[str, int]) -> list[str]:
    fautes = []
    for n, regle in enumerate(regles, 1):
        if regle.get("service") not in entites:
            fautes.append(f"règle {n} : l'entité « {regle.get('service', '')} » n'existe pas.")
        if regle.get("genre", Genre.LETTRE) not in Genre.values:
            fautes.append(f"règle {n} : « {regle['genre']} » n'est pas un mode d'arrivée ({', '.join(Genre.values)}).")
        if not {"mots", "expediteur", "genre"} & set(regle):
            fautes.append(f"règle {n} : elle dit au moins des mots, un expéditeur ou un mode d'arrivée.")
    return fautes


def _ecrire(bureau: dict[str, Any], regles: list[dict[str, Any]], c: Chargement, entites: dict[str, int]) -> int:
    champs: dict[str, Any] = {f"{cle}_id": entites[bureau[cle]] for cle in ENTITES}
    champs |= {cle: str(bureau.get(cle, "")) for cle in (*DELAIS, *CIRCUITS)}
    actuel = BureauCourrier.objects.filter(pk=1).values(*champs).first()
    if actuel != champs:
        BureauCourrier.objects.update_or_create(pk=1, defaults=champs)
    if RegleAiguillage.objects.exists():
        return int(actuel != champs)
    RegleAiguillage.objects.bulk_create(
        RegleAiguillage(
            ordre=10 * n, mots=", ".join(r.get("mots", [])), expediteur=r.get("expediteur", ""), genre=r.get("genre", ""),
            service_id=entites[r["service"]], at=c.at,
        )
        for n, r in enumerate(regles, 1)
    )  # fmt: skip
    return int(actuel != champs) + len(regles)
