"""Hostile files: refused with what to do, or kept harmless; through every form of the site that takes files."""

import html
import os
import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from bs4 import Tag
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from buridan.dossiers.fichiers import ACCEPTES, SUFFIXES, FichierRefuse, chemin, lire
from buridan.dossiers.models import Document
from tests.attaque.corpus import EICAR, INOFFENSIF, REFUSE, Piece, corpus, pdf, png
from tests.attaque.parcours import Forme, client_de, peupler, tout_voir, toutes_les_formes
from tests.conftest import Troupe
from tests.fiabilite.formulaires import Envoi, remplir

CONSEIL = re.compile(r"(Envoyez|envoyez|Enregistrez|Imprimez|Reprenez|Réduisez|Vérifiez)[ -]")
PAR_ENVOI = 6


@cache
def _corpus() -> list[Piece]:
    return corpus()


def test_the_corpus_is_large_and_holds_no_two_alike() -> None:
    assert len(_corpus()) >= 60
    assert len({(p.nom, p.octets) for p in _corpus()}) == len(_corpus())
    suivis = subprocess.run(
        ["git", "grep", "-lF", EICAR.decode()], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert suivis.stdout == ""


def _recu(piece: Piece) -> str:
    """What is wrong with what became of it; nothing when it is as it must be."""
    try:
        garde = lire(ContentFile(piece.octets, name=piece.nom))
    except FichierRefuse as refus:
        dit = str(refus)
        return "" if piece.attendu == REFUSE and piece.dit in dit and CONSEIL.search(dit) else f"refused: {dit}"
    traces = [t for t in piece.traces if t in garde.octets]
    mal_nomme = piece.nomme and garde.nom != piece.nomme
    return (
        "" if piece.attendu == INOFFENSIF and not traces and not mal_nomme else f"kept as {garde.nom!r} with {traces}"
    )


def test_every_hostile_file_is_refused_with_what_to_do_or_made_harmless() -> None:
    fautes = {piece.nom: faute for piece in _corpus() if (faute := _recu(piece))}
    assert fautes == {}


def test_what_acts_in_a_pdf_is_gone_and_its_page_remains() -> None:
    import pikepdf

    piece = next(p for p in _corpus() if p.nom == "cerfa.pdf")
    garde = lire(ContentFile(piece.octets, name=piece.nom))
    with pikepdf.open(ContentFile(garde.octets)) as document:
        assert len(document.pages) == 1
        assert document.Root.AcroForm.Fields[0].T == "montant"
    sain = lire(ContentFile(pdf(), name="sain.pdf"))
    assert len(sain.octets) == len(pdf())  # nothing acts: kept as it is, with its signature if it has one


MESURE = """
import re, django
django.setup()
from django.core.files.base import ContentFile
from buridan.dossiers.fichiers import FichierRefuse, lire
from tests.attaque.corpus import corpus
for piece in corpus():
    try:
        lire(ContentFile(piece.octets, name=piece.nom))
    except FichierRefuse:
        pass
print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


def test_the_worst_files_take_less_than_512_megabytes() -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    sortie = subprocess.run(
        [sys.executable, "-c", MESURE], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=True
    )
    assert int(sortie.stdout) < 512


# --- through the forms ------------------------------------------------------------------------------------------------


def _envoyer(client: Any, forme: Forme, pieces: list[Piece], alea: random.Random) -> Any:
    """As a browser would: one body, names and contents as they are."""
    envoi = remplir(forme.arbre, forme.page, alea)
    nom = next(str(c["name"]) for c in forme.champs() if c.get("type") == "file")
    genres = ("image/png", "application/pdf", "text/html")
    envoi.fichiers = [
        (nom, (p.nom.replace('"', "%22").replace("\r\n", "%0D%0A"), alea.choice(genres), p.octets)) for p in pieces
    ]
    if any(n == "jeton" for n, _v in envoi.champs):
        envoi.champs.append(("quand_meme", "1"))
    genre, corps = envoi.corps()
    return envoi, client.generic("POST", envoi.action, corps, content_type=genre)


def _textes(envoi: Envoi) -> list[str]:
    return [v for _n, v in envoi.champs if envoi.marque and envoi.marque in v]


@pytest.mark.django_db
def test_no_form_of_the_site_lets_a_hostile_file_through(troupe: Troupe) -> None:
    peupler(troupe)
    clients, passages = tout_voir(troupe, par_sorte=1)  # a form with a file stands on every page of its kind
    avec = {f.sorte[0]: f for f in toutes_les_formes(passages) if _fichiers(f)}
    assert {"nouvelle_demande", "guichet_saisir", "suivi_ecrire"} <= set(avec)
    fautes: list[str] = []
    for forme in avec.values():
        if not any(c.has_attr("multiple") for c in _fichiers(forme)):
            fautes += _un_par_un(clients[forme.qui], forme)
            continue
        refusees = [p for p in _corpus() if p.attendu == REFUSE]
        gardees = [p for p in _corpus() if p.attendu == INOFFENSIF]
        for pieces in [
            liste[i : i + PAR_ENVOI] for liste in (refusees, gardees) for i in range(0, len(liste), PAR_ENVOI)
        ]:
            point = transaction.savepoint()
            fautes += [f"{forme.sorte[0]} : {f}" for f in _juger(clients[forme.qui], forme, pieces)]
            transaction.savepoint_rollback(point)
    assert fautes == []


def _fichiers(forme: Forme) -> list[Tag]:
    return [c for c in forme.champs() if c.get("type") == "file"]


def _un_par_un(client: Any, forme: Forme) -> list[str]:
    """A form that takes one file for one use (a certificate, a table, a signed PDF): what it keeps can't act, the rest is
    refused with a reason.
    """
    fautes = []
    for piece in _corpus():
        point = transaction.savepoint()
        avant = set(Document.objects.values_list("pk", flat=True))
        reponse = _envoyer(client, forme, [piece], random.Random(1))[1]
        neufs = list(Document.objects.exclude(pk__in=avant))
        page = reponse.content.decode() if reponse.status_code != 302 else ""
        if reponse.status_code not in (200, 302, 409, 422) or neufs and piece.attendu == REFUSE:
            fautes.append(f"{forme.sorte[0]} : {piece.nom[:30]} : {reponse.status_code}, {len(neufs)} kept")
        elif reponse.status_code in (409, 422) and not re.search(r"invalid-feedback|alert-danger|errorlist", page):
            fautes.append(f"{forme.sorte[0]} : {piece.nom[:30]} : no reason is given")
        fautes += [f"{forme.sorte[0]} : {faute}" for document in neufs for faute in _servi(client, document)]
        transaction.savepoint_rollback(point)
    return fautes


def _juger(client: Any, forme: Forme, pieces: list[Piece]) -> list[str]:
    avant = set(Document.objects.values_list("pk", flat=True))
    envoi, reponse = _envoyer(client, forme, pieces, random.Random(1))
    neufs = list(Document.objects.exclude(pk__in=avant))
    if pieces[0].attendu == INOFFENSIF:
        if reponse.status_code != 302 or len(neufs) != len(pieces):
            return [f"{[p.nom[:30] for p in pieces]} : {reponse.status_code}, {len(neufs)} kept"]
        return [faute for document in neufs for faute in _servi(client, document)]
    page = html.unescape(reponse.content.decode())
    fautes = [f"{p.nom} is not named" for p in pieces if p.nom not in page]
    fautes += [f"lost : {texte}" for texte in _textes(envoi) if texte not in page]
    return fautes + ([f"{reponse.status_code}, {len(neufs)} kept"] if reponse.status_code != 422 or neufs else [])


def _servi(client: Any, document: Document) -> list[str]:
    """What is wrong with the name or the way it leaves."""
    fautes = []
    if (
        any(category(c)[0] == "C" for c in document.nom)
        or set('/\\:*?"<>|') & set(document.nom)
        or len(document.nom) > 200
    ):
        fautes.append(f"name {document.nom!r}")
    if document.type_mime not in ACCEPTES or not document.nom.lower().endswith(SUFFIXES[document.type_mime]):
        fautes.append(f"type {document.type_mime} of {document.nom!r}")
    assert chemin(document.sha256).is_relative_to(Path(settings.MEDIA_ROOT))
    return fautes


@pytest.mark.django_db
def test_a_refused_file_does_not_take_the_others_with_it(troupe: Troupe) -> None:
    from tests.test_depot_de_demande import _donnees

    bon, mauvais = ContentFile(png(), name="bonne.png"), ContentFile(b"MZ", name="mauvais.exe")
    refus = client_de(None).post("/demandes/nid-de-poule/", _donnees(fichiers=[bon, mauvais]))
    assert refus.status_code == 422 and "mauvais.exe" in refus.content.decode()
    assert "Déjà reçus, ne les renvoyez pas : bonne.png" in refus.content.decode()
    assert client_de(None).post("/demandes/nid-de-poule/", _donnees(gardes=refus.context["gardes"])).status_code == 302
    assert [d.nom for d in Document.objects.all()] == ["bonne.png"]


@pytest.mark.django_db
def test_a_message_that_lacks_words_keeps_its_file(troupe: Troupe) -> None:
    from buridan.demandes import suivi

    uuid = troupe.deposer().dossier.uuid
    adresse = f"/suivi/{uuid}/{suivi.cle(uuid)}/message/"
    refus = client_de(None).post(adresse, {"texte": "", "fichiers": ContentFile(png(), name="bonne.png")})
    assert refus.status_code == 422 and "Déjà reçus, ne les renvoyez pas : bonne.png" in refus.content.decode()
    client_de(None).post(adresse, {"texte": "La voici.", "gardes": refus.context["gardes"]})
    assert [d.nom for d in Document.objects.all()] == ["bonne.png"]


@pytest.mark.django_db
def test_a_ninth_file_is_named_and_the_first_eight_are_kept(troupe: Troupe) -> None:
    from tests.test_depot_de_demande import _donnees

    refus = client_de(None).post(
        "/demandes/nid-de-poule/", _donnees(fichiers=[ContentFile(png(), name=f"p{n}.png") for n in range(9)])
    )
    assert "8 fichiers au plus à la fois : « p8.png » en trop" in refus.content.decode()
    client_de(None).post("/demandes/nid-de-poule/", _donnees(gardes=refus.context["gardes"]))
    assert Document.objects.count() == 8


@pytest.mark.django_db
def test_a_hundred_files_at_once_are_refused_on_a_page_in_french(troupe: Troupe) -> None:
    from tests.test_depot_de_demande import _donnees

    refus = client_de(None).post(
        "/demandes/nid-de-poule/", _donnees(fichiers=[ContentFile(b"x", name="x.png") for _n in range(101)])
    )
    assert refus.status_code == 400 and "moins de fichiers" in refus.content.decode()
