"""What a site open to the public must not have: checked when the settings are read, so no process starts with it."""

from urllib.parse import urlsplit

LOCAUX = {"localhost", "127.0.0.1", "::1", ""}
CLE_MINIMUM = 50
GENERER = "Générez-en une : python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


def fautes(
    *, adresse: str, hotes: list[str], debug: bool, demo: bool, demo_confirmee: bool, cle: str, cle_journal: str
) -> list[str]:
    """A sentence for each fault, saying what to do; none when the site may start."""
    public = (urlsplit(adresse).hostname or "") not in LOCAUX
    regles = [
        (not cle, f"BURIDAN_CLE_SECRETE est vide : le site ne peut rien signer. {GENERER}"),
        ("*" in hotes, "BURIDAN_HOTES vaut « * » : n'importe quel nom serait servi. Écrivez le nom du site, celui de l'adresse."),
        (public and debug, f"BURIDAN_DEBUG montre le code et les données à tous, et {adresse} est publique. Retirez-le."),
        (
            public and demo and not demo_confirmee,
            f"BURIDAN_DEMO laisse entrer sans mot de passe, et {adresse} est publique. Retirez-le ; pour un site "
            "d'essai sans vraies données, écrivez aussi BURIDAN_DEMO_CONFIRMEE=oui.",
        ),
        (public and bool(cle) and _faible(cle), f"BURIDAN_CLE_SECRETE est trop courte ou trop simple. {GENERER}"),
        (public and bool(cle_journal) and _faible(cle_journal), f"BURIDAN_CLE_JOURNAL est trop courte ou trop simple. {GENERER}"),
    ]  # fmt: skip
    return [phrase for faute, phrase in regles if faute]


def _faible(cle: str) -> bool:
    return len(cle) < CLE_MINIMUM or len(set(cle)) < 10 or "insecure" in cle
