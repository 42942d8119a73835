"""Accounts: opened from the organisation, told apart by nobody, closed at once; guessing a password is stopped."""

import re
from typing import Any, ClassVar

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from buridan.notifications.models import Courriel
from buridan.organisation.models import Personne

from .conftest import Troupe

pytestmark = pytest.mark.django_db
MOT_DE_PASSE = "quatre canards verts 62"
INCONNUE = "personne.ici@courriel.example"


@pytest.fixture
def agent(troupe: Troupe) -> Personne:
    cache.clear()
    agent = Personne.objects.get(pk=troupe.present("voirie").personne)
    agent.set_password(MOT_DE_PASSE)
    agent.save()
    return agent


def _entrer(email: str, mot_de_passe: str, client: Client | None = None) -> Any:
    return (client or Client()).post(reverse("account_login"), {"login": email, "password": mot_de_passe})


def _sans_jeton(reponse: Any, email: str) -> str:
    """The page without what changes at each request."""
    page = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", reponse.content.decode())
    return page.replace(email, "")


def test_the_login_says_the_same_of_a_known_and_of_an_unknown_address(agent: Personne) -> None:
    connue, inconnue = _entrer(agent.email, "pas le bon du tout"), _entrer(INCONNUE, "pas le bon du tout")
    assert connue.status_code == inconnue.status_code == 200
    assert _sans_jeton(connue, agent.email) == _sans_jeton(inconnue, INCONNUE)
    assert "Adresse ou mot de passe incorrect" in connue.content.decode()


def test_the_reset_says_the_same_of_a_known_and_of_an_unknown_address(agent: Personne) -> None:
    pages = []
    for email in (agent.email, INCONNUE):
        reponse = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        pages.append((reponse.redirect_chain, _sans_jeton(reponse, email)))
    assert pages[0] == pages[1]
    assert set(Courriel.objects.values_list("destinataire", "sujet")) == {
        (agent.email, "Choisissez votre mot de passe"), (INCONNUE, "Pas de compte à cette adresse"),
    }  # fmt: skip


def test_a_closed_account_gets_no_link(agent: Personne) -> None:
    Personne.objects.filter(pk=agent.pk).update(is_active=False)
    Client().post(reverse("account_reset_password"), {"email": agent.email})
    assert Courriel.objects.get().sujet == "Pas de compte à cette adresse"


def test_the_sixth_failure_is_refused_and_says_when_to_try_again(agent: Personne) -> None:
    for _essai in range(5):
        assert "Trop d'essais" not in _texte(_entrer(agent.email, "pas le bon du tout"))
    assert "Trop d'essais. Réessayez dans un quart d'heure" in _texte(_entrer(agent.email, "pas le bon du tout"))
    assert "Trop d'essais" in _texte(_entrer(agent.email, MOT_DE_PASSE))  # even the right one
    assert "Trop d'essais" not in _texte(_entrer(INCONNUE, "pas le bon du tout"))  # nobody else is stopped


def test_too_many_reset_links_are_refused_with_a_page_that_says_when(agent: Personne) -> None:
    for _essai in range(5):
        assert Client().post(reverse("account_reset_password"), {"email": agent.email}).status_code == 302
    refus = Client().post(reverse("account_reset_password"), {"email": agent.email})
    assert refus.status_code == 429 and "attendez un quart d'heure" in _texte(refus)


def test_a_closed_account_dies_at_once_and_does_not_come_back(agent: Personne) -> None:
    client = Client()
    assert _entrer(agent.email, MOT_DE_PASSE, client).status_code == 302
    assert client.get("/bureau/").status_code == 200
    Personne.objects.filter(pk=agent.pk).update(is_active=False)
    assert "/comptes/login/" in client.get("/bureau/")["Location"]
    assert _entrer(agent.email, MOT_DE_PASSE, client)["Location"] == reverse("account_inactive")
    assert client.get("/bureau/").status_code == 302
    assert "Adresse ou mot de passe incorrect" in _texte(_entrer(agent.email, "pas le bon du tout"))  # says no more
    assert Client().get(reverse("account_inactive")).status_code == 200


def test_another_session_dies_when_the_password_changes(agent: Personne) -> None:
    ici, ailleurs = Client(), Client()
    _entrer(agent.email, MOT_DE_PASSE, ici)
    _entrer(agent.email, MOT_DE_PASSE, ailleurs)
    nouveau = {"oldpassword": MOT_DE_PASSE, "password1": "cinq oies blanches 62", "password2": "cinq oies blanches 62"}
    assert ici.post(reverse("account_change_password"), nouveau).status_code == 302
    assert ici.get("/bureau/").status_code == 200
    assert ailleurs.get("/bureau/").status_code == 302
    assert Courriel.objects.get().sujet == "Votre mot de passe a changé"


@pytest.mark.parametrize(
    "adresse", ["signup/", "email/", "confirm-email/", "confirm-email/abc/", "login/code/confirm/"]
)
def test_nobody_signs_up_or_changes_an_address(adresse: str, agent: Personne) -> None:
    client = Client()
    client.force_login(agent)
    for qui in (Client(), client):
        assert qui.get(f"/comptes/{adresse}").status_code == 404
        assert qui.post(f"/comptes/{adresse}", {"email": INCONNUE}).status_code in (404, 405)
    assert not Personne.objects.filter(email=INCONNUE).exists()


@pytest.fixture
def administration(troupe: Troupe) -> Client:
    client = Client()
    client.force_login(Personne.objects.get(pk=troupe.present("ressources-humaines", responsable=True).personne))
    return client


