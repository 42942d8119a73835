"""What the town writes to the syndicate: the call itself, messages, reminders, a withdrawal. Each is kept as an exchange."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from buridan.appels import lien, rules
from buridan.appels.models import Appel, Canal, Echange, Genre, ReponseDuSyndicat
from buridan.appels.papier import composer, dernier_signataire
from buridan.appels.queries import appel_de, suivi_de
from buridan.dossiers.actions.avancer import a_prevenir, echeance_de, fixer_echeance
from buridan.dossiers.actions.traversee import DejaFait, Traversee, traversee
from buridan.dossiers.models import Dossier, Etape
from buridan.interface.contexte import ville
from buridan.notifications.envois import ecrire_courriel
from buridan.organisation.acteur import Acteur
from buridan.outils.sql import executer
from buridan.outils.verdict import Refus

journal = logging.getLogger(__name__)
ENTRE_RELANCES = timedelta(days=7)
DOUBLE_CLIC = timedelta(minutes=1)
# what the syndicate has, did not refuse nor asked more of, and that stands on an étape past its term
_EN_RETARD = f"""SELECT a.dossier_id FROM {Appel._meta.db_table} a JOIN {Dossier._meta.db_table} d ON d.id = a.dossier_id
    WHERE a.fini_le IS NULL AND a.envoye_le IS NOT NULL AND a.faite_le IS NULL AND d.etat = 'ouvert'
        AND a.reponse NOT IN ('{ReponseDuSyndicat.PRECISIONS}', '{ReponseDuSyndicat.REFUSEE}')
        AND EXISTS (SELECT FROM {Etape._meta.db_table} e
            WHERE e.dossier_id = d.id AND e.etat = 'active' AND e.echeance < %s) ORDER BY d.id"""  # noqa: S608  constants


def envoyer(t: Traversee, appel: Appel, piece: tuple[str, bytes]) -> None:
    """Inside the signature: the call leaves, with its PDF and the address of its page; by post without an e-mail address."""
    deja = appel.envoye_le is not None
    appel.envoye_le, appel.reponse, appel.prevue_le, appel.faite_le = t.at, ReponseDuSyndicat.ATTENDUE, None, None
    appel.save(update_fields=["envoye_le", "reponse", "prevue_le", "faite_le"])
    texte = (
        f"{'Cet appel remplace celui envoyé auparavant.' if deja else 'Nous faisons appel à vous.'}\n\n"
        f"Compétence : {appel.competence.nom}\nLieu : {appel.lieu}\n\n{appel.description}"
    )
    _ecrire(t, appel, Genre.ENVOI, "", texte, piece=piece)


def ecrire_au_syndicat(dossier: Dossier, *, by: Acteur, at: datetime, texte: str, courriel: str = "") -> Echange:
    """Write, or send it again: `courriel`, another address than the syndicate's. What it asked is answered, and its time to
    answer begins again.
    """
    with traversee("ecrire_au_syndicat", dossier.pk, by=by, at=at) as t:
        appel = appel_de(t.dossier)
        rules.peut_ecrire_au_syndicat(by, appel).exiger()
        if not texte.strip():
            raise Refus("Le message est vide.")
        if appel.echanges.filter(genre=Genre.MESSAGE, texte=texte.strip(), at__gt=at - DOUBLE_CLIC).exists():
            raise DejaFait("Ce message est déjà envoyé.")
        if appel.reponse == ReponseDuSyndicat.PRECISIONS:
            Appel.objects.filter(pk=appel.pk).update(reponse=ReponseDuSyndicat.ATTENDUE)
            if (etape := suivi_de(t.etapes)) is not None and (echeance := echeance_de(etape, t.jour)) is not None:
                fixer_echeance(t, etape, echeance)
        t.contenu["texte"] = texte.strip()
        piece = (f"appel-{t.dossier.reference}.pdf", composer(appel, dernier_signataire(appel, by.annuaire)))
        return _ecrire(t, appel, Genre.MESSAGE, texte.strip(), texte.strip(), courriel=courriel, piece=piece)


def relancer_les_retards(*, by: Acteur, at: datetime) -> int:
    """Once a week, a reminder for each call the syndicate is late on; returns how many. The service has its own reminders."""
    faits = 0
    for (pk,) in executer(connection, _EN_RETARD, [by.annuaire.jour]).fetchall():
        try:
            faits += relancer(pk, by=by, at=at)
        except Exception:  # one call that can't be done does not stop the others
            journal.exception("Relance non faite : dossier %s", pk)
    return faits


def relancer(pk: int, *, by: Acteur, at: datetime) -> bool:
    """One reminder; False when it was made less than a week ago, or is no longer due: read again under the lock."""
    try:
        with traversee("relancer_syndicat", pk, by=by, at=at) as t:
            appel, etape = appel_de(t.dossier), suivi_de(t.etapes)
            recents = appel.echanges.filter(genre__in=[Genre.RELANCE, Genre.MESSAGE], at__gt=at - ENTRE_RELANCES)
            retard = etape is not None and etape.echeance is not None and etape.echeance < t.jour
            if etape is None or not retard or not rules.attendus(appel) or appel.faite_le or recents.exists():
                raise DejaFait("Cette relance n'est plus à faire.")
            attendu = (
                f"L'intervention était prévue le {appel.prevue_le:%d/%m/%Y}. Est-elle faite, ou à quelle date le sera-t-elle ?"
                if appel.prevue_le
                else "Nous n'avons pas encore votre réponse, ou la date de votre intervention."
            )
            _ecrire(t, appel, Genre.RELANCE, attendu, attendu)
            t.contenu |= {"texte": attendu, "etape": etape.titre}
            t.prevenir(a_prevenir(by, etape), f"{t.dossier.reference} : le syndicat est en retard, il est relancé")
    except DejaFait:
        return False
    return True


def annuler(appel: Appel, *, at: datetime) -> None:
    """The call is withdrawn: the syndicate that had it is told not to come."""
    texte = f"La mairie retire son appel {appel.dossier.reference}. N'intervenez pas, ou appelez-nous si c'est déjà commencé."
    _poster(appel, texte, at=at)
    canal = Canal.COURRIEL if appel.competence.syndicat.courriel else Canal.COURRIER
    Echange.objects.create(appel=appel, genre=Genre.ANNULATION, canal=canal, texte=texte, at=at)


def _ecrire(
    t: Traversee,
    appel: Appel,
    genre: Genre,
    dit: str,
    texte: str,
    *,
    courriel: str = "",
    piece: tuple[str, bytes] | None = None,
) -> Echange:
    adresse = courriel or appel.competence.syndicat.courriel
    _poster(appel, texte, at=t.at, courriel=adresse, piece=piece)
    canal = Canal.COURRIEL if adresse else Canal.COURRIER
    t.contenu["moyen"] = canal.label.lower()
    return Echange.objects.create(appel=appel, genre=genre, canal=canal, texte=dit, at=t.at, par_id=t.acteur.personne)


def _poster(
    appel: Appel, texte: str, *, at: datetime, courriel: str = "", piece: tuple[str, bytes] | None = None
) -> None:
    nom = ville(settings.PRESET)["nom"]
    sujet = f"{nom} : appel à participation {appel.dossier.reference}, {appel.competence.nom}"
    pied = f"\n\nPour nous répondre, donner une date ou dire que c'est fait :\n{lien.adresse(appel.dossier.uuid)}\n"
    adresse = courriel or appel.competence.syndicat.courriel
    ecrire_courriel(adresse, sujet, texte + pied, at=at, dossier=appel.dossier.uuid, piece=piece)
