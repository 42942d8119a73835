"""The notes of the fictitious year: a subject each, that makes sense in a town hall. Every fact is invented."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recit:
    """One note: when it begins (days before today), who writes it, on what, and how far it goes.

    `poste`: who begins it; an agent then proposes it to the head, who sends it. `fin`: « close », « renvoyee » (sent back
    once, then closed), « refusee », « elu » (waits there), « orientee », « ecrite » (still being written), « proposee » (waits
    for the head who sends it).
    """

    il_y_a: int
    genre: str
    poste: str
    theme: str
    objet: str
    textes: dict[str, str]
    fin: str = "close"
    decision: str = ""
    services: dict[str, dict[str, str]] = field(default_factory=dict)


RECITS = (
    Recit(150, "information", "dir-education-enfance", "éducation", "Effectifs de la rentrée dans les écoles", {
        "contexte": "Les inscriptions sont closes depuis le 30 juin. Quatre écoles gagnent des élèves, deux en perdent.",
        "enjeux": "Une classe pourrait fermer en maternelle ; les parents poseront la question dès septembre.",
        "coeur": "1 842 élèves sont attendus, soit 23 de plus que l'an passé. L'inspection décidera fin août.",
        "preconisations": "Informer les directrices et les directeurs d'école avant les familles, par un courrier commun.",
        "descriptif": "Un tableau par école est joint au dossier.",
        "impacts": "Un agent de plus à la cantine de l'école la plus chargée ; pas de dépense nouvelle pour le reste.",
    }, decision="Merci. M'en reparler à la fin du mois d'août."),
    Recit(120, "arbitrage", "agent-voirie-1", "voirie", "Revêtement de la rue du marché : avant ou après les fêtes", {
        "contexte": "La chaussée est déformée sur 180 mètres. Trois chutes ont été signalées depuis le printemps.",
        "enjeux": "La sécurité des passants, et le chiffre d'affaires des commerçants en fin d'année.",
        "coeur": "Faut-il fermer la rue trois semaines en octobre, ou attendre février et réparer en attendant ?",
        "preconisations": "Travaux en octobre, de nuit pour moitié, avec un passage piéton gardé ouvert en journée.",
        "descriptif": "Rabotage, nouveau tapis, reprise de deux traversées. Déviation par le boulevard.",
        "impacts": "Deux agents pour la signalisation ; une réunion avec les commerçants.",
    }, fin="renvoyee", decision="D'accord pour octobre. Prévenir les commerçants un mois avant.", services={
        "smart_city": {"projet_de_ville": "non"},
        "juridique": {"deliberation_existante": "non", "deliberation_necessaire": "non", "decision": "oui"},
        "finances": {"cout": "64000", "credits": "oui", "section": "Investissement", "disponible": "81500", "cofinancable": "non",
                     "instruit": "oui"},
        "ressources_humaines": {"internes": "oui", "regie": "non", "plan_de_charge": "oui", "renfort": "non",
                                "calendrier": "Trois semaines en octobre."},
        "communication": {"mobiliser": "oui", "plan_de_charge": "oui"},
    }),
    Recit(90, "arbitrage", "resp-sports", "sport", "Éclairage du terrain d'honneur par des projecteurs neufs", {
        "contexte": "Les projecteurs datent de 2003 ; deux sur huit ne s'allument plus.",
        "enjeux": "Les matchs du soir, et la facture d'électricité du stade.",
        "coeur": "Remplacer les huit projecteurs cette année, ou seulement les deux qui sont en panne ?",
        "preconisations": "Remplacer les huit : la dépense est remboursée en six ans par l'électricité épargnée.",
        "descriptif": "Dépose, pose, réglage. Le terrain est fermé quatre jours.",
        "impacts": "Aucun renfort. Une demande d'aide à la fédération est possible.",
    }, fin="refusee", decision="Dépense écartée au printemps : à représenter avec le budget de l'an prochain.", services={
        "finances": {"cout": "48000", "credits": "non", "section": "Investissement", "cofinancable": "oui",
                     "financeurs": "Fédération sportive"},
    }),
    Recit(45, "alerte", "resp-batiments", "patrimoine et bâtiments", "Infiltration d'eau au-dessus de la salle des mariages", {
        "contexte": "L'orage de dimanche a soulevé une partie de la couverture. L'eau goutte sur le plancher.",
        "enjeux": "Sept mariages sont prévus d'ici la fin du mois.",
        "coeur": "La salle ne peut pas recevoir de public avant la visite du bureau de contrôle.",
        "preconisations": "Fermer la salle dès ce soir et tenir les cérémonies dans la salle du conseil.",
        "descriptif": "Bâche posée ce matin par la régie. Une entreprise vient jeudi.",
        "impacts": "6 200 € de réparation d'urgence ; quatre agents deux samedis.",
    }, decision="Fermeture confirmée. Appeler chaque famille aujourd'hui."),
    Recit(30, "arbitrage", "dir-urbanisme-habitat", "urbanisme", "Vente du terrain communal de l'ancienne gare", {
        "contexte": "Deux promoteurs ont écrit ; l'estimation des domaines date de l'an dernier.",
        "enjeux": "Quarante logements en centre-ville, ou un parc que demandent les riverains.",
        "coeur": "Ouvrir une consultation pour vendre, ou garder le terrain et l'aménager ?",
        "preconisations": "Une consultation avec un tiers du terrain gardé en jardin public.",
        "descriptif": "4 300 m², desservis par deux rues, hors zone inondable.",
        "impacts": "Une recette d'environ 900 000 € ; une étude de sol à commander.",
    }, fin="orientee", services={
        "juridique": {"deliberation_existante": "non", "deliberation_necessaire": "oui", "decision": "non"},
        "finances": {"cout": "18000", "credits": "oui", "section": "Fonctionnement", "disponible": "22000"},
    }),
    Recit(16, "information", "agent-proprete-1", "propreté", "Dépôts sauvages : ce que donnent les trois premiers mois", {
        "contexte": "Une tournée du matin passe depuis septembre sur les douze endroits les plus touchés.",
        "enjeux": "Le nombre de plaintes, et le moral des équipes.",
        "coeur": "Les dépôts ont baissé d'un tiers ; deux endroits résistent près du canal.",
        "preconisations": "Garder la tournée, et poser deux panneaux avec le montant de l'amende.",
        "descriptif": "Carte et relevés joints.",
        "impacts": "380 € de panneaux. Pas de personnel en plus.",
    }, fin="elu"),
    Recit(6, "alerte", "resp-eclairage-public", "éclairage public", "Quartier sans lumière après le vol d'un câble", {
        "contexte": "Le câble a été coupé dans la nuit sur 400 mètres. Une plainte est déposée.",
        "enjeux": "La sécurité des habitants et le retour des enfants de l'école.",
        "coeur": "Onze rues sont dans le noir ; la pièce manque chez le fournisseur.",
        "preconisations": "Louer six mâts provisoires dès demain et demander une ronde à la police municipale.",
        "impacts": "1 900 € par semaine de location.",
    }, fin="elu"),
    Recit(5, "information", "agent-voirie-1", "voirie", "Stationnement devant la gare pendant les travaux du parvis", {
        "contexte": "Le parvis est en travaux jusqu'au printemps : quarante places manquent.",
        "enjeux": "Les voyageurs se garent dans les rues voisines ; les riverains appellent chaque matin.",
        "coeur": "Le parking du marché reste vide en semaine, à six minutes à pied.",
        "preconisations": "Flécher le parking du marché, et y autoriser la journée entière jusqu'au printemps.",
        "descriptif": "Six panneaux, posés en une matinée par la régie.",
        "impacts": "410 € de panneaux. Une demi-journée de deux agents.",
    }, fin="proposee"),
    Recit(4, "arbitrage", "resp-vie-associative", "vie associative", "Prêt de la salle des fêtes : gratuit ou payant", {
        "contexte": "Le règlement a dix ans ; la moitié des demandes viennent d'associations d'autres communes.",
        "enjeux": "L'égalité entre associations, et l'usure de la salle.",
    }, fin="ecrite"),
)  # fmt: skip
