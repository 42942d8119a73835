"""The site's addresses, and one that does a single INSERT: what the same server costs when it does nothing else."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from buridan.interface.politique import Acces, geste
from config.urls import handler404, handler500, urlpatterns

__all__ = ["handler404", "handler500", "urlpatterns"]


@geste(Acces.PUBLIC)
def nu(request: HttpRequest) -> HttpResponse:
    """One INSERT, committed; the same middlewares and the same check of the form's origin as any POST of the site."""
    with connection.cursor() as curseur:
        curseur.execute("INSERT INTO bench_nu (texte) VALUES (%s)", [request.POST["texte"]])
    return HttpResponse(status=204)


urlpatterns = [path("bench/nu/", nu), *urlpatterns]
