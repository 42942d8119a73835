"""What is read of notes: their parts as they stand, where they are, what waits on the agendas."""

from typing import Any

from django.db.models import Q

from buridan.dossiers.etats import EtatEtape, Resultat, SensReponse, TypeEtape
from buridan.dossiers.models import Decision, Dossier, Etape, lisible_par
from buridan.notes.modele import Contenu, Partie
from buridan.notes.models import Inscription, Note, VersionPartie
from buridan.organisation.acteur import Acteur

DU_MAIRE = {
    Resultat.ACCORDEE: SensReponse.FAVORABLE, Resultat.NOTEE: SensReponse.INFORMATION,
    Resultat.ORIENTEE: SensReponse.INFORMATION, Resultat.REFUSEE: SensReponse.REFUS,
}  # fmt: skip


def note_de(dossier: Dossier) -> Note:
    """The note of a dossier, with its form."""
    note = Note.objects.select_related("formulaire").get(pk=dossier.pk)
    note.dossier = dossier
    return note


def contenus(note: Note) -> dict[str, Contenu]:
    """What stands in each part, by code; nothing for one that nobody wrote in."""
    return dict(note.parties.values_list("code", "contenu"))


def mis_a_part(note: Note) -> dict[str, VersionPartie]:
    """The text kept aside in each part since the note was last sent, that its author has not saved over; by code."""
    trouves: dict[str, VersionPartie] = {}
    lus = contenus(note)
    for version in note.versions.filter(at__gte=note.envoyee_le or note.dossier.ouvert_le).order_by("-id"):
        plus_tard = trouves.get(version.code)
        if not version.retenue and plus_tard is None and version.contenu not in (lus.get(version.code, {}), {}):
            trouves[version.code] = version
    repris = {(v.code, v.par_id, v.pk) for v in note.versions.filter(retenue=True, code__in=trouves)}
    return {
        code: v
        for code, v in trouves.items()
        if not any((c, par) == (code, v.par_id) and pk > v.pk for c, par, pk in repris)
    }


def visibles(acteur: Acteur) -> Any:
    """Notes one may see, or writes as the elected official of the theme; the newest first."""
    siennes = lisible_par(acteur, "dossier__")
    siennes |= Q(elu__in=acteur.postes_exerces("notes")) | Q(auteur__in=acteur.postes_exerces("notes"))
    return Note.objects.filter(siennes).select_related("dossier", "formulaire").order_by("-pk")


def mots_de(note: Note, lus: dict[str, Contenu]) -> str:
    """All the words the note is found by."""
    textes = [note.genre_choisi.titre, note.theme]
    for partie in note.modele.parties_de(note.genre):
        textes += [lus.get(partie.code, {}).get(c.code, "") for c in partie.champs if c.type in ("long", "texte")]
    return "\n".join(t for t in textes if t)


def partie_de(etape: Etape, note: Note) -> Partie | None:
    """The part that the addressee of this opinion fills or checks."""
    if etape.type != TypeEtape.AVIS:
        return None
    cible = (
        f"poste:{etape.poste.code}"
        if etape.poste is not None
        else f"entite:{etape.entite.code}"
        if etape.entite
        else ""
    )
    return next((p for p in note.modele.parties_de(note.genre) if p.a and p.a == cible), None)


def decisions_du_maire(note: Note) -> list[SensReponse]:
    """What the mayor decided since the note was last written, the latest last."""
    return [DU_MAIRE[r] for t, p, r in _depuis_l_envoi(note) if t == TypeEtape.DECISION and p in note.decideurs]


def parole(note: Note) -> SensReponse | None:
    """What its answer says: what the mayor decided, or that it was refused on its way; None as long as neither is."""
    decidees = decisions_du_maire(note)
    if decidees:
        return decidees[-1]
    return SensReponse.REFUS if any(r == Resultat.REFUSEE for _t, _p, r in _depuis_l_envoi(note)) else None


def _depuis_l_envoi(note: Note) -> list[tuple[TypeEtape, int | None, Resultat]]:
    """(type, post, result) of what was decided since the note was last written, in order."""
    faites = Decision.objects.filter(etape__dossier=note.pk, etape__etat=EtatEtape.FAITE)
    champs = ("etape__rang", "etape__type", "etape__poste", "resultat")
    dites = list(faites.order_by("etape__rang", "etape").values_list(*champs))
    ecrite = max((rang for rang, type_, _p, _r in dites if type_ == TypeEtape.TRAITEMENT), default=0)
    return [(TypeEtape(t), p, Resultat(r)) for rang, t, p, r in dites if rang > ecrite]


def concernes(dossier: Dossier) -> set[int]:
    """Everybody who worked on it: its author, who wrote in it, who decided an étape of it."""
    qui = set(VersionPartie.objects.filter(note=dossier.pk).values_list("par_id", flat=True))
    qui |= set(Decision.objects.filter(etape__dossier=dossier).values_list("par_id", flat=True))
    return {p for p in (*qui, dossier.createur_id) if p is not None}


def a_presenter(etape: Etape) -> bool:
    """Does it report what a body said?"""
    return etape.type == TypeEtape.AVIS and Inscription.objects.filter(etape=etape.pk).exists()


def rapport(inscription: Inscription, resultat: Resultat, texte: str) -> str:
    """What a body said, as the answer has it."""
    mots = "présentée, sans avis" if resultat == Resultat.NOTEE else resultat.label.lower()
    return "\n\n".join(p for p in (f"{inscription.titre} : {mots}.", texte) if p)


def rapports(note: Note) -> list[str]:
    """What each body said of it."""
    faites = note.inscriptions.filter(etape__etat=EtatEtape.FAITE).select_related("etape__decision")
    return [rapport(i, Resultat(i.etape.decision.resultat), i.etape.decision.texte) for i in faites]


def inscriptions(acteur: Acteur) -> list[Inscription]:
    """What waits on the agendas, of the notes one may see; the nearest date first."""
    vues = Inscription.objects.filter(note__in=visibles(acteur).order_by(), etape__etat=EtatEtape.ACTIVE)
    return list(
        vues.select_related("note__dossier", "note__formulaire", "etape__dossier").order_by(
            "titre", "souhaitee_le", "id"
        )
    )
