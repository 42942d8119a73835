"""The address book of the fictitious town, as a file of contacts: invented, with two pairs that are one contact each."""

ENTETE = "genre;nom;fonction;organisation;adresse;courriel;telephone;siret;rna"
CONTACTS = """\
organisation;Cabinet Brassart;;;2 place de l'Exemple, 62400 Exemple-sur-Lys;h@brassart.example;03 61 99 10 01;92000010600004;
fonction;Me Hugo Brassart;avocat;Cabinet Brassart;;hugo@brassart.example;;;
organisation;Papeterie du Beffroi;;;8 rue de l'Exemple, 62400 Exemple-sur-Lys;cb@papeterie.example;03 61 99 10 02;92000011400008;
fonction;Service comptable;facturation;Papeterie du Beffroi;;factures@papeterie.example;;;
organisation;Imprimerie Essai;;;15 rue de l'Encre, 62119 Essai;bonjour@imprimerie.example;03 61 99 10 03;92000012200001;
organisation;Imprimerie ESSAI SARL;;;15 rue de l'Encre, 62119 Essai;bonjour@imprimerie.example;;92000012200001;
organisation;Bâti Essai;;;1 quai de l'Exemple, 62000 Exemple-Ville;travaux@bati-essai.example;03 61 99 10 04;92000013000004;
organisation;Bailleur Essai;;;30 avenue de l'Exemple, 62400 Exemple-sur-Lys;bonjour@bailleur.example;03 61 99 10 05;;
fonction;Service technique;entretien des logements;Bailleur Essai;;;03 61 99 10 06;;
organisation;Département;;;Hôtel du Département, 62000 Exemple-Ville;courrier@departement.example;;;
fonction;Direction des routes;exploitation;Département;;routes@departement.example;03 61 99 10 07;;
organisation;Association Les Joyeux Boulistes;;;3 allée des Sports, 62400 Exemple-sur-Lys;boulistes@courriel.example;;;W622001234
fonction;Josette Bécu;présidente;Association Les Joyeux Boulistes;;;03 61 99 10 08;;
organisation;Association Les Mains vertes;;;12 chemin du Marais, 62400 Exemple-sur-Lys;mains.vertes@courriel.example;;;W622005678
organisation;Comité de quartier;;;5 rue de l'École, 62400 Exemple-sur-Lys;quartier@courriel.example;;;W622009012
organisation;École de musique Essai;;;9 rue du Conservatoire, 62400 Exemple-sur-Lys;musique@courriel.example;;;
personne;Odette Carlier;;;14 rue de l'Exemple, 62400 Exemple-sur-Lys;odette@courriel.example;03 61 99 10 09;;
personne;Mme CARLIER Odette;;;14 r. de l'Exemple, 62400 EXEMPLE SUR LYS;odette.carlier@courriel.example;;;
personne;Gaston Lenoir;;;61 rue de l'Exemple, 62400 Exemple-sur-Lys;;;;
personne;Huguette Delattre;;;56 rue de l'Exemple, 62400 Exemple-sur-Lys;;03 61 99 10 10;;
personne;Nadia Hocquet;;;;nadia.hocquet@courriel.example;;;
personne;Denise Marlier;;;46 rue de l'Exemple, 62400 Exemple-sur-Lys;;03 61 99 10 11;;
personne;Yvonne Tison;;;4 rue de l'Exemple, 62400 Exemple-sur-Lys;;;;
personne;Paul Fardel;;;7 rue de l'Exemple, 62400 Exemple-sur-Lys;paul.fardel@courriel.example;;;
"""
