"""What belongs to another service or person, asked for at every address: nothing of it comes out, nothing happens to it."""

import itertools
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, resolve, reverse

from buridan.demandes import suivi
from buridan.dossiers.actions.ecrire import ecrire, message_du_demandeur
from buridan.dossiers.etats import Fil
from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Etape, Message
from buridan.interface.politique import Acces, adresses, politique_de
from buridan.journal.models import Ligne
from buridan.notifications.models import Courriel, Notification
from buridan.organisation.acteur import systeme
from buridan.organisation.models import Absence, Personne
from tests.attaque.corpus import png
from tests.attaque.parcours import client_de, liens_des_courriels, marcher, personnes, peupler
from tests.conftest import Troupe

MARQUE = "Marqueursecret"
ETRANGERS = ("passant", "voirie", "accueil", "rh", "qualite")
pytestmark = pytest.mark.django_db


class Secret:
    """A reserved request of the social service, full of marks, and what hangs on it; beside it one that anybody may see."""

    def __init__(self, troupe: Troupe) -> None:
        at = troupe.at
        self.dossier = troupe.deposer(
            "aide-sociale",
            lieu="",
            nom=MARQUE,
            courriel=f"{MARQUE}@courriel.example",
            description=f"{MARQUE} {MARQUE}.",
        ).dossier
        self.autre = troupe.deposer("nid-de-poule").dossier
        [self.document] = joindre(self.dossier, [(f"{MARQUE}.png", "image/png", png())], at=at, par=None, public=True)
        self.etape = Etape.objects.get(dossier=self.dossier, etat="active")
        qui = (
            troupe.annuaire.resoudre(self.etape.poste_id, "demandes")
            if self.etape.poste_id
            else troupe.annuaire.resoudre_entite(self.etape.entite_id or 0, "demandes")
        )
        self.agent = qui.personnes[0]
        message_du_demandeur(self.dossier, by=systeme(at), at=at, texte=MARQUE)
        ecrire(self.dossier, by=troupe.au_poste("dgs"), at=at, texte=f"{MARQUE} entre nous", fil=Fil.AGENTS)
        self.notification = Notification.objects.create(
            personne_id=self.agent, dossier=self.dossier.uuid, texte=MARQUE, at=at
        )
        self.absence = Absence.objects.create(
            personne_id=self.agent, debut=troupe.annuaire.jour + timedelta(30), fin=troupe.annuaire.jour + timedelta(31)
        )

    def marques(self) -> list[str]:
        """Nothing of this may be read."""
        return [MARQUE.lower(), self.dossier.reference.lower(), str(self.dossier.uuid), str(self.document.uuid)]

    def valeurs(self) -> dict[str, list[Any]]:
        """What one may try in an address, by the kind of its pieces; one's own with another's."""
        return {
            "uuid": [self.dossier.uuid, self.autre.uuid, self.document.uuid],
            "int": [self.etape.pk, self.notification.pk, self.absence.pk, self.dossier.pk, 1],
            "str": [self.dossier.reference, suivi.cle(self.autre.uuid)],
            "slug": ["corriger", "ecrire_agents", "qualifier", "prendre", "suivre", "lien"],
        }

    def etat(self) -> tuple[Any, ...]:
        """What an action would change."""
        return (
            Ligne.objects.filter(chaine=self.dossier.uuid).count(), Message.objects.filter(dossier=self.dossier).count(),
            Notification.objects.get(pk=self.notification.pk).lue_le, Absence.objects.get(pk=self.absence.pk).fin,
            Personne.objects.get(pk=self.agent).is_active, list(Etape.objects.filter(dossier=self.dossier).order_by("pk").values_list("etat", "prise_par")),
        )  # fmt: skip


def _tentatives(secret: Secret, motif: URLPattern) -> list[str]:
    """Every address of that name with what is known of the secret."""
    convertisseurs = getattr(motif.pattern, "converters", {})
    genres = {
        nom: type(c).__name__.removesuffix("Converter").lower().replace("string", "str")
        for nom, c in convertisseurs.items()
    }
    choix = [[(nom, valeur) for valeur in secret.valeurs()[genre]] for nom, genre in genres.items()]
    trouvees = []
    for essai in itertools.product(*choix):
        kwargs = dict(essai)
        try:
            trouvees.append(reverse(str(motif.name), kwargs=kwargs))
        except NoReverseMatch:
            continue
    return trouvees


def _dit(reponse: Any) -> str:
    corps = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
    return f"{dict(reponse.headers)} {corps.decode('utf-8', 'replace')}".lower()


def test_nothing_of_another_comes_out_of_any_address_and_nothing_happens_to_it(troupe: Troupe) -> None:
    secret, fautes, essais = Secret(troupe), list[str](), 0
    clients = {qui: client_de(pk) for qui, pk in personnes(troupe).items() if qui in ("passant", "voirie", "accueil")}
    avant = secret.etat()
    for (_route, motif), (qui, client) in itertools.product(list(adresses()), clients.items()):
        politique = politique_de(motif.callback)
        if politique is None or politique.acces in (Acces.DEMO, Acces.ADMINISTRATION):
            continue
        for adresse in _tentatives(secret, motif):
            for methode in sorted(politique.methodes & {"GET", "POST"}):
                point, essais = transaction.savepoint(), essais + 1
                reponse = client.generic(
                    methode, adresse, b"texte=bonjour&motif=x&a=x", content_type="application/x-www-form-urlencoded"
                )
                dit = _dit(reponse).replace(adresse.lower(), "")
                # an address one typed oneself teaches nothing: what counts is what is said of it
                fautes += [
                    f"{qui} {methode} {adresse} says {m}"
                    for m in secret.marques()
                    if m in dit and m not in adresse.lower()
                ]
                if secret.etat() != avant:
                    fautes.append(f"{qui} {methode} {adresse} changes something")
                transaction.savepoint_rollback(point)
    assert fautes[:10] == [] and essais > 300


