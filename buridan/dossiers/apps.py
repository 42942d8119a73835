from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "buridan.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        from buridan.dossiers import natures
        from buridan.dossiers.actions.relever import relever
        from buridan.organisation import suites

        suites.inscrire_natures(natures.codes)
        suites.inscrire(relever)
