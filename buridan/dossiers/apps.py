from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "buridan.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"
