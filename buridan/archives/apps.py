from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "buridan.archives"
    label = "archives"
    verbose_name = "Archives"

    def ready(self) -> None:
        from buridan.archives.chargement import charger
        from buridan.archives.controle import CONTROLES
        from buridan.archives.donnees import TABLES
        from buridan.archives.queries import FICHIERS, nommer
        from buridan.dossiers.chargement import charger_aussi
        from buridan.dossiers.fichiers import nommer_aussi
        from buridan.journal.chaine import nommer_par
        from buridan.outils import controle, donnees

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
        charger_aussi(charger)
        nommer_aussi(FICHIERS)
        nommer_par(nommer)
