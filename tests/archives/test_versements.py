"""Transfers to the archives: what leaves, who sends it, what the archives answered, and what may be destroyed after it."""

import json
import math
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from buridan.archives import rules, seda
from buridan.archives.actions.construire import construire, relancer
from buridan.archives.actions.preparer import preparer
from buridan.archives.actions.remettre import accepter, remettre, rendre
from buridan.archives.models import LigneVersement, ServiceArchives, Versement
from buridan.dossiers.actions.clore_autrement import retirer
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.models import Document, Dossier
from buridan.journal.chaine import verifier as verifier_le_journal
from buridan.journal.models import Ligne
from buridan.lancement.verification import fautes
from buridan.messagerie.actions.traiter import joindre_le_courriel
from buridan.organisation.acteur import Acteur, systeme
from buridan.outils.verdict import Refus
from buridan.vieprivee.actions.effacer import executer
from buridan.vieprivee.actions.proposer import approuver, proposer
from buridan.vieprivee.eliminables import echus
from buridan.vieprivee.models import Effacement, Genre, Lecture, LigneEffacement
from tests.conftest import Troupe
from tests.courriers.lettres import du_courrier
from tests.messagerie.courriels import mail
from tests.messagerie.courriels import recu as courriel_recu
from tests.vieprivee.conftest import connecter, vieillir
from tests.vieprivee.conftest import magasin as magasin
from tests.vieprivee.planter import dans_la_base, dans_les_fichiers

from .natures import OUVRIR, clos, echoir, planter
from .structure import E, verifier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("magasin")]
REPONSE = """<?xml version="1.0"?><ArchiveTransferReply xmlns="fr:gouv:culture:archivesdefrance:seda:v2.2"><Date>{date}T10:00:00</Date>
<MessageIdentifier>ACC-42</MessageIdentifier><ReplyCode>{code}</ReplyCode>
<MessageRequestIdentifier>{demande}</MessageRequestIdentifier></ArchiveTransferReply>"""


@pytest.fixture
def archiviste(troupe: Troupe) -> Acteur:
    return troupe.au_poste("resp-archives")


def prepare(troupe: Troupe, archiviste: Acteur, *natures: str) -> tuple[list[Dossier], Versement]:
    echoir("versement")
    dossiers = [clos(troupe, nature) for nature in natures or ("notes",)]
    return dossiers, preparer([d.pk for d in dossiers], by=archiviste, at=troupe.at)


def frais(versement: Versement) -> Versement:
    return Versement.objects.get(pk=versement.pk)


def construit(versement: Versement) -> Versement:
    at = timezone.now()
    construire(frais(versement), by=systeme(at), at=at)
    return frais(versement)


def remis(troupe: Troupe, archiviste: Acteur, *natures: str) -> tuple[list[Dossier], Versement]:
    dossiers, versement = prepare(troupe, archiviste, *natures)
    remettre(construit(versement), by=archiviste, at=troupe.at)
    return dossiers, frais(versement)


def recu(troupe: Troupe, archiviste: Acteur, *natures: str) -> tuple[list[Dossier], Versement]:
    dossiers, versement = remis(troupe, archiviste, *natures)
    accepter(versement, attestation="AM-2026-7", atteste_le=troupe.annuaire.jour, by=archiviste, at=troupe.at)
    return dossiers, frais(versement)


# --- the package ------------------------------------------------------------------------------------------------------


