from django.apps import AppConfig


class BureauConfig(AppConfig):
    name = "buridan.bureau"
    label = "bureau"
    verbose_name = "Bureau"

    def ready(self) -> None:
        from buridan.bureau.annuaire.historique import consigner, nommer
        from buridan.journal.chaine import nommer_par
        from buridan.organisation import suites

        suites.inscrire(consigner)
        nommer_par(nommer)
