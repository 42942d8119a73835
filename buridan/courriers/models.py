"""Letters in and out: the nature `courriers`, its two registers, its office and its rules of routing.

What must never be false stands in migration 0002: numbers follow one another and never change; a letter is not closed
without what was sent, or who said that no answer is needed.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from buridan.contacts.models import Contact
from buridan.courriers.etats import JURIDIQUES, Effet, Genre, Mesure, Moyen, Objet, Origine, Sens
from buridan.dossiers.models import Document, Dossier
from buridan.droit.demandes import Silence
from buridan.organisation.models import Entite, Poste

SILENCES = [
    (Silence.REJET.value, "Le silence vaut rejet"),
    (Silence.ACCEPTATION.value, "Le silence vaut accord"),
    (Silence.SANS_EFFET.value, "Le silence n'a pas d'effet"),
]


def cote(registre: str, annee: int, numero: int) -> str:
    """« A-2026-00042 », « D-2026-00007 »."""
    return f"{'A' if registre == Sens.ARRIVEE else 'D'}-{annee}-{numero:05}"


class BureauCourrier(models.Model):
    """The mail office of this town and what it promises, from the preset: one row."""

    entite = models.ForeignKey(Entite, models.PROTECT, related_name="+")
    juridique = models.ForeignKey(Entite, models.PROTECT, related_name="+")
    promesse = models.CharField("réponse promise en", max_length=30)
    mise_en_demeure = models.CharField("délai d'une mise en demeure qui n'en dit pas", max_length=30)
    circuit = models.SlugField(max_length=60)
    circuit_juridique = models.SlugField(max_length=60)
    circuit_confidentiel = models.SlugField(max_length=60)
    circuit_depart = models.SlugField(max_length=60)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="un_seul_bureau_courrier")]

    def __str__(self) -> str:
        return str(self.entite)


class Compteur(models.Model):
    """The last number given in a register in a year. Its row is locked until the letter is written: no gap."""

    registre = models.CharField(max_length=7, choices=Sens)
    annee = models.PositiveSmallIntegerField("année")
    dernier = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registre", "annee"], name="un_compteur_par_annee")]

    def __str__(self) -> str:
        return cote(self.registre, self.annee, self.dernier)


class Courrier(models.Model):
    """A letter: received (it has a number of the register), or written without having received one.

    `expediteur` and what follows: the correspondent, whichever way, as the letter said it that day; `contact`: who it is in the
    address book. `confidentiel`: only `destinataire`, or who acts for that
    post, reads it. `echeance`: the day by which the letter itself, or the law, wants something done.
    """

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="courrier")
    sens = models.CharField(max_length=7, choices=Sens, default=Sens.ARRIVEE)
    annee = models.PositiveSmallIntegerField("année", null=True, blank=True)
    numero = models.PositiveIntegerField("numéro", null=True, blank=True)
    arrive_le = models.DateTimeField("arrivé le", null=True, blank=True)
    genre = models.CharField(max_length=12, choices=Genre, default=Genre.LETTRE)
    origine = models.CharField(max_length=12, choices=Origine, default=Origine.SAISIE)
    recommande = models.CharField("numéro de recommandé", max_length=30, blank=True)
    expediteur = models.CharField("expéditeur", max_length=160)
    organisme = models.CharField(max_length=160, blank=True)
    adresse = models.CharField(max_length=250, blank=True)
    courriel = models.EmailField(blank=True)
    telephone = models.CharField("téléphone", max_length=40, blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="courriers")
    cle = models.CharField("expéditeur sans accents", max_length=160, blank=True)
    annexes = models.CharField(max_length=250, blank=True)
    effet = models.CharField(max_length=16, choices=Effet, default=Effet.INFORMATION)
    silence = models.CharField(max_length=12, choices=SILENCES, default=Silence.REJET.value)
    echeance = models.DateField("échéance", null=True, blank=True)
    confidentiel = models.BooleanField(default=False)
    destinataire = models.ForeignKey(Poste, models.PROTECT, null=True, blank=True, related_name="+")
    ouvert_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ouvert_le = models.DateTimeField(null=True, blank=True)
    accuse_le = models.DateTimeField("accusé de réception envoyé le", null=True, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annee", "numero"], name="un_numero_d_arrivee"),
            models.CheckConstraint(
                condition=Q(sens=Sens.ARRIVEE, numero__gte=1, annee__isnull=False, arrive_le__isnull=False)
                | Q(sens=Sens.DEPART, numero=None, annee=None, arrive_le=None),
                name="courrier_recu_numerote",
                violation_error_message="Un courrier reçu a un numéro d'arrivée, un courrier envoyé n'en a pas.",
            ),
            models.CheckConstraint(
                condition=Q(confidentiel=False) | Q(destinataire__isnull=False),
                name="pli_confidentiel_adresse",
                violation_error_message="Un pli confidentiel a un destinataire.",
            ),
            models.CheckConstraint(
                condition=~Q(effet__in=[e.value for e in JURIDIQUES]) | Q(echeance__isnull=False),
                name="courrier_juridique_date",
                violation_error_message="Une mise en demeure et un recours ont une échéance.",
            ),
        ]
        indexes = [
            models.Index(fields=["cle", "arrive_le"], name="courrier_expediteur"),
            models.Index(fields=["destinataire"], condition=Q(confidentiel=True), name="courrier_confidentiel"),
        ]

    def __str__(self) -> str:
        return f"{self.cote or self.get_sens_display()} ({self.expediteur})"

    @property
    def cote(self) -> str:
        """Number of the register; empty for a letter without an arrival."""
        return cote(Sens.ARRIVEE, self.annee, self.numero) if self.annee and self.numero else ""

    @property
    def correspondant(self) -> str:
        """Organisation and person, on one line."""
        return ", ".join(filter(None, (self.organisme, self.expediteur)))

    @property
    def attend_un_accuse(self) -> bool:
        """A request that was not acknowledged yet (CRPA L112-3)."""
        return self.sens == Sens.ARRIVEE and self.effet in (Effet.DEMANDE, Effet.RECOURS) and self.accuse_le is None


class Depart(models.Model):
    """A line of the departure register: one letter to one address."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="departs")
    tour = models.PositiveSmallIntegerField(default=1)
    annee = models.PositiveSmallIntegerField("année")
    numero = models.PositiveIntegerField("numéro")
    objet = models.CharField("nature", max_length=7, choices=Objet)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    moyen = models.CharField(max_length=12, choices=Moyen)
    recommande = models.CharField("numéro de recommandé", max_length=30, blank=True)
    nom = models.CharField("destinataire", max_length=330)
    adresse = models.CharField(max_length=250, blank=True)
    courriel = models.EmailField(blank=True)
    recu_le = models.DateField("avis de réception du", null=True, blank=True)
    revenu_le = models.DateField("revenu le", null=True, blank=True)
    motif_retour = models.CharField("pourquoi il est revenu", max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annee", "numero"], name="un_numero_de_depart"),
            models.CheckConstraint(
                condition=Q(numero__gte=1),
                name="depart_compte",
                violation_error_message="Les départs se comptent de 1.",
            ),
            models.CheckConstraint(
                condition=Q(recu_le=None) | Q(revenu_le=None),
                name="depart_recu_ou_revenu",
                violation_error_message="Une lettre est reçue, ou elle revient : pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cote} ({self.nom})"

    @property
    def cote(self) -> str:
        """Number of the register."""
        return cote(Sens.DEPART, self.annee, self.numero)


class Complement(models.Model):
    """What the sender was asked for once, under a number of the departure register: the law's clock stops (CRPA L114-5).

    `texte`: the letter, whole. `recu_le` empty: it is awaited, or it never came. `rappele_le`: the service was told.
    """

    depart = models.OneToOneField(Depart, models.PROTECT, primary_key=True, related_name="complement")
    texte = models.TextField()
    demande_le = models.DateField("demandé le")
    jusquau = models.DateField("attendu avant le")
    recu_le = models.DateField("arrivé le", null=True, blank=True)
    rappele_le = models.DateField("rappelé le", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["demande_le", "depart"]
        constraints = [
            models.CheckConstraint(
                condition=Q(jusquau__gt=F("demande_le")),
                name="complement_laisse_du_temps",
                violation_error_message="Laissez au moins un jour pour envoyer ce qui manque.",
            ),
            models.CheckConstraint(
                condition=Q(recu_le=None) | Q(recu_le__gte=F("demande_le")),
                name="complement_recu_apres",
                violation_error_message="Un complément arrive après avoir été demandé.",
            ),
        ]
        indexes = [models.Index(fields=["jusquau"], condition=Q(recu_le=None), name="complement_attendu")]

    def __str__(self) -> str:
        return f"complément demandé le {self.demande_le:%d/%m/%Y}"


class SansReponse(models.Model):
    """Who closed a letter without sending anything, and why; once for each turn."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="sans_reponse")
    tour = models.PositiveSmallIntegerField(default=1)
    motif = models.CharField(max_length=300)
    annule = models.BooleanField("enregistrement annulé", default=False)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "tour"], name="sans_reponse_une_fois"),
            models.CheckConstraint(
                condition=~Q(motif__regex=r"^\s*$"),
                name="sans_reponse_motive",
                violation_error_message="Dites pourquoi ce courrier n'appelle pas de réponse.",
            ),
        ]

    def __str__(self) -> str:
        return self.motif


class Retour(models.Model):
    """« Ce n'est pas pour nous »: the service that gave a letter back, and why."""

    courrier = models.ForeignKey(Courrier, models.PROTECT, related_name="retours")
    entite = models.ForeignKey(Entite, models.PROTECT, related_name="+")
    motif = models.CharField(max_length=300)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return self.motif


class RegleAiguillage(models.Model):
    """A rule of the mail office: these words, this sender or this kind go to that service. The first that fits wins."""

    ordre = models.PositiveSmallIntegerField(default=100)
    mots = models.CharField("mots de l'objet", max_length=300, blank=True)
    expediteur = models.CharField("expéditeur", max_length=160, blank=True)
    genre = models.CharField("mode d'arrivée", max_length=12, choices=Genre, blank=True)
    service = models.ForeignKey(Entite, models.PROTECT, related_name="+")
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["ordre", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(mots="", expediteur="", genre=""),
                name="regle_dit_quelque_chose",
                violation_error_message="Une règle dit au moins des mots, un expéditeur ou un mode d'arrivée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mots or self.expediteur or self.get_genre_display()} : {self.service}"


class VersionReponse(models.Model):
    """The answer as a LibreOffice or Word file, one version after another."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="versions_reponse")
    numero = models.PositiveSmallIntegerField("numéro")
    document = models.OneToOneField(Document, models.CASCADE, related_name="version_reponse")
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["numero"]
        constraints = [models.UniqueConstraint(fields=["dossier", "numero"], name="version_reponse_unique")]

    def __str__(self) -> str:
        return f"version {self.numero}"

    @property
    def phrase(self) -> str:
        """What the draft says when this file is the answer."""
        return f"Réponse ci-jointe : {self.document.nom}, version {self.numero}."

    @property
    def est_un_pdf(self) -> bool:
        """Its pages can then be those of the letter."""
        return bool(self.document.type_mime == "application/pdf")


class Correspondant(models.Model):
    """Somebody on the list of a mailing."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="correspondants")
    nom = models.CharField(max_length=160)
    adresse = models.CharField(max_length=250, blank=True)
    courriel = models.EmailField(blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="correspondants")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.nom

    @property
    def correspondant(self) -> str:
        """On one line, as that of a letter."""
        return str(self.nom)


class Justesse(models.Model):
    """How right the proposals would have been on the letters of a period, written anew each night. Counts only.

    `service` empty: of all. `proposees`: letters for which something was proposed; `premiere`, `trois`: where the first, or
    one of the three, was right.
    """

    quoi = models.CharField(max_length=8, choices=Mesure)
    service = models.ForeignKey(Entite, models.PROTECT, null=True, related_name="+")
    lettres = models.PositiveIntegerField()
    proposees = models.PositiveIntegerField("avec une proposition")
    premiere = models.PositiveIntegerField("première juste")
    trois = models.PositiveIntegerField("une des trois juste")
    du = models.DateField()
    au = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quoi", "service"], nulls_distinct=False, name="justesse_une_fois"),
            models.CheckConstraint(
                condition=Q(premiere__lte=F("trois"), trois__lte=F("proposees"), proposees__lte=F("lettres")),
                name="justesse_comptee",
                violation_error_message="Une proposition juste est une proposition faite, pour un courrier essayé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_quoi_display()} : {self.premiere} / {self.lettres}"

    @property
    def part_premiere(self) -> int:
        """Of a hundred letters, how many had the right one first."""
        return round(100 * self.premiere / self.lettres) if self.lettres else 0

    @property
    def part_trois(self) -> int:
        """Of a hundred letters, how many had the right one among the three."""
        return round(100 * self.trois / self.lettres) if self.lettres else 0

    @property
    def manquees(self) -> int:
        """Letters for which nothing was proposed."""
        return self.lettres - self.proposees
