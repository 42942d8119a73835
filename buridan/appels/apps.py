from django.apps import AppConfig


class AppelsConfig(AppConfig):
    name = "buridan.appels"
    label = "appels"
    verbose_name = "Appels à participation"

    def ready(self) -> None:
        from buridan.appels import nature
        from buridan.appels.controle import CONTROLES
        from buridan.appels.donnees import TABLES
        from buridan.outils import controle, donnees

        nature.declarer()
        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
