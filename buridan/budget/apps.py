from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "buridan.budget"
    label = "budget"
    verbose_name = "Budget"

    def ready(self) -> None:
        from buridan.budget.controle import CONTROLES
        from buridan.outils.controle import inscrire

        inscrire(*CONTROLES)
