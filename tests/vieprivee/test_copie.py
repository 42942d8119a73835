"""The copy of one's data: all that the person gave, nothing of anybody else, and a line that says it was handed over."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from buridan.demandes.actions.satisfaire import rejoindre
from buridan.demandes.models import Demande, Participant
from buridan.dossiers.actions.ecrire import ecrire, message_du_demandeur
from buridan.dossiers.etats import Fil
from buridan.journal.models import Ligne
from buridan.organisation.acteur import systeme
from tests.conftest import Troupe

from .conftest import connecter

pytestmark = pytest.mark.django_db
SIENS = ["zqmoinom", "zqmoitexte", "zqmoilieu", "zqmoitel", "zqmoifichier", "zqmoimessage", "zqagentmessage"]
PAS_SIENS = ["zqvoisin", "zqparticipant", "zqautre"]


@pytest.fixture
def dpo(troupe: Troupe, magasin: Any) -> Client:
    return connecter(troupe.au_poste("dpo").personne)


@pytest.fixture
def demande(troupe: Troupe, magasin: Any) -> Demande:
    """Hers, that a neighbour joined; beside it another's."""
    sienne: Demande = troupe.deposer(
        nom="Zqmoinom Élodie", courriel="moi@courriel.example", description="zqmoitexte, un grand trou.", lieu="1 rue zqmoilieu",
        telephone="zqmoitel", fichiers=(("zqmoifichier.pdf", "application/pdf", b"%PDF-1.4 zqmoifichier"),),
    )  # fmt: skip
    troupe.deposer(
        "depot-sauvage", nom="Zqautre Élodie", courriel="zqautre@courriel.example", description="zqautre, un dépôt."
    )
    rejoindre(
        sienne, nom="zqparticipant", courriel="zqparticipant@courriel.example", by=systeme(troupe.at), at=troupe.at
    )
    message_du_demandeur(sienne.dossier, by=systeme(troupe.at), at=troupe.at, texte="zqmoimessage")
    ecrire(
        sienne.dossier,
        by=troupe.present("voirie", responsable=False),
        at=troupe.at,
        texte="zqagentmessage",
        fil=Fil.DEMANDEUR,
    )
    return sienne


def chercher(client: Client, mots: str) -> list[str]:
    page = client.post("/donnees/personne/", {"mots": mots})
    assert page.status_code == 200
    return [
        f"{t.dossier.reference}{' (a rejoint)' if t.concerne.participant else ''}"
        for t, _cle in page.context["trouves"]
    ]


def remettre(client: Client, mots: str, **plus: Any) -> Any:
    cles = [cle for _t, cle in client.post("/donnees/personne/", {"mots": mots}).context["trouves"]]
    return client.post("/donnees/personne/", {"mots": mots, "copie": "1", "lignes": cles, "identite": "piece", **plus})


def archive(reponse: Any) -> ZipFile:
    assert reponse.status_code == 200
    return ZipFile(BytesIO(b"".join(reponse.streaming_content)))


def test_found_by_e_mail_name_and_reference(dpo: Client, demande: Demande) -> None:
    reference = demande.dossier.reference
    for mots in (
        "moi@courriel.example",
        "MOI@courriel.example",
        "elodie zqmoinom",
        "Zqmoinom",
        reference,
        reference.lower(),
    ):
        assert chercher(dpo, mots) == [reference], mots
    assert chercher(dpo, "zqparticipant") == [f"{reference} (a rejoint)"]
    assert chercher(dpo, "zqmoitexte") == [], "words of the request are not a name"
    Demande.objects.filter(pk=demande.pk).update(au_nom_de="Zqmineur Léo")
    assert chercher(dpo, "leo zqmineur") == [reference]


def test_the_copy_holds_all_of_hers_and_nothing_of_others(dpo: Client, demande: Demande) -> None:
    zip_ = archive(remettre(dpo, "moi@courriel.example"))
    noms = zip_.namelist()
    assert {"donnees.json", "lisible.html"} < set(noms) and any(n.endswith("zqmoifichier.pdf") for n in noms)
    for nom in ("donnees.json", "lisible.html"):
        texte = zip_.read(nom).decode().lower()
        assert [m for m in SIENS if m not in texte] == [], nom
        assert [m for m in PAS_SIENS if m in texte] == [], nom
    (dossier,) = json.loads(zip_.read("donnees.json"))
    assert dossier["reference"] == demande.dossier.reference
    assert dossier["Courriels envoyés"], "the e-mails she got"
    assert "<script" not in zip_.read("lisible.html").decode()


def test_what_she_typed_is_text_in_the_readable_page(dpo: Client, troupe: Troupe) -> None:
    troupe.deposer(nom="<script>alert(1)</script>", courriel="moi@courriel.example")
    page = archive(remettre(dpo, "moi@courriel.example")).read("lisible.html").decode()
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_who_joined_gets_that_and_no_more(dpo: Client, demande: Demande) -> None:
    zip_ = archive(remettre(dpo, "zqparticipant@courriel.example"))
    texte = zip_.read("donnees.json").decode().lower()
    assert "zqparticipant" in texte and "zqmoi" not in texte
    assert sorted(zip_.namelist()) == ["donnees.json", "lisible.html"]


def test_the_handing_over_is_in_the_journal_with_the_check_of_identity(dpo: Client, demande: Demande) -> None:
    remettre(dpo, "moi@courriel.example")
    ligne = Ligne.objects.get(chaine=demande.dossier.uuid, verbe="exporter")
    assert ligne.charge.contenu["identite"] == "pièce d'identité vue"


@pytest.mark.parametrize(
    ("plus", "dit"), [({"identite": ""}, "vérifié l'identité"), ({"lignes": []}, "Cochez les dossiers")]
)
def test_nothing_is_handed_over_without_identity_or_choice(plus: Any, dit: str, dpo: Client, demande: Demande) -> None:
    page = remettre(dpo, "moi@courriel.example", **plus)
    assert page.status_code == 422
    assert dit in page.content.decode().replace("&#x27;", "'")
    assert not Ligne.objects.filter(verbe="exporter").exists()


def test_a_dossier_of_somebody_else_cannot_be_slipped_in(dpo: Client, demande: Demande, troupe: Troupe) -> None:
    autre = Demande.objects.get(courriel="zqautre@courriel.example")
    assert remettre(dpo, "moi@courriel.example", lignes=[str(autre.dossier.uuid)]).status_code == 422


def test_a_name_looked_for_stands_in_no_address(dpo: Client, demande: Demande) -> None:
    assert "zqmoinom" not in dpo.get("/donnees/personne/?mots=zqmoinom").content.decode().lower()
    assert Participant.objects.count() == 1
