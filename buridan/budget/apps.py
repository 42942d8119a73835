from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "buridan.budget"
    label = "budget"
    verbose_name = "Budget"

    def ready(self) -> None:
        from buridan.budget import donnees
        from buridan.budget.controle import CONTROLES
        from buridan.outils import controle
        from buridan.outils import donnees as carte

        carte.inscrire(*donnees.TABLES)
        controle.inscrire(*CONTROLES)
