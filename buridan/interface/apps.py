from django.apps import AppConfig


class InterfaceConfig(AppConfig):
    name = "buridan.interface"
    label = "interface"
    verbose_name = "Interface"

    def ready(self) -> None:
        from buridan.interface import politique  # noqa: F401  registers the start-up check
        from buridan.interface.donnees import TABLES
        from buridan.outils import donnees

        donnees.inscrire(*TABLES)
