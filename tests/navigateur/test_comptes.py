"""Accounts in a real browser: first password, telephone, recovery codes, passkey; in French, axe clean, CSP kept."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from .conftest import BASE, Visiteur, url_de_base

MOT_DE_PASSE = "quatre canards verts 62"


@pytest.fixture
def base(site: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url_de_base(BASE), autocommit=True) as connexion:
        yield connexion


class Agent:
    """Somebody of the organisation who never logged in, and what the town sent to this address."""

    def __init__(self, base: psycopg.Connection[Any], rang: int) -> None:
        self.base = base
        self.pk, self.email = base.execute(
            "SELECT id, email FROM organisation_personne WHERE last_login IS NULL AND is_active ORDER BY id LIMIT 1 OFFSET %s",
            [rang],
        ).fetchone()  # type: ignore[misc]
        base.execute("DELETE FROM mfa_authenticator WHERE user_id = %s", [self.pk])

    def courriels(self) -> list[tuple[str, str]]:
        return self.base.execute(
            "SELECT sujet, texte FROM notifications_courriel WHERE destinataire = %s ORDER BY id", [self.email]
        ).fetchall()  # type: ignore[return-value]


def _premiere_connexion(v: Visiteur, agent: Agent) -> None:
    """From the login page to the desk, by the link of the e-mail."""
    page = v.ouvrir("/comptes/login/")
    page.get_by_role("link", name="Première connexion, ou mot de passe oublié").click()
    page.get_by_label("Courriel").fill(agent.email)
    _saine(v)
    page.get_by_role("button", name="Recevoir le lien").click()
    expect(page.get_by_role("heading", name="Regardez vos courriels")).to_be_visible()
    _saine(v)
    sujet, texte = agent.courriels()[-1]
    lien = re.search(r"http\S+", texte)
    assert sujet == "Choisissez votre mot de passe" and lien
    page.goto(lien[0])
    _saine(v)
    page.get_by_label("Nouveau mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_label(re.compile("^Nouveau mot de passe .+")).fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    page.wait_for_url("**/bureau/")
    page.goto(lien[0])
    expect(page.get_by_role("heading", name="Ce lien ne marche plus")).to_be_visible()  # a link works once
    _saine(v)


def _quitter(v: Visiteur) -> None:
    v.ouvrir("/bureau/")
    v.cliquer(v.page.get_by_role("button", name="Quitter"))


def _se_connecter(v: Visiteur, agent: Agent) -> None:
    page = v.ouvrir("/comptes/login/")
    page.get_by_label("Courriel").fill(agent.email)
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Me connecter", exact=True).click()


def _confirmer(v: Visiteur) -> None:
    """The password once more, when it is asked."""
    if v.page.get_by_role("heading", name="Confirmez que c'est bien vous").count():
        _saine(v)
        v.page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
        v.cliquer(v.page.get_by_role("button", name="Confirmer"))


def _saine(v: Visiteur) -> None:
    """French, no violation, nothing overflows at 320 px."""
    fautes = v.axe()
    taille = v.page.viewport_size
    v.page.set_viewport_size({"width": 320, "height": 800})
    if v.deborde():
        fautes.append("overflows at 320 px")
    v.page.set_viewport_size(taille)  # type: ignore[arg-type]
    anglais = re.search(r"\b(password|sign in|key|your|the|enter)\b", v.page.locator("main").inner_text(), re.I)
    assert not fautes and not anglais, (v.page.url, fautes, anglais)


def _code(secret: str) -> str:
    """What the telephone shows now."""
    compteurs = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, compteurs[len(compteurs) // 2])))


def test_a_telephone_then_recovery_codes_open_the_account(visiteur: Visiteur, base: Any) -> None:
    v, agent = visiteur, Agent(base, 0)
    page = v.page
    _premiere_connexion(v, agent)
    v.ouvrir("/bureau/")
    v.cliquer(page.get_by_role("link", name="Mon compte"))
    _saine(v)
    v.cliquer(page.get_by_role("link", name="Ajouter mon téléphone"))
    _confirmer(v)
    _saine(v)
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code à six chiffres").fill("000000")
    page.get_by_role("button", name="Ajouter ce téléphone").click()
    expect(page.get_by_text("Ce code n'est pas le bon")).to_be_visible()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code à six chiffres").fill(_code(secret))
    page.get_by_role("button", name="Ajouter ce téléphone").click()
    expect(page.get_by_role("heading", name="Mes codes de secours")).to_be_visible()
    _saine(v)
    secours = page.locator("#codes li").all_inner_texts()
    assert len(secours) == 10
    assert "Un téléphone protège votre compte" in [sujet for sujet, _texte in agent.courriels()]

    _quitter(v)
    _se_connecter(v, agent)
    expect(page.get_by_role("heading", name="Votre code de vérification")).to_be_visible()
    _saine(v)
    v.ouvrir("/bureau/")
    expect(page.get_by_role("heading", name="Votre code de vérification")).to_be_visible()  # still
    v.cliquer(page.get_by_role("button", name="Annuler et revenir à la connexion"))
    base.execute("DELETE FROM cache_partage")  # the code was used a moment ago; allauth accepts each code once
    _se_connecter(v, agent)
    page.get_by_label("Code à six chiffres").fill(_code(secret))
    page.get_by_role("button", name="Me connecter", exact=True).click()
    page.wait_for_url("**/bureau/")

    for code, entre in ((secours[0], True), (secours[0], False), (secours[1], True)):  # a recovery code works once
        if "/bureau/" in page.url:
            _quitter(v)
            _se_connecter(v, agent)
        page.get_by_label("Code à six chiffres").fill(code)
        v.cliquer(page.get_by_role("button", name="Me connecter", exact=True))
        assert ("/bureau/" in page.url) is entre

    v.ouvrir("/comptes/2fa/")
    v.cliquer(page.get_by_role("link", name="Retirer mon téléphone"))
    _confirmer(v)
    _saine(v)
    page.get_by_role("button", name="Retirer ce téléphone").click()
    expect(page.get_by_text("Votre téléphone est retiré.")).to_be_visible()
    _quitter(v)
    _se_connecter(v, agent)
    page.wait_for_url("**/bureau/")
    assert v.fautes == []


def test_a_passkey_opens_the_account_without_a_password_and_is_taken_away(visiteur: Visiteur, base: Any) -> None:
    v, agent = visiteur, Agent(base, 1)
    page = v.page
    cdp = v.contexte.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cle = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
           "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    authentifieur = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": cle})["authenticatorId"]
    _premiere_connexion(v, agent)
    v.ouvrir("/comptes/2fa/")
    v.cliquer(page.get_by_role("link", name="Ajouter une clé d'accès"))
    _confirmer(v)
    _saine(v)
    page.get_by_label("Nom de cette clé").fill("Ordinateur de l'accueil")
    page.get_by_role("button", name="Ajouter cette clé").click()
    page.wait_for_url("**/recovery-codes/")
    assert agent.courriels()[-1][0] == "Clé d'accès ajoutée à votre compte"

    _quitter(v)
    v.ouvrir("/comptes/login/")
    page.get_by_role("button", name="Me connecter avec une clé d'accès").click()
    page.wait_for_url("**/bureau/")

    v.ouvrir("/comptes/2fa/webauthn/")
    _saine(v)
    v.cliquer(page.get_by_role("link", name="Renommer Ordinateur de l'accueil"))
    _confirmer(v)
    _saine(v)
    page.get_by_label("Nom de cette clé").fill("Clé bleue")
    page.get_by_role("button", name="Enregistrer").click()
    v.cliquer(page.get_by_role("link", name="Retirer Clé bleue"))
    _saine(v)
    page.get_by_role("button", name="Retirer cette clé").click()
    expect(page.get_by_text("La clé d'accès est retirée.")).to_be_visible()
    _quitter(v)
    v.ouvrir("/comptes/login/")
    with page.expect_navigation():
        page.get_by_role("button", name="Me connecter avec une clé d'accès").click()
    v.ouvrir("/bureau/")
    assert "/comptes/login/" in page.url
    assert v.fautes == []

    cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authentifieur})


def test_a_key_that_is_not_read_says_what_to_do(visiteur: Visiteur) -> None:
    v = visiteur
    cdp = v.contexte.new_cdp_session(v.page)
    cdp.send("WebAuthn.enable")  # no key plugged in, and nobody to ask
    v.ouvrir("/comptes/login/")
    v.page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('closed')); }")
    v.page.get_by_role("button", name="Me connecter avec une clé d'accès").click()
    v.page.get_by_text("La clé n'a pas été lue").wait_for()
    assert v.fautes == []


def test_without_javascript_the_password_is_enough(sans_javascript: Visiteur, base: Any) -> None:
    v, agent = sans_javascript, Agent(base, 2)
    v.ouvrir("/comptes/password/reset/")
    v.page.get_by_label("Courriel").fill(agent.email)
    v.page.get_by_role("button", name="Recevoir le lien").click()
    lien = re.search(r"http\S+", agent.courriels()[-1][1])
    assert lien
    v.page.goto(lien[0])
    v.page.get_by_label("Nouveau mot de passe", exact=True).fill(MOT_DE_PASSE)
    v.page.get_by_label(re.compile("^Nouveau mot de passe .+")).fill(MOT_DE_PASSE)
    v.page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    v.page.wait_for_url("**/bureau/")
    _quitter(v)
    _se_connecter(v, agent)
    v.page.wait_for_url("**/bureau/")
