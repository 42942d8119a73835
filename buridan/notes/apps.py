from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "buridan.notes"
    label = "notes"
    verbose_name = "Notes au maire"

    def ready(self) -> None:
        from buridan.notes import nature
        from buridan.notes.controle import CONTROLES
        from buridan.notes.donnees import TABLES
        from buridan.outils import controle, donnees

        nature.declarer()
        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
