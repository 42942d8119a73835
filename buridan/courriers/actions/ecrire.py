"""Write a letter without having received one, to one address or to a list; give an answer as a file."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from buridan.circuits.catalogue import en_vigueur
from buridan.contacts.actions.tenir import garder_le_correspondant, tenir
from buridan.contacts.models import Contact
from buridan.courriers import rules
from buridan.courriers.etats import Sens
from buridan.courriers.models import Correspondant, Courrier, VersionReponse
from buridan.courriers.queries import NATURE, bureau, cle_de, destinataires_de
from buridan.dossiers.actions.ouvrir import ouvrir
from buridan.dossiers.actions.traversee import DejaFait, refus_de_la_base, traversee
from buridan.dossiers.fichiers import Fichier, joindre
from buridan.dossiers.models import Dossier
from buridan.dossiers.routage import Contexte
from buridan.interface.jetons import consommer
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

PDF = "application/pdf"
TRAITEMENTS_DE_TEXTE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
)


@dataclass(frozen=True, slots=True)
class Adresse:
    """Somebody to write to. `contact`: who it is in the address book."""

    nom: str
    adresse: str = ""
    courriel: str = ""
    contact: int | None = None


@dataclass(frozen=True, slots=True)
class Lettre:
    """A letter to begin. `a`: one address, or the list of a mailing. `entite`: the service that writes. `garder`: the
    addressee is to be put in the address book.
    """

    objet: str
    entite: int
    a: tuple[Adresse, ...]
    organisme: str = ""
    garder: bool = False


def preparer(lettre: Lettre, *, by: Acteur, at: datetime, jeton: UUID | None = None) -> Courrier:
    """Begin: it is then drafted, visaed, signed and sent like an answer. Raises DejaEnvoye."""
    rules.peut_ecrire(by).exiger()
    chez = bureau()
    assert chez is not None
    if not lettre.objet.strip() or not lettre.a:
        raise Refus("Dites l'objet de la lettre et à qui elle va.")
    if lettre.entite not in by.entites | by.dirige:
        raise Refus("Choisissez un de vos services.")
    uuid, premier, plusieurs = uuid4(), lettre.a[0], len(lettre.a) > 1
    qui = f"{len(lettre.a)} destinataires" if plusieurs else premier.nom.strip()
    seul = Adresse("") if plusieurs else premier
    with refus_de_la_base(), transaction.atomic():
        if jeton is not None:
            consommer(jeton, f"/dossiers/{uuid}/", at=at)
        contacts = _contacts(lettre, by, at)
        dossier = ouvrir(
            by=by, at=at, uuid=uuid, nature=NATURE, objet=lettre.objet, contenu=f"{qui}\n{lettre.organisme}\n{lettre.objet}",
            circuit=en_vigueur(chez.circuit_depart), contexte=Contexte(entite=lettre.entite),
            suiveurs=[by.personne] if by.personne is not None else [],
        )  # fmt: skip
        if plusieurs:
            Correspondant.objects.bulk_create(
                Correspondant(dossier=dossier, nom=a.nom, adresse=a.adresse, courriel=a.courriel, contact=contact)
                for a, contact in zip(lettre.a, contacts, strict=True)
            )
        courrier: Courrier = Courrier.objects.create(
            dossier=dossier, sens=Sens.DEPART, expediteur=qui, organisme=lettre.organisme.strip(), adresse=seul.adresse,
            courriel=seul.courriel, cle=cle_de(qui, lettre.organisme), contact=None if plusieurs else contacts[0],
        )  # fmt: skip
        return courrier


def _contacts(lettre: Lettre, by: Acteur, at: datetime) -> list[Contact | None]:
    """Of each addressee, in their order."""
    if lettre.garder and len(lettre.a) == 1 and lettre.a[0].contact is None:
        a = lettre.a[0]
        return [garder_le_correspondant(a.nom, lettre.organisme, adresse=a.adresse, courriel=a.courriel, by=by, at=at)]
    tenus = {pk: tenir(pk) for pk in sorted({a.contact for a in lettre.a if a.contact is not None})}
    return [tenus.get(a.contact) if a.contact is not None else None for a in lettre.a]


def joindre_une_version(dossier: Dossier, *, by: Acteur, at: datetime, fichier: Fichier) -> VersionReponse:
    """The answer as a file: the draft then says which, so visas and signature bear on it; its digest is in the journal.

    The pages of a PDF are those of the letter. A LibreOffice or Word file is printed by somebody: it can't go by e-mail.
    """
    if fichier.genre not in (PDF, *TRAITEMENTS_DE_TEXTE):
        raise Refus(f"« {fichier.nom} » n'est ni un PDF, ni un fichier LibreOffice (.odt), ni un fichier Word (.docx).")
    with traversee("joindre_version", dossier.pk, by=by, at=at) as t:
        rules.peut_joindre_une_version(by, t.dossier).exiger()
        _exiger_un_depart_possible(t.dossier, fichier)
        versions = VersionReponse.objects.filter(dossier=t.dossier)
        document = joindre(t.dossier, [fichier], at=at, par=by.personne, public=False)[0]
        derniere = versions.order_by("-numero").select_related("document").first()
        if derniere is not None and derniere.document.sha256 == document.sha256:
            raise DejaFait(f"Ce fichier est déjà la version {derniere.numero} de la réponse.")
        numero = derniere.numero + 1 if derniere is not None else 1
        version = VersionReponse(dossier=t.dossier, numero=numero, document=document, at=at, par_id=by.personne)
        version.save(force_insert=True)
        t.changer(projet_reponse=version.phrase, projet_vise=False)
        t.contenu |= {
            "document": fichier.nom, "corrections": f"version {numero} de la réponse",
            "precision": f"empreinte {document.sha256}",
        }  # fmt: skip
        return version


def _exiger_un_depart_possible(dossier: Dossier, fichier: Fichier) -> None:
    """Said now, and not once everybody has agreed."""
    sans = [a.correspondant for a in destinataires_de(dossier) if not a.adresse]
    if fichier.genre != PDF and sans:
        raise Refus(
            f"« {fichier.nom} » ne peut partir que sur papier, et il n'y a pas d'adresse postale pour : "
            f"{', '.join(sans[:5])}. Enregistrez-le en PDF, qui part aussi par courriel, ou complétez l'adresse."
        )
