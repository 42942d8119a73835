from django.urls import path

from buridan.delegations import views

urlpatterns = [
    path("", views.delegations, name="delegations"),
    path("nouvelle/", views.delegation_nouvelle, name="delegation_nouvelle"),
    path("importer/", views.delegations_importer, name="delegations_importer"),
    path("registre.csv", views.delegations_csv, name="delegations_csv"),
    path("<int:pk>/", views.delegation, name="delegation"),
    path("<int:pk>/retirer/", views.delegation_retirer, name="delegation_retirer"),
    path("<int:pk>/publier/", views.arrete_publier, name="arrete_publier"),
]
