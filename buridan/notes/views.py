"""Notes to the mayor: those one sees, who wrote what, the PDF, what waits on the agendas."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from buridan.dossiers.recit import lieux
from buridan.dossiers.views import dossier_visible
from buridan.interface.fichiers import servir_pdf
from buridan.interface.listes import page_de
from buridan.interface.politique import Acces, acteur_de, page
from buridan.notes import queries, rules
from buridan.notes.actions.commencer import NATURE
from buridan.notes.models import Note
from buridan.notes.papier import composer
from buridan.organisation.acteur import Acteur

PAR_PAGE = 25


def note_visible(acteur: Acteur, uuid: UUID) -> Note:
    """A note one may see, or writes; 404 for a stranger."""
    note: Note | None = queries.visibles(acteur).filter(dossier__uuid=uuid).first()
    if note is not None:
        return note
    dossier = dossier_visible(acteur, uuid)
    if dossier.nature != NATURE:
        raise Http404
    return queries.note_de(dossier)


@page(Acces.AGENT)
def liste(request: HttpRequest) -> HttpResponse:
    """The notes one sees, the newest first, and where each one is."""
    acteur = acteur_de(request)
    la_page = page_de(request, queries.visibles(acteur), PAR_PAGE)
    ou = lieux(acteur, [n.dossier for n in la_page])
    lignes: list[dict[str, Any]] = [{"note": n, "lieu": ou[n.pk]} for n in la_page]
    contexte = {"lignes": lignes, "pages": la_page, "peut_ecrire": rules.peut_ecrire_une_note(acteur)}
    return render(request, "notes/liste.html", contexte)


@page(Acces.AGENT)
def instances(request: HttpRequest) -> HttpResponse:
    """What the mayor sent to a body and was not presented yet."""
    acteur = acteur_de(request)
    contexte = {"inscriptions": queries.inscriptions(acteur), "aujourdhui": acteur.annuaire.jour}
    return render(request, "notes/instances.html", contexte)


@page(Acces.AGENT)
def versions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who changed what, the latest first, texts kept aside included."""
    note = note_visible(acteur_de(request), uuid)
    parties = {p.code: p for p in note.modele.parties_de(note.genre)}
    la_page = page_de(request, note.versions.filter(code__in=parties), PAR_PAGE)
    lignes = [
        {
            "version": v, "titre": parties[v.code].intitule(note.genre),
            "reponses": [(c.titre, c.lisible(v.contenu[c.code])) for c in parties[v.code].champs if v.contenu.get(c.code)],
        }
        for v in la_page
    ]  # fmt: skip
    return render(request, "notes/versions.html", {"note": note, "lignes": lignes, "pages": la_page})


@page(Acces.AGENT)
def en_pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The note on paper, with its visas."""
    note = note_visible(acteur_de(request), uuid)
    return servir_pdf(composer(note, acteur_de(request)), f"note-{note.dossier.reference}")
