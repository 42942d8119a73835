"""Some hundred French words of a town hall, the most frequent first, and names of people."""

_MOTS = """de la rue demande pour le les dans est une des avec sur par avenue place école stationnement voirie trottoir
éclairage public déchets collecte conteneur poubelle arbre élagage parc jardin propreté bruit voisinage chantier travaux
autorisation permis dossier courrier réponse inscription cantine périscolaire crèche enfant famille attestation
certificat naissance mariage décès livret passeport carte identité rendez-vous mairie service accueil habitant quartier
signalement dégradation tag graffiti panneau feu carrefour circulation vitesse ralentisseur vélo piste cyclable piéton
passage bus arrêt ligne marché emplacement commerce terrasse enseigne publicité association subvention salle location
fête festival concert gymnase stade piscine sport bibliothèque musée exposition cimetière concession caveau logement
social attribution insalubrité humidité chauffage fuite eau assainissement égout inondation caniveau grille bouche
incendie sécurité police municipale vidéoprotection procès-verbal amende contestation fourrière véhicule épave abandon
chien chat divagation rat dératisation frelon nid abeille ruche haie clôture mur mitoyen cadastre parcelle urbanisme
déclaration préalable façade toiture ravalement démolition lotissement plan zone bornage alignement numérotage adresse
déménagement benne échafaudage grue nacelle fermeture déviation arrêté temporaire permanent livraison riverain macaron
handicap accessibilité rampe fauteuil place-réservée canne ascenseur aide sociale secours bon alimentaire facture impayé
seniors repas domicile résidence autonomie canicule registre isolement visite bénévole don collectif jumelage
élection procuration liste électorale recensement citoyen conseil délibération budget participatif enquête publique
consultation réunion atelier projet aménagement square banc fontaine jeu toboggan sable pelouse tonte fleurissement
jardinière compost broyat verre carton plastique encombrant déchetterie amiante dépôt sauvage huile pile textile
numérique wifi antenne fibre raccordement armoire poteau câble candélabre ampoule panne horloge clocher patrimoine
monument plaque commémoration cérémonie anciens combattants drapeau fanfare carillon beffroi visite-guidée tourisme
camping étang canal écluse péniche pêche ponton berge digue pont passerelle tunnel souterrain abri refuge hérisson
nichoir hirondelle chauve-souris verger potager serre semence grainothèque apiculture miel cuvage brocante braderie
ducasse manège forain cirque chapiteau pétard feu-artifice lampion carnaval géant estaminet friterie licence débit
taxi ambulance pharmacie médecin dispensaire vaccination hygiène restaurant contrôle balance étalonnage"""
_NOMS = """Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia
David Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet François Martinez Legrand Garnier
Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont Lopez Fontaine
Chevalier Robin Masson Sanchez Gérard Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche Roy Noël Meyer Lucas
Meunier Jean Perez Marchand Dufour Blanchard Marie Barbier Brun Dumas Brunet Schmitt Leroux Colin Fernandez Pierre
Renard Arnaud Rolland Caron Aubert Giraud Leclerc Vidal Bourgeois Renaud Lemoine Picard Gaillard Philippe Leclercq
Lacroix Fabre Dupuis Olivier Rodriguez Da-Silva Hubert Louis Charles Guillot Rivière Huet Cousin Cordonnier Delattre
Wattebled Vanhoutte Delobelle Carpentier Hennebelle Taverne Dhaussy Quesnoy Boulanger Flament"""
_PRENOMS = """Marie Jean Jeanne Michel Françoise Pierre Monique Philippe Catherine Alain Nathalie Nicolas Isabelle
Christophe Sylvie Laurent Julie Thomas Camille Hugo Emma Louis Léa Lucas Chloé Nathan Inès Karim Fatima Yasmine"""
MOTS, NOMS, PRENOMS = _MOTS.split(), _NOMS.split(), _PRENOMS.split()
# what is looked for and is not in a hundredth of the dossiers, by the name of the search
CHERCHES = {
    "rare": "étalonnage", "deux mots": "inondation caniveau", "nom": "Wattebled", "nom et mot": "Taverne stationnement",
    "parcelle": f"parcelle ac{1234 * 7919 % 50000}",
}  # fmt: skip
# as rare, and no more frequent in the last month: the large town finds more of them, for they were written for ten years
DE_PLUS_EN_PLUS = {"mot rare": "balance", "deux mots": "carillon lampion"}
