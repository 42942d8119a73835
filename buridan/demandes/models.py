"""Requests of residents, professionals and associations: the nature `demandes`."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchRank, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.utils.functional import cached_property

from buridan.circuits.catalogue import en_vigueur
from buridan.circuits.modele import CircuitModele
from buridan.delegations.etats import NatureActe
from buridan.dossiers.etats import SortFinal
from buridan.dossiers.models import Dossier
from buridan.dossiers.recherche import RequeteLarge
from buridan.dossiers.routage import Contexte
from buridan.organisation.models import Entite


class Lieu(models.TextChoices):
    """Does this kind of request need a place?"""

    OBLIGATOIRE = "obligatoire", "Lieu obligatoire"
    FACULTATIF = "facultatif", "Lieu facultatif"
    SANS = "sans", "Sans lieu"


class Silence(models.TextChoices):
    """What the administration's silence means (CRPA L231-1, L231-4)."""

    ACCEPTATION = "acceptation", "Le silence vaut accord"
    REJET = "rejet", "Le silence vaut rejet"
    SANS_EFFET = "sans_effet", "Le silence n'a pas d'effet"


class Public(models.TextChoices):
    """Kinds of requesters."""

    PARTICULIER = "particulier", "Particulier"
    PROFESSIONNEL = "professionnel", "Commerçant ou professionnel"
    ASSOCIATION = "association", "Association"


class Canal(models.TextChoices):
    """The way in."""

    PORTAIL = "portail", "Site de la mairie"
    GUICHET = "guichet", "Au guichet"
    TELEPHONE = "telephone", "Par téléphone"
    COURRIEL = "courriel", "Par courriel"
    COURRIER = "courrier", "Par courrier"
    TERRAIN = "terrain", "Agent de terrain"
    ELU = "elu", "Par un élu"


class TypeQuerySet(models.QuerySet["TypeDemande"]):
    """The catalogue."""

    def actifs(self) -> Self:
        """Types that can be asked for today."""
        return self.filter(actif=True)

    def cherches(self, mots: str) -> Self:
        """Found by everyday words, accents and plurals forgiven; best first."""
        requete = RequeteLarge(mots)
        return (
            self.filter(recherche=requete).annotate(rang=SearchRank(F("recherche"), requete)).order_by("-rang", "titre")
        )


class TypeDemande(models.Model):
    """One kind of request of the catalogue, loaded from the preset."""

    code = models.SlugField(max_length=60, unique=True)
    titre = models.CharField(max_length=160)
    famille = models.CharField(max_length=60)
    description = models.TextField(blank=True)
    mots = ArrayField(models.CharField(max_length=80), default=list)
    service = models.ForeignKey(Entite, models.PROTECT, related_name="+")
    circuit = models.SlugField(max_length=60)
    circuit_professionnels = models.SlugField(
        "circuit des professionnels", max_length=60, blank=True, default="", db_default=""
    )
    acte = models.CharField("nature de l'acte signé", max_length=20, choices=NatureActe, default=NatureActe.COURRIERS)
    circuit_du_fichier = models.BooleanField("circuit choisi par le fichier", default=True)
    theme = models.CharField("thème de l'élu chargé du sujet", max_length=80, blank=True)
    promesse = models.CharField("promesse de délai", max_length=30)
    lieu = models.CharField(max_length=12, choices=Lieu, default=Lieu.FACULTATIF)
    accuse = models.BooleanField("accusé de réception requis", default=True)
    silence = models.CharField(max_length=12, choices=Silence, default=Silence.REJET)
    silence_delai = models.CharField(max_length=30, default="2 mois")
    silence_source = models.CharField(max_length=160, blank=True)
    a_confirmer = models.BooleanField(default=False)
    conservation = models.CharField(max_length=30, blank=True)
    conservation_source = models.CharField(max_length=200, blank=True)
    sort_final = models.CharField(max_length=12, choices=SortFinal, default=SortFinal.DESTRUCTION)
    publics = ArrayField(models.CharField(max_length=14, choices=Public), default=list)
    sensible = models.BooleanField(default=False)
    urgence = models.CharField(max_length=8, default="normale")
    urgence_conseil = models.CharField(max_length=300, blank=True)
    pieces = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    actif = models.BooleanField(default=True)
    recherche = models.GeneratedField(
        expression=Func(
            Value("french"),
            Func(F("titre"), F("description"), Func(F("mots"), function="buridan_mots"), function="buridan_texte"),
            function="buridan_vecteur",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[Any] = TypeQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["recherche"], name="type_recherche")]

    def __str__(self) -> str:
        return self.titre

    @cached_property
    def circuit_en_vigueur(self) -> tuple[CircuitModele, int]:
        """Its circuit and the number of the version that a request filed now follows."""
        return en_vigueur(self.circuit)

    def circuit_pour(self, public: str) -> tuple[CircuitModele, int]:
        """That of such a requester: a shopkeeper has one desk, which gives the request to the service."""
        if public == Public.PROFESSIONNEL and self.circuit_professionnels:
            return en_vigueur(self.circuit_professionnels)
        return self.circuit_en_vigueur

    def contexte(self, theme: str = "") -> Contexte:
        """What the route of such a request depends on; `theme` when the request itself says which one it is."""
        return Contexte(entite=self.service_id, theme=theme or self.theme)


