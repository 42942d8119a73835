from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "buridan.demandes"
    label = "demandes"
    verbose_name = "Demandes"

    def ready(self) -> None:
        from buridan.demandes import nature

        nature.declarer()
