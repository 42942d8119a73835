"""How often one address may try, counted for all processes together."""

from django.core.cache import cache
from django.http import HttpRequest

ESSAIS_MAX, FENETRE = 20, 900  # in a quarter of an hour


def trop_d_essais(request: HttpRequest, usage: str) -> bool:
    """Count one try of that use; more than ESSAIS_MAX from this address in FENETRE seconds."""
    compteur = f"{usage}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(compteur, 0, FENETRE)
    return int(cache.incr(compteur)) > ESSAIS_MAX
