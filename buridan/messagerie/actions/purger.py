"""What was set aside is emptied when its time is over: the row stays, so that it is never read again from the server."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from buridan.dossiers import fichiers
from buridan.messagerie.etats import Etat
from buridan.messagerie.models import Boite, CourrielRecu, Piece

MOIS = timedelta(days=31)


def purger(*, at: datetime) -> int:
    """Empty what nobody put in a dossier, `garde_mois` after it was set aside; says how many."""
    vides = 0
    for boite in Boite.objects.all():
        limite = at - boite.garde_mois * MOIS
        hors_file = Q(etat__in=(Etat.ECARTE, Etat.AUTOMATIQUE), dossier=None, vide_le=None)
        vieux = CourrielRecu.objects.alias(depuis=Coalesce("traite_le", "recu_le")).filter(
            hors_file, boite=boite, depuis__lt=limite
        )
        for courriel in vieux:
            vides += _vider(courriel, at)
    return vides


def _vider(courriel: CourrielRecu, at: datetime) -> int:
    with transaction.atomic():
        frais = CourrielRecu.objects.select_for_update(of=("self",)).get(pk=courriel.pk)
        if frais.etat not in (Etat.ECARTE, Etat.AUTOMATIQUE) or frais.vide_le is not None:
            return 0  # taken back meanwhile
        condenses = [frais.sha256, *frais.pieces.exclude(sha256="").values_list("sha256", flat=True)]
        with connection.cursor() as curseur:
            curseur.execute("SELECT set_config('buridan.effacement', 'autorise', true)")
            Piece.objects.filter(courriel=frais).delete()
            CourrielRecu.objects.filter(pk=frais.pk).update(
                sha256="", message_id="", references=[], expediteur="", adresse="", a="", sujet="", texte="", retour="",
                defauts=[],
                vide_le=at,
            )  # fmt: skip
            curseur.execute("SELECT set_config('buridan.effacement', '', true)")
        transaction.on_commit(lambda: fichiers.retirer(condenses, avant=(at - fichiers.SURSIS).timestamp()))
    return 1
