from django.apps import AppConfig


class CourriersConfig(AppConfig):
    name = "buridan.courriers"
    label = "courriers"
    verbose_name = "Courriers"

    def ready(self) -> None:
        from buridan.courriers import carnet, nature
        from buridan.courriers.actions.regles import nommer
        from buridan.courriers.controle import CONTROLES
        from buridan.courriers.donnees import TABLES
        from buridan.journal.chaine import nommer_par
        from buridan.outils import controle, donnees

        nature.declarer()
        carnet.declarer()
        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
        nommer_par(nommer)
