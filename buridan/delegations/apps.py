from django.apps import AppConfig


class DelegationsConfig(AppConfig):
    name = "buridan.delegations"
    label = "delegations"
    verbose_name = "Délégations de signature"

    def ready(self) -> None:
        from buridan.delegations.controle import CONTROLES
        from buridan.outils.controle import inscrire

        inscrire(*CONTROLES)
