"""What a filing reads, as prepared statements: it is asked at each form sent, and building it costs more than running it."""

import re
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from buridan.circuits.catalogue import CHAMPS, EN_VIGUEUR, de_la_ligne
from buridan.demandes.models import Adresse, Demande, TypeDemande
from buridan.dossiers.actions.ouvrir import RESERVER, nouvelle_reference
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import PRES, Voisin
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import REVISION
from buridan.organisation.models import Droit
from buridan.outils.sql import executer
from buridan.outils.texte import sans_accents

Point = tuple[float | None, float | None]  # latitude, longitude; empty when nobody knows
_DEMANDES = Demande._meta.db_table
_CHAMPS_TYPE = [c for c in TypeDemande._meta.concrete_fields if not c.generated]
# the type, the number of the organisation's revision, and the circuit in force: all that a filing reads before its form
_TYPE = f"""SELECT {", ".join(f"t.{c.attname}" for c in _CHAMPS_TYPE)}, ({REVISION}), {", ".join(f"v.{c}" for c in CHAMPS)}
    FROM {TypeDemande._meta.db_table} t LEFT JOIN LATERAL ({EN_VIGUEUR.format("t.circuit")}) v ON true
    WHERE t.code = %s AND t.actif"""
_RUE = f"""SELECT latitude, longitude FROM {Adresse._meta.db_table}
    WHERE latitude IS NOT NULL AND strpos({{}}, recherche) > 0 ORDER BY id LIMIT 1"""
_CHAMPS_SEMBLABLE = ["id", "uuid", "reference", "etat", "ouvert_le"]
# `reserve`: the id and the reference of the dossier to come; a form shown again leaves a gap. `ici`: the point given, or that
# of the street named; then three lists, each from its index: an empty place or address is NULL,
# which is equal to nothing
_SEMBLABLES = f"""WITH reserve AS ({RESERVER.format("%(reference)s")}),
    rue AS (SELECT * FROM ({_RUE.format("%(rue)s::text")}) r WHERE %(latitude)s::float IS NULL),
    ici AS (SELECT coalesce(%(latitude)s::float, (SELECT latitude FROM rue)) AS latitude,
        coalesce(%(longitude)s::float, (SELECT longitude FROM rue)) AS longitude),
    proches AS (
        SELECT dossier_id, lieu FROM {_DEMANDES} WHERE type_id = %(type)s
            AND latitude BETWEEN (SELECT latitude FROM ici) - {PRES[0]} AND (SELECT latitude FROM ici) + {PRES[0]}
            AND longitude BETWEEN (SELECT longitude FROM ici) - {PRES[1]} AND (SELECT longitude FROM ici) + {PRES[1]}
        UNION SELECT dossier_id, lieu FROM {_DEMANDES} WHERE type_id = %(type)s AND upper(lieu) = upper(%(lieu)s::text)
        UNION SELECT dossier_id, lieu FROM {_DEMANDES} WHERE type_id = %(type)s AND upper(courriel) = upper(%(courriel)s::text)
        UNION SELECT dossier_id, lieu FROM {_DEMANDES} WHERE %(telephone)s::text IS NOT NULL AND type_id = %(type)s
            AND regexp_replace(telephone, '\\D', '', 'g') = %(telephone)s::text
    ) SELECT r.numero, r.prise, ici.latitude, ici.longitude, s.* FROM reserve r CROSS JOIN ici LEFT JOIN (
        SELECT {", ".join(f"d.{nom}" for nom in _CHAMPS_SEMBLABLE)}, p.lieu
        FROM proches p JOIN {Dossier._meta.db_table} d ON d.id = p.dossier_id
        WHERE d.etat <> 'clos' AND NOT d.sensible ORDER BY d.ouvert_le DESC LIMIT 3
    ) s ON true ORDER BY s.ouvert_le DESC"""


def type_actif(code: str) -> tuple[TypeDemande, int] | None:
    """(the type of the catalogue that can be asked for today under that code, without the words it is found by and with its
    circuit in force; the number of the organisation's revision).
    """
    ligne = executer(connection, _TYPE, [code], lecture=True).fetchone()
    if ligne is None:
        return None
    combien = len(_CHAMPS_TYPE)
    valeurs = [
        champ.from_db_value(valeur, None, connection) if hasattr(champ, "from_db_value") else valeur
        for champ, valeur in zip(_CHAMPS_TYPE, ligne[:combien], strict=True)
    ]
    type_demande = TypeDemande.from_db(connection.alias, [c.attname for c in _CHAMPS_TYPE], valeurs)
    if ligne[combien + 1] is not None:
        type_demande.circuit_en_vigueur = de_la_ligne(type_demande.circuit, ligne[combien + 1 :])
    return type_demande, ligne[combien] or 0


