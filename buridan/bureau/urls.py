from django.urls import include, path

from buridan.bureau import views, views_tableau, views_visite

urlpatterns = [
    path("bureau/", views.bureau, name="bureau"),
    path("bureau/ensemble/", views.agir_ensemble, name="agir_ensemble"),
    path("visite/fermer/", views_visite.fermer_visite, name="fermer_visite"),
    path("dossiers/", views.registres, name="registres"),
    path("recherche/", views.recherche, name="recherche"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/<int:pk>/lue/", views.lire, name="lire_notification"),
    path("notifications/lues/", views.tout_lire, name="tout_lire"),
    path("tableau/", views_tableau.tableau, name="tableau"),
    path("d/<str:reference>/", views.aller, name="aller"),
    path("parapheur/", include("buridan.bureau.parapheur.urls")),
    path("organisation/", include("buridan.bureau.annuaire.urls")),
    path("budget/", include("buridan.bureau.budget.urls")),
    path("circuits/", include("buridan.bureau.circuits.urls")),
]
