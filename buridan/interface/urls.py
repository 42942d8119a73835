from django.urls import path

from buridan.interface import views

urlpatterns = [
    path("csp/", views.rapport_csp, name="rapport_csp"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("mentions-legales/", views.mentions, name="mentions"),
    path("guide/", views.guide, name="guide"),
    path("guide/habitant/", views.guide_habitant, name="guide_habitant"),
    path("guide/<slug:code>/", views.guide_page, name="guide_page"),
]
