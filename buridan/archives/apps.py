from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "buridan.archives"
    label = "archives"
    verbose_name = "Archives"

    def ready(self) -> None:
        from buridan.archives.chargement import charger
        from buridan.archives.donnees import TABLES
        from buridan.dossiers.chargement import charger_aussi
        from buridan.outils import donnees

        donnees.inscrire(*TABLES)
        charger_aussi(charger)
