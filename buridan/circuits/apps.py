from django.apps import AppConfig


class CircuitsConfig(AppConfig):
    name = "buridan.circuits"
    label = "circuits"
    verbose_name = "Circuits"
