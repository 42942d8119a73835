from django.urls import path

from buridan.preuves import views

urlpatterns = [
    path("<uuid:uuid>/preuve/", views.preuve, name="preuve"),
    path("<uuid:uuid>/preuve/fichier/", views.telecharger, name="preuve_fichier"),
]
