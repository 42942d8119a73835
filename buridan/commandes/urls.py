from django.urls import path

from buridan.commandes import views, views_fournisseur, views_preparation

urlpatterns = [
    path("commandes/", views.liste, name="commandes"),
    path("commandes/nouvelle/", views_preparation.nouvelle, name="commande_nouvelle"),
    path("commandes/<uuid:uuid>/preparer/", views_preparation.preparer, name="commande_preparer"),
    path("commandes/<uuid:uuid>/bon.pdf", views.bon, name="commande_pdf"),
    path("commande/<uuid:uuid>/<str:cle>/", views_fournisseur.fiche, name="commande_fournisseur"),
    path("commande/<uuid:uuid>/<str:cle>/bon.pdf", views_fournisseur.bon, name="commande_fournisseur_pdf"),
    path("commande/<uuid:uuid>/<str:cle>/reception/", views_fournisseur.accuser_reception, name="commande_accuser"),
]
