"""The mails that come to the town hall in the fictitious year: invented people, addresses that lead nowhere."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mail:
    """`il_y_a`: days before the end; `boite`: courrier or elus; `suite`: what the office did with it, empty when it waits;
    `cite`: answers a mail of ours, or `retour`: is one that came back.
    """

    il_y_a: float
    de: str
    sujet: str
    texte: str
    boite: str = "courrier"
    suite: str = ""
    html: bool = False
    photo: bool = False
    programme: bool = False
    cite: bool = False
    retour: bool = False
    entetes: dict[str, str] = field(default_factory=dict)


MAILS = (
    Mail(12, "Odile Carpentier-Démo <odile.carpentier@courriel.example>", "Trottoir abîmé rue d'Arras",
         "Bonjour,\n\nLe trottoir est cassé devant le 20 rue d'Arras, ma mère a trébuché.\n\nOdile Carpentier", suite="courrier"),
    Mail(6, "Gagnez Vite <offre@loterie.example>", "VOUS AVEZ GAGNÉ", "Cliquez ici pour recevoir votre lot.", suite="ecarte"),
    Mail(3.1, "Fabrice Delattre-Démo <fabrice.delattre@courriel.example>", "Poubelles renversées rue de Lille",
         "Bonjour,\n\nLes poubelles sont renversées chaque mardi devant le 48 rue de Lille. Voici une photo.\n\nPouvez-vous "
         "faire quelque chose ?\n\nFabrice Delattre", photo=True),
    Mail(2.2, "Association Les Jardins <bureau@jardins.example>", "Demande de prêt de chapiteau",
         "<p>Bonjour,</p><p>Nous organisons notre fête le <b>premier samedi de juin</b>.</p><ul><li>un chapiteau</li>"
         "<li>vingt tables</li></ul><p>Le dossier est <a href=\"https://jardins.example/fete\">sur notre site</a>.</p>",
         html=True),
    Mail(1.4, "Nadine Hochart-Démo <nadine.hochart@courriel.example>", "Re: votre message",
         "Bonjour,\n\nVoici l'adresse exacte que vous demandiez : c'est devant le 12, côté école.\n\nNadine Hochart", cite=True),
    Mail(1.3, "Hubert Lemaire-Démo <hubert.lemaire@courriel.example>", "Absence du bureau Re: votre message",
         "Je suis absent jusqu'à lundi.", cite=True, entetes={"Auto-Submitted": "auto-replied"}),
    Mail(1.2, "Mail Delivery System <mailer-daemon@courriel.example>", "Undelivered Mail Returned to Sender",
         "The mail system could not deliver your message.", retour=True),
    Mail(0.9, "Cabinet Fictif <etude@notaire.example>", "Pièces du dossier Martin-Démo",
         "Maître,\n\nCi-joint l'archive des pièces.\n\nL'étude", programme=True),
    Mail(0.4, "", "=?x-inconnu?q?R=E9clamation?=", "Bonjour, j'ai une r\udce9clamation sur le stationnement."),
    Mail(1.1, "elu", "Le passage piéton de l'école", "Bonjour,\n\nÀ la sortie de l'école, on ne voit plus le passage piéton de "
         "la rue de Lille. Plusieurs parents me l'ont dit au marché.\n\nMerci de regarder.", boite="elus"),
)  # fmt: skip
