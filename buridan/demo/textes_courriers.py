"""Letters of the fictitious year: who writes, about what, and how far each one goes."""

from dataclasses import dataclass

from buridan.courriers.etats import Effet, Genre


@dataclass(frozen=True, slots=True)
class Lettre:
    """One letter. `service`: code of who answers, empty for the rules of the mail office; `rendus`: services that give it
    back first; `fin`: where it stops; `pour`: post of whom a confidential one is for.
    """

    il_y_a: int
    expediteur: str
    objet: str
    service: str = ""
    genre: str = Genre.LETTRE
    organisme: str = ""
    effet: str = Effet.INFORMATION
    fin: str = "clos"
    pour: str = ""
    rendus: tuple[str, ...] = ()
    avis: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    annexes: str = ""
    courriel: bool = False
    reponse: str = ""


QUESTION = "Madame,\n\nPour savoir si cet arbre est à la ville, il nous faut une photo et l'adresse exacte."
MERCI = "Nous avons bien reçu votre courrier et vous en remercions. Le service a fait le nécessaire."
LETTRES = (
    Lettre(331, "Odette Carlier", "Trottoir défoncé devant la maison", effet=Effet.DEMANDE,
           reponse="L'équipe de voirie a refait le trottoir devant votre maison le mois dernier. Il est de nouveau praticable."),
    Lettre(300, "Me Hugo Brassart", "Recours contre un refus de permis de construire", organisme="Cabinet Brassart",
           genre=Genre.RECOMMANDE, effet=Effet.RECOURS, annexes="12 pièces numérotées",
           reponse="Après réexamen, le refus est maintenu : le projet ne respecte pas la hauteur permise par le plan local."),
    Lettre(263, "Service comptable", "Facture de fournitures scolaires", organisme="Papeterie du Beffroi",
           copies=("scolaire",)),
    Lettre(214, "Lucas Wattiez", "Candidature à un stage d'été", courriel=True, genre=Genre.COURRIEL,
           reponse="Nous avons lu votre candidature avec intérêt. Le service des ressources humaines vous propose un entretien."),
    Lettre(171, "Imprimerie Essai", "Catalogue publicitaire", service="communication", fin="sans_reponse"),
    Lettre(133, "Huguette Delattre", "Renouvellement d'une concession au cimetière", effet=Effet.DEMANDE,
           annexes="Livret de famille",
           reponse="Votre concession est renouvelée pour quinze ans. Le titre vous sera remis au service des cimetières."),
    Lettre(96, "Association Les Joyeux Boulistes", "Demande de subvention pour le tournoi", effet=Effet.DEMANDE,
           courriel=True,
           avis=("sports",), reponse="Une aide vous est proposée ; elle sera soumise au conseil municipal."),
    Lettre(72, "Direction des routes", "Fermeture d'une voie pour travaux", organisme="Département", service="voirie",
           rendus=("proprete",), copies=("police-municipale", "communication")),
    Lettre(58, "Gaston Lenoir", "Bruit des livraisons la nuit", rendus=("commerce", "voirie"), service="police-municipale",
           effet=Effet.DEMANDE,
           reponse="La police municipale est passée trois nuits ; un rappel a été fait au transporteur."),
    Lettre(51, "Société Bâti Essai", "Mise en demeure de payer le solde du chantier", organisme="Bâti Essai",
           genre=Genre.RECOMMANDE,
           effet=Effet.MISE_EN_DEMEURE, annexes="Décompte général",
           reponse="Le solde est mandaté ; la réserve n° 4 reste à lever."),
    Lettre(44, "Banque Essai", "Courrier personnel", genre=Genre.LETTRE, pour="dir-finances", fin="confidentiel"),
    Lettre(38, "Odette Carlier", "Trottoir défoncé devant la maison (copie)", fin="annule"),
    Lettre(33, "Nadia Hocquet", "Lampadaire éteint rue de l'École", effet=Effet.DEMANDE, courriel=True, fin="signature",
           reponse="Le lampadaire est réparé."),
    Lettre(26, "Comité de quartier", "Invitation à la fête du quartier", service="cabinet",
           genre=Genre.MAIN_PROPRE, fin="sans_reponse"),
    Lettre(19, "Famille Roussel", "Arbre dangereux au-dessus de la cour", effet=Effet.DEMANDE, fin="visa",
           reponse="L'arbre sera taillé la semaine prochaine."),
    Lettre(12, "Me Hugo Brassart", "Mise en demeure de réparer une clôture", organisme="Cabinet Brassart",
           genre=Genre.RECOMMANDE,
           effet=Effet.MISE_EN_DEMEURE, fin="traitement"),
    Lettre(15, "Huguette Delattre", "Élagage d'un arbre qui touche ma façade", "espaces-verts",
           effet=Effet.DEMANDE, fin="complement"),
    Lettre(9, "Association Les Mains vertes", "Prêt d'une salle municipale pour une assemblée", fin="traitement"),
    Lettre(17, "Inspection du travail", "Demande de documents", organisme="État", genre=Genre.TELECOPIE, fin="tranche",
           rendus=("batiments", "finances")),
    Lettre(3, "Personne", "Lettre sans signature sur le marché", fin="file"),
    Lettre(2, "Cabinet médical Essai", "Pli personnel", pour="dga2", fin="pli"),
    Lettre(1, "Yvonne Tison", "Remerciements pour le repas des aînés", fin="file"),
    # What comes back: no rule speaks of it, past letters do.
    Lettre(2, "Service technique", "Moisissures signalées dans un logement", organisme="Bailleur Essai", fin="file"),
    Lettre(1, "Paul Fardel", "Dépôt sauvage et danger pour les enfants", fin="file"),
    Lettre(318, "Service technique", "Humidité dans un logement du bâtiment B", "habitat",
           organisme="Bailleur Essai", fin="sans_reponse"),
    Lettre(287, "Rémi Flahaut", "Dépôt sauvage derrière l'église", "proprete", fin="sans_reponse"),
    Lettre(252, "Jeanne Wallard", "Tapage le soir dans l'immeuble", "police-municipale", effet=Effet.DEMANDE),
    Lettre(231, "Service technique", "Travaux dans un logement insalubre", "habitat", organisme="Bailleur Essai",
           fin="sans_reponse"),
    Lettre(203, "Denise Marlier", "Portage de repas à domicile pour ma mère", "seniors", effet=Effet.DEMANDE),
    Lettre(186, "Ali Bensaid", "Dépôt sauvage au coin de la rue", "proprete", rendus=("voirie",), fin="sans_reponse"),
    Lettre(168, "Lise Cordier", "Logement humide et moisissures", "habitat", effet=Effet.DEMANDE),
    Lettre(149, "Marc Senez", "Tapage et musique le soir sous ma fenêtre", "police-municipale", effet=Effet.DEMANDE),
    Lettre(127, "Direction des routes", "Déviation pendant les travaux de la rocade", "voirie",
           organisme="Département", fin="sans_reponse"),
    Lettre(111, "Simone Leclercq", "Reprise du portage de repas", "seniors", effet=Effet.DEMANDE),
    Lettre(88, "Service technique", "Visite d'un logement après moisissures", "habitat", organisme="Bailleur Essai",
           fin="sans_reponse"),
    Lettre(66, "Nora Duhem", "Dépôt sauvage près de l'arrêt de bus", "proprete", fin="sans_reponse"),
    Lettre(47, "Direction des routes", "Comptage des véhicules sur la rocade", "voirie", organisme="Département",
           fin="sans_reponse"),
    Lettre(35, "Pierre Vasseur", "Tapage à la sortie du bar le soir", "police-municipale", rendus=("commerce",),
           effet=Effet.DEMANDE, fin="visa"),
)  # fmt: skip
ENVOI = (
    "Bonjour {{nom}},\n\nDes travaux auront lieu dans votre rue la semaine prochaine, de 8 h à 17 h. Le stationnement sera "
    "interdit devant chez vous ces jours-là ; les piétons pourront toujours passer.\n\nNous vous remercions de votre patience."
)
RIVERAINS = ("Alix Dufour", "Bruno Caron", "Chloé Masse", "Denis Petit", "Élise Roger", "Fanny Leroy")
