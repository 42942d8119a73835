from django.apps import AppConfig


class CircuitsConfig(AppConfig):
    name = "buridan.circuits"
    label = "circuits"
    verbose_name = "Circuits"

    def ready(self) -> None:
        from buridan.circuits.donnees import TABLES
        from buridan.circuits.queries import nommer
        from buridan.journal.chaine import nommer_par
        from buridan.outils import donnees

        donnees.inscrire(*TABLES)
        nommer_par(nommer)
