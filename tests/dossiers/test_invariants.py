"""What must never be false, attacked by raw SQL: PostgreSQL refuses, in French."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint

from buridan.dossiers.actions.ecrire import ecrire
from buridan.dossiers.actions.rouvrir import rouvrir
from buridan.journal.chaine import sceller_le_jour
from tests.monde import AT, JOUR, Monde


def attaquer(sql: str, *parametres: object) -> None:
    """Run it and let the deferred triggers speak now, as they would at commit."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def repousse(raison: str, sql: str, *parametres: object) -> None:
    """PostgreSQL refuses with that reason."""
    with pytest.raises(IntegrityError, match=raison):
        attaquer(sql, *parametres)


def _purger() -> None:
    """A truncation waits for no pending trigger."""
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_dossier_is_not_closed_without_answer(monde: Monde) -> None:
    dossier = monde.ouvrir()
    repousse(
        f"Le dossier {dossier.reference} ne peut pas être clos sans réponse : 1 demande = 1 réponse",
        "UPDATE dossiers_dossier SET etat = 'clos', clos_le = now() WHERE id = %s", dossier.pk,
    )  # fmt: skip


def test_a_closed_dossier_has_nothing_left_to_do(monde: Monde) -> None:
    dossier = monde.ouvrir()
    repousse(
        "est clos mais une étape attend encore",
        "WITH r AS (INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at)"
        " VALUES (%s, 1, 'favorable', 'Oui.', now())) UPDATE dossiers_dossier SET etat = 'clos', clos_le = now() WHERE id = %s", dossier.pk, dossier.pk,
    )  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM dossiers_etape WHERE dossier_id = %s AND etat = 'active'",
        "UPDATE dossiers_etape SET etat = 'passee' WHERE dossier_id = %s AND etat = 'active'",
        "UPDATE dossiers_etape SET etat = 'faite' WHERE dossier_id = %s AND etat = 'active'",
        "DELETE FROM dossiers_etape WHERE dossier_id = %s",
    ],
)
def test_an_open_dossier_keeps_something_to_do(monde: Monde, sql: str) -> None:
    dossier = monde.ouvrir()
    repousse("est ouvert et n'a aucune étape à faire : personne ne s'en occuperait", sql, dossier.pk)


def test_a_dossier_is_not_born_without_etape(monde: Monde) -> None:
    repousse(
        "n'a aucune étape à faire",
        "INSERT INTO dossiers_dossier (uuid, reference, nature, objet, contenu, etat, tour, entite_id, circuit,"
        " circuit_version, ouvert_le, attente_motif, prioritaire, sensible, projet_reponse, projet_sens, projet_vise,"
        " lecteurs, suiveurs, bouge_le) VALUES (gen_random_uuid(), 'X', 'essai', '', '', 'ouvert', 1, %s, 'x', 1,"
        " now(), '', false, false, '', '', false, '{}', '{}', now())", monde.entites["voirie"],
    )  # fmt: skip


def test_a_dossier_is_not_reopened_without_etape(monde: Monde) -> None:
    repousse(
        "n'a aucune étape à faire",
        "UPDATE dossiers_dossier SET etat = 'ouvert', clos_le = NULL, tour = tour + 1 WHERE id = %s", monde.clos().pk,
    )  # fmt: skip


def test_an_etape_is_not_given_to_a_post_where_nobody_can_act(monde: Monde) -> None:
    dossier = monde.ouvrir()
    monde.liberer("dgs")
    repousse(
        "est confiée à un poste où personne ne peut agir",
        "UPDATE dossiers_etape SET poste_id = %s, entite_id = NULL WHERE dossier_id = %s AND etat = 'active'",
        monde.postes["dgs"], dossier.pk,
    )  # fmt: skip


def test_a_vacant_post_below_a_head_can_have_an_etape(monde: Monde) -> None:
    dossier = monde.ouvrir()
    monde.liberer("agent1")
    attaquer(
        "UPDATE dossiers_etape SET poste_id = %s, entite_id = NULL WHERE dossier_id = %s AND etat = 'active'",
        monde.postes["agent1"], dossier.pk,
    )  # fmt: skip


