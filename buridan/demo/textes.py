"""Words of the fictitious year, which fit what is asked. Every name is invented."""

from buridan.demandes.models import TypeDemande

PRENOMS = [
    "Adèle", "Bastien", "Camille", "Djamila", "Élodie", "Farid", "Ginette", "Hugo", "Inès", "Jordan", "Karima", "Louis",
    "Maëlle", "Noé", "Odile", "Paulo", "Quentin", "Rachida", "Sylvain", "Thérèse", "Ugo", "Virginie", "Wassim", "Yvette",
]  # fmt: skip
NOMS = [
    "Almaviva", "Bellanger-Test", "Cornillac", "Dutheillet", "Estragon", "Farandole", "Grimonval", "Houblonnier",
    "Isambard", "Jolivent", "Kermadec", "Lamproie", "Merlinot", "Navarin", "Orphelin-Duval", "Passavant", "Quillebœuf",
    "Rossignol-Aubry", "Sablonnet", "Tournesac", "Vermandin", "Zélie",
]  # fmt: skip
PHRASES: dict[str, tuple[str, ...]] = {
    "nid-de-poule": (
        "Un trou s'est formé au milieu de la chaussée, les voitures se déportent pour l'éviter.",
        "Le bitume s'affaisse depuis les dernières pluies, j'y ai abîmé un pneu.",
    ),
    "chaussee-dangereuse": (
        "La plaque d'égout a disparu, on peut tomber dedans. Quelqu'un a posé une chaise à côté.",
        "Un poteau est tombé en travers de la rue.",
    ),
    "trottoir": (
        "Les dalles du trottoir se soulèvent, ma voisine est tombée hier.",
        "Impossible de passer avec une poussette : le trottoir est plein de trous.",
    ),
    "eclairage-en-panne": (
        "Trois lampadaires de suite sont éteints depuis lundi, la rue est toute noire.",
        "Le lampadaire devant chez moi clignote toute la nuit.",
    ),
    "eclairage-dangereux": (
        "La trappe du lampadaire est ouverte et l'on voit les fils.",
        "Un mât d'éclairage penche depuis la tempête.",
    ),
    "signalisation": (
        "Le panneau stop est tourné, on ne le voit plus depuis la rue.",
        "Le passage piéton est presque effacé devant la boulangerie.",
    ),
    "amenagement-securite": (
        "Les voitures roulent trop vite devant l'école. Peut-on poser un ralentisseur ?",
        "Il n'y a pas de trottoir ici et plusieurs enfants marchent sur la route.",
    ),
    "neige-verglas": ("La côte est une vraie patinoire ce matin, personne ne peut monter.",),
    "permission-voirie": (
        "Nous refaisons notre toiture et l'échafaudage doit tenir sur le trottoir.",
        "J'ai besoin de poser une benne devant chez moi pendant les travaux.",
    ),
    "demenagement": ("Je déménage et le camion doit pouvoir se garer devant l'immeuble.",),
    "accessibilite-lieux": ("La rampe de l'entrée est trop raide : mon mari, en fauteuil, ne peut pas entrer seul.",),
    "depot-sauvage": (
        "Un canapé et des sacs de gravats ont été jetés au bord du chemin.",
        "Des pneus et des bidons traînent derrière le parking depuis dimanche.",
    ),
    "collecte-manquee": (
        "La poubelle jaune n'a pas été ramassée cette semaine dans toute la rue.",
        "Le couvercle de notre bac est cassé, peut-on le remplacer ?",
    ),
    "rue-sale": (
        "Après le marché, la place reste pleine de cartons et de légumes.",
        "Les feuilles mortes bouchent les caniveaux de toute la rue.",
    ),
    "graffiti": ("Un tag est apparu cette nuit sur l'abribus et sur le transformateur.",),
    "tag-facade-privee": ("Ma façade a été taguée. Est-ce que la mairie peut la nettoyer, et à quel prix ?",),
    "rats-nuisibles": ("On voit des rats en plein jour près des poubelles de la résidence.",),
    "dejections-canines": ("Le distributeur de sacs du square est vide depuis des semaines.",),
    "arbre-dangereux": ("Une grosse branche est fendue et pend au-dessus du passage.",),
    "entretien-espace-vert": (
        "L'herbe du talus dépasse un mètre et cache la vue au carrefour.",
        "Les massifs devant la résidence n'ont pas été entretenus cette saison.",
    ),
    "aire-de-jeux": (
        "La balançoire du parc a une chaîne cassée.",
        "Le banc près du toboggan a perdu deux lattes, avec des vis qui dépassent.",
    ),
    "animal-errant": ("Un chien sans collier tourne dans le quartier depuis ce matin.",),
    "chien-dangereux": ("Je viens d'adopter un chien de deuxième catégorie et je dois déclarer sa détention.",),
    "bruit": ("Musique très forte chez les voisins, plusieurs soirs par semaine jusqu'à deux heures.",),
    "stationnement-genant": ("Une camionnette est garée devant ma sortie de garage, je ne peux pas partir.",),
    "vehicule-ventouse": ("Une voiture aux pneus à plat n'a pas bougé depuis deux mois.",),
    "carte-stationnement": ("J'habite la zone payante et je voudrais une carte de résident.",),
    "contestation-fps": ("J'avais payé par téléphone, j'ai le reçu, et j'ai quand même reçu un avis de paiement.",),
    "operation-vacances": ("Nous partons deux semaines : pouvez-vous passer voir la maison ?",),
    "objet-perdu": ("J'ai perdu mon sac au marché samedi matin, avec mes clés dedans.",),
    "acte-naissance": (
        "Il me faut une copie intégrale pour mon dossier de mariage.",
        "Ma mère ne peut plus se déplacer et a besoin de cet acte pour sa retraite.",
    ),
    "acte-mariage": ("Le notaire nous demande un extrait d'acte de mariage récent.",),
    "acte-deces": ("La banque demande un acte de décès pour fermer le compte de mon père.",),
    "identite-passeport": ("Mon passeport est périmé et je pars à l'étranger dans deux mois.",),
    "mariage-dossier": ("Nous voulons nous marier au printemps. Quelles pièces faut-il apporter ?",),
    "pacs-dossier": ("Nous souhaitons conclure un PACS, quand pouvons-nous venir ?",),
    "changement-prenom": ("Je souhaite changer de prénom, je porte l'autre depuis dix ans.",),
    "inscription-electorale": ("Je viens d'emménager et je voudrais voter ici.",),
    "recensement-citoyen": ("Mon fils vient d'avoir 16 ans, comment le faire recenser ?",),
    "concession-funeraire": ("La concession de mes grands-parents arrive à son terme, nous voulons la renouveler.",),
    "cimetiere-entretien": ("Le robinet de l'allée centrale fuit et l'allée est boueuse.",),
    "attestation-accueil": ("J'invite ma sœur, qui vit à l'étranger, pour trois semaines cet été.",),
    "urbanisme-information": ("Je veux poser un abri au fond du jardin : faut-il une autorisation ?",),
    "urbanisme-suivi": ("J'ai déposé une déclaration il y a un mois et je n'ai pas de nouvelle.",),
    "travaux-sans-autorisation": ("Un mur se construit en limite de ma parcelle, sans panneau ni affichage.",),
    "numero-de-rue": ("Le facteur ne trouve pas notre maison neuve, elle n'a pas de numéro.",),
    "logement-insalubre": ("De la moisissure dans les deux chambres, et le propriétaire ne répond plus.",),
    "immeuble-menacant": ("Une large fissure s'est ouverte sur le mur de la maison inoccupée, des briques tombent.",),
    "logement-social": ("Notre logement est devenu trop petit, comment faire une demande ?",),
    "inscription-scolaire": ("Ma fille entre en petite section à la rentrée.",),
    "cantine-periscolaire": ("Je voudrais inscrire mon fils à la cantine deux jours par semaine.",),
    "place-creche": ("Nous attendons un enfant et nous reprenons le travail tous les deux.",),
    "ecole-batiment": ("Le chauffage de la classe ne marche plus, il fait 14 degrés le matin.",),
    "aide-sociale": ("Je n'arrive plus à payer l'électricité ce mois-ci et je ne sais pas à qui m'adresser.",),
    "domiciliation": ("Je n'ai plus d'adresse fixe et j'ai besoin de recevoir mon courrier.",),
    "plan-canicule": ("Je vis seule et je voudrais que l'on m'appelle en cas de forte chaleur.",),
    "aide-seniors": ("Ma mère sort de l'hôpital et ne peut plus préparer ses repas.",),
    "personne-vulnerable": ("Je ne vois plus mon voisin âgé depuis plusieurs jours, ses volets restent fermés.",),
    "emploi-insertion": ("Je cherche une formation dans le bâtiment et quelqu'un pour m'aider à m'orienter.",),
    "reussite-educative": ("Mon fils décroche au collège, l'école m'a conseillé de vous écrire.",),
    "commerce-signalement": ("Les travaux cachent ma vitrine et les clients ne trouvent plus l'entrée.",),
    "commerce-question": ("Puis-je ouvrir exceptionnellement les dimanches de décembre ?",),
    "terrasse": ("Je voudrais installer quatre tables devant mon café d'avril à octobre.",),
    "etalage-chevalet": ("Je souhaite poser un chevalet et un présentoir de fleurs devant la boutique.",),
    "enseigne": ("Je change l'enseigne et le store de mon magasin. Que dois-je déposer ?",),
    "ouverture-commerce": ("Je reprends la librairie de la rue piétonne et je cherche un accompagnement.",),
    "emplacement-marche": ("Je vends des fromages et je cherche une place fixe au marché.",),
    "animation-commerciale": ("Notre union de commerçants prépare une braderie sur la place.",),
    "pret-salle": ("Nous cherchons une salle pour le repas annuel de notre club.",),
    "pret-materiel": ("Il nous faudrait des tables, des bancs et deux barnums pour notre fête.",),
    "manifestation": ("Nous organisons une fête de quartier et nous voudrions fermer la rue un après-midi.",),
    "buvette": ("Notre club tiendra une buvette pendant le tournoi.",),
    "subvention-association": ("Notre association d'aide aux devoirs demande un soutien pour l'année prochaine.",),
    "creneau-sportif": ("Notre section compte vingt joueurs de plus et manque d'heures de gymnase.",),
    "equipement-sportif-abime": ("Le filet du terrain est déchiré et la porte du vestiaire ne ferme plus.",),
    "culture-question": ("Comment inscrire une classe à une visite guidée du patrimoine ?",),
    "question-generale": ("Je viens d'arriver en ville et je ne sais pas à qui m'adresser pour mes démarches.",),
    "reclamation-service": (
        "J'ai attendu une heure au guichet puis on m'a demandé de revenir, sans explication.",
        "Deux appels et un courriel sans réponse en trois semaines.",
    ),
    "reclamation-agent": ("On m'a parlé sèchement au téléphone et l'on a raccroché avant la fin.",),
    "recours-gracieux": ("Je conteste le refus que j'ai reçu : ma situation a changé depuis.",),
    "sinistre-assurance": ("Une branche de la ville est tombée sur ma voiture garée.",),
    "documents-administratifs": ("Je voudrais une copie du compte rendu de la réunion publique sur le plan de circulation.",),
    "archives-recherche": ("Je retrace l'histoire de ma maison et je cherche des plans anciens.",),
    "donnees-personnelles": ("Je voudrais savoir quelles informations la mairie garde sur moi.",),
    "accessibilite-site": ("Mon lecteur d'écran ne lit pas les boutons de la page.",),
    "rendez-vous-elu": ("Je voudrais être reçu pour parler de l'avenir de notre quartier.",),
    "idee": (
        "Et si l'on plantait des arbres fruitiers dans les squares ?",
        "Une boîte à livres près de la gare rendrait service aux voyageurs.",
    ),
    "remerciement": ("Merci à l'agente de l'accueil, si patiente avec mon père.",),
    "communication-mairie": ("Je ne reçois plus le magazine de la ville depuis trois numéros.",),
    "facture-paiement": ("J'ai reçu deux fois la même facture de cantine.",),
    "emploi-mairie": ("Je cherche un contrat d'apprentissage pour la rentrée.",),
    "batiment-public": ("La porte automatique de la salle des fêtes reste bloquée.",),
    "courrier-sans-reponse": ("Ma lettre du mois dernier est restée sans réponse.",),
}  # fmt: skip
FAVORABLE, PARTIELLE, INFORMATION = "favorable", "partielle", "information"
REPONSES: dict[str, tuple[tuple[str, str], ...]] = {
    "Rue et voirie": (
        (FAVORABLE, "Nos équipes sont passées et le problème est réglé. Merci de votre vigilance."),
        (PARTIELLE, "L'endroit est mis en sécurité. Les travaux complets sont inscrits au programme du trimestre prochain."),
    ),
    "Propreté et déchets": (
        (FAVORABLE, "L'équipe de propreté est passée ce matin et l'endroit est propre."),
        (PARTIELLE, "Un premier nettoyage est fait. Nous repasserons chaque semaine pendant un mois."),
    ),
    "Espaces verts et animaux": (
        (FAVORABLE, "Nos agents sont intervenus, tout est rentré dans l'ordre."),
        (PARTIELLE, "L'endroit est mis en sécurité ; la suite se fera à la bonne saison."),
    ),
    "Tranquillité": (
        (FAVORABLE, "Le nécessaire est fait. Si la situation revenait, écrivez-nous depuis votre page de suivi."),
        (INFORMATION, "Votre demande est enregistrée par le service, qui vous a appelé pour vous dire la suite."),
    ),
    "Papiers et état civil": (
        (FAVORABLE, "Votre dossier est complet et votre demande est acceptée. Les documents partent par courrier demain."),
        (INFORMATION, "Voici la liste des pièces à apporter et les heures d'ouverture du service, sans rendez-vous le mardi."),
    ),
    "Urbanisme et logement": (
        (INFORMATION, "Voici la règle qui s'applique à votre adresse et le formulaire à nous rendre."),
        (FAVORABLE, "Le service a visité les lieux et engagé la procédure. Il vous tiendra au courant."),
    ),
    "École et petite enfance": (
        (FAVORABLE, "Votre demande est acceptée. Une confirmation vous est adressée par courrier."),
        (PARTIELLE, "Votre demande est acceptée pour une partie des jours ; les autres restent sur liste d'attente."),
    ),
    "Solidarités et santé": (
        (FAVORABLE, "Une personne du service vous a rencontré et votre accompagnement commence cette semaine."),
        (INFORMATION, "Nous vous proposons un rendez-vous au centre d'action sociale, gratuit et confidentiel."),
    ),
    "Commerce": (
        (FAVORABLE, "Votre demande est acceptée, aux conditions indiquées par le service. L'autorisation vous est envoyée."),
        (INFORMATION, "Voici les renseignements demandés ; le manager de centre-ville passera vous voir."),
    ),
    "Sports, culture et vie associative": (
        (FAVORABLE, "Votre demande est acceptée. Le service vous appelle pour fixer les détails pratiques."),
        (PARTIELLE, "Nous pouvons répondre à une partie de votre demande : le détail est joint."),
    ),
    "Autre": (
        (INFORMATION, "Voici ce que nous pouvons vous répondre, et le nom de la personne à qui vous adresser ensuite."),
        (FAVORABLE, "Nous avons vérifié et fait le nécessaire. Merci de nous l'avoir signalé."),
    ),
}  # fmt: skip
QUESTIONS = {
    "pourquoi": "Les voitures vont vite et plusieurs enfants traversent.", "difficulte": "Une marche de vingt centimètres.",
    "quand": "Surtout le vendredi et le samedi soir.", "contact": "Ma sœur, au 03 61 99 00 99.",
    "objet": "Celui que je décris plus haut.", "travaux": "Un abri de douze mètres carrés.", "ecole": "L'école de mon secteur.",
    "jours": "Du lundi au jeudi, toute la journée.", "activite": "Une librairie avec un coin café.", "marche": "Le lundi.",
    "besoin": "Dix tables, vingt bancs, deux barnums.", "horaires": "De 14 h à 20 h.", "projet": "Aux goûters et aux livres.",
    "equipement": "Le grand gymnase.", "service": "L'accueil.", "document": "Le compte rendu de l'année dernière.",
    "page": "La page des démarches : les boutons n'ont pas de nom.", "sujet": "De la vie du quartier.",
    "numero": "Celui du récépissé joint.", "avis": "Celui de l'avis joint.",
}  # fmt: skip


def description(type_demande: TypeDemande, rang: int) -> str:
    """What somebody asks of that type; `rang` chooses among several."""
    phrases = PHRASES.get(type_demande.code) or (f"Je vous écris à ce sujet : {type_demande.titre.lower()}.",)
    return phrases[rang % len(phrases)]


def reponse(type_demande: TypeDemande, rang: int) -> tuple[str, str]:
    """(sense, text) of an answer that fits that type."""
    choix = REPONSES.get(type_demande.famille, REPONSES["Autre"])
    sens, texte = choix[rang % len(choix)]
    return sens, f"Bonjour,\n\n{texte}\n\nBien cordialement,"
