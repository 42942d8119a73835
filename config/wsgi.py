"""The WSGI entry point that gunicorn serves."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from config.env import EnvironnementInvalide

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    application = get_wsgi_application()
except EnvironnementInvalide as erreur:
    print(erreur, file=sys.stderr)  # noqa: T201  no log is set up yet
    sys.exit(3)  # gunicorn stops instead of trying for ever
