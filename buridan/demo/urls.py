from django.urls import path

from buridan.demo import views

urlpatterns = [
    path("", views.choisir, name="demo_personnages"),
    path("<int:personne>/", views.entrer, name="demo_entrer"),
]
