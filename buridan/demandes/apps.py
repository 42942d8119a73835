from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "buridan.demandes"
    label = "demandes"
    verbose_name = "Demandes"

    def ready(self) -> None:
        from buridan.demandes import controle, nature
        from buridan.outils.controle import inscrire

        nature.declarer()
        inscrire(*controle.CONTROLES)
