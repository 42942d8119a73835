"""Who opened which dossier is noted, shown to the data protection officer, and purged after its term."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buridan.interface.models import Jeton
from buridan.interface.politique import adresses, politique_de
from buridan.notifications.models import Courriel
from buridan.vieprivee.actions import purger as purge
from buridan.vieprivee.models import Lecture
from tests.conftest import Troupe
from tests.test_droits import _arguments, _d_une_commande

from .conftest import connecter

pytestmark = pytest.mark.django_db
DU_DOSSIER = sorted(
    str(motif.name) for route, motif in adresses()
    if "<uuid:uuid>" in route and (p := politique_de(motif.callback)) and "GET" in p.methodes
)  # fmt: skip


def lus(demande: Any) -> list[tuple[int, str]]:
    return list(Lecture.objects.filter(dossier=demande.dossier.uuid).values_list("personne", "quoi"))


SERVICES = {"contact": "courrier", "guichet": "accueil"}  # whom these pages are for, else the service in charge


@pytest.mark.parametrize("nom", DU_DOSSIER)
def test_each_page_of_a_dossier_opened_by_an_agent_is_noted(nom: str, troupe: Troupe) -> None:
    """Found by their address: a page added tomorrow is in."""
    demande, service = troupe.deposer(), next((s for debut, s in SERVICES.items() if nom.startswith(debut)), "voirie")
    agent = troupe.au_poste("resp-voirie") if nom.startswith("preuve") else troupe.present(service)
    commande = nom.startswith("commande")
    arguments = _d_une_commande(troupe, nom) if commande else _arguments(troupe, demande)[nom]
    reponse = connecter(agent.personne).get(reverse(nom, kwargs=arguments))
    b"".join(reponse) if reponse.streaming else None
    assert reponse.status_code in (200, 302, 404)
    notees = Lecture.objects.filter(dossier=arguments["uuid"]).values_list("personne", "quoi")
    assert list(notees) == ([(agent.personne, nom)] if reponse.status_code == 200 else [])


def test_the_pages_of_a_dossier_are_among_them() -> None:
    assert {"dossier", "document", "lettre", "suivi"} <= set(DU_DOSSIER)


def test_a_stranger_and_a_requester_leave_no_line(troupe: Troupe) -> None:
    demande = troupe.deposer()
    arguments = _arguments(troupe, demande)
    assert Client().get(reverse("suivi", kwargs=arguments["suivi"])).status_code == 200
    assert connecter(troupe.present("sports").personne).get(f"/dossiers/{demande.dossier.uuid}/").status_code == 404
    assert lus(demande) == []


def test_a_form_refused_shows_the_dossier_and_is_noted(troupe: Troupe) -> None:
    demande, agent = troupe.deposer(), troupe.present("voirie")
    assert (
        connecter(agent.personne).post(f"/dossiers/{demande.dossier.uuid}/gestes/ecrire_agents/", {}).status_code == 422
    )
    assert lus(demande) == [(agent.personne, "agir")]


def test_the_page_itself_still_cannot_write(troupe: Troupe) -> None:
    """The line is added outside the page's read-only transaction: nothing a page does can write."""
    from django.db import InternalError

    from buridan.interface.politique import Acces, page

    def ecrit(request: Any) -> None:
        Lecture.objects.create(dossier=uuid4(), personne_id=troupe.titulaire("dpo"), quoi="x", at=troupe.at)

    with pytest.raises(InternalError, match="read-only"):
        page(Acces.PUBLIC)(ecrit)(Client().get("/").wsgi_request)


def test_the_data_protection_officer_sees_who_opened_a_dossier(troupe: Troupe) -> None:
    demande, agent = troupe.deposer(), troupe.present("voirie")
    connecter(agent.personne).get(f"/dossiers/{demande.dossier.uuid}/")
    dpo = connecter(troupe.au_poste("dpo").personne)
    page = dpo.get("/donnees/lectures/", {"reference": demande.dossier.reference.lower()}).content.decode()
    assert agent.nom in page and "la page du dossier" in page
    assert "Aucun dossier" in dpo.get("/donnees/lectures/", {"reference": "26-XXXXXX"}).content.decode()
    autre = troupe.deposer("depot-sauvage").dossier
    assert "Aucun agent" in dpo.get("/donnees/lectures/", {"reference": autre.reference}).content.decode()


