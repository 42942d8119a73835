from django.apps import AppConfig


class SignatairesConfig(AppConfig):
    name = "buridan.signataires"
    label = "signataires"
    verbose_name = "Signataires extérieurs"

    def ready(self) -> None:
        from buridan.dossiers import volets
        from buridan.outils import controle, donnees
        from buridan.signataires.controle import CONTROLES
        from buridan.signataires.donnees import TABLES
        from buridan.signataires.volet import contexte

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
        volets.inscrire(volets.Volet("signataires/_volet.html", contexte))
