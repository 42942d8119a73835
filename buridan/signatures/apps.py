from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "buridan.signatures"
    label = "signatures"
    verbose_name = "Signatures"

    def ready(self) -> None:
        from buridan.outils import controle, donnees
        from buridan.signatures.controle import CONTROLES
        from buridan.signatures.donnees import TABLES

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
