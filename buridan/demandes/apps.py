from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "buridan.demandes"
    label = "demandes"
    verbose_name = "Demandes"

    def ready(self) -> None:
        from buridan.demandes import nature
        from buridan.demandes.actions.modeles import nommer
        from buridan.demandes.controle import CONTROLES
        from buridan.demandes.donnees import TABLES
        from buridan.journal.chaine import nommer_par
        from buridan.outils import controle, donnees

        nature.declarer()
        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
        nommer_par(nommer)
