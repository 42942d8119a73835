from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "buridan.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        from buridan.dossiers.controle import CONTROLES
        from buridan.outils.controle import inscrire

        inscrire(*CONTROLES)
