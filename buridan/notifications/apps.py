from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "buridan.notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from buridan.notifications.controle import CONTROLES
        from buridan.outils.controle import inscrire

        inscrire(*CONTROLES)
