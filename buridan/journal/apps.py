from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "buridan.journal"
    label = "journal"
    verbose_name = "Journal"
