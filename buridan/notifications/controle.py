"""Faults of the outbox and of the queue of jobs."""

from buridan.outils.controle import Controle

_VIVANT = "j.task_name = 'notifications.envoyer' AND j.status IN ('todo', 'doing')"
# what empties the outbox: of every e-mail that was never refused
_DE_TOUS = "j.task_name = 'notifications.vider' AND j.status IN ('todo', 'doing')"
_DEMANDE_LE = "(SELECT max(v.at) FROM procrastinate_events v WHERE v.job_id = j.id AND v.type = 'deferred')"
SANS_TRAVAIL = f"""SELECT c.* FROM notifications_courriel c WHERE c.envoye_le IS NULL AND NOT EXISTS
    (SELECT 1 FROM procrastinate_jobs j WHERE {_VIVANT} AND (j.args->>'courriel')::bigint = c.id
        OR {_DE_TOUS} AND c.erreur = '')"""
CONTROLES = (
    Controle(
        "courriel_sans_travail",
        f"SELECT s.sujet, s.at::date FROM ({SANS_TRAVAIL}) s WHERE s.at < now() - interval '3 hours'",
        "Le courriel « {0} » du {1:%d/%m/%Y} n'est pas parti et plus rien ne l'envoie. Laissez tourner les travaux une heure :"
        " ils le reprennent ; sinon vérifiez le serveur de courriel (BURIDAN_SMTP_HOTE).",
    ),
    Controle(
        "courriel_en_retard",
        f"""SELECT c.sujet, c.at::date FROM notifications_courriel c JOIN procrastinate_jobs j
        ON {_VIVANT} AND (j.args->>'courriel')::bigint = c.id OR {_DE_TOUS} AND c.erreur = ''
        WHERE c.envoye_le IS NULL AND {_DEMANDE_LE} < now() - interval '1 day'""",
        "Le courriel « {0} » du {1:%d/%m/%Y} attend depuis plus d'un jour. Vérifiez le serveur de courriel"
        " (BURIDAN_SMTP_HOTE) et que les travaux tournent.",
    ),
    Controle(
        "travail_mort",
        """SELECT j.id, j.task_name FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
        WHERE j.status = 'doing' AND greatest(coalesce(w.last_heartbeat, '-infinity'), (SELECT coalesce(max(e.at), '-infinity')
            FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started')) < now() - interval '5 minutes'""",
        "Le travail n° {0} ({1}) s'est arrêté en route et personne ne le reprend. Démarrez les travaux (buridan run, ou le"
        " service « worker ») : ils le reprennent en moins de deux minutes.",
    ),
    Controle(
        "travail_en_retard",
        f"""SELECT j.id, j.task_name FROM procrastinate_jobs j WHERE j.status = 'todo'
        AND greatest(j.scheduled_at, {_DEMANDE_LE}) < now() - interval '1 hour'""",
        "Le travail n° {0} ({1}) attend depuis plus d'une heure. Démarrez les travaux (buridan run, ou le service"
        " « worker »).",
    ),
)
