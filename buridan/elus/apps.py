from django.apps import AppConfig


class ElusConfig(AppConfig):
    name = "buridan.elus"
    label = "elus"
    verbose_name = "Demandes des élus"

    def ready(self) -> None:
        from buridan.elus import nature
        from buridan.elus.controle import CONTROLES
        from buridan.elus.donnees import TABLES
        from buridan.outils import controle, donnees

        nature.declarer()
        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
