from django.apps import AppConfig


class ViePriveeConfig(AppConfig):
    name = "buridan.vieprivee"
    label = "vieprivee"
    verbose_name = "Données personnelles"

    def ready(self) -> None:
        from buridan.outils import controle, donnees
        from buridan.vieprivee.controle import CONTROLES
        from buridan.vieprivee.donnees import TABLES

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
