from django.apps import AppConfig


class BureauConfig(AppConfig):
    name = "buridan.bureau"
    label = "bureau"
    verbose_name = "Bureau"

    def ready(self) -> None:
        from buridan.bureau.annuaire.historique import consigner, nommer
        from buridan.bureau.donnees import TABLES
        from buridan.journal.chaine import nommer_par
        from buridan.organisation import suites
        from buridan.outils import donnees

        donnees.inscrire(*TABLES)
        suites.inscrire(consigner)
        nommer_par(nommer)
