"""The answer as a letter: a tagged PDF (PDF/UA-1, ISO 14289-1) for a window envelope, made when it is asked for."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate, localtime

from buridan.demandes.actions.accuser import coordonnees
from buridan.demandes.models import Demande
from buridan.dossiers.etats import Resultat, SensReponse
from buridan.dossiers.models import Decision, Dossier, Reponse
from buridan.dossiers.natures import ASigner
from buridan.dossiers.pdf import compiler, compiler_et_situer, en_toutes_lettres, paragraphes, propre
from buridan.interface.contexte import ville
from buridan.organisation.annuaire import annuaire_du
from buridan.signatures.pades import HAUTEUR
from buridan.signatures.queries import pdf_signe

MODELE = Path(__file__).with_name("lettre.typ")
CONTESTABLES = {SensReponse.REFUS, SensReponse.PARTIELLE}
RECOURS = (
    "Si vous contestez cette décision, vous pouvez, dans les deux mois qui suivent sa réception, demander à la mairie de la "
    "revoir (recours gracieux) ou saisir : {tribunal}. Une demande faite à la mairie dans ce délai le suspend : vous aurez de "
    "nouveau deux mois après sa réponse, ou après deux mois sans réponse. (Code de justice administrative, R421-1 et R421-5 ; "
    "code des relations entre le public et l'administration, L411-2.)"
)


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
    sens = SensReponse(reponse.sens) if reponse else (SensReponse(dossier.projet_sens) if dossier.projet_sens else None)
    service = coordonnees(demande.type.service)
    telephone, courriel = (service.telephone, service.courriel) if service else ("", "")
    return {
        **_entete(telephone, courriel),
        "projet": reponse is None,
        "titre": f"Réponse à votre demande {dossier.reference}",
        "destinataire": _sans_vides([demande.organisme, demande.nom, *demande.adresse.split(",")]),
        "lieu_date": f"À {commune['nom']}, le {en_toutes_lettres(jour)}",
        "reference": dossier.reference,
        "references": [
            f"Référence : {dossier.reference}",
            f"Votre demande du {en_toutes_lettres(demande.recue_le)}",
        ],
        "objet": propre(f"Objet : {dossier.objet}"),
        "paragraphes": paragraphes(reponse.texte if reponse else dossier.projet_reponse),
        "signature": _signature(dossier, reponse, jour),
        "recours": RECOURS.format(tribunal=commune["tribunal"])
        if sens in CONTESTABLES and "tribunal" in commune
        else "",
    }


def _entete(telephone: str = "", courriel: str = "") -> dict[str, Any]:
    """Town and where to reach the service; the town hall itself where the service has nothing of its own."""
    commune = ville(settings.PRESET)
    joindre = [telephone or commune.get("telephone", ""), courriel or commune.get("courriel", "")]
    return {
        "ville": commune["nom"],
        "coordonnees": _sans_vides([*commune.get("adresse", "").split(", ", 1), *joindre]),
    }


def _contenu_exemple(texte: str, jour: date) -> dict[str, Any]:
    return {
        **_entete(),
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


def _sans_vides(lignes: list[str]) -> list[str]:
    return [propre(ligne).strip() for ligne in lignes if ligne.strip()]


def _signature(dossier: Dossier, reponse: Reponse | None, jour: date) -> list[str]:
    """First name, name and quality of who decided (CRPA L212-1): who signed, else who answered; said for whom."""
    if reponse is None:
        return []
    decisions = Decision.objects.filter(etape__dossier=dossier, at__lte=reponse.at)
    precedente = Reponse.objects.filter(dossier=dossier, tour__lt=reponse.tour).order_by("-tour").first()
    if precedente is not None:
        decisions = decisions.filter(at__gt=precedente.at)
    decisions = decisions.select_related("etape").order_by("-at")
    signee = decisions.filter(resultat=Resultat.SIGNEE).first() or decisions.filter(resultat=Resultat.REPONDUE).first()
    if signee is None:
        return ["La mairie"]
    annuaire = annuaire_du(jour)
    poste = signee.etape.poste_id
    qualite = (
        annuaire.postes[poste].intitule if poste in annuaire.postes else annuaire.nom_entite(signee.etape.entite_id)
    )
    pour = signee.pour[:1].upper() + signee.pour[1:]
    return _sans_vides([pour, annuaire.nom_personne(signee.par_id), qualite])
