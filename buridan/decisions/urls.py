from django.urls import path

from buridan.decisions import views

urlpatterns = [
    path("", views.liste, name="decisions"),
    path("nouvelle/", views.nouvelle, name="decision_nouvelle"),
    path("<uuid:uuid>/rediger/", views.rediger, name="decision_rediger"),
    path("<uuid:uuid>/decision.pdf", views.en_pdf, name="decision_pdf"),
]
