"""Letters of this morning: for each, the text of its pages."""

PAGES = (
    (
        "Marguerite Lecoq\n14 rue de l'Exemple\n62400 Exemple-sur-Lys\n\n"
        "Monsieur le maire,\n\nObjet : éclairage en panne devant l'école\n\n"
        "Depuis trois semaines, les deux lampadaires de la rue ne\ns'allument plus. "
        "Les enfants traversent dans le noir à la sortie\n"
        "de l'étude. Je vous remercie de les faire réparer.\n\nAvec mes salutations respectueuses,\nMarguerite Lecoq",
    ),
    (
        "Association Les Joyeux Boulistes\n3 place de l'Exemple\n62400 Exemple-sur-Lys\n\nMadame, Monsieur,\n\n"
        "Objet : prêt de barrières pour notre tournoi\n\nNotre tournoi annuel aura lieu le dernier dimanche du mois.\n"
        "Nous souhaitons emprunter vingt barrières et deux tables.\nLe programme est joint, page suivante.",
        "Programme du tournoi\n\nNeuf heures : accueil des équipes\nDix heures : premières parties\nMidi : repas sous la halle\n"
        "Dix-sept heures : remise des prix par les élus",
    ),
    (
        "Grande quinzaine du meuble !\n\nTout le magasin à moitié prix\njusqu'à samedi soir.\n\nVenez nombreux, café offert.",
    ),
)
