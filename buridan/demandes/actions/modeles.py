"""Answer templates: write, change, retire, take up again. Each change is a version with its author and date."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import connection, transaction
from django.utils.text import slugify

from buridan.demandes import rules
from buridan.demandes.models import ModeleReponse, VersionModele
from buridan.demandes.reponses import fautes_de_champs
from buridan.interface.jetons import consommer
from buridan.journal import chaine
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

RESERVES = frozenset({"nouveau", "apercu"})  # addresses of the pages beside the templates


@dataclass(frozen=True, slots=True)
class Contenu:
    """What a template says and for which requests it is offered."""

    titre: str
    texte: str
    famille: str = ""
    types: tuple[str, ...] = ()

    def champs(self) -> dict[str, Any]:
        """As the tables hold it."""
        return {"titre": self.titre, "texte": self.texte, "famille": self.famille, "types": list(self.types)}


class ModeleChange(Refus):
    """Somebody else saved a version in the meantime; `derniere` is theirs."""

    def __init__(self, derniere: VersionModele) -> None:
        self.derniere = derniere
        super().__init__(
            "Ce modèle a changé pendant que vous écriviez. Votre texte est gardé : relisez avant d'enregistrer."
        )


def nommer(chaine: UUID) -> str:
    """« modèle de réponse X » when the chain is a template's; empty otherwise."""
    codes = ModeleReponse.objects.values_list("code", flat=True)
    return next((f"modèle de réponse {code}" for code in codes if chaine_de(code) == chaine), "")


def chaine_de(code: str) -> UUID:
    """The journal's chain of a template."""
    return uuid5(NAMESPACE_URL, f"buridan:modele-reponse:{code}")


def creer_modele(contenu: Contenu, *, by: Acteur, at: datetime, jeton: UUID | None = None) -> ModeleReponse:
    """A new template. Raises DejaEnvoye when the form token was used."""
    rules.peut_modifier_modeles(by).exiger()
    _exiger_juste(contenu)
    with transaction.atomic():
        with connection.cursor() as curseur:  # two people with the same title: the codes are given one after the other
            curseur.execute("LOCK TABLE demandes_modelereponse IN SHARE ROW EXCLUSIVE MODE")
        modele = ModeleReponse.objects.create(code=_code_libre(contenu.titre), **contenu.champs())
        if jeton is not None:
            consommer(jeton, modele.code, at=at)
        _noter("creer_modele", modele, by=by, at=at)
        return modele


def modifier_modele(
    modele: ModeleReponse, contenu: Contenu, *, by: Acteur, at: datetime, version: int
) -> ModeleReponse:
    """A new version of a template read at `version`. The same text again changes nothing; raises ModeleChange."""
    rules.peut_modifier_modeles(by).exiger()
    _exiger_juste(contenu)
    with transaction.atomic():
        courant = verrouiller(modele)
        champs = contenu.champs()
        if all(getattr(courant, nom) == valeur for nom, valeur in champs.items()):
            return courant
        if courant.version != version:
            raise ModeleChange(courant.versions.select_related("par").get(numero=courant.version))
        for nom, valeur in champs.items():
            setattr(courant, nom, valeur)
        courant.version += 1
        courant.save()
        _noter("modifier_modele", courant, by=by, at=at)
        return courant


def retirer_modele(modele: ModeleReponse, *, by: Acteur, at: datetime) -> ModeleReponse:
    """No longer offered; kept with its versions."""
    return _basculer(modele, by=by, at=at, retire=True)


def remettre_modele(modele: ModeleReponse, *, by: Acteur, at: datetime) -> ModeleReponse:
    """Offered again."""
    return _basculer(modele, by=by, at=at, retire=False)


def _basculer(modele: ModeleReponse, *, by: Acteur, at: datetime, retire: bool) -> ModeleReponse:
    rules.peut_modifier_modeles(by).exiger()
    with transaction.atomic():
        courant = verrouiller(modele)
        if (courant.retire_le is not None) == retire:
            raise Refus("Ce modèle est déjà retiré." if retire else "Ce modèle est déjà proposé aux agents.")
        courant.retire_le = at if retire else None
        courant.save(update_fields=["retire_le"])
        verbe = "retirer_modele" if retire else "remettre_modele"
        _journal(verbe, courant, by=by, at=at)
        return courant


def verrouiller(modele: ModeleReponse) -> ModeleReponse:
    """Lock the template: its verbs come one after the other."""
    return ModeleReponse.objects.select_for_update(of=("self",)).get(pk=modele.pk)


def _exiger_juste(contenu: Contenu) -> None:
    if not contenu.titre.strip() or not contenu.texte.strip():
        raise Refus("Un modèle a un titre et un texte.")
    fautes = fautes_de_champs(contenu.texte)
    if fautes:
        raise Refus(" ".join(fautes))


def _code_libre(titre: str) -> str:
    racine = slugify(titre)[:50].strip("-") or "modele"
    pris = set(ModeleReponse.objects.filter(code__startswith=racine).values_list("code", flat=True)) | RESERVES
    return next(c for c in (racine, *(f"{racine}-{n}" for n in range(2, 10_000))) if c not in pris)


def versionner(modele: ModeleReponse, *, at: datetime, par: int | None) -> VersionModele:
    """Keep the present text as a version; `par` None = loaded from a file."""
    return VersionModele.objects.create(
        modele=modele, numero=modele.version, titre=modele.titre, famille=modele.famille, types=modele.types,
        texte=modele.texte, at=at, par_id=par,
    )  # fmt: skip


def _noter(verbe: str, modele: ModeleReponse, *, by: Acteur, at: datetime) -> None:
    versionner(modele, at=at, par=by.personne)
    _journal(verbe, modele, by=by, at=at)


def _journal(verbe: str, modele: ModeleReponse, *, by: Acteur, at: datetime) -> None:
    contenu = {"qui": by.nom, "modele": modele.code, "version": modele.version, "titre": modele.titre}
    chaine.ecrire(chaine_de(modele.code), verbe, auteur=by.personne, at=at, contenu=contenu)
