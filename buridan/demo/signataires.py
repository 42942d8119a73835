"""Two agreements sent outside: one was signed by the president of an association, one waits for a supplier."""

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

CONVENTION = """Convention de partenariat

Entre la commune et {qui}, il est convenu ce qui suit.

Article 1. La commune prête la salle et le matériel pour la durée de l'opération.

Article 2. {qui} en prend soin, les rend propres et déclare tout dégât le jour même.

Article 3. La convention vaut un an et s'arrête sur simple courrier, un mois avant."""
SIGNATAIRES = (
    ("Paule Navarin", "présidente de l'association Les Ateliers du beffroi", "paule.navarin@courriel.example", True),
    ("Sacha Lemoine", "gérant de l'entreprise Lemoine", "sacha.lemoine@courriel.example", False),
)


def faire_signer(jours: Jours, *, at: datetime) -> None:
    """Ask yesterday, on the last internal requests still open (the test seal was made the day before); nothing without a seal."""
    if cachet() is None:
        return
    instant = at - timedelta(hours=20)
    ouverts = Dossier.objects.filter(nature="decisions", etat=EtatDossier.OUVERT, ouvert_le__lt=instant).order_by("-pk")
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
    pdf = Fichier("convention.pdf", "application/pdf", composer_page(CONVENTION.format(qui=nom)))
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
