"""Every address and every verb × actor, as docs/droits.md says them.

The page is written by `BURIDAN_ECRIRE_DROITS=oui pytest tests/test_droits_gestes.py`; otherwise it is compared: a change
of rights shows as a difference of that page, to be read before it is kept.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from buridan.circuits.catalogue import en_vigueur
from buridan.demandes.models import Demande, TypeDemande
from buridan.dossiers.gestes import geste_de
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Geste
from buridan.interface.politique import adresses, politique_de
from buridan.notes.actions.arbitrer import arbitrer
from buridan.organisation.acteur import Acteur, acteur
from buridan.outils.verdict import Refus
from tests.appels import essais
from tests.commandes import ecrits as commandes
from tests.commandes.test_circuit import credits_a
from tests.conftest import Troupe
from tests.courriers import lettres
from tests.decisions import ecrits as internes
from tests.elus import saisies
from tests.notes import ecrits
from tests.test_droits import ACTEURS, _clients, _personne
from tests.verbes import codes, formulaire

PAGE = Path(settings.BASE_DIR) / "docs" / "droits.md"
ECRIRE = bool(os.environ.get("BURIDAN_ECRIRE_DROITS"))
PRINCIPAL = {"qualification": "qualifier", "traitement": "traiter", "avis": "donner_avis", "visa": "viser", "validation": "valider", "signature": "signer",
             "decision": "decider", "reponse": "repondre", "information": "prendre_connaissance"}  # fmt: skip
AVANT = {
    "rendre": "prendre",
    "revenir": "traiter",
    "ne_plus_suivre": "suivre",
}  # what the actor did before, when he or she could
AGENTS = [a for a in ACTEURS if a != "autre_habitant"]
pytestmark = pytest.mark.django_db


def compare(titre: str, lignes: list[str]) -> None:
    """The part of the page under that title is what was found; or write it."""
    page = PAGE.read_text() if PAGE.exists() else "# Who may do what\n\nWritten by tests/test_droits_gestes.py.\n"
    avant, _, reste = page.partition(f"\n## {titre}\n")
    dit, suite, apres = reste.partition("\n## ")
    neuf = "\n" + "\n".join(lignes) + "\n"
    if ECRIRE:
        PAGE.write_text(f"{avant}\n## {titre}\n{neuf}{suite}{apres}")
    else:
        assert dit.splitlines() == neuf.splitlines(), (
            f"docs/droits.md, « {titre} »: read the difference, then write it again"
        )


# --- addresses --------------------------------------------------------------------------------------------------------


def test_every_route_is_in_the_page() -> None:
    """Routes, not names: a second include under another prefix is another door."""
    lignes = ["| address | name | access | methods |", "|---|---|---|---|"]
    for route, motif in sorted(adresses(), key=lambda a: a[0]):
        politique = politique_de(motif.callback)
        assert politique is not None, route
        methodes = " ".join(sorted(politique.methodes))
        lignes.append(f"| `/{route}` | {motif.name} | {politique.acces} | {methodes} |")
    compare("Addresses", lignes)


def test_every_address_is_reached_by_one_route() -> None:
    assert [nom for nom, fois in Counter(m.name for _r, m in adresses()).items() if fois > 1] == []


def test_the_addresses_of_the_account_library_open_as_the_page_says(troupe: Troupe) -> None:
    """What is not ours: open, closed, or sent to the login page, for a passer-by and for an agent."""
    clients = _clients(troupe)
    lignes = ["| address | passer-by | agent |", "|---|---|---|"]
    for route, motif in sorted(adresses(), key=lambda a: a[0]):
        if hasattr(motif.callback, "politique") or "<" in route or "^" in route:
            continue
        lignes.append(f"| `/{route}` | {_ouvre(clients['anonyme'], route)} | {_ouvre(clients['accueil'], route)} |")
    compare("Account pages", lignes)


def _ouvre(client: Client, route: str) -> str:
    client.raise_request_exception = False
    reponse = client.get(f"/{route}")
    assert reponse.status_code < 500, route
    suite = re.sub(r"\?.*", "", reponse["Location"]) if reponse.status_code in (301, 302) else ""
    return f"{reponse.status_code} {suite}".strip()


# --- verbs ------------------------------------------------------------------------------------------------------------


@contextmanager
def defait() -> Iterator[None]:
    """Nothing of it stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def agir(code: str, objet: Any, by: Acteur, **plus: Any) -> None:
    """Do it as the screen does. Raises Refus."""
    geste = geste_de(_dossier(objet), code)
    assert geste is not None
    form = geste.formulaire(objet, by, formulaire(code, objet, by, **plus))
    assert form.is_valid(), (code, form.errors)
    geste.executer(objet, by=by, at=by.at, donnees=dict(form.cleaned_data))


