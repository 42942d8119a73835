from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "buridan.demo"
    label = "demo"
    verbose_name = "Demo"
