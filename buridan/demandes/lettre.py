"""The answer as a letter: a tagged PDF (PDF/UA-1, ISO 14289-1) for a window envelope, made when it is asked for."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate, localtime

from buridan.demandes.actions.accuser import coordonnees
from buridan.demandes.models import Demande
from buridan.dossiers.lettre import MODELE, entete, recours, sans_vides, signature
from buridan.dossiers.models import Dossier, Reponse
from buridan.dossiers.natures import ASigner
from buridan.dossiers.pdf import compiler, compiler_et_situer, en_toutes_lettres, paragraphes, propre
from buridan.interface.contexte import ville
from buridan.signatures.pades import HAUTEUR
from buridan.signatures.queries import pdf_signe


def lettre_de(dossier: Dossier, reponse: Reponse | None) -> bytes:
    """The letter as it was signed, when it bears that very answer; otherwise made on the spot."""
    return pdf_signe(dossier, reponse) or composer(dossier, reponse)


def composer(dossier: Dossier, reponse: Reponse | None) -> bytes:
    """The PDF of an answer; of its draft, marked PROJET, when `reponse` is None."""
    return compiler(MODELE, "lettre", contenu(dossier, reponse))


def composer_exemple(texte: str, *, at: datetime) -> bytes:
    """The letter of an invented request, marked PROJET, for the author of an answer template."""
    return compiler(MODELE, "lettre", _contenu_exemple(texte, localtime(at).date()))


def composer_a_signer(dossier: Dossier, at: datetime, mention: str) -> ASigner:
    """The letter of the draft as it will be sent, with room for the block of the signature."""
    envoyee = Reponse(dossier=dossier, tour=dossier.tour, texte=dossier.projet_reponse, sens=dossier.projet_sens, at=at)
    lettre = contenu(dossier, envoyee) | {"signature": [], "a_signer": True, "mention": mention, "hauteur": HAUTEUR}
    return ASigner(*compiler_et_situer(MODELE, "lettre", lettre, "<signature>"))


def contenu(dossier: Dossier, reponse: Reponse | None) -> dict[str, Any]:
    """What the letter says, as plain strings."""
    demande = Demande.objects.select_related("type__service", "dossier").get(pk=dossier.pk)
    commune = ville(settings.PRESET)
    jour = localtime(reponse.at).date() if reponse else localdate()
    sens = reponse.sens if reponse else dossier.projet_sens
    service = coordonnees(demande.type.service)
    telephone, courriel = (service.telephone, service.courriel) if service else ("", "")
    return {
        **entete(telephone, courriel),
        "projet": reponse is None,
        "titre": f"Réponse à votre demande {dossier.reference}",
        "destinataire": sans_vides([demande.organisme, demande.nom, *demande.adresse.split(",")]),
        "lieu_date": f"À {commune['nom']}, le {en_toutes_lettres(jour)}",
        "reference": dossier.reference,
        "references": [
            f"Référence : {dossier.reference}",
            f"Votre demande du {en_toutes_lettres(demande.recue_le)}",
        ],
        "objet": propre(f"Objet : {dossier.objet}"),
        "paragraphes": paragraphes(reponse.texte if reponse else dossier.projet_reponse),
        "signature": signature(dossier, reponse, jour),
        "recours": recours(sens),
    }


def _contenu_exemple(texte: str, jour: date) -> dict[str, Any]:
    return {
        **entete(),
        "projet": True,
        "titre": "Exemple de lettre",
        "destinataire": ["Camille Exemple", "12 rue de l'Exemple"],
        "lieu_date": f"À {ville(settings.PRESET)['nom']}, le {en_toutes_lettres(jour)}",
        "reference": "EXEMPLE",
        "references": ["Référence : EXEMPLE", f"Votre demande du {en_toutes_lettres(jour)}"],
        "objet": "Objet : Nid-de-poule — 12 rue de l'Exemple",
        "paragraphes": paragraphes(texte),
        "signature": ["Prénom et nom", "Fonction de qui signe"],
        "recours": "",
    }
