from django.urls import path

from buridan.archives import views

urlpatterns = [
    path("", views.versements, name="versements"),
    path("a-verser/<slug:nature>/<int:annee>/", views.a_verser, name="versement_choisir"),
    path("preparer/", views.preparer, name="versement_preparer"),
    path("<uuid:versement>/", views.versement, name="versement"),
    path("<uuid:versement>/fichier/", views.telecharger, name="versement_fichier"),
    path("<uuid:versement>/relance/", views.relancer, name="versement_relancer"),
    path("<uuid:versement>/retour/", views.rendre, name="versement_rendre"),
    path("<uuid:versement>/bordereau.csv", views.bordereau, name="versement_bordereau"),
]
