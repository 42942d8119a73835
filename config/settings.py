"""All settings, one file. Secrets and addresses come from the environment (docs/configuration.md)."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from buridan.demo.preset import VILLE_DE_DEMONSTRATION
from config import env, garde

BASE_DIR = Path(__file__).resolve().parent.parent
DONNEES = Path(env.texte("BURIDAN_DONNEES", str(BASE_DIR / "var")))

DEMO = env.oui("BURIDAN_DEMO")
DEBUG = env.oui("BURIDAN_DEBUG")
SECRET_KEY = env.texte("BURIDAN_CLE_SECRETE", "insecure-development-key" if DEBUG or DEMO else "")
CLE_JOURNAL = env.texte("BURIDAN_CLE_JOURNAL", SECRET_KEY)
if env.texte("BURIDAN_PANNE") and not (DEBUG or DEMO):
    raise env.EnvironnementInvalide("BURIDAN_PANNE tue des processus exprès : ne l'écrivez pas sur un vrai site.")
ALLOWED_HOSTS = env.liste("BURIDAN_HOTES", "localhost,127.0.0.1,[::1]")
ADRESSE_PUBLIQUE = env.texte("BURIDAN_ADRESSE", "http://localhost:8000").rstrip("/")
EN_LIGNE = ADRESSE_PUBLIQUE.startswith("https://")
PRESET = env.texte("BURIDAN_PRESET", VILLE_DE_DEMONSTRATION)
PRESETS = Path(env.texte("BURIDAN_PRESETS", str(BASE_DIR / "presets")))
MANDATAIRES = int(env.texte("BURIDAN_MANDATAIRES", "0"))
JETON_METRIQUES = env.texte("BURIDAN_JETON_METRIQUES")
JOURNAUX_JSON = env.oui("BURIDAN_JOURNAUX_JSON")
if refus := garde.fautes(
    adresse=ADRESSE_PUBLIQUE, hotes=ALLOWED_HOSTS, debug=DEBUG, demo=DEMO, cle=SECRET_KEY, cle_journal=CLE_JOURNAL,
    demo_confirmee=env.oui("BURIDAN_DEMO_CONFIRMEE"),
):  # fmt: skip
    raise env.EnvironnementInvalide("Buridan ne démarre pas.\n" + "\n".join(refus))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "template_partials",
    "buridan.organisation",
    "buridan.journal",
    "buridan.interface",
    "buridan.notifications",
    "buridan.delegations",
    "buridan.budget",
    "buridan.circuits",
    "buridan.dossiers",
    "buridan.signatures",
    "buridan.contacts",
    "buridan.signataires",
    "buridan.demandes",
    "buridan.courriers",
    "buridan.notes",
    "buridan.commandes",
    "buridan.appels",
    "buridan.decisions",
    "buridan.elus",
    "buridan.messagerie",
    "buridan.numerisation",
    "buridan.bureau",
    "buridan.archives",
    "buridan.preuves",
    "buridan.vieprivee",
    "buridan.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.forms",  # after ours, whose templates come first
]
MIDDLEWARE = [
    "buridan.interface.mandataire.MandataireMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "buridan.interface.saisie.SaisieMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "buridan.signatures.session.SessionDeSignature",
    "buridan.vieprivee.lectures.LecturesMiddleware",
    "buridan.interface.politique.PolitiqueMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "buridan.interface.contexte.page",
                "buridan.notifications.contexte.non_lues",
                "buridan.bureau.visite.etape_en_cours",
                "buridan.bureau.parapheur.contexte.mon_parapheur",
            ],
            "builtins": ["template_partials.templatetags.partials", "buridan.interface.templatetags.buridan"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.base_de_donnees(env.texte("DATABASE_URL", "postgresql:///buridan"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisation.Personne"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/comptes/login/"
LOGIN_REDIRECT_URL = "/bureau/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "buridan.bureau.comptes.adaptateur.ComptesDeLaMairie"
ACCOUNT_FORMS = {"user_token": "buridan.bureau.comptes.designation.FormulaireLien"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A whole town hall stands behind one address: the limit by address is wide, the one by account is narrow.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,5/15m/key", "reset_password": "20/m/ip,5/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = MANDATAIRES
PASSWORD_RESET_TIMEOUT = 2 * 3600
MFA_ADAPTER = "buridan.bureau.comptes.adaptateur.SecondFacteur"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from the organisation
MFA_TOTP_ISSUER = "Buridan"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not EN_LIGNE
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_partage"},
    # What a GET may keep: it never writes in the database. Each process has its own.
    "memoire": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 200}},
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
GUIDE = BASE_DIR / "docs" / "guide"
STATICFILES_DIRS = [("guide", GUIDE / "images")]
STATIC_ROOT = Path(env.texte("BURIDAN_STATIQUES", str(DONNEES / "statiques")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = Path(env.texte("BURIDAN_FICHIERS", str(DONNEES / "fichiers")))
EFFACEMENTS = Path(env.texte("BURIDAN_EFFACEMENTS", str(DONNEES / "effacements.txt")))
SCEAUX = Path(env.texte("BURIDAN_SCEAUX", str(DONNEES / "sceaux.txt")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
RESERVE_DISQUE = 100 * 1024 * 1024  # left to the database by the files
TAILLE_MAX_FICHIER = 15 * 1024 * 1024
FICHIERS_MAX = 8
CLAMAV = env.prise("BURIDAN_CLAMAV")
TAILLE_MAX_LOT = 100 * 1024 * 1024
NUMERISATIONS = env.texte("BURIDAN_NUMERISATIONS")

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.texte("BURIDAN_SMTP_HOTE")
EMAIL_PORT = int(env.texte("BURIDAN_SMTP_PORT", "25"))
EMAIL_HOST_USER = env.texte("BURIDAN_SMTP_COMPTE")
EMAIL_HOST_PASSWORD = env.texte("BURIDAN_SMTP_MOT_DE_PASSE")
EMAIL_USE_TLS = env.oui("BURIDAN_SMTP_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.texte("BURIDAN_EXPEDITEUR", "ne-pas-repondre@localhost")
if not EMAIL_HOST:  # no mail server: messages are written to files, nothing is lost
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DONNEES / "courriels")

IMAP_AUTORITES = env.texte("BURIDAN_IMAP_AUTORITES")
AUTORITES = env.texte("BURIDAN_AUTORITES")
CACHET = env.texte("BURIDAN_CACHET")
CACHET_PHRASE = env.texte("BURIDAN_CACHET_PHRASE")
HORODATAGE = env.texte("BURIDAN_HORODATAGE")
PKCS11_MODULE = env.texte("BURIDAN_PKCS11_MODULE")
PKCS11_JETON = env.texte("BURIDAN_PKCS11_JETON")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = EN_LIGNE
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SECURE = EN_LIGNE
CSRF_FAILURE_VIEW = "buridan.interface.views.jeton_refuse"
CSRF_TRUSTED_ORIGINS = [ADRESSE_PUBLIQUE]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = EN_LIGNE
SECURE_REDIRECT_EXEMPT = [r"^sante/", r"^metriques/$"]  # asked by machines of the same host
SECURE_HSTS_SECONDS = 31_536_000 if EN_LIGNE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = EN_LIGNE
SECURE_HSTS_PRELOAD = EN_LIGNE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if EN_LIGNE else None
X_FRAME_OPTIONS = "DENY"
CARTE_TUILES, HOTE_DES_TUILES = env.tuiles("BURIDAN_CARTE_TUILES")
CARTE_MENTION = env.texte("BURIDAN_CARTE_MENTION")
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *HOTE_DES_TUILES],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": "/csp/",
    }
}

SANS_NOUVELLES = 20.0
PROCRASTINATE_ON_APP_READY = "buridan.notifications.file.preparer"
# a job whose worker died is taken up again in at most 20 s + 1 minute (buridan.dossiers.tasks); one that waited for another's
# end (the outbox) begins within a second
PROCRASTINATE_WORKER_DEFAULTS = {
    "update_heartbeat_interval": 5.0, "stalled_worker_timeout": SANS_NOUVELLES, "fetch_job_polling_interval": 1.0,
}  # fmt: skip
# a daily job missed while all was off (a night, a week-end) is done at the next start
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 25 * 3600.0}
PROCRASTINATE_IMPORT_PATHS = [
    "buridan.notifications.tasks", "buridan.dossiers.tasks", "buridan.delegations.tasks", "buridan.vieprivee.tasks",
    "buridan.numerisation.tasks", "buridan.signataires.tasks", "buridan.archives.tasks",
]  # fmt: skip
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"sobre": {"()": "buridan.exploitation.journaux.Formateur", "structure": JOURNAUX_JSON}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "sobre"}},
    "loggers": {"django": {"handlers": [], "propagate": True}},  # Django's own would mail the request with its data
    "root": {"handlers": ["console"], "level": env.texte("BURIDAN_JOURNAUX", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
try:
    os.makedirs(DONNEES, exist_ok=True)
except OSError as erreur:
    raise env.EnvironnementInvalide(
        f"Impossible d'écrire dans {DONNEES} ({erreur.strerror}). Donnez-vous le droit d'écriture sur ce dossier, "
        "ou choisissez-en un autre avec BURIDAN_DONNEES."
    ) from erreur
