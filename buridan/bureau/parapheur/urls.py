from django.urls import path

from buridan.bureau.parapheur import views, views_lot, views_pages

urlpatterns = [
    path("", views.parapheur, name="parapheur"),
    path("ensemble/", views_lot.ensemble, name="parapheur_ensemble"),
    path("<uuid:uuid>/documents/<uuid:document>/<int:numero>/", views_pages.page_de_document, name="parapheur_page"),
    path("<uuid:uuid>/papier/<int:version>/<int:numero>/", views_pages.page_du_papier, name="parapheur_papier"),
    path("<uuid:uuid>/<int:etape>/", views.lire, name="parapheur_etape"),
    path("<uuid:uuid>/<int:etape>/<slug:code>/", views.decider, name="parapheur_decider"),
]
