"""The guided first visit: five steps, each on the page it speaks of. It can be closed, and comes back from the menu."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from buridan.bureau import queries
from buridan.organisation.acteur import Acteur

ETAPES = (
    ("bureau", "Votre bureau", "C'est la page à ouvrir le matin : ce que vous devez faire, le plus urgent en haut, avec la date "
     "qui presse. Cochez plusieurs lignes pour agir d'un coup."),
    ("dossier", "Un dossier", "« À faire maintenant » montre ce que vous pouvez faire ; ce qui est grisé dit pourquoi. À côté : "
     "où en est le dossier, qui agit ensuite, et tout ce qui a été fait."),
    ("absences", "Vous vous absentez ?", "Déclarez-le ici : votre suppléant voit vos dossiers, rien ne s'arrête."),
    ("recherche", "Vous cherchez ?", "La référence, un nom, une rue ou quelques mots : la recherche porte sur tout ce que vous "
     "avez le droit de voir. Les accents et les pluriels ne comptent pas."),
    ("annuaire", "Qui fait quoi ?", "Le bon service et la bonne personne, aujourd'hui ou à une autre date. La visite est finie : "
     "vous la retrouvez en bas de chaque page."),
)  # fmt: skip


def temoin(acteur: Acteur) -> str:
    """Name of the cookie of somebody who closed the visit on this computer."""
    return f"visite_{acteur.personne}"


def a_inviter(cookies: Mapping[str, str], acteur: Acteur) -> bool:
    """Never closed on this computer."""
    return temoin(acteur) not in cookies


def etape_en_cours(request: HttpRequest) -> dict[str, Any]:
    """For every page with `?visite=1` to 5: the step shown, the one before, the one after."""
    numero, acteur = request.GET.get("visite", ""), getattr(request, "acteur", None)
    if acteur is None or numero not in {"1", "2", "3", "4", "5"}:
        return {}
    n = int(numero)
    _page, titre, texte = ETAPES[n - 1]
    voisines = {"avant": n - 1, "apres": n + 1}
    adresses = {nom: _adresse(acteur, m) if 1 <= m <= len(ETAPES) else "" for nom, m in voisines.items()}
    return {"visite": {"numero": n, "sur": len(ETAPES), "titre": titre, "texte": texte, **adresses}}


def _adresse(acteur: Acteur, n: int) -> str:
    """The page of that step; the dossier is the first that waits for this person, else the search."""
    page = ETAPES[n - 1][0]
    if page != "dossier":
        return f"{reverse(page)}?visite={n}"
    premieres = queries.a_faire(queries.mes_cibles(acteur), limite=1) or queries.a_faire(
        queries.cibles_de_l_equipe(acteur), limite=1
    )
    if premieres:
        return f"{reverse('dossier', kwargs={'uuid': premieres[0].dossier.uuid})}?visite={n}"
    return f"{reverse('recherche')}?visite={n}"
