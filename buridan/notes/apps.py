from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "buridan.notes"
    label = "notes"
    verbose_name = "Notes au maire"

    def ready(self) -> None:
        from buridan.notes import controle, nature
        from buridan.outils.controle import inscrire

        nature.declarer()
        inscrire(*controle.CONTROLES)
