"""The nature `elus`, as the core sees it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Func, Q, TextField

from buridan.dossiers.etats import EtatDossier, SensReponse, TypeEtape
from buridan.dossiers.models import Dossier, Etape
from buridan.dossiers.natures import Concerne, Mots, Nature, Registre, Route, Voisin, inscrire, nature_de
from buridan.dossiers.routage import Contexte
from buridan.droit.delais import date_legale
from buridan.elus import rules
from buridan.elus.actions.repondre import transmettre_la_reponse
from buridan.elus.actions.saisir import L_ELU, NATURE
from buridan.elus.chargement import charger, dernier_formulaire
from buridan.elus.etats import Voie
from buridan.elus.gestes import ELUS, SANS
from buridan.elus.models import DemandeElu
from buridan.elus.queries import demande_de
from buridan.elus.route import tracer
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.organisation.annuaire import Annuaire, annuaire_du
from buridan.organisation.models import Genre, Personne
from buridan.outils.texte import sans_accents
from buridan.outils.verdict import OUI, Refus, Verdict, non

MOTS = Mots(
    demande="demande d'élu", la="la demande d'élu", le_demandeur=L_ELU, au_demandeur="à l'élu",
    sens={
        SensReponse.FAVORABLE: "Accord", SensReponse.PARTIELLE: "Accord en partie", SensReponse.REFUS: "Refus",
        SensReponse.RETIREE: "Retirée par l'élu",
    },
)  # fmt: skip
PHRASES = {
    "trancher": "a décidé",
    "choisir_qui_repond": "a changé qui répond à l'habitant",
    "qualifier": "a transmis au service",
    "recevoir_la_reponse": "a donné la réponse du dossier que le projet est devenu",
}
REFUS = "Cette demande ne peut pas être satisfaite, pour la raison suivante :\n\n{motif}"
AU_PLUS = 200


def contexte(dossier: Dossier) -> dict[str, Any]:
    """For its part of the dossier page. Its template asks `acteur` what may be shown."""
    demande = demande_de(dossier)
    return {"demande": demande, "reponse_habitant": getattr(demande, "reponse_habitant", None)}


def signe(dossier: Dossier, acteur: Acteur) -> str:
    """In the journal and in what others are told the official who asked is « l'élu »: these lines are read by everybody."""
    if not rules.est_elu(acteur.annuaire, acteur.personne):
        return acteur.nom
    sienne = DemandeElu.objects.filter(pk=dossier.pk, elu=acteur.personne).exists()
    return L_ELU if sienne else acteur.nom


def masques(dossier: Dossier, acteur: Acteur) -> Mapping[int, str]:
    """The official's name, for those who may not know it."""
    demande = demande_de(dossier)
    return {} if rules.voit_qui_demande(acteur, demande) else {demande.elu_id: L_ELU}


def destinataires(dossier: Dossier, annuaire: Annuaire) -> list[int]:
    """Who has the answer: the official, or the cabinet when his or her mandate is over."""
    elu = demande_de(dossier).elu_id
    if rules.est_elu(annuaire, elu):
        return [elu]
    cabinet = annuaire.premiere(Genre.CABINET)
    return list(annuaire.resoudre_entite(cabinet, NATURE).personnes) if cabinet is not None else []


def ecrire_a_l_elu(dossier: Dossier, sujet: str, texte: str, at: datetime) -> None:
    """By e-mail, with the address of the dossier."""
    pied = f"\n\nLa demande : {settings.ADRESSE_PUBLIQUE}/dossiers/{dossier.uuid}/\n"
    qui = destinataires(dossier, annuaire_du(date_legale(at)))
    for courriel in Personne.objects.filter(pk__in=qui, is_active=True).order_by("pk").values_list("email", flat=True):
        ecrire_courriel(courriel, sujet, texte + pied, at=at, dossier=dossier.uuid)


def concernes(dossier: Dossier) -> list[int]:
    """Told of the answer besides those who follow: the official, or the cabinet."""
    return destinataires(dossier, annuaire_du(date_legale(dossier.clos_le))) if dossier.clos_le else []


def prevenus(dossier: Dossier, etape: Etape) -> list[int]:
    """The official, when the answer is ready and it is for him or her to take it to the resident."""
    if etape.type != TypeEtape.REPONSE:
        return []
    demande = demande_de(dossier)
    return [] if rules.attend_la_suite(demande) else rules.a_prevenir(demande)


