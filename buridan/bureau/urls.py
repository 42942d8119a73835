from django.urls import include, path

from buridan.bureau import views

urlpatterns = [
    path("bureau/", views.bureau, name="bureau"),
    path("bureau/ensemble/", views.agir_ensemble, name="agir_ensemble"),
    path("recherche/", views.recherche, name="recherche"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/lues/", views.tout_lire, name="tout_lire"),
    path("tableau/", views.tableau, name="tableau"),
    path("d/<str:reference>/", views.aller, name="aller"),
    path("organisation/", include("buridan.bureau.annuaire.urls")),
    path("circuits/", include("buridan.bureau.circuits.urls")),
]
