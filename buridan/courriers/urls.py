from django.urls import path

from buridan.courriers import views, views_departs, views_regles

urlpatterns = [
    path("", views.registre, name="courriers"),
    path("nouveau/", views.nouveau, name="courrier_nouveau"),
    path("departs/", views_departs.registre, name="departs"),
    path("departs/<int:pk>/", views_departs.depart, name="depart"),
    path("departs/<int:pk>/renvoyer/", views_departs.renvoyer, name="depart_renvoyer"),
    path("departs/<int:pk>/lettre.pdf", views_departs.lettre, name="depart_lettre"),
    path("envoi/", views_departs.envoi, name="courrier_envoi"),
    path("regles/", views_regles.regles, name="courrier_regles"),
    path("regles/nouvelle/", views_regles.nouvelle, name="courrier_regle_nouvelle"),
    path("regles/<int:pk>/", views_regles.regle, name="courrier_regle"),
    path("regles/<int:pk>/retirer/", views_regles.retirer, name="courrier_regle_retirer"),
    path("propositions/", views_regles.justesse, name="courrier_justesse"),
    path("<uuid:uuid>/enregistre/", views.enregistre, name="courrier_enregistre"),
    path("<uuid:uuid>/fiche.pdf", views.fiche, name="courrier_fiche"),
    path("<uuid:uuid>/lettres.pdf", views_departs.lettres, name="courrier_lettres"),
    path("<uuid:uuid>/reponse/", views_departs.version, name="courrier_version"),
]
