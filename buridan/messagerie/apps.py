from django.apps import AppConfig


class MessagerieConfig(AppConfig):
    name = "buridan.messagerie"
    label = "messagerie"
    verbose_name = "Courriels reçus"

    def ready(self) -> None:
        from buridan.dossiers.fichiers import nommer_aussi
        from buridan.journal.chaine import nommer_par
        from buridan.messagerie.actions.boites import nommer
        from buridan.messagerie.controle import CONTROLES
        from buridan.messagerie.donnees import TABLES
        from buridan.messagerie.queries import FICHIERS, adresse_de_reponse
        from buridan.notifications.reponses import repondre_a
        from buridan.outils import controle, donnees

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
        nommer_aussi(FICHIERS)
        nommer_par(nommer)
        repondre_a(adresse_de_reponse)
