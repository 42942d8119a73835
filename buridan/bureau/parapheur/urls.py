from django.urls import path

from buridan.bureau.parapheur import views, views_lot

urlpatterns = [
    path("", views.parapheur, name="parapheur"),
    path("ensemble/", views_lot.ensemble, name="parapheur_ensemble"),
    path("<uuid:uuid>/<int:etape>/", views.lire, name="parapheur_etape"),
    path("<uuid:uuid>/<int:etape>/<slug:code>/", views.decider, name="parapheur_decider"),
]
