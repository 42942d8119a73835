from django.apps import AppConfig


class NumerisationConfig(AppConfig):
    name = "buridan.numerisation"
    label = "numerisation"
    verbose_name = "Courrier numérisé"

    def ready(self) -> None:
        from buridan.dossiers.fichiers import nommer_aussi
        from buridan.journal.chaine import nommer_par
        from buridan.numerisation.controle import CONTROLES
        from buridan.numerisation.donnees import TABLES
        from buridan.numerisation.queries import FICHIERS, nommer
        from buridan.outils import controle, donnees

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
        nommer_aussi(FICHIERS)
        nommer_par(nommer)
