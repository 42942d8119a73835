from django.apps import AppConfig


class PreuvesConfig(AppConfig):
    name = "buridan.preuves"
    label = "preuves"
    verbose_name = "Dossiers de preuve"

    def ready(self) -> None:
        from buridan.dossiers import volets
        from buridan.preuves.volet import contexte

        volets.inscrire(volets.Volet("preuves/_volet.html", contexte))
