"""The mails that come to the town hall: made here as bytes, then received by the function that reads a real mailbox."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO

from PIL import Image

from buridan.courriers.actions.enregistrer import Arrivee
from buridan.courriers.queries import bureau
from buridan.demo.deroule import Deroule
from buridan.demo.jours import Jours
from buridan.demo.textes_courriels import MAILS, Mail
from buridan.dossiers.etats import EtatDossier
from buridan.dossiers.models import Dossier
from buridan.droit.delais import date_legale
from buridan.elus.chargement import dernier_formulaire
from buridan.elus.rules import elus
from buridan.messagerie.actions.boites import Reglage, regler_boite
from buridan.messagerie.actions.recevoir import Reception, recevoir
from buridan.messagerie.actions.traiter import ecarter_courriel, enregistrer_le_courriel
from buridan.messagerie.etats import Usage
from buridan.messagerie.models import Boite, CourrielRecu
from buridan.notifications.models import Courriel
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit, Personne

DOMAINE = "ville.example"  # reserved (RFC 2606): leads nowhere, so these mailboxes are declared and not read


class CourrielsRecus(Deroule):
    """Receives them; a town without a mail office has none, one without subjects for its officials skips theirs."""

    nature = "courriers"

    def __init__(self, jours: Jours, *, at: datetime) -> None:
        super().__init__(jours, at=at)
        self.chez, self.boites = bureau(), dict[str, Boite]()
        usages = [Usage.COURRIER, *([Usage.ELUS] if dernier_formulaire() else [])] if self.chez else []
        for n, mail in enumerate(m for m in MAILS if m.boite in usages):
            depart = at - timedelta(days=mail.il_y_a)
            self.entamer(depart, self._jouer(mail, n, depart))

    def _jouer(self, mail: Mail, n: int, instant: datetime) -> Iterator[datetime]:
        boite = self._boite(mail.boite, instant)
        brut = self._composer(mail, n, instant) if boite else None
        if boite is None or brut is None:
            return
        recu = recevoir(boite, brut, Reception(instant), at=instant)
        if mail.suite:
            yield (plus_tard := self.ouvre(instant + timedelta(days=1), 20 + n))
            self._traiter(mail, recu, plus_tard)

    def _boite(self, usage: str, at: datetime) -> Boite | None:
        """Declared by an administrator the first time; not read, for it leads nowhere."""
        if usage not in self.boites:
            annuaire = self.jours.annuaire(date_legale(at))
            titulaires = [p.personne for p in annuaire.postes.values() if Droit.ADMINISTRATION in p.droits]
            qui = next((p for p in titulaires if p in annuaire.personnes), None)
            if qui is None:
                return None
            nom = "mairie" if usage == Usage.COURRIER else "elus"
            reglage = Reglage(
                f"{nom}@{DOMAINE}", f"imap.{DOMAINE}", f"{nom}@{DOMAINE}", date(at.year, 1, 1), usage=usage, active=False,
                mot_de_passe="la-demo-ne-lit-aucun-serveur", reponses=usage == Usage.COURRIER,
            )  # fmt: skip
            self.boites[usage] = regler_boite(reglage, by=self.jours.acteur(qui, at), at=at)
        return self.boites[usage]

    def _composer(self, mail: Mail, n: int, at: datetime) -> bytes | None:
        """The mail as a server hands it over; None when the town has nothing it could answer."""
        repond = self._parti() if mail.cite or mail.retour else None
        if repond is None and (mail.cite or mail.retour):
            return None
        entetes = {
            "To": self.boites[mail.boite].adresse,
            "Date": format_datetime(at),
            "Message-ID": f"<demo-{n}@courriel.example>",
        }
        if not mail.de:  # broken on purpose: no sender, an unknown character set
            lignes = [
                *(f"{c}: {v}" for c, v in entetes.items()),
                f"Subject: {mail.sujet}",
                "Content-Type: text/plain; charset=x-inconnu",
            ]
            return "\r\n".join([*lignes, "", mail.texte]).encode("utf-8", "surrogateescape")
        message = EmailMessage()
        for champ, valeur in (entetes | {"From": self._de(mail, at), "Subject": mail.sujet} | mail.entetes).items():
            message[champ] = valeur
        if repond is not None:
            message["In-Reply-To"] = repond.message_id
        message.set_content(mail.texte, subtype="html" if mail.html else "plain")
        if mail.photo:
            message.add_attachment(_photo(), maintype="image", subtype="jpeg", filename="poubelles.jpg")
        if mail.programme:
            message.add_attachment(
                b"PK\x05\x06" + b"\0" * 18, maintype="application", subtype="zip", filename="pieces.zip"
            )
        if mail.retour and repond is not None:
            return _retour(message, repond)
        return message.as_bytes()

    def _de(self, mail: Mail, at: datetime) -> str:
        if mail.de != "elu":
            return mail.de
        en_poste = elus(self.jours.annuaire(date_legale(at)))
        elu = Personne.objects.get(pk=en_poste[-1]) if en_poste else None
        return f"{elu} <{elu.email}>" if elu else f"elu@{DOMAINE}"

    def _parti(self) -> Courriel | None:
        """The last mail of ours to a resident whose dossier is still open."""
        ouverts = Dossier.objects.filter(nature="demandes", sensible=False).exclude(etat=EtatDossier.CLOS)
        siens = Courriel.objects.filter(dossier__in=ouverts.values("uuid"), destinataire__endswith="@courriel.example")
        return siens.order_by("-at", "-pk").first()

    def _traiter(self, mail: Mail, recu: CourrielRecu, at: datetime) -> None:
        assert self.chez is not None
        by: Acteur = self.agit(None, self.chez.entite_id, at)
        if mail.suite == "ecarte":
            ecarter_courriel(recu, by=by, at=at, motif="Publicité trompeuse.")
        else:
            arrivee = Arrivee(recu.recu_le, recu.expediteur, recu.sujet, courriel=recu.adresse)
            enregistrer_le_courriel(recu, arrivee, by=by, at=at)


def _photo() -> bytes:
    sortie = BytesIO()
    Image.linear_gradient("L").resize((320, 240)).save(sortie, "JPEG")
    return sortie.getvalue()


def _retour(message: EmailMessage, parti: Courriel) -> bytes:
    """A non-delivery report (RFC 3464) about that mail."""
    limite = "=_retour-demo"
    message.replace_header("Content-Type", f'multipart/report; report-type=delivery-status; boundary="{limite}"')
    for champ in ("Content-Transfer-Encoding", "In-Reply-To"):
        del message[champ]
    parties = [
        "Content-Type: text/plain; charset=utf-8\r\n\r\nThe mail system could not deliver your message.",
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; courriel.example\r\n\r\nFinal-Recipient: rfc822; "
        f"{parti.destinataire}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown",
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {parti.message_id}",
    ]
    entetes = "".join(f"{champ}: {valeur}\r\n" for champ, valeur in message.items())
    corps = "".join(f"--{limite}\r\n{partie}\r\n\r\n" for partie in parties)
    return f"{entetes}\r\n{corps}--{limite}--\r\n".encode()
