from django.apps import AppConfig


class DelegationsConfig(AppConfig):
    name = "buridan.delegations"
    label = "delegations"
    verbose_name = "Délégations de signature"

    def ready(self) -> None:
        from buridan.delegations.controle import CONTROLES
        from buridan.delegations.donnees import TABLES
        from buridan.outils import controle, donnees

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
