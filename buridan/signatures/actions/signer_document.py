"""Sign an étape: the rule of delegations, the PDF, the signature, the decision, all or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from buridan.delegations.queries import registre_tenu
from buridan.delegations.rules import Pouvoir, pouvoir
from buridan.dossiers.actions.signer import signer
from buridan.dossiers.actions.traversee import Traversee
from buridan.dossiers.fichiers import chemin, joindre
from buridan.dossiers.models import Document, Etape
from buridan.dossiers.natures import nature_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus
from buridan.signatures.certificats import SANS_VALEUR, peut_servir
from buridan.signatures.confiance import cachet
from buridan.signatures.models import Certificat, Moyen, Signature
from buridan.signatures.niveau import niveau_de
from buridan.signatures.pades import Place, Signataire, par_carte, par_coffre, signer_pdf
from buridan.signatures.queries import condenser, derniere

SANS_PHRASE = "Écrivez le mot de passe de votre certificat (ou déverrouillez-le), ou le code de votre carte."


def signer_document(
    etape: Etape,
    *,
    by: Acteur,
    at: datetime,
    moyen: Moyen,
    phrase: str = "",
    remarque: str = "",
    avant: Callable[[Traversee], None] | None = None,
) -> Etape:
    """Sign by that means. `phrase`: passphrase of one's certificate, or PIN of one's card. `avant`: what the nature does in
    the same crossing, once it is known that this person may sign; what it raises undoes everything.
    """

    def apposer(t: Traversee) -> None:
        if avant is not None:
            avant(t)
        _apposer(t, qui, moyen)

    with _signataire(moyen, phrase, by=by, at=at) as qui:
        cle = qui.signer if qui else None
        niveau = niveau_de(moyen, cle and cle.signing_cert, cle.cert_registry if cle else (), at)
        return signer(etape, by=by, at=at, remarque=remarque, apposer=apposer, niveau=niveau)


@contextmanager
def _signataire(moyen: Moyen, phrase: str, *, by: Acteur, at: datetime) -> Iterator[Signataire | None]:
    """The key, opened before anything is locked; None on paper."""
    if moyen == Moyen.PAPIER:
        yield None
        return
    qui = _ouvrir(moyen, phrase, by)
    try:
        if not (verdict := peut_servir(qui.fiche, at)):
            raise Refus(verdict.raison, "moyen")
        yield qui
    finally:
        qui.fermer()


def _ouvrir(moyen: Moyen, phrase: str, by: Acteur) -> Signataire:
    if moyen == Moyen.CACHET:
        coffre = cachet()
        if coffre is None:
            raise Refus("La mairie n'a pas de cachet électronique installé. Choisissez un autre moyen de signer.")
        return par_coffre(*coffre)
    certificat = Certificat.objects.filter(personne=by.personne).first()
    if moyen == Moyen.PERSONNEL and certificat is None:
        raise Refus(
            "Vous n'avez pas déposé de certificat : déposez-le dans « Mon certificat », ou choisissez un autre moyen.",
            "moyen",
        )
    if not phrase:
        raise Refus(SANS_PHRASE, "phrase")
    try:
        if moyen == Moyen.CARTE:
            return par_carte(phrase, str(by.personne))
        assert certificat is not None
        return par_coffre(bytes(certificat.coffre), phrase)
    except Refus as refus:
        raise Refus(refus.raison, "phrase") from refus


def _apposer(t: Traversee, qui: Signataire | None, moyen: Moyen) -> None:
    assert t.etape is not None and t.acteur.personne is not None
    trouve = _pouvoir(t)
    condense = condenser(t.dossier, t.dossier.projet_reponse, t.dossier.projet_sens)
    document = _document(t, qui, moyen, trouve, condense) if qui is not None else None
    Signature.objects.create(
        etape=t.etape, document=document, moyen=moyen, personne_id=t.acteur.personne, qualite=trouve.qualite,
        formule="\n".join(trouve.formule), delegation_id=trouve.ligne.id if trouve.ligne else None, condense=condense,
        certificat=qui.fiche.empreinte if qui else "", titulaire=qui.fiche.titulaire if qui else "",
        horodatee=qui is not None and _horodate(), at=t.at,
    )  # fmt: skip
    t.contenu["moyen"] = moyen.label


def _pouvoir(t: Traversee) -> Pouvoir:
    acte = nature_de(t.dossier).acte(t.dossier)
    assert acte is not None and t.acteur.personne is not None
    trouve = pouvoir(registre_tenu(t.at, t.acteur.annuaire), t.acteur.personne, acte)
    assert trouve is not None  # `signer` has just asked
    return trouve


def _horodate() -> bool:
    return bool(settings.HORODATAGE)


def _document(t: Traversee, qui: Signataire, moyen: Moyen, trouve: Pouvoir, condense: str) -> Document:
    """The letter with one more signature: on top of those that bear this very text, else freshly made."""
    avant = derniere(t.dossier, condense)
    mention = SANS_VALEUR if qui.fiche.essai else ""
    a_signer = nature_de(t.dossier).a_signer
    if a_signer is None:
        raise Refus("Ce dossier n'a pas de document à signer électroniquement : signez-le sur papier.")
    neuf = a_signer(t.dossier, t.at, mention)
    pdf = chemin(avant.document.sha256).read_bytes() if avant and avant.document else neuf.pdf
    quand = localtime(t.at)
    lignes = [
        *trouve.formule, t.acteur.nom, trouve.qualite,
        f"{'Cachet de la mairie apposé' if moyen == Moyen.CACHET else 'Signé électroniquement'} le "
        f"{date_format(quand, 'j F Y')} à {quand:%H:%M}",
    ]  # fmt: skip
    signe = signer_pdf(pdf, qui, lignes, place=Place(neuf.page, neuf.gauche, neuf.haut), motif=" ; ".join(lignes[:-1]))
    nom = f"{neuf.nom}-{t.dossier.reference}-signee.pdf"
    return joindre(t.dossier, [(nom, "application/pdf", signe)], at=t.at, par=t.acteur.personne, public=False)[0]
