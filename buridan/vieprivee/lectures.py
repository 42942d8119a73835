"""The read log: each page, file or letter of a dossier, each contact that an agent opened, written once the page is made.

The page itself runs in a read-only transaction and writes nothing; the line is added after it, by this middleware, and nothing
the application decides depends on it (ADR 0017). When the line can't be written, the page is not shown.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from buridan.organisation.acteur import Acteur

MONTREES = frozenset({200, 206, 409, 422})  # a form refused shows the dossier again
# One statement, one commit that doesn't wait for the disk: a power cut may lose the last half second of the log.
_INSERER = """WITH sans_attendre AS (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO vieprivee_lecture (dossier, personne_id, quoi, at)
    SELECT d.uuid, %s, %s, %s FROM
    (SELECT uuid FROM dossiers_dossier UNION ALL SELECT uuid FROM contacts_contact) d, sans_attendre WHERE d.uuid = %s"""


def noter(dossier: UUID, personne: int, quoi: str) -> None:
    """Add the line; nothing when no such dossier nor contact exists."""
    with connection.cursor() as curseur:
        curseur.execute(_INSERER, [personne, quoi[:40], timezone.now(), dossier])


class LecturesMiddleware:
    """Every address with the UUID of a dossier or of a contact in it, whatever its nature: none has to be named here. A view
    that hands several over at once says which: `request.dossiers_lus`, their UUIDs.
    """

    def __init__(self, suivant: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suivant = suivant

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then note."""
        reponse = self.suivant(request)
        trouvee, acteur = request.resolver_match, getattr(request, "acteur", None)
        if (
            trouvee is None
            or not isinstance(acteur, Acteur)
            or acteur.personne is None
            or reponse.status_code not in MONTREES
        ):
            return reponse
        dossier = trouvee.kwargs.get("uuid")
        for lu in [dossier] if isinstance(dossier, UUID) else getattr(request, "dossiers_lus", ()):
            noter(lu, acteur.personne, trouvee.url_name or "")
        return reponse
