"""The rights matrix: every address × ten actors. The table below names every address; one that is missing is red."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from buridan.appels.lien import cle
from buridan.budget.actions.reserver import reserver
from buridan.budget.models import ImportBudget, LigneBudget
from buridan.circuits.actions import ouvrir_brouillon
from buridan.commandes import liens
from buridan.courriers.models import RegleAiguillage
from buridan.delegations.models import Delegation
from buridan.demandes import suivi
from buridan.dossiers.etats import AU_PARAPHEUR
from buridan.dossiers.fichiers import joindre
from buridan.dossiers.models import Etape
from buridan.interface.politique import Acces, adresses, politique_de
from buridan.messagerie.models import Boite
from tests.appels.essais import envoye
from tests.commandes import ecrits as commandes
from tests.contacts.fiches import personne
from tests.courriers.lettres import confie, parti
from tests.decisions.ecrits import commencee as demande_interne
from tests.messagerie.courriels import recu as courriel_recu
from tests.notes.ecrits import commencee
from tests.signataires.recueil import demandee, page_recue

from .conftest import Troupe

OUVERT, CONNEXION, REFUSE, ABSENT = "open", "login", "403", "404"
AGENTS = ["accueil", "voirie", "chef_voirie", "sports", "dgs", "qualite", "rh", "commerce"]
ACTEURS = ["anonyme", "autre_habitant", *AGENTS]
TOUS = dict.fromkeys(ACTEURS, OUVERT)
SEULS_AGENTS = {**TOUS, "anonyme": CONNEXION, "autre_habitant": CONNEXION}
GUICHET = {**SEULS_AGENTS, **dict.fromkeys(["voirie", "chef_voirie", "sports", "dgs", "qualite", "rh"], REFUSE)}
QUALITE = {**SEULS_AGENTS, **dict.fromkeys([a for a in AGENTS if a != "qualite"], REFUSE)}
DOSSIER_DE_VOIRIE = {**SEULS_AGENTS, **dict.fromkeys(["sports", "qualite", "rh"], ABSENT)}
PREUVE_DE_VOIRIE = {
    **DOSSIER_DE_VOIRIE,
    **dict.fromkeys(["accueil", "voirie", "commerce"], REFUSE),
}  # heads, general management
DOSSIER_SENSIBLE = {**SEULS_AGENTS, **dict.fromkeys([a for a in AGENTS if a not in ("dgs",)], ABSENT)}
REGISTRE_TENU = {**SEULS_AGENTS, **dict.fromkeys(AGENTS, REFUSE)}  # the keepers have their own tests
FINANCES = {**SEULS_AGENTS, **dict.fromkeys(AGENTS, REFUSE)}  # none of these eight holds the right
LIGNE_DE_VOIRIE = {
    **SEULS_AGENTS,
    **dict.fromkeys([a for a in AGENTS if a not in ("voirie", "chef_voirie", "dgs")], ABSENT),
}
NOTE_DE_VOIRIE = {**SEULS_AGENTS, **dict.fromkeys(["accueil", "sports", "qualite", "rh", "commerce"], ABSENT)}
BUREAU_DU_COURRIER = {**SEULS_AGENTS, **dict.fromkeys(AGENTS, REFUSE)}  # the office has its own tests
COURRIEL_EN_FILE = {
    **SEULS_AGENTS,
    **dict.fromkeys(AGENTS, ABSENT),
}  # the mail office and the cabinet have their own tests
COURRIER_DE_VOIRIE = {**SEULS_AGENTS, **dict.fromkeys(["accueil", "sports", "qualite", "rh", "commerce"], ABSENT)}
APPEL_DE_VOIRIE = NOTE_DE_VOIRIE
INTERNE_DE_VOIRIE = {**SEULS_AGENTS, **dict.fromkeys(["accueil", "sports", "qualite", "rh", "commerce"], ABSENT)}
ELUS = {**SEULS_AGENTS, **dict.fromkeys(AGENTS, REFUSE)}  # officials and the cabinet have their own tests
ADMINISTRATION = {**SEULS_AGENTS, **dict.fromkeys([a for a in AGENTS if a != "rh"], REFUSE)}
DONNEES = {**SEULS_AGENTS, **dict.fromkeys(AGENTS, REFUSE)}  # for the two posts of tests/vieprivee
VERSEMENTS = DONNEES  # for the archives alone: tests/archives
LIEN_DE_SUIVI = TOUS  # whoever holds the key of the link
FAUX_LIEN = dict.fromkeys(ACTEURS, ABSENT)

D_UNE_PAGE = [f"numerisation_{n}" for n in ("feuille", "tourner", "apercu", "vignette", "pli", "ecarter")]
D_UN_LOT = ["numerisation", *(f"numerisation_{n}" for n in ("pages", "original", "lisible", "relire"))]
NUMERISES = [*D_UNE_PAGE, *D_UN_LOT, *(f"numerisation_{n}" for n in ("separateurs", "refus_vu", "reprendre"))]

D_UN_CONTACT = ["contact", "contact_corriger", "contact_reunir", "contact_effacer"]
CONTACTS = [
    "contacts",
    "contact_nouveau",
    *(f"contacts_{n}" for n in ("proposes", "doubles", "sans_courrier", "importer")),
    *D_UN_CONTACT,
]

TABLE: dict[str, dict[str, str]] = {
    **dict.fromkeys(["accueil", "questions", "rues", "nouvelle_demande", "suivre", "accessibilite", "mentions", "guide", "guide_habitant", "sante", "rapport_csp",
                     "demo_personnages", "demo_entrer", "rejoindre"], TOUS),
    "comptes": ADMINISTRATION, "gerer_compte": {**ADMINISTRATION, "rh": ABSENT},
    **dict.fromkeys(["compte_ferme_inscription", "compte_ferme_courriel", "compte_ferme_confirmation", "compte_ferme_code"],
                    dict.fromkeys(ACTEURS, ABSENT)),
    **dict.fromkeys(["suivi", "suivi_ecrire", "suivi_juger", "suivi_retirer", "suivi_document", "suivi_lettre",
                     "appel_syndicat", "appel_syndicat_repondre", "appel_syndicat_pdf"], LIEN_DE_SUIVI),
    **dict.fromkeys(["bureau", "reponses_a_donner", "agir_ensemble", "parapheur", "parapheur_ensemble", "recherche", "notifications", "tout_lire", "fermer_visite", "tableau", "annuaire", "organigramme",
                     "registres", "entite", "absences", "suppleances", "circuits", "circuit", "circuit_qui", "circuit_bpmn",
                     "circuit_versions", "delegations", "delegations_csv", "actes_signes", "delegation", "mon_certificat", "certificat_verrouiller",
                     "certificat_retirer", "verifier_signatures"], SEULS_AGENTS),
    # opened by whoever has deposited a certificate
    "certificat_deverrouiller": {**SEULS_AGENTS, **dict.fromkeys(["accueil", "voirie", "chef_voirie", "sports", "commerce"], ABSENT)},
    **dict.fromkeys(["delegation_nouvelle", "delegations_importer", "delegation_retirer", "arrete_publier"], REGISTRE_TENU),
    **dict.fromkeys(["budget", "budget_tableau"], SEULS_AGENTS),
    **dict.fromkeys(["budget_ligne", "budget_reserver", "budget_reservation"], LIGNE_DE_VOIRIE),
    **dict.fromkeys(["budget_imports", "budget_import", "budget_import_decider"], FINANCES),
    "guide_page": SEULS_AGENTS,
    **dict.fromkeys(["guichet", "guichet_saisir", "guichet_recu"], GUICHET),
    **dict.fromkeys(["notes", "notes_instances", "note_nouvelle"], SEULS_AGENTS),
    **dict.fromkeys(["courriers", "departs", "courrier_envoi"], SEULS_AGENTS),
    **dict.fromkeys(["courrier_nouveau", "courrier_accuses", "courrier_accuses_pdf", "courrier_regles", "courrier_justesse", "courrier_regle_nouvelle", "courrier_regle", "courrier_regle_retirer"], BUREAU_DU_COURRIER),
    **dict.fromkeys(["numerisations", *NUMERISES, *CONTACTS], BUREAU_DU_COURRIER),
    **dict.fromkeys(["courrier_enregistre", "courrier_fiche", "courrier_version", "depart", "depart_renvoyer", "depart_lettre", "courrier_lettres"], COURRIER_DE_VOIRIE),
    "courriels": BUREAU_DU_COURRIER, **dict.fromkeys(["boites", "boite_nouvelle", "boite", "boite_essayer", "boite_lire"], ADMINISTRATION),
    **dict.fromkeys(["courriel", "courriel_original", "courriel_piece", "courriel_enregistrer", "courriel_demande", "courriel_joindre",
                     "courriel_ecarter", "courriel_passer", "courriel_remettre"], COURRIEL_EN_FILE),
    **dict.fromkeys(["appels", "appels_enveloppes", "appel_nouveau"], SEULS_AGENTS), "appel_pdf": APPEL_DE_VOIRIE, "parapheur_papier": APPEL_DE_VOIRIE,
    **dict.fromkeys(["note_rediger", "note_versions", "note_pdf"], NOTE_DE_VOIRIE),
    **dict.fromkeys(["decisions", "decision_nouvelle"], SEULS_AGENTS),
    "elus": SEULS_AGENTS, "elus_nouvelle": ELUS, "elus_mois": {**ELUS, "dgs": OUVERT}, "elus_jeter": SEULS_AGENTS,
    **dict.fromkeys(["decision_rediger", "decision_pdf"], INTERNE_DE_VOIRIE),
    **dict.fromkeys(["commandes", "commande_nouvelle"], SEULS_AGENTS),
    **dict.fromkeys(["commande_preparer", "commande_pdf"], NOTE_DE_VOIRIE),
    **dict.fromkeys(["commande_fournisseur", "commande_fournisseur_pdf", "commande_accuser"], LIEN_DE_SUIVI),
    **dict.fromkeys(["modeles", "modele_nouveau", "modele", "modele_lettre", "modele_retirer", "circuit_nouveau", "circuit_modifier", "circuit_demarche",
                     "brouillon", "brouillon_presentation", "brouillon_etape_nouvelle", "brouillon_etape", "brouillon_bouger",
                     "brouillon_publier", "brouillon_abandonner"], QUALITE),
    **dict.fromkeys(["dossier", "aller", "agir", "agir_etape", "parapheur_etape", "parapheur_decider", "parapheur_page", "document", "lettre", "signatures_document", "rapporter",
                     "signature_demander", "signature_renvoyer", "signature_annuler"], DOSSIER_DE_VOIRIE),
    **dict.fromkeys(["preuve", "preuve_fichier"], PREUVE_DE_VOIRIE),
    **dict.fromkeys(["signataire", *(f"signataire_{n}" for n in ("code", "verifier", "document", "signer", "rapporter", "refuser"))], LIEN_DE_SUIVI),
    **dict.fromkeys(["donnees", "donnees_personne", "lectures", "donnees_echus", "donnees_durees", "donnees_echus_csv", "effacement_proposer", "effacement",
                     "effacement_retirer", "effacement_bordereau"], DONNEES),
    **dict.fromkeys(["versements", "versement_choisir", "versement_preparer", "versement", "versement_fichier", "versement_relancer",
                     "versement_rendre", "versement_bordereau"], VERSEMENTS),
    "sante_prete": dict.fromkeys(ACTEURS, "500"),  # 503: no worker runs beside the tests
    "metriques": dict.fromkeys(ACTEURS, ABSENT),  # for whoever holds the token
    # somebody else's absence or stand-in that does not exist: nothing to see for anybody
    **dict.fromkeys(["absence_terminer", "suppleance_terminer", "lire_notification"],
                    {**dict.fromkeys(ACTEURS, ABSENT), "anonyme": CONNEXION, "autre_habitant": CONNEXION}),
}  # fmt: skip


def _nos_adresses() -> list[tuple[str, URLPattern]]:
    return [(r, m) for r, m in adresses() if hasattr(m.callback, "politique")]


def test_every_address_is_in_the_table_and_has_a_policy() -> None:
    assert all(politique_de(motif.callback) for _route, motif in adresses())
    noms = {motif.name for _route, motif in _nos_adresses()}
    assert noms == set(TABLE)


def _clients(troupe: Troupe) -> dict[str, Client]:
    clients = {nom: Client() for nom in ACTEURS}
    personnes = {
        "accueil": troupe.present("accueil"), "voirie": troupe.present("voirie"), "chef_voirie": troupe.au_poste("resp-voirie"),
        "sports": troupe.present("sports"), "dgs": troupe.au_poste("dgs"), "qualite": troupe.present("organisation-qualite", responsable=True),
        "rh": troupe.present("ressources-humaines", responsable=True), "commerce": troupe.present("commerce"),
    }  # fmt: skip
    for nom, acteur in personnes.items():
        clients[nom].force_login(
            _personne(acteur.personne), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return clients


def _personne(pk: int | None) -> Any:
    from buridan.organisation.models import Personne

    return Personne.objects.get(pk=pk)


def _arguments(troupe: Troupe, demande: Any) -> dict[str, dict[str, Any]]:
    dossier = demande.dossier
    etape = Etape.objects.filter(dossier=dossier, etat="active").get()
    a_viser = Etape.objects.filter(dossier=dossier, type__in=AU_PARAPHEUR).order_by("rang").first()
    assert a_viser is not None
    document = joindre(dossier, [("p.pdf", "application/pdf", b"%PDF-1.4 x")], at=troupe.at, par=None, public=True)[0]
    ouvrir_brouillon("demande-courante", by=troupe.present("organisation-qualite", responsable=True), at=troupe.at)
    circuit = {"code": "demande-courante"}
    ligne, lu = LigneBudget.objects.filter(service__code="voirie")[0], ImportBudget.objects.all()[0]
    bon = reserver(ligne, by=troupe.au_poste("dgs"), at=troupe.at, montant=Decimal(1), reference="BC-1", objet="Sable")
    du_brouillon = ["", "_presentation", "_etape_nouvelle", "_publier", "_abandonner"]
    delegation = {"pk": Delegation.objects.order_by("pk").values_list("pk", flat=True)[0]}
    note = {"uuid": commencee(troupe).dossier.uuid}
    courrier = confie(troupe)
    parti(troupe, courrier)
    lettre = {"pk": courrier.dossier.departs.get().pk}
    regle = {"pk": RegleAiguillage.objects.order_by("pk").values_list("pk", flat=True)[0]}
    lien = {"uuid": dossier.uuid, "cle": suivi.cle(dossier.uuid)}
    appel = envoye(troupe, entite="voirie", code="appel-voirie").dossier.uuid
    du_syndicat = dict.fromkeys(
        ["appel_syndicat", "appel_syndicat_repondre", "appel_syndicat_pdf"], {"uuid": appel, "cle": cle(appel)}
    )
    mail = {"uuid": courriel_recu(troupe).uuid}
    liste = {"effacement": dossier.uuid}  # closed before it is looked for
    versement = {"versement": dossier.uuid}  # likewise
    lot = {"lot": dossier.uuid}  # likewise
    return {
        **{n: _d_un_contact(troupe, n) for n in D_UN_CONTACT},
        **dict.fromkeys(D_UN_LOT, lot), **dict.fromkeys(D_UNE_PAGE, {**lot, "numero": 1}), "numerisation_refus_vu": {"pk": 0},
        "numerisation_reprendre": {**lot, "pk": 0},
        "delegation": delegation, "delegation_retirer": delegation, "arrete_publier": delegation,
        **dict.fromkeys(["note_rediger", "note_versions", "note_pdf"], note),
        **dict.fromkeys(["courrier_enregistre", "courrier_fiche", "courrier_version", "courrier_lettres"], {"uuid": courrier.dossier.uuid}),
        "depart": lettre, "depart_renvoyer": lettre, "depart_lettre": lettre, "courrier_accuses_pdf": {"annee": 2026, "de": 1, "a": 2}, "courrier_regle": regle, "courrier_regle_retirer": regle,
        "appel_pdf": {"uuid": appel}, **du_syndicat,
        **dict.fromkeys(["decision_rediger", "decision_pdf"], {"uuid": demande_interne(troupe).dossier.uuid}),
        **dict.fromkeys(["boite", "boite_essayer", "boite_lire"], {"pk": Boite.objects.get().pk}),
        **dict.fromkeys(["courriel", "courriel_original", "courriel_enregistrer", "courriel_demande", "courriel_joindre", "courriel_ecarter",
                         "courriel_passer", "courriel_remettre"], mail), "courriel_piece": {**mail, "pk": 0},
        "effacement": liste, "effacement_retirer": liste, "effacement_bordereau": liste,
        **dict.fromkeys(["versement", "versement_fichier", "versement_relancer", "versement_rendre", "versement_bordereau"], versement),
        "versement_choisir": {"nature": "notes", "annee": 2026},
        "guide_page": {"code": "accueil"}, "nouvelle_demande": {"code": "nid-de-poule"}, "guichet_saisir": {"code": "nid-de-poule"}, "guichet_recu": {"uuid": dossier.uuid}, "circuit": circuit,
        "circuit_bpmn": circuit, "circuit_versions": circuit, "circuit_modifier": circuit, "circuit_demarche": circuit,
        **{f"brouillon{page}": circuit for page in du_brouillon}, "brouillon_etape": {**circuit, "cle": "e1"},
        "brouillon_bouger": {**circuit, "cle": "e1"},
        "circuit_qui": {"code": "nid-de-poule"}, "entite": {"code": "voirie"}, "dossier": {"uuid": dossier.uuid},
        "aller": {"reference": dossier.reference}, "agir": {"uuid": dossier.uuid, "code": "suivre"},
        "agir_etape": {"uuid": dossier.uuid, "etape": etape.pk, "code": "viser"},
        "parapheur_etape": {"uuid": dossier.uuid, "etape": a_viser.pk},
        "parapheur_decider": {"uuid": dossier.uuid, "etape": a_viser.pk, "code": "viser"},
        "parapheur_page": {"uuid": dossier.uuid, "document": document.uuid, "numero": 1},
        "parapheur_papier": {"uuid": appel, "version": 1, "numero": 1},
        "document": {"uuid": dossier.uuid, "document": document.uuid}, "preuve": {"uuid": dossier.uuid}, "preuve_fichier": {"uuid": dossier.uuid},
        "signatures_document": {"uuid": dossier.uuid, "document": document.uuid}, "rapporter": {"uuid": dossier.uuid}, "signature_demander": {"uuid": dossier.uuid}, "modele": {"code": "fait"}, "modele_retirer": {"code": "fait"},
        "budget_ligne": {"pk": ligne.pk}, "budget_reserver": {"pk": ligne.pk}, "budget_reservation": {"pk": bon.pk, "quoi": "liberer"},
        "budget_import": {"pk": lu.pk}, "budget_import_decider": {"pk": lu.pk, "quoi": "abandonner"},
        "demo_entrer": {"personne": 0}, "rejoindre": {"uuid": dossier.uuid},
        "suivi": lien, "suivi_ecrire": lien, "suivi_juger": lien, "suivi_retirer": lien,
        "suivi_lettre": {**lien, "tour": 1}, "lettre": {"uuid": dossier.uuid, "tour": 1},
        "suivi_document": {**lien, "document": document.uuid}, "absence_terminer": {"pk": 0}, "gerer_compte": {"pk": 0, "quoi": "fermer"}, "lire_notification": {"pk": 0}, "suppleance_terminer": {"pk": 0},
    }  # fmt: skip


def _d_un_contact(troupe: Troupe, nom: str) -> dict[str, Any]:
    """Apart: it needs no dossier."""
    uuid = personne(troupe).uuid
    return {"contact_reunir": {"uuid": uuid, "autre": uuid}}.get(nom, {"uuid": uuid} if nom in D_UN_CONTACT else {})


def _d_une_commande(troupe: Troupe, nom: str) -> dict[str, Any]:
    """Apart: an order is carried to its signature for its supplier's pages alone."""
    if nom in ("commandes", "commande_nouvelle"):
        return {}
    if nom in ("commande_preparer", "commande_pdf"):
        return {"uuid": commandes.ecrite(troupe).dossier.uuid}
    uuid = commandes.signee(troupe).dossier.uuid
    return {"uuid": uuid, "cle": liens.cle(uuid)}


