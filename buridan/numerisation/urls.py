from django.urls import path

from buridan.numerisation import views, views_plis

LOT = "<uuid:lot>"
urlpatterns = [
    path("", views.lots, name="numerisations"),
    path("separateurs.pdf", views.separateurs, name="numerisation_separateurs"),
    path("refus/<int:pk>/vu/", views.refus_vu, name="numerisation_refus_vu"),
    path(f"{LOT}/", views.lot, name="numerisation"),
    path(f"{LOT}/pages/", views.pages, name="numerisation_pages"),
    path(f"{LOT}/pages/<int:numero>/", views.feuille, name="numerisation_feuille"),
    path(f"{LOT}/pages/<int:numero>/tourner/", views.tourner, name="numerisation_tourner"),
    path(f"{LOT}/pages/<int:numero>/apercu.jpg", views.image, {"quoi": "apercu"}, name="numerisation_apercu"),
    path(f"{LOT}/pages/<int:numero>/vignette.jpg", views.image, {"quoi": "vignette"}, name="numerisation_vignette"),
    path(f"{LOT}/original.pdf", views.fichier, {"quoi": "original"}, name="numerisation_original"),
    path(f"{LOT}/lisible.pdf", views.fichier, {"quoi": "lisible"}, name="numerisation_lisible"),
    path(f"{LOT}/relire/", views.relire, name="numerisation_relire"),
    path(f"{LOT}/plis/<int:numero>/", views_plis.pli, name="numerisation_pli"),
    path(f"{LOT}/plis/<int:numero>/ecarter/", views_plis.ecarter, name="numerisation_ecarter"),
    path(f"{LOT}/ecartes/<int:pk>/reprendre/", views_plis.reprendre, name="numerisation_reprendre"),
]
