from django.urls import path

from buridan.signatures import views, views_actes

urlpatterns = [
    path("actes/", views_actes.actes, name="actes_signes"),
    path("certificat/", views.mon_certificat, name="mon_certificat"),
    path("certificat/deverrouiller/", views.certificat_deverrouiller, name="certificat_deverrouiller"),
    path("certificat/verrouiller/", views.certificat_verrouiller, name="certificat_verrouiller"),
    path("certificat/retirer/", views.certificat_retirer, name="certificat_retirer"),
    path("verifier/", views.verifier, name="verifier_signatures"),
    path("dossiers/<uuid:uuid>/documents/<uuid:document>/", views.signatures_document, name="signatures_document"),
    path("dossiers/<uuid:uuid>/rapporter/", views.rapporter, name="rapporter"),
]