def _d_une_signature(troupe: Troupe, nom: str) -> dict[str, Any]:
    """Apart: to ask for one tries the seal."""
    demande = demandee(troupe)
    if nom.startswith("signataire"):
        return {"jeton": page_recue().split("/")[2]}
    return {"uuid": demande.dossier.uuid, "pk": demande.pk}


def _verdict(client: Client, motif: URLPattern, adresse: str) -> str:
    politique = politique_de(motif.callback)
    assert politique is not None
    reponse = client.get(adresse) if "GET" in politique.methodes else client.post(adresse, {"geste": "monter"})
    if reponse.streaming:  # read to its end, a file is closed
        b"".join(reponse.streaming_content)
    if reponse.status_code in (301, 302) and "/comptes/login/" in reponse["Location"]:
        return CONNEXION
    return {403: REFUSE, 404: ABSENT}.get(reponse.status_code, OUVERT if reponse.status_code < 500 else "500")


@pytest.mark.django_db
@pytest.mark.parametrize("nom", sorted(TABLE))
def test_the_rights_matrix_holds(nom: str, troupe: Troupe) -> None:
    motif = next(m for _r, m in _nos_adresses() if m.name == nom)
    if nom.startswith("commande"):
        arguments = _d_une_commande(troupe, nom)
    elif nom in CONTACTS:
        arguments = _d_un_contact(troupe, nom)
    elif nom.startswith("signataire") or nom in ("signature_renvoyer", "signature_annuler"):
        arguments = _d_une_signature(troupe, nom)
    else:
        arguments = _arguments(troupe, troupe.deposer("nid-de-poule")).get(nom, {})
    clients = _clients(troupe)
    obtenu = {acteur: _verdict(client, motif, reverse(nom, kwargs=arguments)) for acteur, client in clients.items()}
    assert obtenu == TABLE[nom]


