"""The pages of the organisation at their address, before all others."""

from django.urls import include, path

from config import urls

urlpatterns = [path("organisation/", include("buridan.bureau.annuaire.urls")), *urls.urlpatterns]
handler404, handler500 = urls.handler404, urls.handler500
