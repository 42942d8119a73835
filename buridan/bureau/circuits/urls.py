from django.urls import path

from buridan.bureau.circuits import views, views_brouillon, views_publication

urlpatterns = [
    path("", views.circuits, name="circuits"),
    path("nouveau/", views_publication.nouveau, name="circuit_nouveau"),
    path("<slug:code>/", views.circuit, name="circuit"),
    path("<slug:code>/bpmn/", views.bpmn, name="circuit_bpmn"),
    path("<slug:code>/qui/", views.qui, name="circuit_qui"),
    path("<slug:code>/versions/", views.versions, name="circuit_versions"),
    path("<slug:code>/demarches/", views_publication.demarche, name="circuit_demarche"),
    path("<slug:code>/modifier/", views_publication.modifier, name="circuit_modifier"),
    path("<slug:code>/brouillon/", views_brouillon.brouillon, name="brouillon"),
    path("<slug:code>/brouillon/presentation/", views_brouillon.presentation, name="brouillon_presentation"),
    path("<slug:code>/brouillon/etapes/", views_brouillon.etape_nouvelle, name="brouillon_etape_nouvelle"),
    path("<slug:code>/brouillon/etapes/<slug:cle>/", views_brouillon.etape, name="brouillon_etape"),
    path("<slug:code>/brouillon/etapes/<slug:cle>/geste/", views_brouillon.bouger, name="brouillon_bouger"),
    path("<slug:code>/brouillon/publier/", views_publication.publier, name="brouillon_publier"),
    path("<slug:code>/brouillon/abandonner/", views_publication.abandonner, name="brouillon_abandonner"),
]
