"""A real mail server for the tests: Debian's Dovecot on free loopback ports, with its own configuration and Maildir."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

COMPTES = 500  # written beforehand: Dovecot sees a change of the file one second later
MOT_DE_PASSE = "un mot de passe é"
SANS = "Dovecot is missing: `make test` installs dovecot-imapd (Debian), or says how to."
CONFIGURATION = """
base_dir = {ici}/run
state_dir = {ici}/run
log_path = {ici}/journal
protocols = imap
listen = 127.0.0.1
default_internal_user = {systeme}
default_internal_group = {groupe_systeme}
default_login_user = {systeme}
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
auth_verbose = yes
auth_failure_delay = 0
mail_location = maildir:{ici}/boites/%u
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <{ici}/certificat.pem
ssl_key = <{ici}/cle.pem
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {ici}/comptes
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={ici}/boites/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {port_tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def port_libre() -> int:
    """A port that nobody listens on."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


class Dovecot:
    """`with Dovecot(folder) as serveur`: started, stopped by its pid. Each test has a mailbox of its own."""

    def __init__(self, ici: Path) -> None:
        programme = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        assert programme, SANS
        self.ici, self.port, self.port_tls, self.comptes = ici, port_libre(), port_libre(), 0
        _certifier(ici)
        moi = pwd.getpwuid(os.getuid())
        racine = moi.pw_uid == 0
        lui = pwd.getpwnam("mail") if racine else moi  # Dovecot lets nobody read mails as root
        systeme = pwd.getpwnam("dovecot") if racine else moi
        (ici / "boites").mkdir()
        (ici / "run").mkdir()
        (ici / "comptes").write_text(
            "".join(f"boite{n}:{{PLAIN}}{MOT_DE_PASSE}::::::\n" for n in range(1, COMPTES + 1))
        )
        if racine:
            os.chown(ici / "boites", lui.pw_uid, lui.pw_gid)
            for parent in (ici, *ici.parents[:3]):
                if parent != Path("/tmp"):
                    parent.chmod(parent.stat().st_mode | 0o011)
            (ici / "comptes").chmod(0o644)
        (ici / "dovecot.conf").write_text(CONFIGURATION.format(
            ici=ici, port=self.port, port_tls=self.port_tls, uid=lui.pw_uid, gid=lui.pw_gid,
            systeme=systeme.pw_name, groupe_systeme=grp.getgrgid(systeme.pw_gid).gr_name,
        ))  # fmt: skip
        self.processus = subprocess.Popen(
            [programme, "-F", "-c", str(ici / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(ici / "erreurs").open("wb"),
        )

    def __enter__(self) -> "Dovecot":
        for _ in range(300):
            with socket.socket() as essai:
                if essai.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            assert self.processus.poll() is None, self.dit()
            time.sleep(0.05)
        raise AssertionError(f"Dovecot did not start: {self.dit()}")

    def __exit__(self, *_erreur: object) -> None:
        self.processus.terminate()
        self.processus.wait(15)

    def dit(self) -> str:
        """What it wrote."""
        return "".join(
            f.read_text(errors="replace")[-2000:] for n in ("erreurs", "journal") if (f := self.ici / n).exists()
        )

    def compte(self) -> str:
        """A new empty mailbox."""
        self.comptes += 1
        assert self.comptes <= COMPTES
        return f"boite{self.comptes}"

    def client(self, compte: str) -> imaplib.IMAP4:
        """Somebody else who reads that mailbox."""
        lien = imaplib.IMAP4("127.0.0.1", self.port)
        lien.authenticate("PLAIN", lambda _: f"\0{compte}\0{MOT_DE_PASSE}".encode())
        lien.select("INBOX")
        return lien

    def deposer(self, compte: str, *bruts: bytes, le: datetime | None = None, dossier: str = "INBOX") -> None:
        """Mails arrive."""
        with self.client(compte) as lien:
            for brut in bruts:
                etat, _dit = lien.append(dossier, "", imaplib.Time2Internaldate(le or datetime.now(UTC)), brut)
                assert etat == "OK"

    def marques(self, compte: str, dossier: str = "INBOX") -> dict[int, str]:
        """Flags of each message by number."""
        with self.client(compte) as lien:
            lien.select(dossier)
            _etat, lignes = lien.uid("FETCH", "1:*", "(UID FLAGS)")
            dits = [ligne.decode() for ligne in lignes if ligne]
            return {
                int(d.split("UID ")[1].split(" ")[0].rstrip(")")): d.split("FLAGS (")[1]
                .split(")")[0]
                .replace("\\Recent", "")
                .strip()
                for d in dits
            }


def _certifier(ici: Path) -> None:
    cle = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    noms = x509.SubjectAlternativeName([x509.DNSName("localhost")])  # not 127.0.0.1: another name, refused
    certificat = (
        x509.CertificateBuilder().subject_name(nom).issuer_name(nom).public_key(cle.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=2)).add_extension(noms, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(cle, hashes.SHA256())
    )  # fmt: skip
    (ici / "certificat.pem").write_bytes(certificat.public_bytes(serialization.Encoding.PEM))
    (ici / "cle.pem").write_bytes(
        cle.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Coupure:
    """`with Coupure(port, apres) as c`: in front of the server, and hangs up once it has passed that many bytes to the client."""

    def __init__(self, vers: int, apres: int) -> None:
        self.vers, self.apres, self.ecoute = vers, apres, socket.create_server(("127.0.0.1", 0))
        self.port = int(self.ecoute.getsockname()[1])
        self.fil = threading.Thread(target=self._servir, daemon=True)

    def __enter__(self) -> "Coupure":
        self.fil.start()
        return self

    def __exit__(self, *_erreur: object) -> None:
        self.ecoute.close()
        self.fil.join(5)

    def _servir(self) -> None:
        try:
            client, _ = self.ecoute.accept()
        except OSError:
            return
        serveur = socket.create_connection(("127.0.0.1", self.vers))
        threading.Thread(target=self._copier, args=(client, serveur, None), daemon=True).start()
        self._copier(serveur, client, self.apres)
        for prise in (client, serveur):
            prise.close()

    @staticmethod
    def _copier(de: socket.socket, vers: socket.socket, limite: int | None) -> None:
        reste = limite
        try:
            while octets := de.recv(4096):
                vers.sendall(octets if reste is None else octets[:reste])
                if reste is not None and (reste := reste - len(octets)) <= 0:
                    break
            for prise in (de, vers):
                prise.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
