"""Two agreements sent to suppliers: one was signed, one waits."""

import re
from datetime import datetime, timedelta

from buridan.demo.jours import Jours
from buridan.demo.numerisations import composer_page
from buridan.dossiers.etats import EtatDossier, EtatEtape
from buridan.dossiers.fichiers import Fichier
from buridan.dossiers.models import Dossier, Etape
from buridan.droit.delais import date_legale
from buridan.notifications.models import Courriel
from buridan.notifications.secret import desceller
from buridan.signataires.actions.code import envoyer_code, verifier_code
from buridan.signataires.actions.demander import demander_signature
from buridan.signataires.actions.repondre import signer_dehors
from buridan.signataires.models import DemandeSignature, LienSignature
from buridan.signataires.queries import a_signer
from buridan.signataires.rules import peut_demander
from buridan.signatures.confiance import cachet

ACCORD = """Accord

Entre la commune et {qui}, au sujet de : {objet}.

Article 1. La livraison ou la prestation est faite dans le mois qui suit la signature.

Article 2. Le prix est celui du devis joint à la demande ; il ne change pas.

Article 3. Chacun peut y mettre fin par un simple courrier, quinze jours avant."""
SIGNATAIRES = (
    ("Paule Navarin", "gérante des Ateliers du beffroi", "paule.navarin@courriel.example", True),
    ("Sacha Lemoine", "gérant de Lemoine Fournitures", "sacha.lemoine@courriel.example", False),
)


def faire_signer(jours: Jours, *, at: datetime) -> None:
    """Ask yesterday, on the last internal requests still open (the test seal was made the day before); nothing without a seal."""
    if cachet() is None:
        return
    instant = at - timedelta(hours=20)
    ouverts = Dossier.objects.filter(nature="decisions", etat=EtatDossier.OUVERT, bouge_le__lt=instant).order_by("-pk")
    for dossier, (nom, qualite, courriel, signe) in zip(ouverts[:2], SIGNATAIRES, strict=False):
        demande = _demander(jours, dossier, nom, qualite, courriel, instant)
        if demande is not None and signe:
            _signer(jours, demande, instant + timedelta(hours=3))


def _demander(
    jours: Jours, dossier: Dossier, nom: str, qualite: str, courriel: str, at: datetime
) -> DemandeSignature | None:
    jour = date_legale(at)
    etape = (
        Etape.objects.filter(dossier=dossier, etat=EtatEtape.ACTIVE, poste__isnull=False).order_by("rang", "id").first()
    )
    agissent = jours.annuaire(jour).resoudre(etape.poste_id or 0, dossier.nature).personnes if etape else ()
    by = jours.acteur(agissent[0], at) if agissent else None
    if by is None or not peut_demander(by, dossier):
        return None
    pdf = Fichier("accord.pdf", "application/pdf", composer_page(ACCORD.format(qui=qualite, objet=dossier.objet)))
    return demander_signature(
        dossier, by=by, at=at, document=None, fichier=pdf, nom=nom, qualite=qualite, courriel=courriel,
        jusquau=jour + timedelta(days=15), message="Merci de lire l'article 3 avant de signer.",
    )  # fmt: skip


def _signer(jours: Jours, demande: DemandeSignature, at: datetime) -> None:
    lien = LienSignature.objects.select_related("demande__dossier").get(demande=demande, actif=True)
    envoyer_code(lien, at=at)
    mail = Courriel.objects.filter(destinataire=demande.courriel).latest("pk")
    trouve = re.search(r" : (\d{6})\n", desceller(mail.texte))
    assert trouve
    verifier_code(lien, at=at, code=trouve[1])
    signer_dehors(lien, by=jours.acteur(None, at), at=at + timedelta(minutes=6), condense=a_signer(demande).sha256)