def _dossier(objet: Any) -> Dossier:
    dossier: Dossier = objet.dossier if isinstance(objet, Etape) else objet
    return dossier


def a_faire(dossier: Dossier) -> list[Etape]:
    return list(Etape.objects.filter(dossier=dossier, etat="active").select_related("dossier").order_by("rang", "id"))


def mener(troupe: Troupe, type_etape: str) -> Etape:
    """An étape of that type to do: on a pothole when its circuit has one, else on the first type that has."""
    types = TypeDemande.objects.actifs().filter(sensible=False).order_by("code")
    choix = sorted(types, key=lambda t: t.code != "nid-de-poule")
    choisi = next(t for t in choix if any(e.type == type_etape for e in en_vigueur(t.circuit)[0].etapes))
    demande: Demande = troupe.deposer(choisi.code, **({"lieu": ""} if choisi.lieu == "sans" else {}))
    for _ in range(15):
        etapes = a_faire(demande.dossier)
        if voulue := next((e for e in etapes if e.type == type_etape), None):
            return voulue
        etape = next(e for e in etapes if e.type != "information")
        agir(PRINCIPAL[etape.type], etape, qui_peut(troupe, etape))
    raise LookupError(type_etape)


def qui_peut(troupe: Troupe, etape: Etape) -> Acteur:
    jour = troupe.annuaire
    trouve = (
        jour.resoudre(etape.poste_id, "demandes")
        if etape.poste_id
        else jour.resoudre_entite(etape.entite_id or 0, "demandes")
    )
    return acteur(trouve.personnes[0], troupe.at)


def preparer(troupe: Troupe, code: str, geste: Geste) -> Any:
    """Where the verb makes sense."""
    if geste.etape:
        types = sorted(geste.types, key=lambda t: t != "visa") or ["traitement"]
        return mener(troupe, types[0])
    dossier = mener(troupe, "traitement").dossier
    dgs = troupe.au_poste("dgs")
    if code == "reprendre":
        agir("mettre_en_attente", dossier, dgs)
    if code == "rouvrir":
        agir("transmettre", dossier, dgs)
    return Dossier.objects.get(pk=dossier.pk)


def cellule(client: Client, by: Acteur | None, code: str, objet: Any, autre: Dossier) -> str:
    """« yes », or the reason of the refusal."""
    with defait():
        if by is not None and code in AVANT:
            try:
                agir(AVANT[code], objet, by)
            except Refus as refus:
                return phrase(refus.raison)
            objet.refresh_from_db()
        geste = geste_de(_dossier(objet), code)
        assert geste is not None
        ou = f"etapes/{objet.pk}" if geste.etape else "gestes"
        tapes = formulaire(code, objet, by, autre=autre) if by is not None else {}
        reponse = client.post(f"/dossiers/{_dossier(objet).uuid}/{ou}/{code}/", tapes)
        if reponse.status_code == 302:
            return "connection" if "/comptes/login/" in reponse["Location"] else "**yes**"
        if reponse.status_code == 404:
            return "not seen"
        assert reponse.status_code in (409, 422), (code, reponse.status_code)
        assert by is not None
        objet.refresh_from_db()
        form = geste.formulaire(objet, by, tapes)
        if not form.is_valid():
            return phrase(" ".join(e for erreurs in form.errors.values() for e in erreurs))
        with pytest.raises(Refus) as refus:
            geste.executer(objet, by=by, at=by.at, donnees=dict(form.cleaned_data))
        return phrase(refus.value.raison)


def phrase(raison: str) -> str:
    """A refusal says why, in a sentence; what changes from day to day is masked."""
    assert len(raison) > 15 and raison.lstrip("« ")[0].isupper() and raison.rstrip()[-1] in ".!?)", raison
    masquee = re.sub(r"\b\d{2}/\d{2}/\d{4}\b", "JJ/MM/AAAA", raison)
    return re.sub(r"\b\d{2}-[2-9A-Z]{6}\b", "AA-XXXXXX", masquee)


