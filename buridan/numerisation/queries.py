"""What is read of scanned post: the letters of a batch, what remains of each batch, what awaits the machine."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from buridan.contacts.fiche import cle_de, commune_de
from buridan.contacts.models import Contact
from buridan.contacts.queries import vivants
from buridan.courriers.queries import tient_le_registre
from buridan.interface.contexte import ville
from buridan.numerisation.entete import Entete, lire_l_entete
from buridan.numerisation.etats import EtatLot, Lecture
from buridan.numerisation.models import Lot, Page, Pli
from buridan.organisation.acteur import Acteur

OBJET = re.compile(r"^\s*(?:objet|object)\s*[:.]\s*(\S.{2,})$", re.I | re.M)
FICHIERS = """SELECT f.sha256, 'Courrier numérisé' AS ou, f.nom, f.taille FROM (
    SELECT sha256, nom, taille FROM numerisation_lot WHERE efface_le IS NULL
    UNION ALL SELECT lisible, nom, NULL FROM numerisation_lot WHERE lisible <> '' AND efface_le IS NULL
    UNION ALL SELECT x.sha256, l.nom || ', page ' || p.numero, NULL FROM numerisation_page p
        JOIN numerisation_lot l ON l.id = p.lot_id
        CROSS JOIN LATERAL (VALUES (p.vignette), (p.apercu), (p.lu_dans)) x(sha256) WHERE x.sha256 <> '') f"""


@dataclass(slots=True)
class PliVu:
    """A letter of a batch as it is cut now; `pli`: what became of it, None while nobody dealt with it."""

    pages: list[Page] = field(default_factory=list)
    pli: Pli | None = None

    @property
    def numero(self) -> int:
        """Number of its first page: its name in the addresses."""
        return int(self.pages[0].numero)

    @property
    def numeros(self) -> str:
        """« 3-5,7 »: what a form has seen of it."""
        return ",".join(str(p.numero) for p in self.pages)

    @property
    def intitule(self) -> str:
        """« page 3 », « pages 3 à 5 », « pages 3, 5 et 7 »."""
        n = [p.numero for p in self.pages]
        if len(n) == 1:
            return f"page {n[0]}"
        if all(b == a + 1 for a, b in pairwise(n)):
            return f"pages {n[0]} à {n[-1]}"
        return f"pages {', '.join(map(str, n[:-1]))} et {n[-1]}"

    @property
    def texte(self) -> str:
        """What was read on its pages."""
        return "\n\n".join(p.texte.strip() for p in self.pages if p.texte.strip())

    @property
    def objet(self) -> str:
        """What its line « Objet : » says; empty when it has none."""
        trouve = OBJET.search(self.texte)
        return " ".join(trouve[1].split())[:200] if trouve else ""

    @property
    def entete(self) -> Entete:
        """Who seems to write: read on its first page."""
        return lire_l_entete(self.pages[0].texte, a_nous=[str(ville(settings.PRESET).get("courriel", ""))])

    @property
    def a_regarder(self) -> list[Page]:
        """Pages that the machine could not read."""
        return [p for p in self.pages if p.lecture == Lecture.ILLISIBLE]

    @property
    def en_lecture(self) -> int:
        """How many of its pages the machine has still to read."""
        return sum(p.lecture == Lecture.A_LIRE for p in self.pages)


def reconnaitre(lu: Entete) -> tuple[Contact, str] | None:
    """(contact of the address book, why) when what was read tells exactly one: its SIRET, its e-mail, else its name and town."""
    nom = cle_de(lu.organisme or lu.expediteur)
    pistes = (
        (lu.siret, {"siret": lu.siret}, "le même SIRET"),
        (lu.courriel, {"courriel__iexact": lu.courriel}, "le même courriel"),
        (nom and lu.adresse, {"cle": nom, "commune": commune_de(lu.adresse)}, "le même nom, dans la même commune"),
    )
    for ecrit, comment, raison in pistes:
        trouves = list(vivants().filter(**comment)[:2]) if ecrit else []
        if len(trouves) == 1:
            return trouves[0], raison
    return None


def plis_de(pages: Iterable[Page]) -> list[PliVu]:
    """The letters of a batch, from all its pages in order. What a removed page cuts, the page after it begins."""
    plis: list[PliVu] = []
    coupe = True
    for page in pages:
        coupe = coupe or page.debut
        if page.retiree:
            continue
        if coupe or page.pli_id != plis[-1].pages[-1].pli_id:
            plis.append(PliVu(pli=page.pli))
        plis[-1].pages.append(page)
        coupe = False
    return plis


def feuilles(lot: Lot, *, avec_texte: bool = True) -> list[Page]:
    """All the pages of a batch, in order, with what became of each."""
    pages = lot.feuilles.select_related("pli__dossier__courrier").order_by("numero")
    lourds = ["pli__dossier__contenu", "pli__dossier__recherche", *([] if avec_texte else ["texte"])]
    return list(pages.defer(*lourds))


def avancement(lot: Lot) -> dict[str, int]:
    """Pages by what the machine did of them: `total`, `faites`, `a_regarder` (by somebody, in a letter not dealt with)."""
    return lot.feuilles.aggregate(
        total=Count("pk"), faites=Count("pk", filter=~Q(lecture=Lecture.A_LIRE) & Q(a_montrer=False)),
        montrees=Count("pk", filter=Q(a_montrer=False)),
        a_regarder=Count("pk", filter=Q(lecture=Lecture.ILLISIBLE, pli=None, retiree=False)),
    )  # fmt: skip


def a_traiter() -> QuerySet[Lot]:
    """Batches in which something remains: pages to read, or a page that is in no letter dealt with."""
    reste = Page.objects.filter(pli=None, retiree=False).values("lot")
    return Lot.objects.filter(efface_le=None).exclude(etat=EtatLot.REFUSE).filter(Q(pages=None) | Q(pk__in=reste))


def attendent(acteur: Acteur) -> int:
    """How many batches this person has to register letters of; 0 for who does not keep the registers."""
    return a_traiter().count() if tient_le_registre(acteur) else 0


SANS_TRAVAIL = """SELECT l.* FROM numerisation_lot l WHERE l.efface_le IS NULL AND l.etat <> 'refuse'
    AND (l.etat <> 'pret' OR EXISTS (SELECT 1 FROM numerisation_page p WHERE p.lot_id = l.id
        AND (p.a_montrer OR p.lecture = 'a_lire')))
    AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'numerisation.avancer'
        AND j.status IN ('todo', 'doing') AND (j.args->>'lot')::bigint = l.id)"""


def nommer(uuid: UUID) -> str:
    """The chain of a batch, in words."""
    nom = Lot.objects.filter(uuid=uuid).values_list("nom", flat=True).first()
    return f"courrier numérisé « {nom} »" if nom else ""
