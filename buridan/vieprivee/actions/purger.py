"""What has ended goes each night; docs/donnees.md says each term."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from procrastinate import sql
from procrastinate.jobs import Status

from buridan.interface.models import Jeton
from buridan.notifications.models import Courriel
from buridan.vieprivee.models import Lecture

JETONS = timedelta(days=30)
COURRIELS = timedelta(days=90)
LECTURES = timedelta(days=365)
TRAVAUX = timedelta(days=30)
HEURE = timedelta(hours=1)
FINIS = [etat.value for etat in (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.ABORTED)]


def purger(*, at: datetime) -> None:
    """Form tokens, sessions, cache, e-mails sent (and their files when no mail server is set), read log, jobs that ended."""
    Jeton.objects.filter(at__lt=at - JETONS).delete()
    Session.objects.filter(expire_date__lt=at).delete()
    Courriel.objects.filter(envoye_le__lt=at - COURRIELS).delete()
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("DELETE FROM cache_partage WHERE expires < %s", [at])
        curseur.execute("SELECT set_config('buridan.effacement', 'autorise', true)")
        Lecture.objects.filter(at__lt=at - LECTURES).delete()
        curseur.execute("SELECT set_config('buridan.effacement', '', true)")
        curseur.execute(
            sql.queries["delete_old_jobs"], {"nb_hours": TRAVAUX // HEURE, "queue": None, "statuses": FINIS}
        )
    _fichiers_de_courriels((at - COURRIELS).timestamp())


def _fichiers_de_courriels(avant: float) -> None:
    dossier = Path(getattr(settings, "EMAIL_FILE_PATH", None) or "")
    if not getattr(settings, "EMAIL_FILE_PATH", None) or not dossier.is_dir():
        return
    for fichier in dossier.iterdir():
        if fichier.stat().st_mtime < avant:
            fichier.unlink(missing_ok=True)
