from django.apps import AppConfig


class BureauConfig(AppConfig):
    name = "buridan.bureau"
    label = "bureau"
    verbose_name = "Bureau"