def test_one_dossier_of_each_nature_leaves_whole_in_a_package_that_holds(troupe: Troupe, archiviste: Acteur) -> None:
    """Hostile words and names too: they are text, and no path."""
    echoir("versement")
    dossiers = [clos(troupe, nature) for nature in OUVRIR]
    Dossier.objects.filter(pk=dossiers[1].pk).update(objet='<b>"Pont" & gare\u202e</b>\x0b')
    Document.objects.filter(dossier=dossiers[1]).update(nom="../../etc/<passwd> été.pdf")
    versement = construit(preparer([d.pk for d in dossiers], by=archiviste, at=troupe.at))
    assert versement.etat == "construit", versement.raison
    octets = chemin(versement.sha256).read_bytes()
    racine = verifier(octets)
    unites = racine.findall(f"{E}DataObjectPackage/{E}DescriptiveMetadata/{E}ArchiveUnit")
    references = [u.findtext(f"{E}Content/{E}OriginatingAgencyArchiveUnitIdentifier") for u in unites]
    assert references == [d.reference for d in sorted(dossiers, key=lambda d: d.pk)]
    titre = unites[1].findtext(f"{E}Content/{E}Title")
    assert titre is not None and titre.endswith('<b>"Pont" & gare</b>')
    assert "_passwd_ été.pdf" in [f.text for f in racine.iter(f"{E}Filename")]
    assert unites[1].findtext(f"{E}Management/{E}AppraisalRule/{E}FinalAction") == "Keep"
    assert racine.findtext(f"{E}ArchivalAgency/{E}Identifier") == ServiceArchives.objects.get().identifiant
    with ZipFile(BytesIO(octets)) as archive:
        for rang, dossier in enumerate(sorted(dossiers, key=lambda d: d.pk), 1):
            donnees = json.loads(archive.read(f"content/{rang:05}-donnees.json"))
            assert donnees["reference"] == dossier.reference and donnees["journal"] and donnees["rubriques"]
            page = archive.read(f"content/{rang:05}-dossier.html").decode()
            assert "<h2>Journal</h2>" in page and "a ouvert le dossier" in page and "<b>" not in page
            plan = (
                Document.objects.filter(dossier=dossier, type_mime="application/pdf", nom__contains=".pdf")
                .order_by("pk")
                .last()
            )
            assert plan is not None and f"%PDF-1.4 {dossier.nature}".encode() in [
                archive.read(n)
                for n in archive.namelist()
                if n.startswith(f"content/{rang:05}-") and n.endswith(".pdf")
            ]


def test_what_a_note_says_is_in_its_page_and_in_its_data(troupe: Troupe, archiviste: Acteur) -> None:
    _dossiers, versement = prepare(troupe, archiviste)
    with ZipFile(chemin(construit(versement).sha256)) as archive:
        for nom in ("dossier.html", "donnees.json"):
            texte = archive.read(f"content/00001-{nom}").decode()
            assert "Le pont de la gare est fermé" in texte and "a mis le dossier dans un versement" in texte, nom


def test_the_original_of_a_mail_leaves_with_its_dossier(troupe: Troupe, archiviste: Acteur) -> None:
    demande = troupe.deposer().dossier
    courriel = courriel_recu(troupe, mail(f"Re: {demande.reference}"))
    joindre_le_courriel(courriel, demande, by=du_courrier(troupe), at=troupe.at)
    retirer(demande, by=systeme(troupe.at), at=troupe.at)
    echoir("tri")
    versement = construit(preparer([demande.pk], by=archiviste, at=troupe.at))
    octets = chemin(versement.sha256).read_bytes()
    (objet,) = [
        o for o in verifier(octets).iter(f"{E}BinaryDataObject") if o.findtext(f".//{E}MimeType") == "message/rfc822"
    ]
    assert objet.findtext(f"{E}MessageDigest") == courriel.sha256


def test_built_again_the_package_is_the_same_to_the_byte(troupe: Troupe, archiviste: Acteur) -> None:
    _dossiers, versement = prepare(troupe, archiviste, "notes", "courriers")
    premier = construit(versement)
    relancer(premier, by=archiviste, at=troupe.at + timedelta(hours=3))
    assert frais(versement).sha256 == ""
    assert construit(versement).sha256 == premier.sha256 and premier.taille == chemin(premier.sha256).stat().st_size


