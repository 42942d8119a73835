"""Accounts of the agents; pages of allauth that make no sense here are closed, before its own addresses."""

from django.urls import path, re_path

from buridan.bureau.comptes import views

urlpatterns = [
    path("agents/", views.comptes, name="comptes"),
    path("agents/<int:pk>/<slug:quoi>/", views.gerer, name="gerer_compte"),
    path("signup/", views.fermee, name="compte_ferme_inscription"),
    path("email/", views.fermee, name="compte_ferme_courriel"),
    re_path(r"^confirm-email/(?:[-:\w]+/)?$", views.fermee, name="compte_ferme_confirmation"),
    path("login/code/confirm/", views.fermee, name="compte_ferme_code"),
]
