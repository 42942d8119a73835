from django.urls import path

from buridan.elus import views

urlpatterns = [
    path("", views.liste, name="elus"),
    path("nouvelle/", views.nouvelle, name="elus_nouvelle"),
    path("brouillon/jeter/", views.jeter_le_brouillon, name="elus_jeter"),
    path("mois/", views.mois, name="elus_mois"),
]
