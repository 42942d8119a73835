"""What the officials of the fictitious year bring in. Nobody in them exists."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rapportee:
    """One matter: days ago, post of the official, subject, what was seen, where. `habitant`: who answers a resident who waits.

    `fin`: « repondue », « refusee », « note », or the type of the étape at which it waits today.
    """

    il_y_a: int
    poste: str
    sujet: str
    texte: str
    lieu: str = ""
    voie: str = "quotidien"
    habitant: str = ""
    nom: str = ""
    cabinet: bool = False
    fin: str = "repondue"
    dit: str = "C'est fait : le service est passé cette semaine."


RAPPORTEES = (
    Rapportee(160, "adjoint-4", "voirie", "Les pavés bougent devant la boulangerie. Deux personnes âgées ont trébuché.",
              "rue d'Arras", habitant="elu", nom="Odette Fictive", dit="Les pavés sont refaits sur dix mètres."),
    Rapportee(140, "adjoint-6", "espaces-verts", "Le banc du square est cassé, les habitués s'assoient par terre.",
              "square du Jeu de Paume",
              habitant="service", nom="Ahmed Inventé", dit="Le banc est remplacé."),
    Rapportee(120, "adjoint-3", "stationnement", "Les livraisons bloquent la rue le matin. Il faudrait deux places de plus.",
              "rue du Carnier", fin="refusee", dit="La rue est trop étroite pour une place de livraison de plus."),
    Rapportee(95, "adjoint-8", "culture", "Un festival de cirque en juin, avec les écoles du quartier.", voie="projet",
              fin="note",
              habitant="elu", nom="Troupe des Essais"),
    Rapportee(70, "conseiller-delegue-1", "accessibilite", "Le passage piéton n'a pas de bateau : un fauteuil ne monte pas.",
              "boulevard Poincaré", habitant="service", nom="Louis Imaginaire", dit="Le trottoir est abaissé des deux côtés."),
    Rapportee(55, "adjoint-9", "sport", "Un terrain de basket couvert près du collège.", voie="projet", fin="acceptee",
              cabinet=True,
              dit="Étude au prochain budget."),
    Rapportee(40, "adjoint-4", "eclairage", "Trois lampadaires éteints sur le chemin de la gare.", "chemin de la gare",
              cabinet=True,
              dit="Les trois lampes sont changées."),
    Rapportee(24, "adjoint-4", "proprete", "Des sacs déposés chaque semaine au pied des conteneurs.", "rue de la Délivrance",
              habitant="elu", nom="Gilberte Factice", fin="reponse", dit="Un passage de plus le jeudi, et un panneau."),
    Rapportee(6, "adjoint-5", "ecoles", "La cloche de la cour ne sonne plus, les enfants traversent tard.",
              "école du centre", fin="traitement"),
    Rapportee(3, "adjoint-7", "commerce", "Un marché de Noël place du Beffroi, avec les commerçants.", "place du Beffroi",
              voie="projet",
              fin="decision"),
    Rapportee(1, "adjoint-4", "voirie", "Un trou dans la chaussée après le pont.", "rue de Lille", habitant="service",
              nom="Simone Supposée", fin="qualification"),
)  # fmt: skip