class Demande(models.Model):
    """What was asked, by whom, where. The requester's identity stays with this request: no population file (RU-030)."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, primary_key=True, related_name="demande")
    type = models.ForeignKey(TypeDemande, models.PROTECT, related_name="demandes", db_index=False)
    canal = models.CharField(max_length=10, choices=Canal, default=Canal.PORTAIL)
    description = models.TextField()
    reponses = models.JSONField("réponses aux questions", default=dict)
    lieu = models.CharField(max_length=250, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    public = models.CharField(max_length=14, choices=Public, default=Public.PARTICULIER)
    nom = models.CharField(max_length=160)
    organisme = models.CharField(max_length=160, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    rna = models.CharField(max_length=10, blank=True)
    courriel = models.EmailField(blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    adresse = models.CharField(max_length=250, blank=True)
    au_nom_de = models.CharField(max_length=160, blank=True)
    recue_le = models.DateField()
    recue_ailleurs_le = models.DateField("reçue d'abord par une autre administration le", null=True, blank=True)
    satisfait = models.BooleanField(null=True)
    satisfaction_texte = models.TextField(blank=True)
    satisfaction_le = models.DateTimeField(null=True, blank=True)
    contestee_le = models.DateTimeField(null=True, blank=True)
    a_remettre_depuis = models.DateTimeField(
        "réponse à donner depuis le", null=True, blank=True
    )  # no e-mail carries it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(courriel="", telephone="", adresse=""),
                name="demande_joignable",
                violation_error_message="Indiquez un courriel, un téléphone ou une adresse : il faut pouvoir répondre.",
            ),
            models.CheckConstraint(
                condition=Q(recue_ailleurs_le=None) | Q(recue_ailleurs_le__lte=F("recue_le")),
                name="demande_recue_ailleurs_avant",
                violation_error_message="L'autre administration a reçu la demande avant nous, pas après.",
            ),
        ]
        indexes = [
            models.Index(Upper("courriel"), name="demande_courriel"),
            models.Index(fields=["type", "recue_le"], name="demande_type_date"),
            models.Index(fields=["type", "latitude", "longitude"], name="demande_position"),
            models.Index("type", Upper("lieu"), name="demande_lieu"),
            models.Index(
                fields=["a_remettre_depuis"], condition=Q(a_remettre_depuis__isnull=False), name="demande_a_remettre"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} ({self.nom})"

    def intitule(self) -> str:
        """Subject of the dossier: the type, and the place when there is one."""
        return f"{self.type.titre} — {self.lieu}" if self.lieu else self.type.titre

    def texte_cherche(self, precisions: Iterable[str] = ()) -> str:
        """All the words this request is found by."""
        morceaux = [self.type.titre, self.description, *precisions, self.lieu, self.nom, self.organisme]
        return "\n".join([*morceaux, *map(str, self.reponses.values())])


class Suspension(models.Model):
    """Missing pieces asked once, which stop or hold back the law's clock (CRPA L114-5). `recues_le` empty: awaited."""

    demande = models.ForeignKey(Demande, models.PROTECT, related_name="suspensions")
    demandees_le = models.DateField()
    jusquau = models.DateField()
    recues_le = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["demandees_le", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(jusquau__gt=F("demandees_le")),
                name="suspension_laisse_du_temps",
                violation_error_message="Laissez au moins un jour pour envoyer les pièces.",
            ),
            models.CheckConstraint(
                condition=Q(recues_le=None) | Q(recues_le__gte=F("demandees_le")),
                name="suspension_recues_apres",
                violation_error_message="Les pièces arrivent après avoir été demandées.",
            ),
        ]

    def __str__(self) -> str:
        return f"pièces demandées le {self.demandees_le:%d/%m/%Y}"


class Precision(models.Model):
    """What the requester said after filing, written by an agent; the description stays as it was filed."""

    demande = models.ForeignKey(Demande, models.PROTECT, related_name="precisions")
    texte = models.TextField()
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte__regex=r"^\s*$"),
                name="precision_non_vide",
                violation_error_message="La précision ne peut pas être vide.",
            )
        ]

    def __str__(self) -> str:
        return self.texte[:60]


class Participant(models.Model):
    """Somebody who joined a request already open, and gets its answer."""

    demande = models.ForeignKey(Demande, models.PROTECT, related_name="participants")
    nom = models.CharField(max_length=160)
    courriel = models.EmailField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demande", "courriel"], name="participant_une_fois")]

    def __str__(self) -> str:
        return self.nom


class ModeleReponse(models.Model):
    """An answer template as it stands. `{{champ}}` is replaced from a fixed list: no template engine runs on this text.

    `version`: number of the present version, which a form sends back so that nobody overwrites another's work unseen.
    """

    code = models.SlugField(max_length=60, unique=True)
    titre = models.CharField(max_length=160)
    famille = models.CharField(max_length=60, blank=True)
    types = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    texte = models.TextField()
    version = models.PositiveIntegerField(default=1)
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)

    def __str__(self) -> str:
        return self.titre


class VersionModele(models.Model):
    """One version of an answer template, never changed. `par` empty: loaded from the preset's file."""

    modele = models.ForeignKey(ModeleReponse, models.PROTECT, related_name="versions")
    numero = models.PositiveIntegerField()
    titre = models.CharField(max_length=160)
    famille = models.CharField(max_length=60, blank=True)
    types = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    texte = models.TextField()
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["modele", "numero"], name="version_modele_unique")]

    def __str__(self) -> str:
        return f"{self.titre} (version {self.numero})"


class QuestionFrequente(models.Model):
    """A frequent question, for residents and for the front desk."""

    ordre = models.PositiveSmallIntegerField(unique=True)
    question = models.CharField(max_length=250)
    reponse = models.TextField()
    mots = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    type = models.ForeignKey(TypeDemande, models.PROTECT, null=True, blank=True, related_name="questions_frequentes")

    def __str__(self) -> str:
        return self.question


class Adresse(models.Model):
    """A street of the town, for completion without asking anybody outside."""

    voie = models.CharField(max_length=160)
    quartier = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    recherche = models.CharField(max_length=160, db_index=True)

    def __str__(self) -> str:
        return self.voie
