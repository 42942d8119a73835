"""The internal requests of the fictitious year. Every fact is invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Demandee:
    """One internal request: when it begins (days before today), who asks, on which model, and how far it goes.

    `fin`: « close », « partielle », « refusee », « renvoyee » (sent back once, then closed), « retiree », « decision » (waits
    there), « visa » (waits at the first one), « elu » (an elected official was asked, and waits there), « brouillon ».
    """

    il_y_a: int
    poste: str
    modele: str
    objet: str
    texte: str
    fin: str = "close"
    dit: str = ""
    avec: str = ""
    service: bool = False


DEMANDEES = (
    Demandee(290, "agent-espaces-verts-1", "materiel", "Deux tronçonneuses sur batterie",
             "Les nôtres ont douze ans et trois pannes depuis mars.\n\nDevis : 1 480 € les deux, batteries comprises.",
             dit="D'accord sur la ligne de petit outillage.", service=True),
    Demandee(240, "resp-sports", "evenement", "Journée des clubs au stade",
             "Une journée ouverte à tous le premier dimanche de septembre, avec quinze clubs.\n\nBesoin : 40 tables, deux"
             " barnums, un agent d'astreinte.", dit="D'accord, en lien avec la communication.", avec="agent-sports-1"),
    Demandee(180, "agent-finances-2", "formation", "Formation aux marchés publics simplifiés",
             "Deux jours à distance, 420 €. Elle m'aiderait à relire les bons de commande des services.", fin="partielle",
             dit="Un jour cette année, le second l'an prochain."),
    Demandee(150, "resp-petite-enfance", "recrutement", "Un renfort de six mois à la crèche",
             "Deux départs en congé en même temps. Sans renfort, une section ferme le mercredi.", fin="refusee",
             dit="Le budget du personnel est clos ; une mutation interne est proposée au service."),
    Demandee(120, "agent-accueil-2", "organisation", "Ouvrir l'accueil le samedi matin en décembre",
             "Beaucoup d'habitants travaillent en semaine. L'équipe propose un samedi sur deux, à deux agents.", fin="renvoyee",
             dit="D'accord pour décembre, puis bilan.", service=True),
    Demandee(95, "agent-culture-1", "vehicule", "Le minibus pour une visite au musée",
             "Le 14, pour douze enfants et deux accompagnateurs.", fin="retiree"),
    Demandee(60, "dgs", "partenariat", "Convention avec l'université pour des stages",
             "Dix stages par an, sans coût pour la ville, suivis par les directeurs.",
             dit="D'accord. Je la présenterai au conseil."),
    Demandee(16, "resp-commerce", "partenariat", "Marché de créateurs avec l'union des commerçants",
             "Quatre dimanches au printemps. La ville prête la place et les barrières ; l'union tient les inscriptions.",
             fin="elu"),
    Demandee(9, "agent-voirie-1", "informatique", "Une tablette pour les relevés de voirie",
             "Les relevés sont recopiés le soir : une heure par jour. Une tablette suffit pour l'équipe.", fin="decision"),
    Demandee(4, "resp-proprete", "locaux", "Un vestiaire pour l'équipe du matin",
             "Six agents se changent dans le garage. Le local voisin est vide.", fin="decision"),
    Demandee(3, "agent-regie-voirie-1", "materiel", "Des gants d'hiver pour l'équipe",
             "Dix paires, avant les premières gelées.", fin="visa", service=True),
    Demandee(2, "agent-accueil-1", "amelioration", "Une borne pour prendre un ticket",
             "Les gens font la queue debout, sans savoir combien de temps.", fin="brouillon"),
)  # fmt: skip
