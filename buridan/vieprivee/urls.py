from django.urls import path

from buridan.vieprivee import views, views_personne

urlpatterns = [
    path("", views.donnees, name="donnees"),
    path("personne/", views_personne.personne, name="donnees_personne"),
    path("lectures/", views_personne.lectures, name="lectures"),
    path("durees/", views.durees, name="donnees_durees"),
    path("echus/", views.echus, name="donnees_echus"),
    path("echus/liste.csv", views.echus_csv, name="donnees_echus_csv"),
    path("effacements/", views.proposer, name="effacement_proposer"),
    path("effacements/<uuid:effacement>/", views.effacement, name="effacement"),
    path("effacements/<uuid:effacement>/retrait/", views.retirer, name="effacement_retirer"),
    path("effacements/<uuid:effacement>/bordereau.csv", views.bordereau, name="effacement_bordereau"),
]
