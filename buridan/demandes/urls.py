from django.urls import path

from buridan.demandes.views import guichet, modeles, portail, suivi

urlpatterns = [
    path("", portail.accueil, name="accueil"),
    path("questions/", portail.questions, name="questions"),
    path("rues/", portail.completer, name="rues"),
    path("demandes/<slug:code>/", portail.nouvelle, name="nouvelle_demande"),
    path("suivi/", suivi.suivre, name="suivre"),
    path("suivi/<uuid:uuid>/rejoindre/", suivi.se_joindre, name="rejoindre"),
    path("suivi/<uuid:uuid>/<str:cle>/", suivi.fiche, name="suivi"),
    path("suivi/<uuid:uuid>/<str:cle>/message/", suivi.ecrire, name="suivi_ecrire"),
    path("suivi/<uuid:uuid>/<str:cle>/avis/", suivi.juger, name="suivi_juger"),
    path("suivi/<uuid:uuid>/<str:cle>/retrait/", suivi.abandonner, name="suivi_retirer"),
    path("suivi/<uuid:uuid>/<str:cle>/lettre/<int:tour>/", suivi.lettre, name="suivi_lettre"),
    path("suivi/<uuid:uuid>/<str:cle>/documents/<uuid:document>/", suivi.document, name="suivi_document"),
    path("modeles/", modeles.liste, name="modeles"),
    path("modeles/nouveau/", modeles.nouveau, name="modele_nouveau"),
    path("modeles/apercu/", modeles.apercu, name="modele_lettre"),
    path("modeles/<slug:code>/", modeles.modele, name="modele"),
    path("modeles/<slug:code>/retrait/", modeles.retirer, name="modele_retirer"),
    path("guichet/", guichet.guichet, name="guichet"),
    path("reponses-a-donner/", guichet.a_donner, name="reponses_a_donner"),
    path("guichet/recu/<uuid:uuid>/", guichet.recu, name="guichet_recu"),
    path("guichet/<slug:code>/", guichet.saisir, name="guichet_saisir"),
]