def test_the_answer_of_a_closed_dossier_is_not_deleted(monde: Monde) -> None:
    repousse(
        "Une décision ou une réponse ne se modifie pas",
        "DELETE FROM dossiers_reponse WHERE dossier_id = %s",
        monde.clos().pk,
    )


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM dossiers_reponse WHERE tour = 1",
        "UPDATE dossiers_reponse SET par_id = NULL",
        "UPDATE dossiers_reponse SET at = now()",
        "TRUNCATE dossiers_reponse",
        "TRUNCATE dossiers_decision",
    ],
)
def test_an_answer_of_an_earlier_turn_stays_as_it_was(monde: Monde, sql: str) -> None:
    rouvrir(monde.clos(), by=monde.par("chef_voirie"), at=AT, motif="Encore.")
    _purger()
    repousse("Une décision ou une réponse ne se modifie pas : rouvrez le dossier", sql)


@pytest.mark.parametrize(
    "sql", ["UPDATE dossiers_message SET texte = 'x'", "DELETE FROM dossiers_message", "TRUNCATE dossiers_message"]
)
def test_what_was_said_is_not_rewritten(monde: Monde, sql: str) -> None:
    ecrire(monde.ouvrir(), by=monde.par("chef_voirie"), at=AT, texte="Bonjour.")
    _purger()
    repousse("Un message envoyé ne se récrit pas : envoyez-en un autre", sql)


@pytest.mark.parametrize("etat", ["faite", "renvoyee"])
def test_an_etape_is_not_decided_without_a_decision(monde: Monde, etat: str) -> None:
    dossier = monde.ouvrir()
    repousse(
        "Une étape faite ou renvoyée porte sa décision",
        "UPDATE dossiers_etape SET etat = %s WHERE dossier_id = %s AND type = 'visa'", etat, dossier.pk,
    )  # fmt: skip


@pytest.mark.parametrize("type_etape", ["visa", "qualification"])
def test_a_decision_on_an_etape_still_to_do_or_to_come_is_refused(monde: Monde, type_etape: str) -> None:
    dossier = monde.ouvrir()
    repousse(
        "Une décision porte sur une étape faite ou renvoyée",
        "INSERT INTO dossiers_decision (etape_id, resultat, texte, at, pour) SELECT id, 'visee', '', now(), ''"
        " FROM dossiers_etape WHERE dossier_id = %s AND type = %s", dossier.pk, type_etape,
    )  # fmt: skip


@pytest.mark.parametrize("sql", ["tour = 7", "tour = tour + 1", "etat = 'clos', clos_le = now(), tour = 2"])
def test_a_turn_does_not_jump(monde: Monde, sql: str) -> None:
    repousse(
        "Un dossier change de tour quand il est rouvert, et seulement alors",
        f"UPDATE dossiers_dossier SET {sql} WHERE id = %s", monde.ouvrir().pk,
    )  # fmt: skip


def test_a_dossier_is_not_reopened_in_the_turn_it_was_answered(monde: Monde) -> None:
    repousse(
        "Un dossier change de tour quand il est rouvert",
        "UPDATE dossiers_dossier SET etat = 'ouvert', clos_le = NULL WHERE id = %s", monde.clos().pk,
    )  # fmt: skip


def test_an_etape_stays_in_its_dossier(monde: Monde) -> None:
    un, autre = monde.ouvrir(), monde.ouvrir()
    repousse(
        "Une étape reste dans son dossier",
        "UPDATE dossiers_etape SET dossier_id = %s WHERE dossier_id = %s", autre.pk, un.pk,
    )  # fmt: skip


def test_every_column_with_a_list_has_its_check() -> None:
    """A column added with choices and without a check is red."""
    for modele in apps.get_app_config("dossiers").get_models():
        nommes = {str(c.condition) for c in modele._meta.constraints if isinstance(c, CheckConstraint)}
        for champ in modele._meta.concrete_fields:
            assert not champ.choices or any(f"'{champ.name}__in'" in n for n in nommes), champ


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE dossiers_decision SET resultat = 'refusee'",
        "UPDATE dossiers_decision SET par_id = NULL",
        "DELETE FROM dossiers_decision",
        "UPDATE dossiers_reponse SET texte = 'Autre chose.'",
        "UPDATE dossiers_reponse SET sens = 'refus'",
    ],
)
def test_what_was_decided_or_answered_is_not_rewritten(monde: Monde, sql: str) -> None:
    monde.clos()
    repousse("Une décision ou une réponse ne se modifie pas : rouvrez le dossier", sql)


