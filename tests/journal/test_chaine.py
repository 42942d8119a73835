"""The journal tells of every change made behind its back, even by somebody who can switch the triggers off."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from buridan.journal import chaine
from buridan.journal.effacement import effacer
from buridan.journal.models import Chaine, Ligne, Sceau
from buridan.outils.verdict import Refus
from tests.monde import AT, JOUR, Monde

A, B = UUID(int=1), UUID(int=2)


@pytest.fixture
def journal(db: None) -> None:
    """Two chains of four lines, apart from any other (left by tests that commit)."""
    forcer(
        "DELETE FROM journal_charge; DELETE FROM journal_ligne; DELETE FROM journal_chaine; DELETE FROM journal_sceau"
    )
    for n in range(1, 5):
        for uuid in (A, B):
            chaine.ecrire(uuid, f"verbe{n}", auteur=n, at=AT, contenu={"texte": f"Été n° {n}", "n": n}, etape=n)
    with connection.cursor() as curseur:  # no foreign key waits for its check any more
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def forcer(sql: str, *parametres: object) -> None:
    """As the owner of the base could: without triggers."""
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL session_replication_role = replica")
        curseur.execute(sql, parametres or None)
        curseur.execute("SET LOCAL session_replication_role = origin")


def raisons() -> str:
    """All anomalies, one a line."""
    return "\n".join(map(str, chaine.verifier()))


def test_an_intact_journal_has_no_anomaly(journal: None) -> None:
    chaine.sceller_le_jour(JOUR, at=AT)
    assert raisons() == ""


def test_what_the_verbs_write_can_be_verified(monde: Monde) -> None:
    for circuit in ("simple", "parallele", "signe"):
        monde.clos(circuit)
    chaine.sceller_le_jour(JOUR, at=AT)
    assert raisons() == ""
    ligne = Ligne.objects.filter(verbe="repondre").latest("id")
    assert ligne.charge.contenu["qui"] == "Agent1 Essai"
    assert ligne.charge.contenu["texte"] == "C'est réparé."


@pytest.mark.parametrize(
    "champ", ["verbe = 'autre'", "auteur = 9", "auteur = NULL", "etape = 9", "at = at + interval '1 microsecond'"]
)
def test_a_line_edited_is_found(journal: None, champ: str) -> None:
    forcer(f"UPDATE journal_ligne SET {champ} WHERE chaine = %s AND numero = 2", A)
    assert raisons() == f"journal ({A}), ligne 2 : elle a été modifiée ou ajoutée hors de Buridan."


def test_a_line_edited_with_the_triggers_disabled_on_the_table_is_found(journal: None) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("ALTER TABLE journal_ligne DISABLE TRIGGER ALL")
        curseur.execute("UPDATE journal_ligne SET verbe = 'autre' WHERE chaine = %s AND numero = 4", [B])
        curseur.execute("ALTER TABLE journal_ligne ENABLE TRIGGER ALL")
    assert f"journal ({B}), ligne 4 : elle a été modifiée" in raisons()


def test_a_line_moved_to_another_chain_is_found(journal: None) -> None:
    forcer("UPDATE journal_ligne SET chaine = %s, numero = 5 WHERE chaine = %s AND numero = 4", A, B)
    assert f"journal ({A}), ligne 5" in raisons()
    assert f"journal ({B}) : les dernières lignes ont été supprimées" in raisons()


def test_a_line_deleted_in_the_middle_is_found(journal: None) -> None:
    forcer("DELETE FROM journal_ligne WHERE chaine = %s AND numero = 2", A)
    assert f"journal ({A}), ligne 3 : la ligne 2 a été supprimée" in raisons()


def test_a_line_deleted_and_the_others_renumbered_is_found(journal: None) -> None:
    forcer("DELETE FROM journal_ligne WHERE chaine = %s AND numero = 2", A)
    forcer("UPDATE journal_ligne SET numero = numero - 1 WHERE chaine = %s AND numero = 3", A)
    forcer("UPDATE journal_ligne SET numero = numero - 1 WHERE chaine = %s AND numero = 4", A)
    assert f"journal ({A}), ligne 2 : elle ne suit pas la ligne d'avant" in raisons()


def test_a_line_inserted_is_found(journal: None) -> None:
    forcer("UPDATE journal_ligne SET numero = numero + 10 WHERE chaine = %s AND numero > 2", A)
    forcer(
        "INSERT INTO journal_ligne (chaine, numero, at, verbe, auteur, etape, condense, precedent, sceau) "
        "SELECT chaine, 3, at, verbe, auteur, etape, condense, sceau, sceau FROM journal_ligne "
        "WHERE chaine = %s AND numero = 2", A,
    )  # fmt: skip
    assert f"journal ({A}), ligne 3 : elle a été modifiée ou ajoutée hors de Buridan." in raisons()


def test_a_line_appended_with_a_head_to_match_is_found(journal: None) -> None:
    forcer(
        "INSERT INTO journal_ligne (chaine, numero, at, verbe, auteur, etape, condense, precedent, sceau) "
        "SELECT chaine, 5, at, verbe, auteur, etape, condense, sceau, sceau FROM journal_ligne "
        "WHERE chaine = %s AND numero = 4", A,
    )  # fmt: skip
    forcer("UPDATE journal_chaine SET numero = 5 WHERE uuid = %s", A)
    assert f"journal ({A}), ligne 5 : elle a été modifiée ou ajoutée hors de Buridan." in raisons()


def test_two_lines_swapped_are_found(journal: None) -> None:
    for de, vers in ((2, 99), (3, 2), (99, 3)):
        forcer("UPDATE journal_ligne SET numero = %s WHERE chaine = %s AND numero = %s", vers, A, de)
    assert f"journal ({A}), ligne 2" in raisons()
    assert f"journal ({A}), ligne 3" in raisons()


@pytest.mark.parametrize("combien", [1, 2])
def test_the_last_lines_deleted_are_found(journal: None, combien: int) -> None:
    forcer("DELETE FROM journal_ligne WHERE chaine = %s AND numero > %s", A, 4 - combien)
    assert raisons() == f"journal ({A}) : les dernières lignes ont été supprimées ou remplacées."


def test_a_whole_chain_deleted_is_found(journal: None) -> None:
    forcer("DELETE FROM journal_ligne WHERE chaine = %s", A)
    assert raisons() == f"journal ({A}) : toutes les lignes de ce journal ont disparu."


def test_a_head_deleted_is_found(journal: None) -> None:
    forcer("DELETE FROM journal_chaine WHERE uuid = %s", A)
    assert raisons() == f"journal ({A}) : les dernières lignes ont été supprimées ou remplacées."


def test_the_last_line_deleted_with_a_head_to_match_is_found_once_the_day_is_sealed(journal: None) -> None:
    chaine.sceller_le_jour(JOUR, at=AT)
    forcer("DELETE FROM journal_ligne WHERE chaine = %s AND numero = 4", A)
    forcer(
        "UPDATE journal_chaine c SET numero = 3, tete = l.sceau FROM journal_ligne l "
        "WHERE c.uuid = %s AND l.chaine = c.uuid AND l.numero = 3", A,
    )  # fmt: skip
    assert raisons() == "sceau du 10/03/2026 : des lignes de ce jour ont été modifiées, ajoutées ou supprimées."


def test_a_content_edited_is_found(journal: None) -> None:
    forcer(
        "UPDATE journal_charge SET contenu = jsonb_set(contenu, '{texte}', '\"Autre\"') WHERE ligne_id = "
        "(SELECT id FROM journal_ligne WHERE chaine = %s AND numero = 2)", A,
    )  # fmt: skip
    assert raisons() == f"journal ({A}), ligne 2 : son contenu a été modifié."


def test_two_contents_swapped_are_found(journal: None) -> None:
    forcer(
        "UPDATE journal_charge c SET contenu = autre.contenu FROM journal_ligne l, journal_ligne m, "
        "journal_charge autre WHERE c.ligne_id = l.id AND l.chaine = %s AND m.chaine = l.chaine AND autre.ligne_id = m.id "
        "AND l.numero IN (1, 2) AND m.numero = 3 - l.numero", A,
    )  # fmt: skip
    assert raisons().count("son contenu a été modifié") == 2


def test_an_authorised_erasure_leaves_the_journal_valid_and_a_line(journal: None) -> None:
    assert effacer(A, [1, 2, 4], auteur=7, at=AT) == 3
    chaine.sceller_le_jour(JOUR, at=AT)
    assert raisons() == ""
    derniere = Ligne.objects.filter(chaine=A).latest("numero")
    assert (derniere.verbe, derniere.auteur, derniere.charge.contenu) == ("effacer", 7, {"lignes": [1, 2, 4]})
    assert effacer(A, [1, 2], auteur=7, at=AT) == 0


def test_the_line_that_names_an_erasure_is_not_erased(journal: None) -> None:
    effacer(A, [1], auteur=7, at=AT)
    with pytest.raises(Refus, match="ne s'efface pas"):
        effacer(A, [5], auteur=7, at=AT)
    forcer(
        "DELETE FROM journal_charge WHERE ligne_id = (SELECT id FROM journal_ligne WHERE chaine = %s AND numero = 5)", A
    )
    assert raisons().count("son contenu a disparu sans effacement autorisé") == 2


def test_a_content_deleted_by_a_superuser_is_found(journal: None) -> None:
    effacer(A, [1], auteur=7, at=AT)
    forcer(
        "DELETE FROM journal_charge WHERE ligne_id IN (SELECT id FROM journal_ligne WHERE chaine = %s AND numero < 3)",
        A,
    )
    assert raisons() == f"journal ({A}), ligne 2 : son contenu a disparu sans effacement autorisé."


def test_a_past_day_never_sealed_is_found(journal: None) -> None:
    def oublis(jour: date) -> list[str]:
        return [str(a) for a in chaine.verifier(jour=jour)]

    assert oublis(JOUR + timedelta(days=1)) == []  # tonight's seal is still to come
    phrase = "jour du 10/03/2026 : il n'a jamais été scellé, ou son sceau a été supprimé."
    assert oublis(JOUR + timedelta(days=2)) == [phrase]
    chaine.sceller_le_jour(JOUR + timedelta(days=1), at=AT)  # a later seal covers the lines of the days before
    assert oublis(JOUR + timedelta(days=2)) == []
    forcer("DELETE FROM journal_sceau")
    assert oublis(JOUR + timedelta(days=2)) == [phrase]


@pytest.mark.parametrize("sql", ["UPDATE journal_charge SET contenu = '{}'", "DELETE FROM journal_ligne"])
def test_the_authorisation_to_erase_allows_nothing_else(journal: None, sql: str) -> None:
    with (
        pytest.raises(IntegrityError, match="Le journal ne se modifie pas"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute("SET LOCAL buridan.effacement = 'autorise'")
        curseur.execute(sql)


def test_an_erasure_that_is_not_authorised_is_refused(journal: None) -> None:
    with (
        pytest.raises(IntegrityError, match="Le journal ne se modifie pas"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute("DELETE FROM journal_charge")


def test_a_content_is_digested_with_the_key_not_in_the_clear() -> None:
    assert chaine.condenser({"a": 1}) != hashlib.sha256(b'{"a":1}').digest()
    assert chaine.condenser({"a": 1, "b": "é"}) == chaine.condenser({"b": "é", "a": 1})


# --- the daily seal -------------------------------------------------------------------------------------------------


def trois_jours() -> None:
    """Three seals with lines between."""
    for n in range(3):
        chaine.ecrire(A, "suite", auteur=None, at=AT, contenu={"jour": n})
        chaine.sceller_le_jour(JOUR + timedelta(days=n), at=AT)


def test_a_day_is_sealed_once(journal: None) -> None:
    assert chaine.sceller_le_jour(JOUR, at=AT) is not None
    assert chaine.sceller_le_jour(JOUR, at=AT) is None
    assert Sceau.objects.count() == 1


def test_a_day_without_a_line_has_its_seal_too(journal: None) -> None:
    trois_jours()
    sceau = chaine.sceller_le_jour(JOUR + timedelta(days=3), at=AT)
    assert sceau is not None
    assert sceau.depuis == sceau.jusqua
    assert raisons() == ""


@pytest.mark.parametrize("champ", ["jusqua = jusqua - 1", "depuis = depuis + 1", "jour = jour - 30"])
def test_a_seal_edited_is_found(journal: None, champ: str) -> None:
    trois_jours()
    forcer(f"UPDATE journal_sceau SET {champ} WHERE jour = %s", JOUR + timedelta(days=1))
    assert "il a été modifié." in raisons()


@pytest.mark.parametrize("champ", ["racine", "precedent", "empreinte"])
def test_a_digest_of_a_seal_edited_is_found(journal: None, champ: str) -> None:
    trois_jours()
    forcer(f"UPDATE journal_sceau SET {champ} = sha256({champ}) WHERE jour = %s", JOUR + timedelta(days=1))
    assert "sceau du 11/03/2026 : il a été modifié." in raisons()


@pytest.mark.parametrize("rang", [0, 1])
def test_a_seal_deleted_is_found_by_the_next(journal: None, rang: int) -> None:
    trois_jours()
    forcer("DELETE FROM journal_sceau WHERE jour = %s", JOUR + timedelta(days=rang))
    assert "il ne suit pas le sceau d'avant." in raisons()


def test_another_key_validates_nothing(journal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chaine, "_cle", lambda: b"another key of thirty-two bytes!")
    assert raisons().count("elle a été modifiée ou ajoutée hors de Buridan") == 8


def test_the_heads_say_how_many_lines_there_are(journal: None) -> None:
    assert dict(Chaine.objects.values_list("uuid", "numero")) == {A: 4, B: 4}


# --- while others write -----------------------------------------------------------------------------------------------


def test_a_line_written_during_the_verification_is_no_anomaly(journal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    lire: Callable[[], object] = chaine._lignes

    def ecrire_puis_lire() -> object:
        chaine.ecrire(A, "entre-temps", auteur=None, at=AT, contenu={})
        return lire()

    monkeypatch.setattr(chaine, "_lignes", ecrire_puis_lire)
    assert raisons() == ""