def test_each_verb_is_allowed_or_refused_with_a_sentence_as_the_page_says(troupe: Troupe) -> None:
    clients = _clients(troupe)
    acteurs = {
        nom: acteur(int(c.session["_auth_user_id"]), troupe.at) if nom in AGENTS[1:] else None
        for nom, c in clients.items()
    }
    autre = troupe.deposer(courriel="autre@courriel.example", lieu="ailleurs").dossier
    temoin = troupe.deposer(courriel="temoin@courriel.example", lieu="encore ailleurs").dossier
    lignes = []
    for code in codes():
        geste = geste_de(temoin, code)
        assert geste is not None
        with defait():
            objet = preparer(troupe, code, geste)
            trouves = {nom: cellule(clients[nom], acteurs[nom], code, objet, autre) for nom in AGENTS}
            type_demande = Demande.objects.select_related("type").get(pk=_dossier(objet).pk).type.code
        lignes += [
            "",
            f"### {code}",
            f"« {geste.libelle} », on `{type_demande}`.",
            "",
            *(f"- {nom}: {dit}" for nom, dit in trouves.items()),
        ]
    compare("Verbs", lignes[1:])


def note_a_preparer(troupe: Troupe, code: str, geste: Geste) -> Any:
    """Where the verb makes sense on a note of arbitration."""
    if code in ("traiter", "recadrer") or (geste.etape and not geste.types):
        note = ecrits.commencee(troupe, "arbitrage")
        ecrits.ecrire(note, ecrits.auteur_de(troupe, note), **ecrits.TEXTES)
        return ecrits.a_faire(note)[0] if geste.etape else Dossier.objects.get(pk=note.pk)
    note = ecrits.envoyee(troupe, "arbitrage")
    if code == "presenter":
        maire = ecrits.mener(troupe, note, "decision")
        jour = troupe.annuaire.jour + timedelta(days=9)
        orientee = {"choix": "orienter", "instance": "BM", "souhaitee_le": jour}
        arbitrer(maire, by=ecrits.qui_peut(troupe, maire), at=troupe.at, **orientee)
        return ecrits.a_faire(note)[0]
    if not geste.etape:
        if code == "reprendre":
            agir("mettre_en_attente", note.dossier, troupe.au_poste("dgs"))
        return Dossier.objects.get(pk=note.pk)
    return ecrits.mener(
        troupe, note, sorted(geste.types, key=lambda t: t != "visa")[0], "finances" if code == "donner_avis" else ""
    )


def demande_interne_a_preparer(troupe: Troupe, code: str, geste: Geste) -> Any:
    """Where the verb makes sense on an internal request that goes up to the general manager."""
    if code == "traiter" or (geste.etape and not geste.types):
        return internes.a_faire(internes.commencee(troupe, "recrutement"))[0]
    demande = internes.envoyee(troupe, "recrutement")
    if geste.etape:
        return internes.mener(troupe, demande, sorted(geste.types, key=lambda t: t != "visa")[0])
    if code == "reprendre":
        agir("mettre_en_attente", demande.dossier, troupe.au_poste("dgs"))
    return internes.frais(demande)


def demande_d_elu_a_preparer(troupe: Troupe, code: str, geste: Geste) -> Any:
    """Where the verb makes sense on a matter: a project for what is decided, a daily one for the rest; a resident waits."""
    projet = geste.types == frozenset({"decision"})
    demande = saisies.saisie(troupe, voie="projet" if projet else "quotidien", habitant=saisies.habitant("service"))
    if geste.etape:
        ordre = sorted(geste.types or {"traitement"}, key=lambda t: (t != "visa", t))
        return saisies.mener(troupe, demande, "traitement" if not geste.types else ordre[0])
    if code == "reprendre":
        agir("mettre_en_attente", demande.dossier, troupe.au_poste("dgs"))
    return saisies.frais(demande)


def appel_a_preparer(troupe: Troupe, code: str, geste: Geste) -> Any:
    """Where the verb makes sense on a call for the roads."""
    if code in ("viser", "signer", "refuser", "renvoyer"):
        appel = essais.ecrit(troupe, entite="voirie", code="appel-voirie")
        return essais.mener(troupe, appel, "signature") if code == "signer" else essais.a_faire(appel)
    sont_chez_lui = code in ("noter_syndicat", "faire_reprendre", "repondre")
    appel = (essais.accepte if sont_chez_lui else essais.envoye)(troupe, entite="voirie", code="appel-voirie")
    etape = essais.a_faire(appel)
    if geste.etape and geste.types and etape.type not in geste.types:
        raise LookupError(code)
    if code == "reprendre":
        agir("mettre_en_attente", appel.dossier, troupe.au_poste("dgs"))
    return etape if geste.etape else Dossier.objects.get(pk=appel.pk)


