from django.urls import path

from buridan.bureau.annuaire import views, views_periodes

urlpatterns = [
    path("", views.annuaire, name="annuaire"),
    path("organigramme/", views.organigramme, name="organigramme"),
    path("entites/<slug:code>/", views.entite, name="entite"),
    path("absences/", views_periodes.absences, name="absences"),
    path("absences/<int:pk>/terminer/", views_periodes.absence_terminer, name="absence_terminer"),
    path("suppleances/", views_periodes.suppleances, name="suppleances"),
    path("suppleances/<int:pk>/terminer/", views_periodes.suppleance_terminer, name="suppleance_terminer"),
]
