"""Send the note into its circuit. What is mandatory is written, what is typed can be read."""

from collections.abc import Mapping
from datetime import datetime

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import avancer, exiger_circuit, passer_outre
from buridan.dossiers.actions.traversee import Traversee, traversee_etape
from buridan.dossiers.etats import EtatEtape, Resultat
from buridan.dossiers.models import Dossier, Etape
from buridan.notes.modele import Contenu
from buridan.notes.models import Note
from buridan.notes.queries import contenus, mis_a_part, mots_de, note_de, partie_de
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

SANS_CE_TEXTE = (
    "Un autre texte est resté à part : quelqu'un écrivait en même temps que vous. Utilisez « Écrire la note » pour le "
    "lire : reprenez-en ce qu'il faut, ou envoyez la note sans lui."
)


def fautes(note: Note, lus: Mapping[str, Contenu]) -> dict[tuple[str, str], str]:
    """What keeps the note from being sent: a sentence by (part, field)."""
    trouvees = {}
    for partie in note.modele.parties_de(note.genre):
        contenu = lus.get(partie.code, {})
        if partie.obligatoire and partie.vide(contenu):
            phrase = "Cette partie est obligatoire : écrivez au moins une phrase, le maire en a besoin pour décider."
            trouvees[partie.code, partie.champs[0].code] = phrase
        for champ in partie.champs:
            if faute := champ.faute(contenu.get(champ.code, "")):
                trouvees[partie.code, champ.code] = faute
    return trouvees


def envoyer(etape: Etape, *, by: Acteur, at: datetime, sans: int = 0) -> Etape:
    """Send. Services that the author does not consult are passed over; the journal says so.

    `sans`: id of the latest text kept aside that its author has seen and leaves out.
    """
    with traversee_etape("envoyer_note", etape, by=by, at=at) as t:
        assert t.etape is not None
        coeur.peut_decider(by, t.etape, "traiter").exiger()
        note = note_de(t.dossier)
        lus = contenus(note)
        if manques := fautes(note, lus):
            parties = {p.code: p for p in note.modele.parties_de(note.genre)}
            raisons = (f"« {parties[p].nom_du_champ(c, note.genre)} » : {dit}" for (p, c), dit in manques.items())
            raise Refus(f"La note n'est pas encore prête. {' '.join(raisons)}")
        if any(version.pk > sans for version in mis_a_part(note).values()):
            raise Refus(SANS_CE_TEXTE)
        t.decider(Resultat.TRAITEE, "")
        _sans_consulter(t, note, lus)
        exiger_circuit(t)
        Note.objects.filter(pk=note.pk).update(envoyee_le=at)
        Dossier.objects.filter(pk=note.pk).update(contenu=mots_de(note, lus))
        avancer(t)
        return t.etape


def _sans_consulter(t: Traversee, note: Note, lus: Mapping[str, Contenu]) -> None:
    a_venir = Etape.objects.filter(dossier=t.dossier, etat=EtatEtape.A_VENIR).select_related("poste", "entite")
    inutiles = {e.pk for e in a_venir if (p := partie_de(e, note)) is not None and not p.consulter(lus.get(p.code, {}))}
    passer_outre(t, [e for e in t.etapes if e.pk in inutiles])
