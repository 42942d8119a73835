from django.apps import AppConfig


class CommandesConfig(AppConfig):
    name = "buridan.commandes"
    label = "commandes"
    verbose_name = "Bons de commande"

    def ready(self) -> None:
        from buridan.commandes import nature
        from buridan.commandes.controle import CONTROLES
        from buridan.commandes.donnees import TABLES
        from buridan.outils import controle, donnees

        nature.declarer()
        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
