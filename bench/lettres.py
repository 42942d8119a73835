"""A town's post, made up: subjects of each service, senders who come back, words that mislead, letters given back.

Generated text is easier than real post: its figures say that the machinery works and what it costs, not how right it is in a
town. That is read on real decisions, on the page « Les propositions sont-elles justes ? ».
"""

# ruff: noqa: E501  a subject a line reads better
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

GRAINE = 20260101
# Share of the post, and what people write about, in their words.
SUJETS: dict[str, tuple[int, str]] = {
    "finances": (9, "titre de recettes impayé|échéancier de paiement|avis des sommes à payer|subvention d'équilibre|relevé de compte|remboursement d'un trop versé|garantie d'emprunt"),
    "ressources-humaines": (8, "offre de service comme agent|attestation d'emploi|demande d'alternance|dossier de retraite|médecine du travail|mutation d'un agent|emploi saisonnier"),
    "voirie": (14, "nid-de-poule devant chez moi|trottoir abîmé|vitesse des voitures|panneau tombé|ralentisseur trop haut|marquage effacé|bordure cassée|travaux dans la rue"),
    "proprete": (9, "dépôt sauvage|rats dans la cour|conteneur qui déborde|crottes de chien|balayage de la rue|graffiti sur un mur"),
    "espaces-verts": (7, "haie qui déborde|branches cassées au parc|pelouse à tondre|jeux abîmés au square|racines qui soulèvent le sol|fleurissement du quartier"),
    "eclairage-public": (5, "lumière éteinte la nuit|candélabre qui clignote|rue dans le noir|câble qui pend"),
    "police-municipale": (8, "tapage le soir|bruit du voisin|chien qui aboie|rodéo de scooters|voiture ventouse|cambriolage pendant les vacances"),
    "stationnement": (6, "avis de contravention|carte de résident|place réservée aux personnes handicapées|parcmètre en panne|forfait contesté"),
    "urbanisme": (8, "abri de jardin|véranda sans autorisation|mur mitoyen|division d'un terrain|ravalement de façade|certificat de conformité"),
    "habitat": (7, "logement humide|moisissures dans la chambre|attribution d'un logement|péril d'un immeuble|chauffage en panne du bailleur"),
    "scolaire": (6, "dérogation de secteur|menu sans viande|garderie du matin|inscription de ma fille|transport des élèves"),
    "vie-associative": (5, "prêt de matériel|forum des clubs|réservation d'une salle|repas de notre club|tournoi de cartes"),
    "sports": (3, "créneau au gymnase|vestiaires du stade|ligne d'eau à la piscine"),
    "cimetieres": (3, "reprise d'une tombe|case au columbarium|entretien d'une sépulture"),
    "seniors": (4, "portage de repas|voyage des aînés|colis de fin d'année|aide à domicile"),
    "etat-civil": (5, "copie d'acte de naissance|changement de prénom|livret de famille perdu|parrainage civil"),
}  # fmt: skip
# How a letter begins, and how often it is then a request in the law's sense.
DEBUTS = {
    "": 0.4,
    "Demande : ": 0.9,
    "Réclamation, ": 0.8,
    "Question sur ": 0.3,
    "Signalement : ": 0.7,
    "Suite à votre courrier, ": 0.2,
    "Relance : ": 0.8,
    "Au sujet de ": 0.4,
}
# Of which one in two was treated as urgent; of the others, one in fifty.
URGENTS = ("péril d'un immeuble", "câble qui pend", "branches cassées au parc", "rats dans la cour", "panneau tombé")
FINS = (
    "",
    " rue de l'Exemple",
    " place du Marché",
    " depuis un mois",
    " (second courrier)",
    " avec photos",
    " près de la gare",
    " au centre-ville",
)
ORGANISMES = (
    "Bailleur",
    "Département",
    "Assurance",
    "Notaire",
    "Syndic",
    "Club",
    "Collège",
    "Clinique",
    "Entreprise",
    "Trésorerie",
)


@dataclass(frozen=True, slots=True)
class Ecrite:
    """One letter: when it came, what it says, and which service treated it, how many days later."""

    at: datetime
    expediteur: str
    organisme: str
    objet: str
    service: str
    effet: str
    prioritaire: bool
    jours: int


def ecrire(nombre: int, *, jusqua: datetime, annees: float = 2.5) -> list[Ecrite]:
    """So many letters over these years, in the order of their arrival; always the same."""
    hasard = random.Random(GRAINE)
    codes, parts = list(SUJETS), [part for part, _sujets in SUJETS.values()]
    habitues = [(f"{o} {n}", hasard.choices(codes, parts)[0]) for o in ORGANISMES for n in range(1, 13)]
    instants = sorted(jusqua - timedelta(days=365 * annees * hasard.random()) for _ in range(nombre))
    return [_une(hasard, at, codes, parts, habitues) for at in instants]


def _une(
    hasard: random.Random, at: datetime, codes: list[str], parts: list[int], habitues: list[tuple[str, str]]
) -> Ecrite:
    service, organisme = hasard.choices(codes, parts)[0], ""
    if hasard.random() < 0.35:  # senders who come back, most often about the same things
        organisme, le_sien = hasard.choice(habitues)
        service = le_sien if hasard.random() < 0.8 else service
    # one letter in eight is about two things, or says next to nothing
    dit = hasard.choice(SUJETS[service][1].split("|"))
    if hasard.random() < 0.08:
        dit = f"{dit} et {hasard.choice(SUJETS[hasard.choice(codes)][1].split('|'))}"
    elif hasard.random() < 0.05:
        dit = hasard.choice(("Votre réponse", "Demande de rendez-vous", "Réclamation", "Mon dossier"))
    debut = hasard.choice(list(DEBUTS))
    if hasard.random() < 0.05:  # the town's habits are not always ours
        service = hasard.choice(codes)
    return Ecrite(
        at, f"Camille {hasard.randrange(4000)}", organisme, f"{debut}{dit}{hasard.choice(FINS)}", service,
        "demande" if hasard.random() < DEBUTS[debut] else "information",
        hasard.random() < (0.5 if dit.startswith(URGENTS) else 0.02), 2 + hasard.randrange(20),
    )  # fmt: skip
