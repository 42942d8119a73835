"""In the demo: the test authority, and a test certificate for everybody who may sign."""

from datetime import datetime

from django.conf import settings

from buridan.delegations.models import Delegation
from buridan.interface.contexte import ville
from buridan.organisation.models import Fonction, Mandat, Personne
from buridan.signatures.certificats import ouvrir
from buridan.signatures.confiance import dossier_d_essai
from buridan.signatures.essai import PHRASE_D_ESSAI, installer
from buridan.signatures.models import Certificat


def installer_essai(*, at: datetime) -> None:
    """Once: what stands already is left as it is. Nothing outside the demo."""
    if not settings.DEMO:
        return
    elus = Mandat.objects.filter(fonction__in=[Fonction.MAIRE, Fonction.ADJOINT]).values_list("personne", flat=True)
    delegues = Delegation.objects.values_list("delegataire", "suppleant")
    ids = {*elus, *(p for ligne in delegues for p in ligne if p is not None)}
    personnes = list(Personne.objects.filter(pk__in=ids).order_by("pk"))
    installer(dossier_d_essai(), ville(settings.PRESET)["nom"], {p.cle: str(p) for p in personnes}, at=at)
    for personne in personnes:
        fichier = dossier_d_essai() / f"{personne.cle}.p12"
        if fichier.exists() and not _a_jour(personne, fichier.stat().st_mtime):
            coffre = fichier.read_bytes()
            _verrouille, fiche = ouvrir(coffre, PHRASE_D_ESSAI)
            champs = {
                "coffre": coffre, "titulaire": fiche.titulaire, "emetteur": fiche.emetteur, "valide_du": fiche.valide_du,
                "valide_au": fiche.valide_au, "empreinte": fiche.empreinte, "depose_le": at,
            }  # fmt: skip
            Certificat.objects.update_or_create(personne=personne, defaults=champs)


def _a_jour(personne: Personne, ecrit: float) -> bool:
    """Has one already: a real one, or one of this very authority."""
    connu = Certificat.objects.filter(personne=personne).first()
    return connu is not None and ("ESSAI" not in connu.emetteur or connu.depose_le.timestamp() >= ecrit)
