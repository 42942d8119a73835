"""A process to be killed: reads one thing to do per line, does it in a child that dies at the named point, says how it ended.

Each line is JSON: `panne` (a point of buridan.outils.panne, or nothing) with either `chemin`, `champs`, `fichier` and
`personne` (a POST), or `courriel` (the job that sends). Each answer: `signal` that killed the child, or `code` and `vers` of the reply.
"""

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.test import Client  # noqa: E402

from buridan.notifications.tasks import vider  # noqa: E402
from buridan.organisation.models import Personne  # noqa: E402
from buridan.outils.panne import VARIABLE  # noqa: E402


def faire(ordre: dict[str, Any]) -> dict[str, Any]:
    """In the child."""
    client = Client(SERVER_NAME="localhost")
    if ordre.get("personne"):
        client.force_login(
            Personne.objects.get(pk=ordre["personne"]), "allauth.account.auth_backends.AuthenticationBackend"
        )
    os.environ[VARIABLE] = ordre["panne"]
    if "courriel" in ordre:
        vider()
        return {}
    champs = dict(ordre["champs"])
    if ordre.get("fichier"):
        champs["fichiers"] = SimpleUploadedFile("plan.pdf", ordre["fichier"].encode(), "application/pdf")
    reponse = client.post(ordre["chemin"], champs)
    return {"code": reponse.status_code, "vers": reponse.headers.get("Location", "")}


def servir(ordre: dict[str, Any]) -> dict[str, Any]:
    """In the parent, which has no connection of its own."""
    lecture, ecriture = os.pipe()
    enfant = os.fork()
    if enfant == 0:
        os.close(lecture)
        with os.fdopen(ecriture, "w") as sortie:
            json.dump(faire(ordre), sortie)
        os._exit(0)
    os.close(ecriture)
    with os.fdopen(lecture) as entree:
        texte = entree.read()
    _pid, statut = os.waitpid(enfant, 0)
    if os.WIFSIGNALED(statut):
        return {"signal": os.WTERMSIG(statut)}
    return dict(json.loads(texte)) | {"signal": 0}


for ligne in sys.stdin:
    print(json.dumps(servir(json.loads(ligne))), flush=True)