def commande_a_preparer(troupe: Troupe, code: str, geste: Geste) -> Any:
    """Where the verb makes sense on an order of the roads."""
    if code in ("valider", "engager_commande", "expedier_commande"):
        commande = commandes.signee(troupe)
    elif code == "repondre":
        commande = commandes.signee(troupe)
        agir("engager_commande", commande.dossier, troupe.au_poste("agent-finances-1"))
        commandes.pas(troupe, commandes.a_faire(commande)[0])
    elif code == "traiter" or (geste.etape and not geste.types):
        commande = commandes.ecrite(troupe)
    elif code == "signer":
        commande = commandes.fraiche(commandes.a_signer(troupe).dossier)
    else:
        commande = commandes.envoyee(troupe)
        if code == "autoriser_commande":
            credits_a("1")
        if code == "reprendre":
            agir("mettre_en_attente", commande.dossier, troupe.au_poste("dgs"))
    if not geste.etape:
        return Dossier.objects.get(pk=commande.pk)
    etape = commandes.a_faire(commande)[0]
    if geste.types and etape.type not in geste.types:
        raise LookupError(code)
    return etape


def courrier_a_preparer(troupe: Troupe, code: str, geste: Geste) -> Any:
    """Where the verb makes sense on a letter, a request, given to the roads department."""
    if code == "qualifier":
        return lettres.a_faire(lettres.recu(troupe))[0]
    recu = lettres.confie(troupe, effet="information" if code == "joindre_complement" else "demande")
    if geste.etape:
        types = sorted(geste.types, key=lambda t: t != "visa") or ["traitement"]
        return lettres.mener(troupe, recu, types[0])
    avant = {"reprendre": "mettre_en_attente", "rouvrir": "transmettre", "recevoir_complement": "demander_complement"}
    if code in avant:
        agir(avant[code], Dossier.objects.get(pk=recu.pk), troupe.au_poste("dgs"))
    return Dossier.objects.get(pk=recu.pk)


NATURES = {
    "notes": ("Verbs of a note", note_a_preparer, ecrits.commencee),
    "appels": ("Verbs of a call", appel_a_preparer, essais.ecrit),
    "decisions": ("Verbs of an internal request", demande_interne_a_preparer, internes.commencee),
    "commandes": ("Verbs of an order", commande_a_preparer, commandes.ecrite),
    "elus": ("Verbs of a matter of an elected official", demande_d_elu_a_preparer, saisies.saisie),
    "courriers": ("Verbs of a letter", courrier_a_preparer, lettres.confie),
}


@pytest.mark.parametrize("nature", NATURES)
def test_each_verb_of_a_nature_that_is_written_is_allowed_or_refused_as_the_page_says(
    nature: str, troupe: Troupe
) -> None:
    titre, preparer_la, commencer = NATURES[nature]
    clients = _clients(troupe)
    acteurs = {
        nom: acteur(int(c.session["_auth_user_id"]), troupe.at) if nom in AGENTS[1:] else None
        for nom, c in clients.items()
    }
    noms = list(AGENTS)
    if nature == "courriers":  # the post that keeps the registers
        acteurs["courrier"] = lettres.du_courrier(troupe)
        clients["courrier"] = Client()
        clients["courrier"].force_login(
            _personne(acteurs["courrier"].personne), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        noms.append("courrier")
    autre, temoin = commencer(troupe).dossier, commencer(troupe).dossier
    if nature == "courriers":
        agir("demander_complement", autre, troupe.au_poste("dgs"))
    lignes = []
    for code in codes(nature):
        geste = geste_de(temoin, code)
        assert geste is not None, code
        with defait():
            try:
                objet = preparer_la(troupe, code, geste)
            except LookupError:
                continue  # no étape of that type in its circuit
            trouves = {nom: cellule(clients[nom], acteurs[nom], code, objet, autre) for nom in noms}
        lignes += ["", f"### {code}", f"« {geste.libelle} ».", "", *(f"- {nom}: {dit}" for nom, dit in trouves.items())]
    compare(titre, lignes[1:])
