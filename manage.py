#!/usr/bin/env python3
"""Django's command line, for developers. Towns use `buridan`."""

import os
import sys

from django.core.management import execute_from_command_line

from config.env import EnvironnementInvalide

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except EnvironnementInvalide as erreur:
        sys.exit(str(erreur))