def test_a_file_that_is_missing_or_changed_stops_the_build_which_says_so_and_can_be_asked_again(
    troupe: Troupe, archiviste: Acteur
) -> None:
    (note,), versement = prepare(troupe, archiviste)
    plan = chemin(Document.objects.get(dossier=note).sha256)
    octets = plan.read_bytes()
    for faux, raison in ((b"autre chose", "n'est plus celui qui a été reçu"), (None, "manque sur le disque")):
        plan.unlink() if faux is None else plan.write_bytes(faux)
        rate = construit(versement)
        assert rate.etat == "echoue" and note.reference in rate.raison and raison in rate.raison
        assert not list((plan.parent.parent / "00").glob("*.part")), "nothing half written is left"
        relancer(rate, by=archiviste, at=troupe.at)
    plan.write_bytes(octets)
    assert construit(versement).etat == "construit"


def test_what_makes_one_transfer_is_bounded() -> None:
    assert rules.tient_en_un(rules.AU_PLUS, rules.OCTETS)
    for nombre, octets, raison in (
        (0, 0, "Cochez"),
        (201, 1, "200 dossiers au plus"),
        (2, 5 * 1024**3 // 2, "pèsent 2,5 Go"),
    ):
        assert raison in rules.tient_en_un(nombre, octets).raison


# --- on the screen ----------------------------------------------------------------------------------------------------


def test_a_transfer_on_the_screen_from_the_list_to_the_elimination(
    troupe: Troupe,
    archiviste: Acteur,
    magasin: Path,  # noqa: F811
    django_capture_on_commit_callbacks: Any,  # noqa: F811
) -> None:
    echoir("versement")
    note, client = clos(troupe, "notes"), connecter(archiviste.personne)
    planter(note)
    page = client.get("/versements/").content.decode()
    assert f"/versements/a-verser/notes/{troupe.annuaire.jour.year}/" in page
    choix = client.get(f"/versements/a-verser/notes/{troupe.annuaire.jour.year}/")
    assert note.reference in choix.content.decode() and note.objet not in choix.content.decode()
    envoye = {"dossier": [str(note.pk)], "jeton": str(choix.context["jeton"])}
    ici = client.post("/versements/preparer/", envoye)["Location"]
    assert client.post("/versements/preparer/", envoye)["Location"] == ici, "a second click shows the first"
    versement = Versement.objects.get()
    assert client.post(f"{ici}fichier/").status_code == 302, "not ready yet"
    construit(versement)
    trop_tot = client.post(ici, {"attestation": "AM-7", "atteste_le": troupe.annuaire.jour.isoformat()})
    assert trop_tot.status_code == 409 and "Téléchargez d'abord" in trop_tot.content.decode().replace("&#x27;", "'")
    assert note.pk not in {x.dossier.pk for x in echus(troupe.annuaire.jour)}

    fichier = client.post(f"{ici}fichier/")
    assert fichier["Content-Type"] == "application/zip" and "attachment" in fichier["Content-Disposition"]
    verifier(b"".join(fichier.streaming_content))
    assert list(Lecture.objects.values_list("dossier", "personne", "quoi")) == [
        (note.uuid, archiviste.personne, "versement_fichier")
    ]
    demain = (troupe.annuaire.jour + timedelta(days=1)).isoformat()
    for champs, code, dit in (
        ({}, 422, "Écrivez la référence"), ({"attestation": "AM-7", "atteste_le": demain}, 409, "dans l'avenir"),
        ({"attestation": "AM-7", "atteste_le": "2020-01-01"}, 409, "avant la remise"),
    ):  # fmt: skip
        refusee = client.post(ici, champs)
        assert refusee.status_code == code and dit in refusee.content.decode().replace("&#x27;", "'")
    with django_capture_on_commit_callbacks(execute=True):
        assert (
            client.post(ici, {"attestation": "AM-7", "atteste_le": troupe.annuaire.jour.isoformat()}).status_code == 302
        )
    assert "AM-7" in client.get(ici).content.decode()
    assert "AM-7" in client.get(f"{ici}bordereau.csv").content.decode()
    assert client.post(ici, {"attestation": "AM-8", "atteste_le": troupe.annuaire.jour.isoformat()}).status_code == 409
    assert list(magasin.rglob(frais(versement).sha256)) == [], "the archives have theirs"

    assert note.pk in {x.dossier.pk for x in echus(troupe.annuaire.jour)}
    vieillir(magasin / "fichiers")
    with django_capture_on_commit_callbacks(execute=True):
        _eliminer(troupe, note)
    assert dans_la_base() == {} and list(dans_les_fichiers(magasin)) == []
    assert [f for f in fautes(complet=True) if note.reference in f or "ersement" in f] == []
    assert [a for a in verifier_le_journal() if str(note.uuid) in a.objet or str(versement.uuid) in a.objet] == []


def _eliminer(troupe: Troupe, dossier: Dossier) -> LigneEffacement:
    un, autre = troupe.au_poste("dpo"), troupe.au_poste("resp-archives")
    liste = proposer([dossier.pk], genre=Genre.CONSERVATION, by=un, at=troupe.at)
    approuver(liste, visa_le=un.annuaire.jour, by=autre, at=troupe.at)
    executer(Effacement.objects.get(pk=liste.pk), at=troupe.at)
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return LigneEffacement.objects.get(effacement=liste)


def test_the_officer_of_personal_data_may_not_read_whole_dossiers(troupe: Troupe, archiviste: Acteur) -> None:
    dpo, (_dossiers, versement) = connecter(troupe.au_poste("dpo").personne), prepare(troupe, archiviste)
    assert dpo.get("/versements/").status_code == 403
    assert dpo.post(f"/versements/{versement.uuid}/fichier/").status_code == 403
    with pytest.raises(Refus, match="archives"):
        remettre(construit(versement), by=troupe.au_poste("dpo"), at=troupe.at)
    assert "/versements/" not in dpo.get("/bureau/").content.decode()
    assert "/versements/" in connecter(archiviste.personne).get("/bureau/").content.decode()


def test_a_group_or_a_transfer_that_does_not_exist_is_a_404_and_an_empty_group_says_so(archiviste: Acteur) -> None:
    client = connecter(archiviste.personne)
    assert client.get("/versements/a-verser/potins/2026/").status_code == 404
    assert client.get(f"/versements/{uuid4()}/").status_code == 404
    assert "Plus aucun de ces dossiers" in client.get("/versements/a-verser/notes/1999/").content.decode()
    assert "est à verser aujourd" in client.get("/versements/").content.decode()


def test_a_town_that_does_not_say_to_whom_is_told_what_to_fill(troupe: Troupe, archiviste: Acteur) -> None:
    ServiceArchives.objects.all().delete()
    assert "conservation.toml" in connecter(archiviste.personne).get("/versements/").content.decode()
    with pytest.raises(Refus, match="conservation.toml"):
        prepare(troupe, archiviste)


# --- what the archives answer -----------------------------------------------------------------------------------------


def test_the_message_of_the_archives_fills_the_reference_and_the_date(troupe: Troupe, archiviste: Acteur) -> None:
    _dossiers, versement = remis(troupe, archiviste)
    client, ici, jour = connecter(archiviste.personne), f"/versements/{versement.uuid}/", troupe.annuaire.jour

    def joindre(**champs: str) -> Any:
        valeurs = {"date": jour.isoformat(), "code": "OK", "demande": str(versement.uuid), **champs}
        return client.post(ici, {"reponse": SimpleUploadedFile("r.xml", REPONSE.format(**valeurs).encode())})

    for champs, dit in (
        ({"demande": str(uuid4())}, "un autre versement"),
        ({"code": "KO"}, "code « KO »"),
        ({"date": "hier"}, "date lisible"),
    ):
        assert dit in joindre(**champs).content.decode(), champs
    assert joindre().status_code == 302
    versement = frais(versement)
    assert (versement.attestation, versement.atteste_le, len(versement.reponse)) == ("ACC-42", jour, 64)


@pytest.mark.parametrize(
    "octets",
    [b"", b"PK\x03\x04", b"<a/>", b"<ArchiveTransferReply/>", REPONSE.encode()[:-30],
     b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><ArchiveTransferReply'
     b' xmlns="fr:gouv:culture:archivesdefrance:seda:v2.1"><Date>&b;</Date></ArchiveTransferReply>'],
)  # fmt: skip
def test_a_hostile_or_broken_answer_is_refused_with_a_sentence(octets: bytes) -> None:
    with pytest.raises(seda.ReponseIllisible, match="joignez|Joignez|écrivez"):
        seda.lire_reponse(octets)


def test_a_transfer_without_outcome_frees_its_dossiers_and_drops_its_file(
    troupe: Troupe, archiviste: Acteur, django_capture_on_commit_callbacks: Any
) -> None:
    (note,), versement = remis(troupe, archiviste)
    client, ici = connecter(archiviste.personne), f"/versements/{versement.uuid}/retour/"
    assert client.post(ici, {"motif": " "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ici, {"motif": "Les archives veulent des PDF/A."}).status_code == 302
    assert client.get(ici).status_code == 302
    versement = frais(versement)
    assert versement.etat == "refuse" and not chemin(versement.sha256).exists()
    assert not construire(versement, by=systeme(troupe.at), at=troupe.at)
    with pytest.raises(Refus, match="sans suite"):
        relancer(versement, by=archiviste, at=troupe.at)
    with pytest.raises(Refus, match="archives définitives"):
        proposer([note.pk], genre=Genre.CONSERVATION, by=troupe.au_poste("dpo"), at=troupe.at)
    assert preparer([note.pk], by=archiviste, at=troupe.at).lignes.get().dossier == note
    verbes = Ligne.objects.filter(chaine=note.uuid).order_by("numero").values_list("verbe", flat=True)
    assert [v for v in verbes if "versement" in v] == ["preparer_versement", "rendre_versement", "preparer_versement"]


def test_a_transfer_given_up_while_its_file_is_built_keeps_none(troupe: Troupe, archiviste: Acteur) -> None:
    _dossiers, versement = prepare(troupe, archiviste)
    rendre(versement, motif="Trop tôt.", by=archiviste, at=troupe.at)
    assert not construire(versement, by=systeme(troupe.at), at=troupe.at), "as the job read it before"
    assert frais(versement).etat == "refuse"


# --- reopened meanwhile -----------------------------------------------------------------------------------------------


def test_a_dossier_reopened_before_its_file_is_built_stops_it(troupe: Troupe, archiviste: Acteur) -> None:
    (demande,), versement = prepare(troupe, archiviste, "demandes")
    rouvrir(demande, by=systeme(troupe.at), at=troupe.at, motif="Encore.")
    for _fois in range(2):  # open, then closed again as something else
        rate = construit(versement)
        assert rate.etat == "echoue" and f"{demande.reference} a été rouvert" in rate.raison
        relancer(rate, by=archiviste, at=troupe.at)
        plus_tard = troupe.at + timedelta(minutes=5)
        if Dossier.objects.get(pk=demande.pk).etat != "clos":
            retirer(demande, by=systeme(plus_tard), at=plus_tard)


def test_reopened_after_the_archives_received_it_a_dossier_leaves_again_before_it_may_be_erased(
    troupe: Troupe, archiviste: Acteur
) -> None:
    (demande,), _versement = recu(troupe, archiviste, "demandes")
    plus_tard = troupe.at + timedelta(minutes=5)
    rouvrir(demande, by=systeme(plus_tard), at=plus_tard, motif="Encore.")
    retirer(demande, by=systeme(plus_tard), at=plus_tard)
    demande.refresh_from_db()
    with pytest.raises(Refus, match="attestent l'avoir reçu"):
        proposer([demande.pk], genre=Genre.CONSERVATION, by=troupe.au_poste("dpo"), at=plus_tard)
    encore = preparer([demande.pk], by=archiviste, at=plus_tard)
    assert list(LigneVersement.objects.filter(dossier=demande, quitte_le=None).values_list("versement", flat=True)) == [
        encore.pk
    ]


# --- what the database refuses ----------------------------------------------------------------------------------------


def test_the_database_keeps_a_dossier_in_one_transfer_and_a_transfer_as_it_ended(
    troupe: Troupe, archiviste: Acteur
) -> None:
    (note,), versement = recu(troupe, archiviste)
    autre = Versement.objects.create(prepare_par_id=archiviste.personne, prepare_le=troupe.at)
    ligne = {
        "type": "Note", "clos_le": note.clos_le, "conservation": "0 mois", "sort_final": "versement", "documents": 0,
        "octets": 0,
    }  # fmt: skip
    lignes, faits = LigneVersement.objects, Versement.objects.filter(pk=autre.pk)
    ouverte = troupe.deposer().dossier
    refuses: list[tuple[str, Any]] = [
        ("un_versement_par_dossier", lambda: lignes.create(versement=autre, dossier=note, **ligne)),
        ("Seul un dossier clos", lambda: lignes.create(versement=autre, dossier=ouverte, **ligne)),
        ("déjà prêt", lambda: lignes.create(versement=versement, dossier=ouverte, **ligne)),
        ("ligne_versement_a_verser", lambda: lignes.create(versement=autre, dossier=note, **{**ligne, "sort_final": "destruction"})),
        ("ne change plus", lambda: Versement.objects.filter(pk=versement.pk).update(attestation="X")),
        ("ne change plus", lambda: lignes.update(clos_le=troupe.at - timedelta(days=9))),
        ("se garde", lambda: lignes.all().delete()),
        ("se garde", lambda: faits.delete()),
        ("versement_construit_a_son_fichier", lambda: faits.update(etat="construit")),
        ("versement_dit_pourquoi", lambda: faits.update(etat="echoue")),
        ("versement_fini_date", lambda: faits.update(etat="refuse", raison="x")),
    ]  # fmt: skip
    fini = {
        "fini_le": troupe.at,
        "fini_par": archiviste.personne,
        "remis_le": troupe.at,
        "remis_par": archiviste.personne,
    }
    fichier = {"sha256": "a" * 64, "taille": 1, "construit_le": troupe.at}
    refuses.append(("versement_accepte_atteste", lambda: faits.update(etat="accepte", **fini, **fichier)))
    refuses.append(("versement_remis_par_quelqu_un", lambda: faits.update(etat="remis", **fichier)))
    for attendu, geste in refuses:
        with pytest.raises(IntegrityError, match=attendu), transaction.atomic():
            geste()


def test_the_database_refuses_to_erase_what_the_archives_do_not_have(troupe: Troupe, archiviste: Acteur) -> None:
    (note,), _versement = recu(troupe, archiviste)
    un, autre = troupe.au_poste("dpo"), archiviste
    liste = proposer([note.pk], genre=Genre.CONSERVATION, by=un, at=troupe.at)
    approuver(liste, visa_le=un.annuaire.jour, by=autre, at=troupe.at)
    LigneVersement.objects.filter(dossier=note).update(quitte_le=troupe.at)
    with pytest.raises(IntegrityError, match="n'ont pas attesté"), transaction.atomic():
        LigneEffacement.objects.filter(effacement=liste).update(fait_le=troupe.at)
    assert executer(Effacement.objects.get(pk=liste.pk), at=troupe.at) == 0


def test_the_file_of_a_transfer_that_is_missing_or_changed_is_found(troupe: Troupe, archiviste: Acteur) -> None:
    _dossiers, versement = remis(troupe, archiviste)
    fichier = chemin(versement.sha256)
    octets = fichier.read_bytes()
    assert not [f for f in fautes(complet=True) if "Versement aux archives" in f]
    fichier.write_bytes(bytes(reversed(octets)))
    assert [f for f in fautes(complet=True) if "Versement aux archives" in f and "a changé" in f]
    fichier.unlink()
    assert [f for f in fautes(complet=False) if "Versement aux archives" in f and "manque" in f]
    page = connecter(archiviste.personne).get(f"/versements/{versement.uuid}/").content.decode()
    assert "Le fichier manque sur le disque" in page
    relancer(versement, by=archiviste, at=troupe.at)
    construit(versement)
    assert fichier.read_bytes() == octets
    assert math.isfinite(fichier.stat().st_mtime) and Client().get("/versements/").status_code == 302