def _gerer(client: Client, agent: Personne, quoi: str) -> Any:
    return client.post(reverse("gerer_compte", kwargs={"pk": agent.pk, "quoi": quoi}), follow=True)


def test_an_administrator_sends_the_first_link_closes_and_opens_again(agent: Personne, administration: Client) -> None:
    assert agent.email in _texte(administration.get(reverse("comptes"), {"q": agent.nom}))
    _gerer(administration, agent, "lien")
    assert Courriel.objects.get().destinataire == agent.email
    client = Client()
    _entrer(agent.email, MOT_DE_PASSE, client)
    _gerer(administration, agent, "fermer")
    assert client.get("/bureau/").status_code == 302  # the session died at once
    assert "Rouvrez-le d'abord" in _texte(_gerer(administration, agent, "lien"))
    _gerer(administration, agent, "rouvrir")
    assert _entrer(agent.email, MOT_DE_PASSE).status_code == 302


def test_nobody_closes_his_or_her_own_account(administration: Client) -> None:
    moi = administration.get("/bureau/").context["acteur"].personne
    assert "Ce compte est le vôtre" in _texte(_gerer(administration, Personne.objects.get(pk=moi), "fermer"))
    assert Personne.objects.get(pk=moi).is_active


def test_a_lost_telephone_is_taken_off_by_an_administrator_and_the_person_is_told(
    agent: Personne, administration: Client
) -> None:
    Authenticator.objects.create(user=agent, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    assert "2fa/authenticate" in _entrer(agent.email, MOT_DE_PASSE)["Location"]
    _gerer(administration, agent, "proteger")
    assert _entrer(agent.email, MOT_DE_PASSE)["Location"] == "/bureau/"
    assert Courriel.objects.get().destinataire == agent.email


def _texte(reponse: Any) -> str:
    return str(reponse.content.decode().replace("&#x27;", "'"))


# --- nobody is told apart, nobody stays in -----------------------------------------------------------------------------


@pytest.fixture
def calculs(settings: Any) -> list[str]:
    """How many times a password is really computed."""
    CompteHachages.faits.clear()
    settings.PASSWORD_HASHERS = ["tests.test_comptes.CompteHachages"]
    return CompteHachages.faits


class CompteHachages(PBKDF2PasswordHasher):
    """The usual one, counted."""

    faits: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Count, and do."""
        self.faits.append(salt)
        return super().encode(password, salt, iterations)


def test_the_login_computes_as_much_for_an_unknown_a_closed_and_a_known_account(
    troupe: Troupe, calculs: list[str]
) -> None:
    cache.clear()
    connu, ferme = (Personne.objects.get(pk=troupe.present(s).personne) for s in ("voirie", "sports"))
    jamais_venu = Personne.objects.get(pk=troupe.present("accueil").personne)
    for personne in (connu, ferme):
        personne.set_password(MOT_DE_PASSE)
        personne.save()
    Personne.objects.filter(pk=ferme.pk).update(is_active=False)
    jamais_venu.set_unusable_password()
    jamais_venu.save()
    comptes, pages = [], []
    for email in (connu.email, ferme.email, jamais_venu.email, INCONNUE):
        calculs.clear()
        reponse = _entrer(email, "pas le bon du tout")
        comptes.append(len(calculs))
        pages.append((reponse.status_code, _sans_jeton(reponse, email)))
    assert len(set(comptes)) == 1 and comptes[0] >= 1
    assert len(set(pages)) == 1


def test_a_new_password_by_the_link_ends_every_session(agent: Personne) -> None:
    ailleurs = Client()
    _entrer(agent.email, MOT_DE_PASSE, ailleurs)
    Client().post(reverse("account_reset_password"), {"email": agent.email})
    lien = re.search(r"(/comptes/password/reset/key/\S+)", Courriel.objects.get().texte)
    assert lien is not None
    ici = Client()
    page = ici.get(lien[1], follow=True)
    assert (
        ici.post(
            page.redirect_chain[-1][0], {"password1": "cinq oies blanches 62", "password2": "cinq oies blanches 62"}
        ).status_code
        == 302
    )
    assert ailleurs.get("/bureau/").status_code == 302


def test_a_session_has_a_new_key_after_login_and_is_dead_after_logout(agent: Personne) -> None:
    client = Client()
    client.get(reverse("account_login"))
    client.session["x"] = 1
    avant = client.session.session_key
    _entrer(agent.email, MOT_DE_PASSE, client)
    pendant = client.cookies["sessionid"].value
    assert pendant != avant
    client.post(reverse("account_logout"))
    vole = Client()
    vole.cookies["sessionid"] = pendant
    assert vole.get("/bureau/").status_code == 302


def test_the_tracking_page_says_the_same_of_a_wrong_code_and_of_an_unknown_reference(troupe: Troupe) -> None:
    cache.clear()
    reference = troupe.deposer().dossier.reference
    pages = []
    for essai in (reference, "26-ZZZZZZ"):
        reponse = Client().post("/suivi/", {"reference": essai, "code": "AAAA-BBBB-CCCC"})
        pages.append((reponse.status_code, _sans_jeton(reponse, essai)))
    assert pages[0] == pages[1] and pages[0][0] == 422
    for _essai in range(20):
        dernier = Client().post("/suivi/", {"reference": reference, "code": "AAAA-BBBB-CCCC"})
    assert dernier.status_code == 429 and "Attendez un quart d'heure" in _texte(dernier)
