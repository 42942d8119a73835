"""Insert, skip or move coming étapes of one dossier: what town halls do every day. The journal says so."""

from datetime import datetime

from buridan.dossiers import rules
from buridan.dossiers.actions.avancer import decaler, exiger_circuit, passer_outre
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.etats import EtatEtape, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import nature_de
from buridan.droit.delais import Delai
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus

SE_PRONONCE = frozenset({TypeEtape.AVIS, TypeEtape.VISA, TypeEtape.VALIDATION, TypeEtape.SIGNATURE, TypeEtape.DECISION})

RIEN_A_SIGNER = (
    "Rien ne se signe dans {la} : ce n'est pas un acte, et aucune délégation n'en répond. Pour un accord de plus, ajoutez un "
    "visa ou une validation ; l'acte qui en découle se signe dans son propre dossier."
)


def inserer(
    dossier: Dossier,
    *,
    by: Acteur,
    at: datetime,
    type: TypeEtape,
    titre: str,
    delai: str,
    poste: int | None = None,
    entite: int | None = None,
    apres: Etape | None = None,
) -> Etape:
    """Insert an étape after `apres` (by default after the ones under way)."""
    with traversee("inserer", dossier.pk, by=by, at=at) as t:
        rules.peut_modifier_circuit(by, t.dossier).exiger()
        if type in (TypeEtape.REPONSE, TypeEtape.QUALIFICATION):
            raise Refus("On n'ajoute ni qualification ni réponse : le circuit en a déjà une.")
        if type == TypeEtape.SIGNATURE and nature_de(t.dossier).acte(t.dossier) is None:
            raise Refus(nature_de(t.dossier).mots.dire(RIEN_A_SIGNER))
        connu = (poste in by.annuaire.postes) if poste is not None else (entite in by.annuaire.entites)
        if (poste is None) == (entite is None) or not connu:
            raise Refus("Choisissez la personne ou le service à qui confier l'étape.")
        _delai_lisible(delai)
        titre = titre.strip() or TypeEtape(type).label
        _pas_deux_fois(t, type, titre, poste, entite)
        rang = _rang_apres(t, apres)
        decaler(t, rang, 1)
        etape = Etape.objects.create(
            dossier=t.dossier, rang=rang + 1, type=type, titre=titre, poste_id=poste,
            entite_id=entite, delai=delai, ajoutee_par_id=by.personne,
        )  # fmt: skip
        t.contenu |= {"etape": etape.titre, "a": rules.destinataire(by, etape)}
        exiger_circuit(t)
        return etape


def _pas_deux_fois(t: Traversee, type: TypeEtape, titre: str, poste: int | None, entite: int | None) -> None:
    """A second click adds nothing: the same étape of the same addressee still waits its turn."""
    for e in t.etapes:
        if e.etat == EtatEtape.A_VENIR and (e.type, e.titre, e.poste_id, e.entite_id) == (type, titre, poste, entite):
            raise DejaFait(f"L'étape « {titre} » est déjà prévue pour ce destinataire.")


def _delai_lisible(delai: str) -> None:
    try:
        Delai.lire(delai)
    except ValueError as erreur:
        raise Refus(str(erreur)) from erreur


def _rang_apres(t: Traversee, apres: Etape | None) -> int:
    """Rank after which to insert: never before what is under way, never after the answer."""
    courant = Etape.objects.filter(dossier=t.dossier, etat=EtatEtape.ACTIVE).order_by("-rang").first()
    if courant is None or courant.type == TypeEtape.REPONSE:
        raise Refus("La réponse est en cours : renvoyez le dossier à une étape d'avant pour en ajouter une.")
    if apres is None:
        return courant.rang
    fraiche = Etape.objects.filter(pk=apres.pk, dossier=t.dossier).first()
    if fraiche is None or fraiche.rang < courant.rang or fraiche.type == TypeEtape.REPONSE:
        raise Refus("Une étape s'ajoute après celles en cours et avant la réponse.")
    return fraiche.rang


def passer(etape: Etape, *, by: Acteur, at: datetime, motif: str) -> Etape:
    """Skip a coming étape, with a reason. The answer can't be skipped."""
    with traversee("passer_etape", etape.dossier_id, by=by, at=at) as t:
        rules.peut_modifier_circuit(by, t.dossier).exiger()
        fraiche = Etape.objects.get(pk=etape.pk, dossier=t.dossier)
        fraiche.dossier = t.dossier
        if fraiche.type == TypeEtape.REPONSE:
            raise Refus("La réponse ne peut pas être passée : 1 demande = 1 réponse.")
        if fraiche.etat != EtatEtape.A_VENIR:
            raise Refus("Seule une étape à venir peut être passée.")
        _reste_a_qui_doit_dire(t, fraiche)
        if not motif.strip():
            raise Refus("Écrivez pourquoi cette étape est passée.")
        passer_outre(t, [fraiche])
        t.etape = fraiche  # the line of the journal names it: a send-back will not ask for it again
        fraiche.etat = EtatEtape.PASSEE
        t.contenu |= {"etape": fraiche.titre, "motif": motif.strip()}
        exiger_circuit(t)
        return fraiche


def _reste_a_qui_doit_dire(t: Traversee, etape: Etape) -> None:
    """In a matter of the town hall itself, nobody below sets aside whoever must agree."""
    if nature_de(t.dossier).usager or etape.type not in SE_PRONONCE:
        return
    fiche = t.acteur.annuaire.fiche_du_poste(etape.poste_id) if etape.poste_id is not None else None
    chez = fiche.entite if fiche is not None else etape.entite_id
    if not t.acteur.agit_pour(etape.poste_id, etape.entite_id, t.dossier.nature) and chez not in t.acteur.dirige:
        qui = rules.destinataire(t.acteur, etape)
        raise Refus(
            f"« {etape.titre} » revient à {qui}, qui seul peut y renoncer : écrivez-lui. En son absence, son suppléant agit."
        )


def deplacer(etape: Etape, *, by: Acteur, at: datetime, avant: Etape, motif: str) -> Etape:
    """Move a coming étape before another coming one, with a reason."""
    with traversee("deplacer", etape.dossier_id, by=by, at=at) as t:
        rules.peut_modifier_circuit(by, t.dossier).exiger()
        a_venir = {e.pk: e for e in Etape.objects.filter(dossier=t.dossier, etat=EtatEtape.A_VENIR)}
        if etape.pk not in a_venir or avant.pk not in a_venir or etape.pk == avant.pk:
            raise Refus("Seules les étapes à venir se déplacent.")
        bougee, repere = a_venir[etape.pk], a_venir[avant.pk]
        if bougee.type == TypeEtape.REPONSE:
            raise Refus("La réponse reste la dernière étape.")
        _reste_a_qui_doit_dire(t, bougee)
        if not motif.strip():
            raise Refus("Écrivez pourquoi cette étape est déplacée.")
        if (
            all(e.pk == bougee.pk for e in a_venir.values() if bougee.rang <= e.rang < repere.rang)
            and bougee.rang < repere.rang
        ):
            raise DejaFait(f"C'est déjà fait : « {bougee.titre} » vient juste avant « {repere.titre} ».")
        decaler(t, repere.rang - 1, 1)
        bougee.rang = repere.rang
        bougee.save(update_fields=["rang"])
        t.contenu |= {"etape": bougee.titre, "avant": repere.titre, "motif": motif.strip()}
        exiger_circuit(t)
        return bougee
