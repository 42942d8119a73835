from django.urls import path

from buridan.dossiers import views

urlpatterns = [
    path("<uuid:uuid>/", views.fiche, name="dossier"),
    path("<uuid:uuid>/etapes/<int:etape>/<slug:code>/", views.agir_etape, name="agir_etape"),
    path("<uuid:uuid>/gestes/<slug:code>/", views.agir, name="agir"),
    path("<uuid:uuid>/lettre/<int:tour>/", views.lettre, name="lettre"),
    path("<uuid:uuid>/documents/<uuid:document>/", views.document, name="document"),
]
