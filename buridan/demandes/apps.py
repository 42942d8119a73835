from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "buridan.demandes"
    label = "demandes"
    verbose_name = "Demandes"

    def ready(self) -> None:
        from buridan.demandes import nature
        from buridan.demandes.controle import CONTROLES
        from buridan.demandes.donnees import TABLES
        from buridan.outils import controle, donnees

        nature.declarer()
        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
