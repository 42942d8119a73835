from django.urls import path

from buridan.contacts import views, views_livre

urlpatterns = [
    path("", views.contacts, name="contacts"),
    path("nouveau/", views.nouveau, name="contact_nouveau"),
    path("proposes/", views.proposes, name="contacts_proposes"),
    path("doubles/", views_livre.doubles, name="contacts_doubles"),
    path("sans-courrier/", views_livre.sans_courrier, name="contacts_sans_courrier"),
    path("importer/", views_livre.importer_des_contacts, name="contacts_importer"),
    path("<uuid:uuid>/", views.contact, name="contact"),
    path("<uuid:uuid>/corriger/", views.corriger_un_contact, name="contact_corriger"),
    path("<uuid:uuid>/reunir/<uuid:autre>/", views.reunir, name="contact_reunir"),
    path("<uuid:uuid>/effacer/", views.effacer, name="contact_effacer"),
]
