from django.urls import path

from buridan.messagerie import views, views_boites, views_elus

urlpatterns = [
    path("", views.file, name="courriels"),
    path("boites/", views_boites.boites, name="boites"),
    path("boites/nouvelle/", views_boites.nouvelle, name="boite_nouvelle"),
    path("boites/<int:pk>/", views_boites.boite, name="boite"),
    path("boites/<int:pk>/essayer/", views_boites.essayer, name="boite_essayer"),
    path("boites/<int:pk>/lire/", views_boites.lire, name="boite_lire"),
    path("<uuid:uuid>/", views.courriel, name="courriel"),
    path("<uuid:uuid>/original.eml", views.original, name="courriel_original"),
    path("<uuid:uuid>/pieces/<int:pk>/", views.piece, name="courriel_piece"),
    path("<uuid:uuid>/enregistrer/", views.enregistrer, name="courriel_enregistrer"),
    path("<uuid:uuid>/demande/", views_elus.demande, name="courriel_demande"),
    path("<uuid:uuid>/joindre/", views.joindre, name="courriel_joindre"),
    path("<uuid:uuid>/ecarter/", views.ecarter, name="courriel_ecarter"),
    path("<uuid:uuid>/passer/", views.passer, name="courriel_passer"),
    path("<uuid:uuid>/remettre/", views.remettre, name="courriel_remettre"),
]
