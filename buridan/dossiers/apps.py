from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "buridan.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        from buridan.dossiers import natures
        from buridan.dossiers.actions.relever import relever
        from buridan.dossiers.controle import CONTROLES
        from buridan.dossiers.donnees import TABLES
        from buridan.dossiers.recit import nommer
        from buridan.journal.chaine import nommer_par
        from buridan.organisation import suites
        from buridan.outils import controle, donnees

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
        suites.inscrire_natures(natures.codes)
        suites.inscrire(relever)
        nommer_par(nommer)