@pytest.mark.parametrize(
    "nom",
    [
        "dossier",
        "aller",
        "agir",
        "agir_etape",
        "parapheur_etape",
        "parapheur_decider",
        "parapheur_page",
        "document",
        "lettre",
        "preuve",
        "preuve_fichier",
    ],
)
def test_a_social_file_is_closed_to_other_services_and_to_the_front_desk(nom: str, troupe: Troupe) -> None:
    demande = troupe.deposer("aide-sociale", lieu="")
    assert demande.dossier.sensible
    motif = next(m for _r, m in _nos_adresses() if m.name == nom)
    arguments = _arguments(troupe, demande)[nom]
    for acteur, client in _clients(troupe).items():
        attendu = DOSSIER_SENSIBLE[acteur]
        assert _verdict(client, motif, reverse(nom, kwargs=arguments)) == attendu, acteur


@pytest.mark.parametrize(
    "nom", ["suivi", "suivi_ecrire", "suivi_juger", "suivi_retirer", "suivi_document", "suivi_lettre"]
)
def test_a_wrong_tracking_key_is_a_404_for_everybody(nom: str, troupe: Troupe) -> None:
    demande = troupe.deposer()
    autre = troupe.deposer("nid-de-poule", courriel="autre@courriel.example", lieu="1 rue Neuve")
    motif = next(m for _r, m in _nos_adresses() if m.name == nom)
    arguments = {**_arguments(troupe, demande)[nom], "cle": suivi.cle(autre.dossier.uuid)}
    for acteur, client in _clients(troupe).items():
        assert _verdict(client, motif, reverse(nom, kwargs=arguments)) == FAUX_LIEN[acteur], acteur


def test_a_search_shows_nothing_of_another_service(troupe: Troupe) -> None:
    demande = troupe.deposer("aide-sociale", nom="Marqueur Introuvable", lieu="")
    for nom, client in _clients(troupe).items():
        if nom in AGENTS and nom != "dgs":
            page = client.get("/recherche/", {"q": "Marqueur Introuvable"}).content.decode()
            assert demande.dossier.reference not in page, nom


def test_a_get_never_writes(troupe: Troupe, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import InternalError

    from buridan.demandes.views import portail
    from buridan.interface.models import Jeton

    def ecrit(request: Any) -> None:
        Jeton.objects.create(jeton="12345678-1234-1234-1234-123456789012", resultat="", at=troupe.at)

    from buridan.interface.politique import page

    vue = page(Acces.PUBLIC)(ecrit)
    requete = Client().get("/").wsgi_request
    with pytest.raises(InternalError, match="read-only"):
        vue(requete)
    assert portail.accueil.politique.acces is Acces.PUBLIC