def demande_de(dossier: Dossier) -> Demande:
    """The request of a dossier, with its type, its precisions, who joined and what suspended it: read once for a page."""
    if not Demande.dossier.field.remote_field.is_cached(dossier):
        lue = Demande.objects.select_related("type").prefetch_related("participants", "precisions", "suspensions")
        dossier.demande = lue.get(pk=dossier.pk)
    demande: Demande = dossier.demande
    return demande


def position_de(lieu: str) -> Point:
    """Coordinates of the street named in a place; (None, None) when the town's list does not know it."""
    cherche = sans_accents(lieu)
    trouvee: tuple[float, float] | None = (
        executer(connection, _RUE.format("%s"), [cherche]).fetchone() if cherche else None
    )
    return trouvee or (None, None)


_NUMERO = re.compile(r"\s*\d+\s*(?:bis|ter|quater|[a-d])?[\s,]+(?=\S)", re.I)


def rues(debut: str, *, au_plus: int = 12) -> list[str]:
    """Places that begin as this one, « 12 bis rue de la Ga », with the streets of the town's list that hold its words."""
    numero = _NUMERO.match(debut)
    cherche = sans_accents(debut[numero.end() :] if numero else debut).strip()
    if len(cherche) < 2:
        return []
    voies = Adresse.objects.filter(recherche__contains=cherche).order_by("voie").values_list("voie", flat=True)
    return [f"{numero[0] if numero else ''}{voie}" for voie in voies[:au_plus]]


def semblables(
    type_demande: TypeDemande, *, jour: date, lieu: str, courriel: str, point: Point, telephone: str = ""
) -> tuple[Point, list[Dossier], tuple[int, str] | None]:
    """(the point, or that of the street named in the place; open requests of the same type at the same place, within about 80 m,
    or from the same person, at most three; the id and the reference for this one, None when somebody bears it).
    """
    reference = nouvelle_reference(jour)
    voulus = {
        "type": type_demande.pk, "latitude": point[0], "longitude": point[1], "lieu": lieu.strip() or None,
        "rue": sans_accents(lieu) or None, "courriel": courriel or None, "telephone": re.sub(r"\D", "", telephone) or None,
        "reference": reference,
    }  # fmt: skip
    trouves, reserve = [], None
    for numero, prise, *ici, pk, uuid, sa_reference, etat, ouvert_le, son_lieu in executer(
        connection, _SEMBLABLES, voulus
    ):
        point, reserve = (ici[0], ici[1]), None if prise else (numero, reference)
        if pk is None:
            continue
        valeurs = [pk, uuid, sa_reference, etat, ouvert_le]
        dossier = Dossier.from_db(connection.alias, _CHAMPS_SEMBLABLE, valeurs)
        dossier.demande = Demande.from_db(connection.alias, ["dossier_id", "lieu"], [dossier.pk, son_lieu])
        trouves.append(dossier)
    return point, trouves, reserve


def voisins(pres: Q) -> list[Voisin]:
    """Open requests at a place, said by their type and place: nothing of who asked nor of what was written."""
    ouvertes = Demande.objects.filter(pres, dossier__sensible=False).exclude(dossier__etat=EtatDossier.CLOS)
    trouvees = ouvertes.select_related("dossier", "type").order_by("-dossier__ouvert_le")[:5]
    return [Voisin(d.dossier, d.intitule()) for d in trouvees]


def a_remettre(acteur: Acteur) -> QuerySet[Demande]:
    """Answers that no e-mail carries and nobody gave yet, the oldest first: of one's services; to the front desk, all."""
    miennes = Q(dossier__entite__in=acteur.entites)
    if Droit.GUICHET in acteur.droits:
        miennes |= Q(dossier__sensible=False)
    dues = Demande.objects.filter(miennes, a_remettre_depuis__isnull=False, dossier__etat=EtatDossier.CLOS)
    return dues.filter(dossier__efface_le=None).select_related("dossier").order_by("a_remettre_depuis", "pk")


def comment_joindre(demande: Demande) -> str:
    """What to do to give the answer to somebody who gave no e-mail."""
    par = [f"appelez le {demande.telephone}"] if demande.telephone else []
    par += [f"postez la lettre à : {demande.adresse}"] if demande.adresse else []
    return f"{demande.nom} n'a pas donné de courriel : {', ou '.join(par)}." if par else ""
