from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "buridan.signatures"
    label = "signatures"
    verbose_name = "Signatures"

    def ready(self) -> None:
        from buridan.outils.controle import inscrire
        from buridan.signatures.controle import CONTROLES

        inscrire(*CONTROLES)
