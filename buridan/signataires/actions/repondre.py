"""The person outside signs, or refuses. The author is Buridan, the journal names the person."""

from datetime import datetime

from buridan.dossiers.actions.ecrire import concernes
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.fichiers import Fichier, joindre
from buridan.dossiers.models import Document
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus
from buridan.signataires import rules
from buridan.signataires.actions.demander import finir, relue
from buridan.signataires.courriels import ecrire_la_copie, service_de
from buridan.signataires.etats import Etat, Moyen
from buridan.signataires.models import DemandeSignature, LienSignature
from buridan.signataires.papier import Recueil, lire, preuve, sceller
from buridan.signataires.queries import a_signer
from buridan.signatures.cachet import le_cachet
from buridan.signatures.controle_pdf import Constat, Rapport, controler
from buridan.signatures.niveau import PAR_LIEN
from buridan.signatures.pades import Signataire, compter


def signer_dehors(lien: LienSignature, *, by: Acteur, at: datetime, condense: str) -> DemandeSignature:
    """Sign what was shown (its SHA-256, `condense`): the sealed PDF, its proof, the copy sent, all or nothing.

    Raises DejaFait the second time, Refus when the link no longer works or somebody else signed it meanwhile.
    """
    cachet = le_cachet(at)
    with traversee("signer_dehors", lien.demande.dossier_id, by=by, at=at) as t:
        demande = _repond(t, lien, Etat.SIGNEE)
        avant = a_signer(demande)
        if avant.sha256 != condense:
            raise Refus(
                "Une autre personne a signé ce document depuis que vous l'avez ouvert. Relisez-le, puis signez."
            )
        pdf = sceller(demande, lire(avant), cachet, at)
        _garder(t, demande, avant, Fichier(_nom(demande, "signe"), "application/pdf", pdf), cachet)
        t.contenu["niveau"] = PAR_LIEN.label
        _dire(t, demande, f"a signé « {demande.document.nom} »")
        return demande


def rapporter_dehors(lien: LienSignature, *, by: Acteur, at: datetime, fichier: Fichier) -> DemandeSignature:
    """The person signed it with a certificate of his or her own, and brings it back.

    It must be the very file that was shown, with signatures added to it that are good. Raises DejaFait, Refus.
    """
    cachet, rapport = le_cachet(at), controler(fichier.octets, at=at)
    with traversee("rapporter_dehors", lien.demande.dossier_id, by=by, at=at) as t:
        demande = _repond(t, lien, Etat.SIGNEE)
        avant = a_signer(demande)
        if not fichier.octets.startswith(lire(avant)):
            raise Refus(
                "Ce fichier n'est pas celui que la mairie vous a envoyé, avec votre signature en plus. Téléchargez-le à nouveau, "
                "signez-le sans l'enregistrer autrement, puis rapportez-le."
            )
        siennes = Rapport(rapport.constats[compter(lire(avant))[1] :])
        if not siennes.constats:
            raise Refus(
                "Ce fichier n'est pas encore signé. Choisissez le fichier que votre logiciel de signature a fait."
            )
        if not siennes.valable:
            fautes = " ".join(dict.fromkeys(f for c in siennes.constats for f in c.fautes))
            raise Refus(f"{siennes.phrase} {fautes} Vous pouvez aussi signer par la case à cocher.")
        _garder(t, demande, avant, fichier._replace(nom=_nom(demande, "signe")), cachet, siennes.constats)
        t.contenu |= {"signatures": siennes.phrase, "niveau": siennes.constats[-1].niveau.label}
        _dire(t, demande, f"a signé « {demande.document.nom} » avec son certificat")
        return demande


def refuser_dehors(lien: LienSignature, *, by: Acteur, at: datetime, motif: str) -> DemandeSignature:
    """Refuse, and say why."""
    with traversee("refuser_dehors", lien.demande.dossier_id, by=by, at=at) as t:
        demande = _repond(t, lien, Etat.REFUSEE)
        if not motif.strip():
            raise Refus("Dites en quelques mots pourquoi vous ne signez pas : le service doit savoir que faire.")
        finir(t, demande, Etat.REFUSEE, motif=motif.strip())
        t.contenu["motif"] = demande.motif
        _dire(t, demande, f"refuse de signer « {demande.document.nom} »")
        return demande


def _repond(t: Traversee, lien: LienSignature, fin: Etat) -> DemandeSignature:
    """The request under the lock, when this link may answer it now."""
    demande = relue(t, lien.demande)
    frais = LienSignature.objects.get(pk=lien.pk)
    frais.demande = demande
    verdict = rules.marche(frais, t.jour)
    if demande.etat == fin:
        raise DejaFait(verdict.raison)
    verdict.exiger()
    rules.reconnue(demande, t.at).exiger()
    return demande


def _nom(demande: DemandeSignature, quoi: str) -> str:
    return f"{demande.document.nom.removesuffix('.pdf')[:120]}-{quoi}-{demande.pk}.pdf"


def _garder(
    t: Traversee, demande: DemandeSignature, avant: Document, signe: Fichier, cachet: Signataire,
    constats: tuple[Constat, ...] = (),
) -> None:  # fmt: skip
    """The signed document and its proof, in the dossier; the copy, in the mail."""
    document = joindre(t.dossier, [signe], at=t.at, par=None, public=False)[0]
    service = service_de(demande, t.acteur.annuaire)
    pdf = preuve(Recueil(demande, avant, document.sha256, service, cachet, t.at, constats))
    piece = joindre(t.dossier, [(_nom(demande, "preuve"), "application/pdf", pdf)], at=t.at, par=None, public=False)[0]
    moyen = Moyen.CERTIFICAT if constats else Moyen.LIEN
    finir(t, demande, Etat.SIGNEE, signe=document, preuve=piece, moyen=moyen)
    ecrire_la_copie(demande, signe.octets, at=t.at)


def _dire(t: Traversee, demande: DemandeSignature, quoi: str) -> None:
    """Under the person's name in the journal; to whoever asked, and whoever acts."""
    t.contenu.pop("a", None)
    t.contenu["qui"] = f"{demande} (à l'extérieur)"
    t.prevenir(concernes(t) | {demande.par_id}, f"{t.dossier.reference} : {demande.nom} {quoi}")
