from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "buridan.notifications"
    label = "notifications"
    verbose_name = "Notifications"
