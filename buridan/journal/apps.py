from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "buridan.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        from buridan.journal.controle import CONTROLES
        from buridan.journal.donnees import TABLES
        from buridan.outils import controle, donnees

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
