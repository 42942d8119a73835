"""The orders of the fictitious year: what a town buys, from suppliers that do not exist. Prices are euros without tax."""

from dataclasses import dataclass

# name, SIRET with a right key and no owner, address, e-mail
FOURNISSEURS = {
    "materiaux": ("Artois Matériaux", "92000001500015", "Zone du Port\n62400 Béthune", "ventes@artois-materiaux.example"),
    "equipement": ("Flandre Équipement", "92000002300019", "4 rue des Ateliers\n59190 Hazebrouck",
        "devis@flandre-equipement.example"),
    "fournitures": ("Nord Fournitures", "92000003100012", "18 avenue de la Gare\n62000 Arras",
        "commandes@nord-fournitures.example"),
    "atelier": ("Atelier du Canal", "92000004900014", "1 quai du Rivage\n62400 Béthune", ""),
    "services": ("Lys Services", "92000005600019", "7 rue de la Lys\n62350 Saint-Venant", "contact@lys-services.example"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecitCommande:
    """One order: when it begins (days before today), who prepares it for which line of the budget, and how far it goes.

    `fin`: « close », « recue » (the supplier has it), « signee », « signature », « visa » (it waits there), « preparee » (still
    being written), « annulee » (after its signature), « refusee », « renvoyee » (sent back once, then closed).
    `lignes`: (what, how many, unit, price, rate).
    """

    il_y_a: int
    poste: str
    ligne: str
    fournisseur: str
    famille: str
    objet: str
    lignes: tuple[tuple[str, str, str, str, str], ...]
    fin: str = "close"
    marche: str = ""


def _un(quoi: str, prix: str, nombre: str = "1", unite: str = "", taux: str = "20") -> tuple[str, str, str, str, str]:
    return quoi, nombre, unite, prix, taux


VOIRIE, ENTRETIEN = "F-011-60633-845-VOI", "F-011-615231-845-VOI"
COMMANDES = (
    RecitCommande(95, "agent-voirie-1", VOIRIE, "materiaux", "voirie", "Enrobé à froid pour les nids-de-poule",
                  (_un("Enrobé à froid, sac de 25 kg", "11.40", "60", "sac"), _un("Livraison au dépôt", "45"))),
    RecitCommande(84, "agent-scolaire-2", "F-011-6067-213-SCO", "fournitures", "scolaire", "Cahiers et peinture de la rentrée",
                  (_un("Cahiers 24 × 32", "0.89", "1200", ""), _un("Peinture gouache, flacon de 1 l", "4.15", "90", "flacon"))),
    RecitCommande(71, "agent-tnu-2", "I-21-21838-020-TNU", "equipement", "informatique", "Vingt-quatre ordinateurs portables",
                  (_un("Ordinateur portable 14 pouces", "689", "24"),
                   _un("Reprise et effacement des anciens postes", "18.50", "24"))),
    RecitCommande(58, "agent-sports-1", "F-011-60632-321-SPO", "equipement", "fournitures-ateliers",
                  "Filets et ballons des gymnases",
                  (_un("Filet de but", "84.20", "6"), _un("Ballon de handball", "19.90", "40")), "renvoyee"),
    RecitCommande(47, "agent-culture-1", "F-011-6135-311-CUL", "services", "evenements",
                  "Location d'une scène pour la fête de la musique",
                  (_un("Scène couverte 8 × 6 m, montage compris", "2850"),
                   _un("Groupe électrogène, la journée", "240", "2", "jour")), "annulee"),
    RecitCommande(40, "agent-voirie-1", ENTRETIEN, "materiaux", "voirie", "Reprise du trottoir de la rue de la Gare",
                  (_un("Dépose et repose de bordures", "62", "85", "m"),
                   _un("Enrobé rouge, fourniture et pose", "48.50", "120", "m²")), "recue",
                  "Marché 2025-14, lot 2"),
    RecitCommande(33, "agent-communication-1", "F-011-6236-020-COM", "fournitures", "communication",
                  "Affiches de la fête des associations",
                  (_un("Affiche 40 × 60, papier recyclé", "0.72", "800", "", "20"),), "refusee"),
    RecitCommande(26, "agent-petite-enfance-1", "F-011-6068-4221-ENF", "fournitures", "scolaire",
                  "Tapis et jeux d'éveil de la crèche",
                  (_un("Tapis d'éveil lavable", "58.90", "14"), _un("Jeu de manipulation en bois", "23.45", "20")), "signee"),
    RecitCommande(19, "agent-voirie-1", VOIRIE, "materiaux", "voirie", "Enrobé à froid avant l'hiver",
                  (_un("Enrobé à froid, sac de 25 kg", "11.40", "330", "sac"),), "signature"),
    RecitCommande(12, "agent-vie-associative-1", "F-011-6232-33-VIA", "atelier", "evenements",
                  "Tables et bancs pour le marché de Noël",
                  (_un("Table pliante", "74", "30"), _un("Banc pliant", "38.50", "60")), "visa"),
    RecitCommande(8, "agent-tnu-1", "F-011-6156-020-TNU", "services", "informatique", "Maintenance annuelle des copieurs",
                  (_un("Forfait maintenance", "16400"),), "signature"),
    RecitCommande(5, "agent-etat-civil-1", "F-011-6068-020-ETC", "fournitures", "fournitures-bureau", "Livrets de famille",
                  (_un("Livret de famille", "2.35", "400"),), "visa"),
    RecitCommande(2, "agent-voirie-1", VOIRIE, "equipement", "voirie", "Panneaux de chantier",
                  (_un("Panneau AK5 sur pied", "92.30", "8"),), "preparee"),
)  # fmt: skip
