from django.urls import path

from buridan.appels import views, views_syndicat

urlpatterns = [
    path("", views.liste, name="appels"),
    path("enveloppes/", views.enveloppes, name="appels_enveloppes"),
    path("nouveau/", views.nouveau, name="appel_nouveau"),
    path("<uuid:uuid>/appel.pdf", views.en_pdf, name="appel_pdf"),
    path("syndicat/<uuid:uuid>/<str:cle>/", views_syndicat.fiche, name="appel_syndicat"),
    path("syndicat/<uuid:uuid>/<str:cle>/reponse/", views_syndicat.repondre, name="appel_syndicat_repondre"),
    path("syndicat/<uuid:uuid>/<str:cle>/appel.pdf", views_syndicat.en_pdf, name="appel_syndicat_pdf"),
]
