"""What a filing reads, as prepared statements: it is asked at each form sent, and building it costs more than running it."""

from django.db import connection
from django.db.models import Q

from buridan.demandes.models import Adresse, Demande, TypeDemande
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.dossiers.natures import PRES, Voisin
from buridan.outils.sql import executer
from buridan.outils.texte import sans_accents

_DEMANDES = Demande._meta.db_table
_CHAMPS_TYPE = [c for c in TypeDemande._meta.concrete_fields if not c.generated]
_TYPE = (
    f"SELECT {', '.join(c.attname for c in _CHAMPS_TYPE)} FROM {TypeDemande._meta.db_table} WHERE code = %s AND actif"
)
_RUE = f"""SELECT latitude, longitude FROM {Adresse._meta.db_table}
    WHERE latitude IS NOT NULL AND strpos(%s, recherche) > 0 ORDER BY id LIMIT 1"""
_CHAMPS_SEMBLABLE = ["id", "uuid", "reference", "etat", "ouvert_le"]
# three lists, each from its index; an empty place or address is NULL, which is equal to nothing
_SEMBLABLES = f"""WITH proches AS (
        SELECT dossier_id, lieu FROM {_DEMANDES} WHERE type_id = %(type)s
            AND latitude BETWEEN %(latitude)s::float - {PRES[0]} AND %(latitude)s::float + {PRES[0]}
            AND longitude BETWEEN %(longitude)s::float - {PRES[1]} AND %(longitude)s::float + {PRES[1]}
        UNION SELECT dossier_id, lieu FROM {_DEMANDES} WHERE type_id = %(type)s AND upper(lieu) = upper(%(lieu)s::text)
        UNION SELECT dossier_id, lieu FROM {_DEMANDES} WHERE type_id = %(type)s AND upper(courriel) = upper(%(courriel)s::text)
    ) SELECT {", ".join(f"d.{nom}" for nom in _CHAMPS_SEMBLABLE)}, p.lieu
    FROM proches p JOIN {Dossier._meta.db_table} d ON d.id = p.dossier_id
    WHERE d.etat <> 'clos' AND NOT d.sensible ORDER BY d.ouvert_le DESC LIMIT 3"""


def type_actif(code: str) -> TypeDemande | None:
    """The type of the catalogue that can be asked for today under that code, without the words it is found by."""
    ligne = executer(connection, _TYPE, [code]).fetchone()
    if ligne is None:
        return None
    valeurs = [
        champ.from_db_value(valeur, None, connection) if hasattr(champ, "from_db_value") else valeur
        for champ, valeur in zip(_CHAMPS_TYPE, ligne, strict=True)
    ]
    return TypeDemande.from_db(connection.alias, [c.attname for c in _CHAMPS_TYPE], valeurs)


def position_de(lieu: str) -> tuple[float | None, float | None]:
    """Coordinates of the street named in a place; (None, None) when the town's list does not know it."""
    cherche = sans_accents(lieu)
    trouvee: tuple[float, float] | None = executer(connection, _RUE, [cherche]).fetchone() if cherche else None
    return trouvee or (None, None)


def semblables(
    type_demande: TypeDemande, *, lieu: str, courriel: str, latitude: float | None, longitude: float | None
) -> list[Dossier]:
    """Open requests of the same type at the same place, within about 80 m, or from the same person; at most three."""
    place = {"latitude": latitude, "longitude": longitude} if None not in (latitude, longitude) else {}
    voulus = {"latitude": None, "longitude": None, "lieu": lieu.strip() or None, "courriel": courriel or None} | place
    trouves = []
    for *valeurs, son_lieu in executer(connection, _SEMBLABLES, voulus | {"type": type_demande.pk}):
        dossier = Dossier.from_db(connection.alias, _CHAMPS_SEMBLABLE, valeurs)
        dossier.demande = Demande.from_db(connection.alias, ["dossier_id", "lieu"], [dossier.pk, son_lieu])
        trouves.append(dossier)
    return trouves


def voisins(pres: Q) -> list[Voisin]:
    """Open requests at a place, said by their type and place: nothing of who asked nor of what was written."""
    ouvertes = Demande.objects.filter(pres, dossier__sensible=False).exclude(dossier__etat=EtatDossier.CLOS)
    trouvees = ouvertes.select_related("dossier", "type").order_by("-dossier__ouvert_le")[:5]
    return [Voisin(d.dossier, d.intitule()) for d in trouvees]
