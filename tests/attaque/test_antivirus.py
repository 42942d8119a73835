"""ClamAV by its own protocol: what it finds is refused; what nobody looked at says so."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from buridan.dossiers.antivirus import silence
from buridan.dossiers.fichiers import FichierRefuse, lire
from buridan.dossiers.models import Document
from buridan.organisation.models import Personne
from config import env
from tests.attaque.corpus import EICAR, jpeg, pdf
from tests.conftest import Troupe
from tests.test_depot_de_demande import _donnees


class Clamd(socketserver.BaseRequestHandler):
    """Speaks as clamd(8) does: zPING and zINSTREAM, and finds EICAR by its bytes."""

    def handle(self) -> None:
        """One command, one answer, closed."""
        flux = self.request.makefile("rb")
        commande = b""
        while not commande.endswith(b"\0"):
            commande += flux.read(1)
        if commande == b"zPING\0":
            self.request.sendall(b"PONG\0")
            return
        assert commande == b"zINSTREAM\0"
        octets = b""
        while taille := struct.unpack("!L", flux.read(4))[0]:
            octets += flux.read(taille)
        trouve = b"stream: Eicar-Signature FOUND\0" if EICAR in octets else b"stream: OK\0"
        self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0" if len(octets) > 400_000 else trouve)


@contextmanager
def _ecouter(ou: str | None) -> Iterator[str]:
    """Listening, on a socket's path or on a port: its address as the setting says it."""
    serveur: Any = (
        socketserver.ThreadingUnixStreamServer(ou, Clamd)
        if ou
        else socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
    )
    threading.Thread(target=serveur.serve_forever, args=[0.01]).start()
    yield ou or f"127.0.0.1:{serveur.server_address[1]}"
    serveur.shutdown()
    serveur.server_close()


@pytest.fixture(params=["prise", "port"])
def clamd(request: Any, settings: Any, tmp_path: Any) -> Iterator[None]:
    """An antivirus that answers."""
    with _ecouter(str(tmp_path / "clamd.ctl") if request.param == "prise" else None) as settings.CLAMAV:
        yield


@pytest.mark.parametrize(
    ("nom", "octets"), [("eicar.com", EICAR), ("eicar.pdf", pdf() + EICAR), ("photo.jpg", jpeg(comment=EICAR))]
)
def test_a_known_virus_is_refused_with_its_name_and_what_to_do(clamd: None, nom: str, octets: bytes) -> None:
    with pytest.raises(FichierRefuse, match=r"virus connu \(Eicar-Signature\).*envoyez un autre fichier"):
        lire(ContentFile(octets, name=nom))


def test_a_file_is_seen_whole_and_marked(clamd: None) -> None:
    assert lire(ContentFile(pdf() + b"\n%" + b"x" * 300_000, name="a.pdf")).analyse
    with pytest.raises(FichierRefuse, match="virus"):
        lire(ContentFile(pdf() + b"\n%" + b"x" * 300_000 + EICAR, name="a.pdf"))
    assert list(silence()) == []


def test_a_file_that_the_antivirus_could_not_take_is_not_called_sound(clamd: None) -> None:
    assert not lire(ContentFile(pdf() + b"\n%" + b"x" * 500_000, name="a.pdf")).analyse


def test_an_antivirus_that_does_not_answer_stops_nobody_and_the_check_says_it(settings: Any) -> None:
    settings.CLAMAV = "127.0.0.1:1"
    assert not lire(ContentFile(pdf(), name="a.pdf")).analyse
    assert "ne répond pas à 127.0.0.1:1 (ConnectionRefusedError)" in "".join(silence())


@pytest.mark.django_db
@pytest.mark.parametrize("present", [True, False])
def test_the_screens_say_of_each_file_whether_it_was_looked_at(present: bool, troupe: Troupe, settings: Any) -> None:
    """With a first try refused for want of a name: the file kept meanwhile keeps what was said of it."""
    with _ecouter(None) as adresse:
        settings.CLAMAV = adresse if present else ""
        refus = Client().post("/demandes/nid-de-poule/", _donnees(nom="", fichiers=ContentFile(pdf(), name="plan.pdf")))
    depot = Client().post("/demandes/nid-de-poule/", _donnees(gardes=refus.context["gardes"]), follow=True)
    agent = Client()
    agent.force_login(Personne.objects.get(pk=troupe.present("accueil").personne))
    document = Document.objects.get()
    assert (document.analyse_le is not None) is present
    for page in (depot, agent.get(f"/dossiers/{document.dossier.uuid}/")):
        assert ("aucun virus connu le" in page.content.decode()) is present
        assert ("non analysé par un antivirus" in page.content.decode()) is not present


def test_the_setting_is_a_path_or_a_host_and_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    for juste in ("", "/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310"):
        monkeypatch.setenv("BURIDAN_CLAMAV", juste)
        assert env.prise("BURIDAN_CLAMAV") == juste
    for faux in ("oui", "localhost", ":3310", "run/clamd.ctl"):
        monkeypatch.setenv("BURIDAN_CLAMAV", faux)
        with pytest.raises(env.EnvironnementInvalide, match="hôte:port"):
            env.prise("BURIDAN_CLAMAV")