def a_la_cloture(dossier: Dossier, sens: SensReponse, by: Acteur, at: datetime) -> None:
    """What a project became has its answer: it goes to the official and to the resident."""
    if nature_de(dossier).reprendre is not None:
        transmettre_la_reponse(dossier, sens, by, at)


def exige(dossier: Dossier, etapes: Sequence[Etape], annuaire: Annuaire) -> Verdict:
    """No elected official has an étape in it: to refuse only the one who asked would say who asked."""
    postes = {
        poste
        for elu in [demande_de(dossier).elu_id, *rules.elus(annuaire)]
        for poste in annuaire.postes_de.get(elu, ())
    }
    if dossier.etat != EtatDossier.CLOS and any(e.poste_id in postes for e in etapes):
        return non("Cette étape ne peut pas être confiée à un élu. Demandez au cabinet de l'interroger.")
    return OUI


def voisins(pres: Q) -> list[Voisin]:
    """Open matters at a place, said by their subject and place."""
    trouvees = DemandeElu.objects.filter(pres).exclude(dossier__etat=EtatDossier.CLOS).exclude(voie=Voie.PROJET)
    lues = trouvees.select_related("dossier", "formulaire").order_by("-dossier__ouvert_le")[:5]
    return [Voisin(d.dossier, f"{d.sujet_choisi.titre} — {d.lieu}") for d in lues]


def habitant(dossier: Dossier) -> Concerne | None:
    """The resident who spoke to the official, if one is named."""
    demande = demande_de(dossier)
    return Concerne(dossier.pk, demande.habitant_nom, demande.habitant_courriel) if demande.habitant_nom else None


def personne(mots: str) -> list[Concerne]:
    """Residents with this e-mail, or with all these words in their name."""
    trouvees: Any = DemandeElu.objects.filter(dossier__efface_le=None).exclude(habitant_nom="")
    if "@" in mots:
        trouvees = trouvees.filter(habitant_courriel__iexact=mots)
    else:
        nom = Func(F("habitant_nom"), function="buridan_sans_accents", output_field=TextField())
        trouvees = trouvees.annotate(cherche=nom)
        for mot in sans_accents(mots).replace("-", " ").replace("'", " ").split():
            trouvees = trouvees.filter(cherche__contains=mot)
    return [Concerne(d.pk, d.habitant_nom, d.habitant_courriel) for d in trouvees.order_by("-pk")[:AU_PLUS]]


def route(code: str, annuaire: Annuaire, entite: int | None, theme: str) -> Route | None:
    """`elus:voirie` for a subject, `elu-quotidien` or `elu-projet` for a service."""
    formulaire = dernier_formulaire()
    if formulaire is None:
        return None
    sujets = {f"elus:{s.code}": s for s in formulaire.lu.sujets}
    voies = {c.circuit: voie for voie, c in formulaire.lu.chemins.items()}
    if code not in sujets | voies:
        return None
    voie = voies.get(code, Voie.QUOTIDIEN)
    if voie == Voie.PROJET:
        entite = annuaire.premiere(Genre.CABINET)
    elif code in sujets:
        entite = entite or annuaire.codes_entites.get(sujets[code].service)
    if entite is None:
        raise Refus("Dites quel service traiterait la demande : --service CODE.")
    titre = sujets[code].titre if code in sujets else Voie(voie).label
    circuit = formulaire.lu.chemins[voie].circuit
    return Route(titre, circuit, Contexte(entite=entite), tracer(circuit, annuaire, entite=entite, qui_repond=""))


def declarer() -> None:
    """Register the nature."""
    inscrire(
        Nature(
            code=NATURE,
            nom="Demande d'élu",
            fiche="elus/_fiche.html",
            contexte=contexte,
            ecrire_au_demandeur=ecrire_a_l_elu,
            gestes=ELUS,
            sans=SANS,
            mots=MOTS,
            phrases=PHRASES,
            usager=False,
            gardees=frozenset({TypeEtape.REPONSE}),
            projet_de_refus=REFUS,
            exige=exige,
            concernes=concernes,
            charger=charger,
            route=route,
            signe=signe,
            prevenus=prevenus,
            masques=masques,
            voisins=voisins,
            a_la_cloture=a_la_cloture,
            personne=personne,
            demandeur=habitant,
            registre=Registre(
                "Demandes des élus",
                "Ce que les élus entendent et voient sur le terrain : un problème du quotidien, ou un projet nouveau.",
                page="elus",
                creer="elus_nouvelle",
                libelle="Nouvelle demande d'élu",
                peut_creer=rules.peut_saisir,
            ),
        )
    )
