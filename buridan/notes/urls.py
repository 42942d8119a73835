from django.urls import path

from buridan.notes import views, views_redaction

urlpatterns = [
    path("", views.liste, name="notes"),
    path("instances/", views.instances, name="notes_instances"),
    path("nouvelle/", views_redaction.nouvelle, name="note_nouvelle"),
    path("<uuid:uuid>/rediger/", views_redaction.rediger, name="note_rediger"),
    path("<uuid:uuid>/versions/", views.versions, name="note_versions"),
    path("<uuid:uuid>/note.pdf", views.en_pdf, name="note_pdf"),
]