def test_the_database_refuses_to_rewrite_or_to_drop_a_line(troupe: Troupe) -> None:
    Lecture.objects.create(dossier=uuid4(), personne_id=troupe.titulaire("dpo"), quoi="dossier", at=troupe.at)
    with pytest.raises(IntegrityError, match="ne se récrit pas"), transaction.atomic():
        Lecture.objects.update(at=troupe.at)
    with pytest.raises(IntegrityError, match="se gardent"), transaction.atomic():
        Lecture.objects.all().delete()


def test_what_has_ended_is_purged_and_nothing_else(troupe: Troupe, settings: Any, tmp_path: Any) -> None:
    at, jour = timezone.now(), timedelta(days=1)
    settings.EMAIL_FILE_PATH = str(tmp_path)
    for vieux in (True, False):
        Jeton.objects.create(jeton=uuid4(), resultat="/", at=at - purge.JETONS + (-jour if vieux else jour))
        Session.objects.create(session_key=f"s{vieux}", session_data="x", expire_date=at + (-jour if vieux else jour))
        Lecture.objects.create(
            dossier=uuid4(),
            personne_id=troupe.titulaire("dpo"),
            quoi=f"q{vieux}",
            at=at - purge.LECTURES + (-jour if vieux else jour),
        )
        Courriel.objects.create(message_id=f"m{vieux}", destinataire="a@b.example", sujet="s", texte="t", at=at - 200 * jour,
                                envoye_le=at - purge.COURRIELS + (-jour if vieux else jour))  # fmt: skip
    Courriel.objects.create(message_id="attend", destinataire="a@b.example", sujet="s", texte="t", at=at - 200 * jour)
    cache.set("jeune", 1, 900)
    jetons = Jeton.objects.count()
    purge.purger(at=at)
    assert Jeton.objects.count() == jetons - 1
    assert (
        not Session.objects.filter(session_key="sTrue").exists()
        and Session.objects.filter(session_key="sFalse").exists()
    )
    assert set(Lecture.objects.values_list("quoi", flat=True)) == {"qFalse"}
    assert set(Courriel.objects.values_list("message_id", flat=True)) == {"mFalse", "attend"}
    assert cache.get("jeune") == 1
    with connection.cursor() as curseur:
        curseur.execute("UPDATE cache_partage SET expires = %s", [at - jour])
        purge.purger(at=at)
        curseur.execute("SELECT count(*) FROM cache_partage")
        assert curseur.fetchone() == (0,)


def test_jobs_that_ended_a_month_ago_go(troupe: Troupe) -> None:
    with connection.cursor() as curseur:
        for statut, jours in (("succeeded", 40), ("failed", 40), ("succeeded", 20), ("todo", 40)):
            curseur.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('q', %s, '{}', %s) RETURNING id",
                [f"{statut}-{jours}", "todo"],
            )
            (pk,) = curseur.fetchone()
            curseur.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s AND %s <> 'todo'", [pk, statut]
            )
            curseur.execute(
                "UPDATE procrastinate_jobs SET status = %s WHERE id = %s AND %s <> 'todo'", [statut, pk, statut]
            )
            curseur.execute(
                "UPDATE procrastinate_events SET at = now() - make_interval(days => %s) WHERE job_id = %s", [jours, pk]
            )
    purge.purger(at=timezone.now())
    with connection.cursor() as curseur:
        curseur.execute("SELECT task_name FROM procrastinate_jobs WHERE queue_name = 'q' ORDER BY 1")
        assert [nom for (nom,) in curseur.fetchall()] == ["succeeded-20", "todo-40"]
