from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "buridan.notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from buridan.notifications.controle import CONTROLES
        from buridan.notifications.donnees import TABLES
        from buridan.outils import controle, donnees

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
