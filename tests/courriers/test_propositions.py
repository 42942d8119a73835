"""Proposals: from rules first, then from where letters like it were treated in the end; never automatic, never telling."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from buridan.courriers.actions.clore import annuler, clore_sans_reponse
from buridan.courriers.actions.confier import Aiguillage, confier, pas_pour_nous
from buridan.courriers.actions.juger import juger_les_propositions
from buridan.courriers.etats import Effet, Mesure
from buridan.courriers.mesure import Eleve, Passee, _lire, mesurer
from buridan.courriers.models import Courrier, Justesse, RegleAiguillage
from buridan.courriers.propositions import Cadre, Lettre, Propositions, lexemes_de, propositions
from buridan.courriers.queries import bureau
from buridan.courriers.tasks import juger
from buridan.dossiers.actions.reaffecter import reaffecter
from buridan.dossiers.models import Dossier, Etape
from buridan.organisation.acteur import systeme
from buridan.outils.donnees import EFFACE
from tests.conftest import Troupe
from tests.courriers.lettres import a_faire, confie, du_courrier, entite, etape, frais, mener, poste, recu
from tests.courriers.test_pages_courriers import entrer, saisie

pytestmark = pytest.mark.django_db
HUMIDE = Lettre("Alix Neuf", "Logement humide, moisissures partout")


def proposees(troupe: Troupe, lettre: Lettre = HUMIDE, **autres: Any) -> Propositions:
    chez = bureau()
    assert chez is not None
    return propositions(lettre, systeme(troupe.at).annuaire, chez, **autres)


def services(troupe: Troupe, lettre: Lettre = HUMIDE, **autres: Any) -> list[int]:
    return [p.service for p in proposees(troupe, lettre, **autres).services]


def traites(troupe: Troupe, *objets: str, service: str = "habitat", **champs: Any) -> list[Courrier]:
    """Letters that this service has treated."""
    lettres = [
        confie(troupe, service, objet=o, **{"expediteur": f"Camille {service} {n}", **champs})
        for n, o in enumerate(objets)
    ]
    for c in lettres:
        mener(troupe, c, "visa")
    return lettres


def test_without_a_past_nothing_is_proposed_and_the_page_says_so(troupe: Troupe) -> None:
    assert not proposees(troupe)
    dit = entrer(du_courrier(troupe)).post("/courriers/nouveau/", saisie(objet="Rien de tel", proposer="1"))
    assert "Rien à proposer" in dit.content.decode() and not Courrier.objects.exists()


def test_the_service_of_similar_letters_is_proposed_with_true_counts(troupe: Troupe) -> None:
    traites(troupe, "Moisissures au mur", "Des moisissures encore", "Un logement froid")
    traites(troupe, "Moisissures à la piscine", "Bassin froid", service="sports")
    traites(troupe, "Avis un", "Avis deux", "Avis trois", service="finances")
    (premiere, *_autres) = proposees(troupe).services
    assert premiere.service == entite(troupe, "habitat")
    assert premiere.raison == "2 des 3 courriers semblables (« moisissures ») y sont allés."


def test_the_sender_counts_even_when_the_words_are_new(troupe: Troupe) -> None:
    traites(troupe, "Avis annuel", "Relevé", "Visite", expediteur="X", organisme="Bailleur Test")
    nouveau = Lettre("Y", "Convocation", "BAILLEUR  test")
    (premiere,) = proposees(troupe, nouveau).services
    assert premiere.service == entite(troupe, "habitat")
    assert premiere.raison == "Les 3 courriers de cet expéditeur y sont allés."
    assert not proposees(troupe, replace(nouveau, organisme="Autre"))


def test_letters_without_a_name_are_not_of_one_sender(troupe: Troupe) -> None:
    traites(troupe, "Avis annuel", "Relevé", "Visite", expediteur="Anonyme")
    assert not proposees(troupe, Lettre("anonyme", "Convocation"))


def test_rules_come_first_and_three_are_the_most(troupe: Troupe) -> None:
    for service, mot in (("habitat", "Moisissures"), ("sports", "Logement"), ("seniors", "Partout")):
        traites(troupe, f"{mot} un", f"{mot} deux", service=service)
    RegleAiguillage.objects.create(ordre=1, mots="humide", service_id=entite(troupe, "culture"), at=troupe.at)
    trouvees = proposees(troupe).services
    assert len(trouvees) == 3 and trouvees[0].regle and trouvees[0].service == entite(troupe, "culture")
    assert trouvees[0].raison == "Règle du service courrier : l'objet contient « humide »."
    assert not any(p.regle for p in trouvees[1:])


def test_it_learns_where_a_letter_was_treated_in_the_end_not_where_it_was_first_given(troupe: Troupe) -> None:
    for n in range(3):
        c = confie(troupe, "commerce", objet=f"Moisissures {n}", expediteur=f"Personne {n}")
        pas_pour_nous(etape(c, "traitement"), by=troupe.present("commerce"), at=troupe.at, motif="C'est l'habitat.")
        a = Aiguillage(entite(troupe, "habitat"))
        confier(etape(c, "qualification"), by=du_courrier(troupe), at=troupe.at, aiguillage=a)
        assert not proposees(troupe) or n, "a letter that nobody has treated teaches nothing"
        mener(troupe, c, "visa")
    assert services(troupe) == [entite(troupe, "habitat")]


def test_an_etape_given_to_another_service_teaches_that_service(troupe: Troupe) -> None:
    for n in range(2):
        c = confie(troupe, "commerce", objet=f"Moisissures {n}", expediteur=f"Personne {n}")
        ici = etape(c, "traitement")
        reaffecter(
            ici,
            by=troupe.present("commerce", responsable=True),
            at=troupe.at,
            entite=entite(troupe, "habitat"),
            motif="Pour eux.",
        )
        mener(troupe, c, "visa")
    assert services(troupe) == [entite(troupe, "habitat")]


def test_a_cancelled_letter_teaches_nothing_and_one_closed_without_answer_does(troupe: Troupe) -> None:
    lettres = [confie(troupe, "habitat", objet=f"Moisissures {n}", expediteur=f"Personne {n}") for n in range(2)]
    for c in lettres:
        annuler(frais(c), by=du_courrier(troupe), at=troupe.at, motif="Deux fois le même.")
    assert not proposees(troupe)
    for n in range(2):
        c = confie(troupe, "habitat", objet=f"Moisissures encore {n}", expediteur=f"Autre {n}")
        clore_sans_reponse(frais(c), by=troupe.au_poste("dgs"), at=troupe.at, motif="Pour information.")
    assert proposees(troupe).services[0].raison.startswith("Les 2 courriers semblables")


@pytest.mark.parametrize("cachee", ["confidentielle", "réservée", "effacée", "ancienne"])
def test_a_letter_that_is_kept_erased_or_too_old_teaches_nothing_at_once(cachee: str, troupe: Troupe) -> None:
    lettres = traites(troupe, "Moisissures au mur", "Moisissures au plafond")
    assert services(troupe) == [entite(troupe, "habitat")]
    siens = Dossier.objects.filter(pk__in=[c.pk for c in lettres])
    match cachee:
        case "confidentielle":
            Courrier.objects.filter(dossier__in=siens).update(confidentiel=True, destinataire=poste(troupe, "dgs"))
        case "réservée":
            siens.update(sensible=True)
        case "effacée":
            for c in lettres:
                clore_sans_reponse(frais(c), by=troupe.au_poste("dgs"), at=troupe.at, motif="Fini.")
            with connection.cursor() as curseur:
                curseur.execute("SET LOCAL session_replication_role = replica")  # two people approve, elsewhere
                siens.update(efface_le=troupe.at, objet=EFFACE, contenu="", projet_reponse="")
                curseur.execute("SET LOCAL session_replication_role = DEFAULT")
        case "ancienne":
            Courrier.objects.filter(dossier__in=siens).update(arrive_le=troupe.at - timedelta(days=4 * 365))
    assert not proposees(troupe)


def test_what_is_shown_holds_no_word_and_no_name_of_another_letter(troupe: Troupe) -> None:
    traites(troupe, "Moisissures chez Odilon Secret", "Moisissures, affaire Secret", expediteur="Odilon Secret")
    c = recu(troupe, objet="Moisissures", expediteur="Alix Neuf")
    page = entrer(du_courrier(troupe)).get(f"/dossiers/{c.dossier.uuid}/").content.decode()
    assert "Les 2 courriers semblables (« moisissures »)" in page and "Secret" not in page


def test_a_closed_service_is_not_proposed_nor_one_that_gave_the_letter_back(troupe: Troupe) -> None:
    traites(troupe, "Moisissures au mur", "Moisissures au plafond")
    ici, chez = entite(troupe, "habitat"), bureau()
    assert chez is not None and services(troupe, sans={ici}) == []
    ouvertes = {pk: fiche for pk, fiche in troupe.annuaire.entites.items() if pk != ici}
    assert not propositions(HUMIDE, replace(troupe.annuaire, entites=ouvertes), chez)
    RegleAiguillage.objects.create(ordre=1, mots="humide", service_id=ici, at=troupe.at)
    assert not propositions(HUMIDE, replace(troupe.annuaire, entites=ouvertes), chez)


def test_nature_and_urgency_are_proposed_from_the_words_and_from_the_past(troupe: Troupe) -> None:
    loi = proposees(troupe, Lettre("X", "Courrier", texte="Je vous mets en demeure de réparer."))
    assert loi.effet == Effet.MISE_EN_DEMEURE and loi.raison_effet == "Le courrier dit « mets en demeure »."
    assert [p.service for p in loi.services] == [loi.juridique] == [entite(troupe, "juridique-assemblees")]
    urgent = proposees(troupe, Lettre("X", "Un mur menace : danger !"))
    assert urgent.prioritaire and urgent.raison_urgence == "Le courrier dit « danger »."
    traites(
        troupe, "Moisissures au mur", "Moisissures au plafond", "Moisissures", effet=Effet.DEMANDE, prioritaire=True
    )
    traites(troupe, "Avis un", "Avis deux", "Avis trois")
    appris = proposees(troupe)
    assert (appris.effet, appris.prioritaire) == (Effet.DEMANDE, True)
    assert appris.raison_effet == "Les 3 courriers semblables (« moisissures ») étaient de cette nature."
    assert appris.raison_urgence == "Les 3 courriers semblables (« moisissures ») étaient prioritaires."
    dit = proposees(troupe, replace(HUMIDE, effet=Effet.RECOURS, prioritaire=True))
    assert (dit.effet, dit.raison_effet, dit.raison_urgence) == (Effet.RECOURS, "", ""), "what a person said stands"


def test_a_formal_notice_of_the_past_teaches_no_service(troupe: Troupe) -> None:
    for n in range(3):
        mener(troupe, recu(troupe, objet=f"Moisissures {n}", effet=Effet.MISE_EN_DEMEURE), "visa")
    assert (
        proposees(troupe).juridique is not None
        and proposees(troupe, replace(HUMIDE, effet=Effet.DEMANDE)).services == ()
    )


# --- on the screen ------------------------------------------------------------------------------------------------------


def test_one_press_gives_the_letter_its_service_its_nature_and_its_urgency_once(troupe: Troupe) -> None:
    traites(troupe, "Moisissures au mur", "Moisissures au plafond", effet=Effet.DEMANDE)
    c = recu(troupe, objet="Moisissures, danger", expediteur="Alix Neuf")
    client, adresse = entrer(du_courrier(troupe)), f"/dossiers/{c.dossier.uuid}/"
    page = client.get(adresse).content.decode()
    assert 'data-touche="1"' in page and frais(c).entite_id == entite(troupe, "courrier"), "never by itself"
    choix = {
        "service": entite(troupe, "habitat"), "effet": "demande", "prioritaire": "on", "raison": "Les 2 courriers semblables",
    }  # fmt: skip
    geste = f"{adresse}etapes/{etape(c, 'qualification').pk}/qualifier/"
    client.post(geste, choix)
    dossier = frais(c)
    assert dossier.entite_id == entite(troupe, "habitat") and dossier.prioritaire
    assert Courrier.objects.get(pk=c.pk).effet == Effet.DEMANDE
    faite = Etape.objects.select_related("decision").get(dossier=c.pk, type="qualification")
    assert faite.decision.texte == "Les 2 courriers semblables"
    assert "déjà" in client.post(geste, choix, follow=True).content.decode()


def test_who_may_not_direct_the_letter_sees_no_proposal(troupe: Troupe) -> None:
    traites(troupe, "Moisissures au mur", "Moisissures au plafond")
    c = recu(troupe, objet="Moisissures", expediteur="Alix Neuf")
    vue = entrer(troupe.au_poste("dgs")).get(f"/dossiers/{c.dossier.uuid}/")
    assert vue.status_code == 200 and "data-touche" not in vue.content.decode()
    pli = recu(troupe, confidentiel=True, destinataire=poste(troupe, "dir-finances"), objet="", expediteur="Alix Neuf")
    lit = entrer(troupe.au_poste("dir-finances")).get(f"/dossiers/{pli.dossier.uuid}/").content.decode()
    assert "Après ouverture" in lit and "data-touche" not in lit


def test_at_registration_a_proposal_registers_and_directs_in_one_press(troupe: Troupe) -> None:
    traites(troupe, "Moisissures au mur", "Moisissures au plafond", effet=Effet.DEMANDE)
    client, avant = entrer(du_courrier(troupe)), Courrier.objects.count()
    page = client.post("/courriers/nouveau/", saisie(objet="Moisissures", proposer="1")).content.decode()
    choix = f"{entite(troupe, 'habitat')}.demande."
    assert f'value="{choix}" data-touche="1"' in page and Courrier.objects.count() == avant
    assert page.count("data-touche=") == page.count("<kbd>") == 1
    client.post("/courriers/nouveau/", saisie(objet="Moisissures", choisir=choix))
    c = Courrier.objects.order_by("-pk")[0]
    assert (frais(c).entite_id, c.effet, frais(c).prioritaire) == (entite(troupe, "habitat"), Effet.DEMANDE, False)
    faite = Etape.objects.select_related("decision").get(dossier=c.pk, type="qualification")
    assert faite.decision.texte == "Les 2 courriers semblables (« moisissures ») y sont allés."
    faux = client.post("/courriers/nouveau/", saisie(objet="Moisissures", choisir="999999.demande."))
    assert faux.status_code == 422 and Courrier.objects.count() == avant + 1


def test_a_letter_marked_urgent_waits_in_the_queue_as_such(troupe: Troupe) -> None:
    client = entrer(du_courrier(troupe))
    client.post("/courriers/nouveau/", saisie(objet="Rien de tel", prioritaire="on"))
    c = Courrier.objects.get()
    assert frais(c).prioritaire and [e.type for e in a_faire(c)] == ["qualification"]


# --- are they right? ----------------------------------------------------------------------------------------------------

JOUR_1 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def passee(
    jour: int, mots: str, service: int, *, traitee: int, effet: str = Effet.INFORMATION, urgente: bool = False
) -> Passee:
    arrive = JOUR_1 + timedelta(days=jour)
    lettre = Lettre(f"Personne {jour} {mots}", mots)
    return Passee(service, effet, urgente, lettre, arrive, JOUR_1 + timedelta(days=traitee), frozenset(mots.split()))


A, B, C, JURIDIQUE = 1, 2, 3, 9


def compte(bilan: Any, quoi: Mesure, service: int | None = None) -> tuple[int, int, int, int]:
    c = bilan.compte(quoi, service)
    return c.lettres, c.proposees, c.premiere, c.trois


def test_the_measure_is_right_on_a_case_made_by_hand() -> None:
    passees = [
        passee(0, "mur", A, traitee=2), passee(0, "mur", A, traitee=3), passee(1, "bal", B, traitee=3),
        passee(1, "bal", B, traitee=4),
        passee(2, "mur", A, traitee=20),  # only one letter about a wall is treated: no habit yet
        passee(10, "mur", A, traitee=21),  # right
        passee(11, "bal", A, traitee=12),  # wrong, and learned at once
        passee(13, "mur bal", B, traitee=22),  # A first (3 of 5 letters), B second
        passee(14, "neuf", C, traitee=15),  # nothing to say
        passee(15, "mur", A, traitee=16, effet=Effet.RECOURS),  # the law's: no question of service
    ]  # fmt: skip
    bilan = mesurer(passees, [], Cadre({A, B, C, JURIDIQUE}, JURIDIQUE))
    assert compte(bilan, Mesure.SERVICE) == (9, 3, 1, 2) == compte(bilan, Mesure.APPRIS)
    assert compte(bilan, Mesure.SERVICE, A) == (5, 2, 1, 1) and compte(bilan, Mesure.SERVICE, B) == (3, 1, 0, 1)
    assert compte(bilan, Mesure.SERVICE, C) == (1, 0, 0, 0) and (Mesure.REGLE, None) not in bilan.comptes
    assert compte(bilan, Mesure.NATURE) == (1, 0, 0, 0) and (Mesure.URGENCE, None) not in bilan.comptes
    assert (bilan.du, bilan.au) == (JOUR_1.date(), (JOUR_1 + timedelta(days=15)).date())


def test_only_the_latest_are_tried_and_a_closed_service_counts_as_missed() -> None:
    passees = [passee(n, "mur", A, traitee=n + 1) for n in range(6)]
    assert compte(mesurer(passees, [], Cadre({A}, JURIDIQUE), essayees=2), Mesure.SERVICE) == (2, 2, 2, 2)
    assert compte(mesurer(passees, [], Cadre({B}, JURIDIQUE)), Mesure.SERVICE) == (6, 0, 0, 0)


def test_a_rule_is_measured_apart() -> None:
    regle = RegleAiguillage(mots="mur", service_id=B)
    bilan = mesurer([passee(0, "mur", A, traitee=1), passee(1, "bal", A, traitee=2)], [regle], Cadre({A, B}, JURIDIQUE))
    assert compte(bilan, Mesure.REGLE) == (1, 1, 0, 0) and compte(bilan, Mesure.APPRIS) == (1, 0, 0, 0)


def test_what_is_measured_is_what_is_shown(troupe: Troupe) -> None:
    traites(troupe, "Moisissures au mur", "Des moisissures encore", "Un logement froid", effet=Effet.DEMANDE)
    traites(troupe, "Moisissures à la piscine", "Bassin froid", "Eau froide", service="sports")
    traites(troupe, "Avis", "Relevé", expediteur="X", organisme="Bailleur Test", service="finances", prioritaire=True)
    annuaire, chez, eleve = systeme(troupe.at).annuaire, bureau(), Eleve()
    assert chez is not None
    for lue in sorted(_lire(annuaire, 100), key=lambda p: p.traite_le):
        eleve.apprendre(lue)
    lettre = Lettre("Y", "Moisissures, relevé froid", "Bailleur Test")
    essai = Passee(0, "", False, lettre, troupe.at, troupe.at, frozenset(lexemes_de(lettre)))
    montrees, mesurees = (
        proposees(troupe, lettre),
        eleve.proposer(essai, [], Cadre(annuaire.entites, chez.juridique_id)),
    )
    assert len(montrees.services) == 3
    assert [p.service for p in montrees.services] == [p.service for p in mesurees.services]
    assert (montrees.effet, montrees.prioritaire) == (mesurees.effet, mesurees.prioritaire)


def test_the_night_writes_the_measure_and_the_mail_office_alone_reads_it(troupe: Troupe) -> None:
    client = entrer(du_courrier(troupe))
    assert "Rien à dire encore" in client.get("/courriers/propositions/").content.decode()
    traites(troupe, "Moisissures au mur", "Moisissures au plafond", "Moisissures au sol")
    assert not Justesse.objects.exists()
    juger.func(0)
    juger_les_propositions(by=systeme(troupe.at), at=troupe.at)
    total = Justesse.objects.get(quoi=Mesure.SERVICE, service=None)
    assert total.lettres == 3 and Justesse.objects.filter(quoi=Mesure.SERVICE).count() == 2
    page = client.get("/courriers/propositions/").content.decode()
    assert "courriers essayés" in page and "Logement, habitat et hygiène" in page
    for autre in (troupe.au_poste("dgs"), troupe.present("voirie")):
        assert entrer(autre).get("/courriers/propositions/").status_code == 403
    assert Client().get("/courriers/propositions/").status_code == 302


def test_the_database_refuses_more_right_ones_than_letters() -> None:
    sql = """INSERT INTO courriers_justesse (quoi, lettres, proposees, premiere, trois, du, au, at)
        VALUES ('service', 1, 2, 1, 1, now(), now(), now())"""
    with pytest.raises(IntegrityError, match="justesse_comptee"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql)
