from django.urls import path

from buridan.signataires import views, views_dehors

urlpatterns = [
    path("signataires/<uuid:uuid>/demander/", views.demander, name="signature_demander"),
    path("signataires/<uuid:uuid>/<int:pk>/renvoyer/", views.renvoyer, name="signature_renvoyer"),
    path("signataires/<uuid:uuid>/<int:pk>/annuler/", views.annuler, name="signature_annuler"),
    path("signer/<str:jeton>/", views_dehors.fiche, name="signataire"),
    path("signer/<str:jeton>/code/", views_dehors.code, name="signataire_code"),
    path("signer/<str:jeton>/verifier/", views_dehors.verifier, name="signataire_verifier"),
    path("signer/<str:jeton>/document/", views_dehors.document, name="signataire_document"),
    path("signer/<str:jeton>/signer/", views_dehors.signer, name="signataire_signer"),
    path("signer/<str:jeton>/rapporter/", views_dehors.rapporter, name="signataire_rapporter"),
    path("signer/<str:jeton>/refuser/", views_dehors.refuser, name="signataire_refuser"),
]
