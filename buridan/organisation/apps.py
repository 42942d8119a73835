from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "buridan.organisation"
    label = "organisation"
    verbose_name = "Organisation"

    def ready(self) -> None:
        from buridan.organisation.donnees import TABLES
        from buridan.outils import donnees

        donnees.inscrire(*TABLES)
