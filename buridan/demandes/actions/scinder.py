"""Split: a request that holds two subjects becomes two, each with its service, its dates and its answer."""

from datetime import datetime

from buridan.demandes import legal, suivi
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers import rules
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.etats import Fil
from buridan.dossiers.models import Document, Dossier, Lien, Message
from buridan.dossiers.natures import nature_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

DU_DEMANDEUR = (
    "canal", "public", "nom", "organisme", "siret", "rna", "courriel", "telephone", "adresse", "au_nom_de", "recue_le",
    "recue_ailleurs_le",
)  # fmt: skip


def scinder(
    dossier: Dossier,
    *,
    by: Acteur,
    at: datetime,
    type: TypeDemande,
    description: str,
    lieu: str = "",
    documents: bool = False,
) -> Demande:
    """Open the second request. It counts from the day the first was received (the law's dates run from then).

    Raises DejaFait when the same part was already taken out: a second click opens nothing.
    """
    with traversee("scinder", dossier.pk, by=by, at=at) as t:
        rules.peut_conduire(by, t.dossier).exiger()
        if not description.strip():
            raise Refus("Écrivez ce que demande cette seconde partie : le service doit savoir quoi faire.")
        source = Demande.objects.get(pk=dossier.pk)
        _pas_deja(t, type, description.strip())
        neuve = _ouvrir(t, source, type, description.strip(), lieu.strip())
        Lien.objects.create(de=t.dossier, vers=neuve.dossier, genre=Lien.Genre.ISSU, at=at)
        if documents:
            _reprendre_les_documents(t, neuve.dossier)
        t.contenu |= {"avec": neuve.dossier.reference, "texte": description.strip()}
        _prevenir(t, neuve)
        return neuve


def _pas_deja(t: Traversee, type_demande: TypeDemande, description: str) -> None:
    issues = Demande.objects.filter(
        dossier__liens_inverses__de=t.dossier, dossier__liens_inverses__genre=Lien.Genre.ISSU
    )
    deja = issues.filter(type=type_demande, description=description).select_related("dossier").first()
    if deja is not None:
        raise DejaFait(f"C'est déjà fait : cette partie est devenue la demande {deja.dossier.reference}.")


def _ouvrir(t: Traversee, source: Demande, type_demande: TypeDemande, description: str, lieu: str) -> Demande:
    dates = legal.dates(type_demande, source.recue_le, ailleurs_le=source.recue_ailleurs_le)
    position = {c: getattr(source, c) for c in ("latitude", "longitude")} if lieu == source.lieu else {}
    champs = {c: getattr(source, c) for c in DU_DEMANDEUR}
    neuve = Demande(type=type_demande, description=description, lieu=lieu, **champs, **position)
    neuve.dossier = ouvrir(
        by=t.acteur, at=t.at, nature=t.dossier.nature, objet=neuve.intitule(), contenu=neuve.texte_cherche(),
        circuit=type_demande.circuit_pour(source.public), contexte=type_demande.contexte(),
        promis_le=dates.promesse.date, legal_le=dates.implicite.date if dates.implicite else None,
        sensible=type_demande.sensible or t.dossier.sensible, prioritaire=t.dossier.prioritaire,
        suiveurs=[t.acteur.personne] if t.acteur.personne else [],
    )  # fmt: skip
    neuve.save(force_insert=True)
    return neuve


def _reprendre_les_documents(t: Traversee, neuf: Dossier) -> None:
    """The same contents, under the new request (a file is stored once, by its SHA-256)."""
    champs = ("nom", "type_mime", "taille", "sha256", "public", "analyse_le")
    Document.objects.bulk_create(
        Document(dossier=neuf, at=t.at, par_id=t.acteur.personne, **{c: getattr(d, c) for c in champs})
        for d in t.dossier.documents.order_by("at")
    )


def _prevenir(t: Traversee, neuve: Demande) -> None:
    """One message: two references, two answers to come."""
    reference = neuve.dossier.reference
    texte = (
        f"Votre demande {t.dossier.reference} porte sur deux sujets. Pour mieux y répondre, nous en avons fait deux :\n"
        f"- {t.dossier.reference} : {t.dossier.objet}\n- {reference} : {neuve.dossier.objet}\n\n"
        f"Vous recevrez une réponse pour chacune. Pour suivre la seconde : référence {reference}, "
        f"code {suivi.code(neuve.dossier.uuid)}\n{suivi.adresse(neuve.dossier.uuid)}"
    )
    Message.objects.create(dossier=t.dossier, fil=Fil.DEMANDEUR, texte=texte, at=t.at, par_id=t.acteur.personne)
    nature_de(t.dossier).ecrire_au_demandeur(t.dossier, f"Votre demande {t.dossier.reference}", texte, t.at)
