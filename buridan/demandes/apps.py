from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "buridan.demandes"
    label = "demandes"
    verbose_name = "Demandes"

    def ready(self) -> None:
        from buridan.demandes import controle, nature
        from buridan.demandes.actions.modeles import nommer
        from buridan.journal.chaine import nommer_par
        from buridan.outils.controle import inscrire

        nature.declarer()
        inscrire(*controle.CONTROLES)
        nommer_par(nommer)
