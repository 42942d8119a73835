from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "buridan.organisation"
    label = "organisation"
    verbose_name = "Organisation"
