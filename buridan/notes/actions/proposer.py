"""The agent who writes a note for the head of the service says that it is ready."""

from datetime import datetime

from buridan.dossiers import rules as coeur
from buridan.dossiers.actions.avancer import a_prevenir
from buridan.dossiers.actions.traversee import DejaFait, traversee
from buridan.dossiers.models import Dossier
from buridan.notes import rules
from buridan.notes.models import Note
from buridan.notes.queries import note_de
from buridan.organisation.acteur import Acteur


def proposer(dossier: Dossier, *, by: Acteur, at: datetime) -> Note:
    """Whoever sends it is told. Raises DejaFait when nothing was written, nor the note sent back, since it was last proposed."""
    with traversee("proposer_note", dossier.pk, by=by, at=at) as t:
        note = note_de(t.dossier)
        rules.peut_proposer(by, note, t.etapes).exiger()
        derniere = note.parties.order_by("-at").values_list("at", flat=True).first()
        depuis = max(x for x in (derniere, note.envoyee_le, note.dossier.ouvert_le) if x is not None)
        if note.proposee_le is not None and note.proposee_le >= depuis:
            raise DejaFait("La note est déjà proposée à votre responsable, telle qu'elle est.")
        Note.objects.filter(pk=note.pk).update(proposee_le=at)
        etape = coeur.redaction(t.etapes)
        assert etape is not None  # `peut_proposer` has just asked
        texte = f"{t.dossier.reference} : {by.nom} vous propose cette note, à relire et à envoyer : {t.dossier.objet}"
        t.prevenir(a_prevenir(by, etape), texte)
        return note
