from django.urls import path

from buridan.bureau.budget import views, views_imports, views_tableau

urlpatterns = [
    path("", views.lignes, name="budget"),
    path("tableau/", views_tableau.tableau, name="budget_tableau"),
    path("imports/", views_imports.imports, name="budget_imports"),
    path("imports/<int:pk>/", views_imports.montrer_import, name="budget_import"),
    path("imports/<int:pk>/<slug:quoi>/", views_imports.decider_import, name="budget_import_decider"),
    path("<int:pk>/", views.ligne, name="budget_ligne"),
    path("<int:pk>/reserver/", views.reserver_credits, name="budget_reserver"),
    path("reservations/<int:pk>/<slug:quoi>/", views.suivre_reservation, name="budget_reservation"),
]
