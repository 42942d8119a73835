"""All addresses. Each view declares its policy; the start-up check refuses one that doesn't."""

from django.urls import include, path

urlpatterns = [
    path("", include("buridan.demandes.urls")),
    path("", include("buridan.bureau.urls")),
    path("donnees/", include("buridan.vieprivee.urls")),
    path("versements/", include("buridan.archives.urls")),
    path("", include("buridan.interface.urls")),
    path("", include("buridan.exploitation.urls")),
    path("", include("buridan.commandes.urls")),
    path("courriers/", include("buridan.courriers.urls")),
    path("contacts/", include("buridan.contacts.urls")),
    path("courriels/", include("buridan.messagerie.urls")),
    path("numerisations/", include("buridan.numerisation.urls")),
    path("appels/", include("buridan.appels.urls")),
    path("notes/", include("buridan.notes.urls")),
    path("elus/", include("buridan.elus.urls")),
    path("decisions/", include("buridan.decisions.urls")),
    path("dossiers/", include("buridan.dossiers.urls")),
    path("dossiers/", include("buridan.preuves.urls")),
    path("delegations/", include("buridan.delegations.urls")),
    path("signatures/", include("buridan.signatures.urls")),
    path("", include("buridan.signataires.urls")),
    path("demo/", include("buridan.demo.urls")),
    path("comptes/", include("buridan.bureau.comptes.urls")),
    path("comptes/", include("allauth.account.urls")),
    path("comptes/2fa/", include("allauth.mfa.urls")),
]
handler400 = "buridan.interface.views.illisible"
handler404 = "buridan.interface.views.introuvable"
handler500 = "buridan.interface.views.en_panne"
