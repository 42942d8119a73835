"""Ask somebody outside for a signature; send a new link; call it off."""

from datetime import date, datetime

from buridan.dossiers.actions.ecrire import concernes
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.fichiers import Fichier, composer
from buridan.dossiers.models import Document, Dossier
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus
from buridan.signataires import rules
from buridan.signataires.courriels import ecrire_la_fin, ecrire_le_lien
from buridan.signataires.etats import Etat
from buridan.signataires.models import JOURS_MAX, DemandeSignature, LienSignature
from buridan.signataires.papier import lire, sceller
from buridan.signataires.secrets import condenser_jeton, nouveau_jeton
from buridan.signatures.cachet import le_cachet


def demander_signature(
    dossier: Dossier, *, by: Acteur, at: datetime, document: Document | None, nom: str, qualite: str, courriel: str,
    jusquau: date, message: str = "", fichier: Fichier | None = None,
) -> DemandeSignature:  # fmt: skip
    """Ask, and send the link. `fichier`: without a document of the dossier, the one to put in it.

    Refused at once when this PDF can't be sealed. Raises DejaFait when this person is asked already.
    """
    rules.peut_demander(by, dossier).exiger()  # asked again under the lock; before a file is stored
    assert by.personne is not None
    if document is None:
        assert fichier is not None
        document = _du_dossier(dossier, fichier, by, at)
    demande = DemandeSignature(
        dossier=dossier, document=document, nom=nom.strip(), qualite=qualite.strip(), courriel=courriel.strip(), at=at,
        message=message.strip(), par_id=by.personne, depuis=by.annuaire.jour, jusquau=jusquau,
    )  # fmt: skip
    sceller(demande, lire(document), le_cachet(at), at)  # thrown away: whoever signs must not be the first to know
    with traversee("demander_signature", dossier.pk, by=by, at=at) as t:
        rules.peut_demander(by, t.dossier).exiger()
        if document.dossier_id != t.dossier.pk:
            raise Refus("Ce document n'est pas de ce dossier.")
        if not t.jour < jusquau or (jusquau - t.jour).days > JOURS_MAX:
            raise Refus(f"Choisissez une date après aujourd'hui, à {JOURS_MAX} jours au plus.")
        attendues = DemandeSignature.objects.filter(
            dossier=t.dossier, document__sha256=document.sha256, etat=Etat.ATTENDUE
        )
        if attendues.filter(courriel__iexact=demande.courriel).exists():
            raise DejaFait(f"{demande.nom} a déjà reçu un lien pour ce document.")
        if document.pk is None:
            document.save(force_insert=True)
        demande.document, demande.dossier, demande.tour = document, t.dossier, t.dossier.tour
        demande.save(force_insert=True)
        _envoyer(t, demande)
        t.contenu |= {"document": document.nom, "a": str(demande), "jusquau": jusquau.isoformat()}
        return demande


def renvoyer_lien(demande: DemandeSignature, *, by: Acteur, at: datetime) -> DemandeSignature:
    """A new link, which kills the one before. Buridan itself sends one as a reminder."""
    with traversee("rappeler_signataire" if by.est_systeme else "renvoyer_lien", demande.dossier_id, by=by, at=at) as t:
        demande = relue(t, demande)
        if not by.est_systeme:
            rules.peut_suivre(by, demande, t.dossier).exiger()
        rules.ouverte(demande, t.dossier, t.jour).exiger()
        dernier = demande.liens.get(actif=True)
        if at < dernier.at + rules.CODE_ATTEND or by.est_systeme and demande.rappelee_le is not None:
            raise DejaFait("Un nouveau lien vient d'être envoyé.")
        if by.est_systeme:
            demande.rappelee_le = at
        _envoyer(t, demande)
        t.contenu |= {"document": demande.document.nom, "a": str(demande), "jusquau": demande.jusquau.isoformat()}
        return demande


def annuler_signature(demande: DemandeSignature, *, by: Acteur, at: datetime) -> DemandeSignature:
    """The town no longer asks; the person is told."""
    with traversee("annuler_signature", demande.dossier_id, by=by, at=at) as t:
        demande = relue(t, demande)
        if demande.etat == Etat.ANNULEE:
            raise DejaFait("Cette demande de signature est déjà annulée.")
        rules.peut_suivre(by, demande, t.dossier).exiger()
        finir(t, demande, Etat.ANNULEE)
        ecrire_la_fin(demande, "La mairie ne vous demande plus de signer.", at=at)
        return demande


def expirer_signature(demande: DemandeSignature, *, by: Acteur, at: datetime) -> DemandeSignature:
    """Its last day is over, or its dossier closed: whoever asked is told, and so is the person when nothing is left to sign."""
    with traversee("expirer_signature", demande.dossier_id, by=by, at=at) as t:
        demande = relue(t, demande)
        if demande.etat != Etat.ATTENDUE or rules.ouverte(demande, t.dossier, t.jour):
            raise DejaFait("Cette demande de signature n'est pas à terminer.")
        if rules.sans_objet(demande, t.dossier):
            finir(t, demande, Etat.CADUQUE)
            t.contenu["motif"] = "le dossier est clos"
            ecrire_la_fin(demande, "L'affaire est terminée à la mairie : vous n'avez plus rien à signer.", at=at)
        else:
            finir(t, demande, Etat.EXPIREE)
            t.contenu["motif"] = f"pas de réponse au {demande.jusquau:%d/%m/%Y}"
            texte = f"{demande} n'a pas signé « {demande.document.nom} » : le lien a expiré"
            t.prevenir(concernes(t) | {demande.par_id}, f"{t.dossier.reference} : {texte}")
        return demande


def _du_dossier(dossier: Dossier, fichier: Fichier, by: Acteur, at: datetime) -> Document:
    """The document with this very content, if it is there already; else a new one, not written yet."""
    document = composer(dossier, [fichier], at=at, par=by.personne, public=False)[0]
    return Document.objects.filter(dossier=dossier, sha256=document.sha256).order_by("pk").first() or document


def relue(t: Traversee, demande: DemandeSignature) -> DemandeSignature:
    """The request as it stands under the dossier's lock, held itself against a code being typed."""
    lignes = DemandeSignature.objects.select_for_update(of=("self",), no_key=True).select_related("document", "signe")
    lue = lignes.get(pk=demande.pk, dossier=t.dossier)
    lue.dossier = t.dossier
    return lue


def finir(t: Traversee, demande: DemandeSignature, etat: Etat, **champs: object) -> None:
    """It ends so. Its link no longer works, its code is forgotten."""
    demande.etat, demande.finie_le, demande.code = etat, t.at, ""
    for champ, valeur in champs.items():
        setattr(demande, champ, valeur)
    demande.save(update_fields=["etat", "finie_le", "code", *champs])
    t.contenu |= {"document": demande.document.nom, "a": str(demande)}


def _envoyer(t: Traversee, demande: DemandeSignature) -> None:
    demande.liens.filter(actif=True).update(actif=False)
    demande.code, demande.codes, demande.verifie_le = "", 0, None
    demande.save(update_fields=["code", "codes", "verifie_le", "rappelee_le"])
    jeton = nouveau_jeton()
    LienSignature.objects.create(demande=demande, condense=condenser_jeton(jeton), at=t.at)
    ecrire_le_lien(demande, jeton, t.acteur.annuaire, at=t.at, rappel=t.acteur.est_systeme)