def test_nothing_of_another_stands_in_any_list_count_search_or_export(troupe: Troupe) -> None:
    peupler(troupe, 5)
    secret = Secret(troupe)
    qui_voit = client_de(secret.agent)
    assert MARQUE.lower() in _dit(qui_voit.get(f"/dossiers/{secret.dossier.uuid}/"))  # the service itself does see it
    assert secret.dossier.reference.lower() in _dit(qui_voit.get("/recherche/", {"q": MARQUE}))
    for qui, pk in personnes(troupe).items():
        if qui not in ETRANGERS:
            continue
        client = client_de(pk)
        vu = marcher(
            qui,
            client,
            ["/", "/bureau/", "/bureau/?vue=equipe", "/bureau/?vue=suivis", "/tableau/", f"/recherche/?q={MARQUE}"],
            par_sorte=2,
        )
        fautes = [
            f"{qui} {a} : {m}"
            for a, page in vu.pages.items()
            for m in secret.marques()
            if m in page.lower().replace(f'value="{MARQUE.lower()}"', "")
        ]
        fautes += [
            f"{qui} {a} : {m}"
            for a, r in vu.fichiers.items()
            if not r.streaming
            for m in secret.marques()
            if m in r.content.decode("utf-8", "replace").lower()
        ]
        assert [f for f in fautes if f"q={MARQUE} : {MARQUE.lower()}" not in f] == []
        if pk is not None:
            trouve, vide = (
                _dit(client.get("/recherche/", {"q": mots})).replace(mots.lower(), "")
                for mots in (MARQUE, "Marqueurabsent")
            )
            assert re.sub(r'nce="[^"]*"|token" value="[^"]*"', "", trouve) == re.sub(
                r'nce="[^"]*"|token" value="[^"]*"', "", vide
            )
            assert not Notification.objects.filter(personne=pk, dossier=secret.dossier.uuid).exists()


# --- no number of ours outside ------------------------------------------------------------------------------------------


def _publiques() -> list[tuple[str, URLPattern]]:
    return [
        (route, motif) for route, motif in adresses() if (p := politique_de(motif.callback)) and p.acces is Acces.PUBLIC
    ]


def test_no_public_address_takes_a_number_but_the_turn_of_an_answer() -> None:
    """Those of the account library that do are for who is logged in."""
    for route, motif in _publiques():
        nombres = set(re.findall(r"<int:(\w+)>", route)) - {"tour"}
        if nombres:
            reponse = Client().get("/" + re.sub(r"<int:\w+>", "1", route))
            assert reponse.status_code == 302 and reponse["Location"].startswith("/comptes/login/"), route
        assert "pk" not in motif.pattern.regex.groupindex or nombres, route


# a UUID; 32 bytes in base64, where a digit may stand between two dashes
TIRE_AU_SORT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/)[\w-]{43}(?=/)")


def test_no_number_of_ours_stands_on_the_public_pages_or_in_the_mails(troupe: Troupe) -> None:
    peupler(troupe, 8)
    agent = Personne.objects.get(pk=troupe.present("voirie").personne)
    Client().post("/comptes/password/reset/", {"email": agent.email})
    liens = liens_des_courriels()
    assert any("password/reset/key" in lien for lien in liens)
    vu = marcher("passant", client_de(None), ["/", *liens], par_sorte=5)
    ecrits = [
        (a, lien)
        for a, page in vu.pages.items()
        for lien in re.findall(r'(?:href|action|src|formaction)="(/[^"]*)"', page)
    ]
    for ou, lien in [*ecrits, *(("mail", lien) for lien in liens)]:
        chemin = urlsplit(lien).path
        if chemin.startswith(("/static/", "/demo/")):
            continue
        nombres = [m for m in re.split(r"[/-]", re.sub(TIRE_AU_SORT, "", chemin)) if m.isdecimal()]
        assert nombres == [] or resolve(chemin).kwargs.keys() >= {"tour"}, (ou, lien)
    champs = [
        (a, c)
        for a, page in vu.pages.items()
        for c in re.findall(r'<(?:input type="hidden"|option)[^>]*\bvalue="(\d+)"', page)
    ]
    assert champs == []


def test_the_link_of_a_new_password_names_the_account_by_no_number_and_works_once(troupe: Troupe) -> None:
    agent = Personne.objects.get(pk=troupe.present("voirie").personne)
    Client().post("/comptes/password/reset/", {"email": agent.email}, headers={"host": "127.0.0.1"})
    texte = Courriel.objects.get().texte
    lien = re.search(r"(http://localhost:8000)(/comptes/password/reset/key/([0-9a-f]+)-\S+)", texte)
    assert lien is not None, texte
    client, mots = Client(), {"password1": "cinq oies blanches 62", "password2": "cinq oies blanches 62"}
    page = client.get(lien[2], follow=True)
    assert page.status_code == 200
    assert client.post(page.redirect_chain[-1][0], mots).status_code == 302
    agent.refresh_from_db()
    assert agent.check_password(mots["password1"])
    autre = Personne.objects.get(pk=troupe.present("sports").personne)
    for faux in (lien[2], lien[2].replace(lien[3], "0"), lien[2].replace(lien[3], str(autre.pk))):
        reponse = Client().get(faux, follow=True)
        assert "password1" not in reponse.content.decode()