def test_a_decided_etape_is_not_due_again(monde: Monde) -> None:
    dossier = monde.clos()
    repousse(
        "Cette étape est déjà décidée",
        "UPDATE dossiers_etape SET etat = 'active' WHERE dossier_id = %s AND type = 'visa'", dossier.pk,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("contrainte", "sql"),
    [
        ("dossier_clos_date", "UPDATE dossiers_dossier SET clos_le = now() WHERE etat = 'ouvert'"),
        ("dossier_attente_datee", "UPDATE dossiers_dossier SET etat = 'attente' WHERE etat = 'ouvert'"),
        ("etape_un_destinataire", "UPDATE dossiers_etape SET poste_id = NULL, entite_id = NULL"),
        ("etape_active_datee", "UPDATE dossiers_etape SET urgence_le = NULL WHERE etat = 'active'"),
        ("reponse_non_vide", "INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at)"
                             " SELECT id, 9, 'refus', E' \\n\\t', now() FROM dossiers_dossier"),
        ("une_reponse_par_tour", "INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at)"
                                 " SELECT dossier_id, tour, 'refus', 'Non.', now() FROM dossiers_reponse"),
        ("dossier_etat_connu", "UPDATE dossiers_dossier SET etat = 'archive' WHERE etat = 'ouvert'"),
        ("dossier_sens_connu", "UPDATE dossiers_dossier SET projet_sens = 'oui'"),
        ("etape_etat_connu", "UPDATE dossiers_etape SET etat = 'zzz' WHERE etat = 'a_venir'"),
        ("etape_type_connu", "UPDATE dossiers_etape SET type = 'sieste'"),
        ("etape_rang_compte", "UPDATE dossiers_etape SET rang = 0"),
        ("etape_regle_connue", "UPDATE dossiers_etape SET regle = '0'"),
        ("reponse_sens_connu", "INSERT INTO dossiers_reponse (dossier_id, tour, sens, texte, at)"
                               " SELECT id, 9, 'peut-être', 'Non.', now() FROM dossiers_dossier"),
        ("decision_resultat_connu", "INSERT INTO dossiers_decision (etape_id, resultat, texte, at, pour)"
                                    " SELECT id, 'oui', '', now(), '' FROM dossiers_etape WHERE etat = 'active'"),
        ("message_fil_connu", "INSERT INTO dossiers_message (dossier_id, fil, texte, at)"
                              " SELECT id, 'rue', 'x', now() FROM dossiers_dossier"),
        ("lien_genre_connu", "INSERT INTO dossiers_lien (de_id, vers_id, genre, at)"
                             " SELECT min(id), max(id), 'ami', now() FROM dossiers_dossier"),
        ("dossiers_decision_etape_id", "INSERT INTO dossiers_decision (etape_id, resultat, texte, at, pour)"
                                       " SELECT etape_id, resultat, '', now(), '' FROM dossiers_decision"),
    ],
)  # fmt: skip
def test_a_row_that_contradicts_itself_is_refused(monde: Monde, contrainte: str, sql: str) -> None:
    monde.clos()
    monde.ouvrir()
    repousse(contrainte, sql)


@pytest.mark.parametrize("table", ["journal_ligne", "journal_charge", "journal_sceau"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_journal_is_not_rewritten(monde: Monde, table: str, sql: str) -> None:
    monde.clos()
    sceller_le_jour(JOUR, at=AT)
    with connection.cursor() as curseur:  # a truncation waits for no pending trigger
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
    champ = {"journal_ligne": "verbe = 'x'", "journal_charge": "contenu = '{}'", "journal_sceau": "at = now()"}[table]
    repousse("Le journal ne se modifie pas : une erreur se corrige par une nouvelle ligne", sql.format(table, champ))


def test_a_gesture_does_not_compute_the_search_vector_again(monde: Monde) -> None:
    """PostgreSQL does it at each UPDATE, whatever the columns, when a table has a BEFORE UPDATE row trigger (ADR 0008)."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t WHERE t.tgtype & 1 = 1 AND t.tgtype & 2 = 2 AND"
            " t.tgtype & 16 = 16 AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.tgrelid AND attgenerated <> '')"
        )
        assert curseur.fetchall() == []
