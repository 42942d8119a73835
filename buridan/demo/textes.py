"""Words of the fictitious year. Every name is invented."""

PRENOMS = [
    "Adèle", "Bastien", "Camille", "Djamila", "Élodie", "Farid", "Ginette", "Hugo", "Inès", "Jordan", "Karima", "Louis",
    "Maëlle", "Noé", "Odile", "Paulo", "Quentin", "Rachida", "Sylvain", "Thérèse", "Ugo", "Virginie", "Wassim", "Yvette",
]  # fmt: skip
NOMS = [
    "Almaviva", "Bellanger-Test", "Cornillac", "Dutheillet", "Estragon", "Farandole", "Grimonval", "Houblonnier",
    "Isambard", "Jolivent", "Kermadec", "Lamproie", "Merlinot", "Navarin", "Orphelin-Duval", "Passavant", "Quillebœuf",
    "Rossignol-Aubry", "Sablonnet", "Tournesac", "Vermandin", "Zélie",
]  # fmt: skip
PHRASES = [
    "Le problème dure depuis plus d'une semaine et gêne les voisins, surtout le matin. Merci de faire le nécessaire.",
    "Je voudrais savoir quelles démarches faire et combien de temps cela prendra. C'est assez pressé pour ma famille.",
    "Bonjour, je vous ai déjà signalé cela au printemps. La situation s'est aggravée depuis les pluies.",
    "Plusieurs enfants passent par là pour aller à l'école, j'ai peur d'un accident.",
    "Nous organisons une petite fête de quartier et nous avons besoin de votre accord et d'un peu de matériel.",
    "Ma mère est âgée et ne peut plus se déplacer : comment peut-elle obtenir ce document ?",
    "Je passe devant tous les jours, c'est dangereux à la nuit tombée. Une photo serait facile à prendre si besoin.",
    "Pouvez-vous me dire qui s'en occupe et à quelle date une intervention est prévue ?",
]
REPONSES = [
    ("favorable", "Bonjour,\n\nVotre demande a bien été traitée par nos équipes. Si le problème revenait, écrivez-nous "
     "depuis votre page de suivi.\n\nBien cordialement,"),
    ("favorable", "Bonjour,\n\nL'intervention a été faite cette semaine. Merci de votre vigilance, qui rend service à tout "
     "le quartier.\n\nBien cordialement,"),
    ("partielle", "Bonjour,\n\nUne première réparation a été faite. Les travaux complets sont inscrits au programme du "
     "trimestre prochain.\n\nBien cordialement,"),
    ("information", "Bonjour,\n\nVoici les informations demandées. Notre accueil reste à votre disposition pour vous aider "
     "dans cette démarche.\n\nBien cordialement,"),
]  # fmt: skip
