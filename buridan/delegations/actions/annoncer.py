"""Say a month before that a delegation ends: to whoever holds it and to those who keep the register, once."""

from datetime import datetime

from django.db import connection, transaction

from buridan.delegations import rules
from buridan.delegations.models import Delegation
from buridan.delegations.queries import registre
from buridan.notifications.envois import notifier_lien
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit
from buridan.outils.sql import joindre

PAGE = "/delegations/"


def annoncer_les_fins(*, by: Acteur, at: datetime) -> int:
    """Tell; returns how many delegations were announced."""
    with transaction.atomic():
        r = registre(at, by.annuaire)
        proches = {d.id: d for d in r.lignes if rules.fin_prevue(r, d)}
        a_dire = Delegation.objects.select_for_update().filter(pk__in=proches, prevenue_le=None).order_by("pk")
        faites = [proches[d.pk] for d in a_dire]
        gardiens = {f.personne for f in r.annuaire.postes.values() if Droit.DELEGATIONS in f.droits and f.personne}
        for d in faites:
            nom = r.annuaire.nom_personne(d.delegataire)
            texte = f"La délégation n° {d.numero} de {nom} prend fin le {d.fin:%d/%m/%Y} : à renouveler, ou à laisser finir."
            ecriture = notifier_lien(PAGE, dict.fromkeys([d.delegataire, *sorted(gardiens)], texte), at=at)
            with connection.cursor() as curseur:
                curseur.execute(*joindre(ecriture))
        Delegation.objects.filter(pk__in=[d.id for d in faites]).update(prevenue_le=r.jour)
        return len(faites)
