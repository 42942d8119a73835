"""Data map of the tables of installed libraries."""

from buridan.outils.donnees import Effet, Table

_COMPTE = "Let an agent in, with a second factor."
_TANT_QUE = "As long as the account."
_FILE = "Do a job once, later, whatever dies. Its arguments are ids, never a name or a text."
_FILE_DUREE = "30 days after its end, then purged each night."
_SANS_USAGE = "Table of Django that Buridan does not use: rights go with posts."
TABLES = (
    Table("account.EmailAddress", _COMPTE, _TANT_QUE, {Effet.TECHNIQUE: "id", Effet.AGENT: "user email verified primary"}),
    Table("account.EmailConfirmation", _COMPTE, _TANT_QUE,
          {Effet.TECHNIQUE: "id created sent key", Effet.AGENT: "email_address"}),
    Table("mfa.Authenticator", _COMPTE, _TANT_QUE,
          {Effet.TECHNIQUE: "id created_at", Effet.AGENT: "user type data last_used_at"}),
    Table("sessions.Session", "Keep somebody logged in.", "12 hours; the ended ones are purged each night.",
          {Effet.TECHNIQUE: "session_key expire_date", Effet.AGENT: "session_data"}),
    Table("procrastinate.ProcrastinateJob", _FILE, _FILE_DUREE,
          {Effet.TECHNIQUE: "id queue_name task_name priority lock args status scheduled_at attempts queueing_lock"
           " abort_requested worker"}),
    Table("procrastinate.ProcrastinateEvent", _FILE, _FILE_DUREE, {Effet.TECHNIQUE: "id job type at"}),
    Table("procrastinate.ProcrastinatePeriodicDefer", _FILE, _FILE_DUREE,
          {Effet.TECHNIQUE: "id task_name defer_timestamp job periodic_id"}),
    Table("procrastinate.ProcrastinateWorker", _FILE, "While it lives.", {Effet.TECHNIQUE: "id last_heartbeat"}),
    Table("auth.Permission", _SANS_USAGE, "Empty of persons.", {Effet.TECHNIQUE: "id name content_type codename"}),
    Table("auth.Group", _SANS_USAGE, "Empty.", {Effet.TECHNIQUE: "id name permissions"}),
    Table("auth.Group_permissions", _SANS_USAGE, "Empty.", {Effet.TECHNIQUE: "id group permission"}),
    Table("contenttypes.ContentType", _SANS_USAGE, "One row per table.", {Effet.TECHNIQUE: "id app_label model"}),
    Table("django_migrations", "Which version of the tables this is.", "Always.", {Effet.TECHNIQUE: "id app name applied"}),
    Table("cache_partage", "Count tries at the doors, shared by all processes; keys hold network addresses.",
          "A quarter of an hour; the ended ones are purged each night.", {Effet.TECHNIQUE: "cache_key value expires"}),
)  # fmt: skip
