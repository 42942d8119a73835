"""The map, when tiles are configured: where it starts, and a point in words."""

from typing import Any

from django.conf import settings
from django.db.models import Avg, F

from buridan.demandes.models import Adresse

POINT = "Point sur la carte"  # how carte.js begins a place that was only shown on the map
VILLE, FRANCE = 14, (46.6, 2.4, 5)  # zoom of a town; latitude, longitude and zoom when no street is known


def carte(latitude: float | None = None, longitude: float | None = None) -> dict[str, Any] | None:
    """What the page's map needs, centred on the point or on the town's streets; None without tiles."""
    if not settings.CARTE_TUILES:
        return None
    zoom = VILLE + 2
    if latitude is None or longitude is None:
        milieu = Adresse.objects.aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
        latitude, longitude, zoom = milieu["latitude"], milieu["longitude"], VILLE
    if latitude is None or longitude is None:
        latitude, longitude, zoom = FRANCE
    return {
        "tuiles": settings.CARTE_TUILES, "mention": settings.CARTE_MENTION, "latitude": latitude, "longitude": longitude,
        "zoom": zoom,
    }  # fmt: skip


def point_en_clair(latitude: float | None, longitude: float | None) -> str:
    """The point in words, with the nearest street of the town's list; empty without a point."""
    if latitude is None or longitude is None:
        return ""
    proche = rue_proche(latitude, longitude)
    coordonnees = f"{latitude:.5f} ; {longitude:.5f}".replace(".", ",")
    return f"{coordonnees}, près de : {proche}" if proche else coordonnees


def rue_proche(latitude: float, longitude: float) -> str:
    """The nearest street of the town's list; empty when it holds none."""
    ecart = (F("latitude") - latitude) * (F("latitude") - latitude) + (F("longitude") - longitude) * (
        F("longitude") - longitude
    )
    proche = Adresse.objects.exclude(latitude=None).exclude(longitude=None).order_by(ecart).first()
    return proche.voie if proche else ""
