"""Accounts: what is closed."""

from django.http import Http404, HttpRequest, HttpResponse

from buridan.interface.politique import Acces, page


@page(Acces.PUBLIC)
def fermee(request: HttpRequest) -> HttpResponse:
    """Nobody signs up, changes an address or logs in by code here: 404."""
    raise Http404
