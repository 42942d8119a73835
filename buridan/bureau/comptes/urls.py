"""Pages of allauth that make no sense here, closed before its own addresses: people and e-mails come from the organisation."""

from django.urls import path, re_path

from buridan.bureau.comptes import views

urlpatterns = [
    path("signup/", views.fermee, name="compte_ferme_inscription"),
    path("email/", views.fermee, name="compte_ferme_courriel"),
    re_path(r"^confirm-email/(?:[-:\w]+/)?$", views.fermee, name="compte_ferme_confirmation"),
    path("login/code/confirm/", views.fermee, name="compte_ferme_code"),
]
