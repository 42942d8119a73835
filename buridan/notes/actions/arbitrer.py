"""The mayor decides, takes note, or sends the note to a body with a wished date."""

from datetime import date, datetime

from buridan.delegations.queries import registre_tenu
from buridan.delegations.rules import peut_signer, signataires
from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer, decaler, passer_outre
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Etape
from buridan.notes.models import Inscription
from buridan.notes.queries import note_de, rapports
from buridan.notes.rules import acte_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

CHOIX = {
    "accord": (Resultat.ACCORDEE, SensReponse.FAVORABLE, "Le maire est d'accord."),
    "note": (Resultat.NOTEE, SensReponse.INFORMATION, "Le maire a pris connaissance de la note."),
    "orienter": (
        Resultat.ORIENTEE,
        SensReponse.INFORMATION,
        "Le maire oriente la note vers : {titre} ({jour:%d/%m/%Y}).",
    ),
}


def arbitrer(
    etape: Etape,
    *,
    by: Acteur,
    at: datetime,
    choix: str,
    texte: str = "",
    instance: str = "",
    souhaitee_le: date | None = None,
) -> Etape:
    """Decide. `instance` and `souhaitee_le`: where and when, for « orienter »."""
    with traversee_etape("arbitrer_note", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "decider").exiger()
        delegation = _par_delegation(t)
        if choix not in CHOIX:
            raise Refus("Choisissez : d'accord, pris note, ou orienter vers une instance.")
        resultat, sens, phrase = CHOIX[choix]
        _sans_l_ancienne(t)
        if choix == "orienter":
            inscription = _orienter(t, instance, souhaitee_le)
            phrase = phrase.format(titre=inscription.titre, jour=inscription.souhaitee_le)
            t.contenu["vers"] = inscription.titre
        t.decider(resultat, texte.strip())
        projet = "\n\n".join(p for p in (*rapports(note_de(t.dossier)), phrase, delegation, texte.strip()) if p)
        t.changer(projet_reponse=projet, projet_sens=sens, projet_vise=False)
        avancer(t)
        return t.etape


def _par_delegation(t: Traversee) -> str:
    """In what right somebody decides whom the mayor gave the decision to; nothing when it is at the mayor's post."""
    assert t.etape is not None and t.acteur.personne is not None
    note, acte = note_de(t.dossier), acte_de(t.dossier)
    if t.etape.poste_id == note.maire_id:
        return ""
    r = registre_tenu(t.at, t.acteur.annuaire)
    peut_signer(r, t.acteur.personne, acte).exiger()
    pouvoir = next(p for p in signataires(r, acte) if p.personne == t.acteur.personne)
    note.decideur_id = t.etape.poste_id
    formule, *suite = pouvoir.formule
    titre = ", ".join((formule, *(x[:1].lower() + x[1:] for x in suite)))
    note.par_delegation = f"{titre} : {pouvoir.qualite}."[:300]
    note.save(update_fields=["decideur", "par_delegation"])
    t.contenu["en_vertu"] = note.par_delegation
    return note.par_delegation


def _sans_l_ancienne(t: Traversee) -> None:
    """The mayor took back a first decision that sent the note to a body: it no longer waits there."""
    inscrites = set(Inscription.objects.filter(note=t.dossier.pk).values_list("etape_id", flat=True))
    passer_outre(t, [e for e in t.restantes() if e.pk in inscrites])


def _orienter(t: Traversee, instance: str, souhaitee_le: date | None) -> Inscription:
    """Wait on the agenda of that body: whoever sends the answer down reports what the body said, by that day."""
    assert t.etape is not None
    note = note_de(t.dossier)
    choisie = note.modele.instance(instance)
    if choisie is None:
        raise Refus("Choisissez l'instance : ComEx, Bureau municipal, ou quelle commission.")
    if souhaitee_le is None or souhaitee_le <= t.jour:
        raise Refus("Choisissez une date souhaitée dans l'avenir : l'instance a besoin de savoir quand l'inscrire.")
    reponse = next(e for e in reversed(t.etapes) if e.type == TypeEtape.REPONSE)
    rang = t.etape.rang
    decaler(t, rang, 1)
    etape = Etape.objects.create(
        dossier=t.dossier, rang=rang + 1, type=TypeEtape.AVIS, titre=f"Présenter la note : {choisie.titre}"[:120],
        consigne="Une fois la note présentée, dites ce que l'instance en a dit.", poste_id=reponse.poste_id,
        entite_id=reponse.entite_id, delai=f"{(souhaitee_le - t.jour).days} jours calendaires",
        ajoutee_par_id=t.acteur.personne,
    )  # fmt: skip
    return Inscription.objects.create(
        note=note, instance=choisie.code, titre=choisie.titre, souhaitee_le=souhaitee_le, etape=etape, at=t.at
    )
