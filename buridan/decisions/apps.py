from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "buridan.decisions"
    label = "decisions"
    verbose_name = "Demandes internes"

    def ready(self) -> None:
        from buridan.decisions import nature
        from buridan.decisions.controle import CONTROLES
        from buridan.decisions.donnees import TABLES
        from buridan.outils import controle, donnees

        nature.declarer()
        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
