"""The note on paper, in the order of the town's form: a tagged PDF, on one page when it is short."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime

from buridan.circuits.catalogue import lire
from buridan.circuits.models import VersionCircuit
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Etape
from buridan.dossiers.pdf import compiler, decision_en_mots, en_toutes_lettres, paragraphes, propre
from buridan.dossiers.rules import redaction
from buridan.interface.contexte import ville
from buridan.notes.modele import Partie
from buridan.notes.models import Note
from buridan.notes.queries import contenus
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire

MODELE = Path(__file__).with_name("note.typ")


def composer(note: Note, acteur: Acteur) -> bytes:
    """The PDF of the note as it stands, its visas included; marked PROJET until it is sent."""
    return compiler(MODELE, "note", contenu(note, acteur.annuaire))


def contenu(note: Note, annuaire: Annuaire) -> dict[str, Any]:
    """What the paper says, as plain strings."""
    dossier, modele, lus = note.dossier, note.modele, contenus(note)
    etapes = list(Etape.objects.filter(dossier=dossier).select_related("decision").order_by("rang", "id"))
    cadres = _cadres(note, etapes, annuaire)
    parties = modele.parties_de(note.genre)
    return {
        "ville": ville(settings.PRESET)["nom"],
        "titre": note.genre_choisi.titre,
        "genres": [{"titre": g.titre, "coche": g.code == note.genre} for g in modele.genres],
        "projet": redaction(etapes) is not None,
        "reference": dossier.reference,
        "date": en_toutes_lettres(localtime(note.envoyee_le or dossier.ouvert_le).date()),
        "tete": [
            ["À l'attention de", modele.destinataire],
            ["Direction", annuaire.nom_entite(dossier.entite_id)],
            *[[f"Sous couvert de ({n})", c["chez"] or "—"] for n, c in enumerate(cadres[:2], 1)],
            ["Objet", propre(dossier.objet)],
        ],
        "parties": [
            {
                "titre": p.intitule(note.genre) + (" (obligatoire)" if p.obligatoire else ""),
                "paragraphes": paragraphes(lus.get(p.code, {}).get(p.champs[0].code, "")),
            }
            for p in parties
            if not p.a
        ],
        "sections": [_section(p, lus.get(p.code, {})) for p in parties if p.a],
        "cadres": cadres,
        "maire": _maire(note, etapes, annuaire),
    }


def _section(partie: Partie, lu: dict[str, str]) -> dict[str, Any]:
    lignes = []
    for champ in partie.champs:
        valeur = lu.get(champ.code, "")
        if valeur or not champ.si:
            lignes.append([champ.titre, propre(champ.lisible(valeur)) or "—"])
    return {"titre": partie.titre, "lignes": lignes}


def _cadres(note: Note, etapes: list[Etape], annuaire: Annuaire) -> list[dict[str, str]]:
    """The frames in the order of the form: the last visa that was given by the étape of that role."""
    roles = _titres_par_role(note)
    cadres = []
    for cadre in note.modele.cadres:
        titres = roles.get(cadre.code, set())
        siennes = [e for e in etapes if e.type == TypeEtape.VISA and e.titre in titres and e.etat != EtatEtape.REPRISE]
        derniere = siennes[-1] if siennes else None
        decidee = next((e for e in reversed(siennes) if hasattr(e, "decision")), None)
        chez = annuaire.designer(derniere.poste_id) if derniere is not None and derniere.poste_id else ""
        cadres.append({"titre": cadre.titre, "chez": chez, **_decision(decidee, annuaire, derniere is None)})
    return cadres


def _titres_par_role(note: Note) -> dict[str, set[str]]:
    version = VersionCircuit.objects.filter(code=note.dossier.circuit, numero=note.dossier.circuit_version).first()
    roles: dict[str, set[str]] = {}
    for etape in lire(version).etapes if version is not None else ():
        roles.setdefault(str(etape.destinataire), set()).add(etape.titre)
    return roles


def _decision(etape: Etape | None, annuaire: Annuaire, sans_objet: bool) -> dict[str, str]:
    if etape is None:
        return {"date": "", "visa": "Sans objet" if sans_objet else "", "remarque": ""}
    return decision_en_mots(etape.decision, annuaire)


def _maire(note: Note, etapes: list[Etape], annuaire: Annuaire) -> dict[str, Any]:
    siennes = [e for e in etapes if e.poste_id in note.decideurs and e.type == TypeEtape.DECISION]
    decidee = next((e for e in reversed(siennes) if e.etat in (EtatEtape.FAITE, EtatEtape.RENVOYEE)), None)
    inscrites = {i.instance: f"{i.souhaitee_le:%d/%m/%Y}" for i in note.inscriptions.all()}
    courtes = [i for i in note.modele.instances if not i.titre.startswith("Commission")]
    commissions = [i for i in note.modele.instances if i.titre.startswith("Commission") and i.code in inscrites]
    lignes = [{"titre": i.titre, "coche": i.code in inscrites, "date": inscrites.get(i.code, "")} for i in courtes]
    commission = commissions[0] if commissions else None
    lignes.append(
        {"titre": commission.titre if commission else "Commission", "coche": bool(commission),
         "date": inscrites.get(commission.code, "") if commission else ""}
    )  # fmt: skip
    dite = _decision(decidee, annuaire, False)
    if decidee is not None and decidee.poste_id != note.maire_id:
        dite["remarque"] = "\n".join(p for p in (note.par_delegation, dite["remarque"]) if p)
    return {**dite, "instances": lignes}
