"""The core: a dossier, its étapes, its answer, its two threads, its documents.

Never false (deferred triggers, migration 0003): an open dossier has an active étape somebody can act on, a closed one an answer.

A foreign key has no index where another begins with it, or where nobody asks by it: each index is written at every gesture.
"""

import uuid
from collections.abc import Callable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from buridan.circuits.niveaux import Niveau, demande_en_mots
from buridan.dossiers.etats import AU_PARAPHEUR, EtatDossier, EtatEtape, Fil, Resultat, SensReponse, TypeEtape
from buridan.organisation.acteur import Acteur
from buridan.organisation.models import Droit, Entite, Poste
from buridan.outils.donnees import EFFACE

NATURES_DU_GUICHET: set[str] = set()  # each nature says so when it declares itself
PAR_POSTE: set[str] = set()  # natures that are one's own affair: whoever has an étape reads them, not the whole service
# Of a nature that keeps some of its dossiers to one reader: ids of those this person may not read.
CACHES: dict[str, Callable[[Acteur], models.QuerySet[Any]]] = {}


def _hors_index(champ: str) -> Func:
    """The array joined to nothing: equal, but its GIN index can't serve it."""
    entiers = ArrayField(models.BigIntegerField())
    return Func(F(champ), Value([], output_field=entiers), function="array_cat", output_field=entiers)


def _parmi(champ: str, choix: type[models.TextChoices], nom: str, *, vide: bool = False) -> models.CheckConstraint:
    """The column holds one of the choices, whatever writes it."""
    valeurs = [*choix.values, ""] if vide else choix.values
    return models.CheckConstraint(
        condition=Q((f"{champ}__in", valeurs)),
        name=nom,
        violation_error_message=f"Valeurs possibles : {', '.join(str(c.label) for c in choix)}.",
    )


def _compte(champ: str, nom: str, phrase: str) -> models.CheckConstraint:
    """The column counts from 1."""
    return models.CheckConstraint(condition=Q((f"{champ}__gte", 1)), name=nom, violation_error_message=phrase)


def lisible_par(acteur: Acteur, vers: str = "") -> Q:
    """The condition of `visibles_par` on the dossier that `vers` (« dossier__ ») leads to: a list that joins its dossiers is then
    read in its own order, up to the page asked, and not whole.
    """
    caches = sans_les_caches(acteur, vers)
    return caches if acteur.voit_tout else caches & _du_perimetre(acteur, vers, f"{vers}lecteurs", f"{vers}suiveurs")


def sans_les_caches(acteur: Acteur, vers: str = "") -> Q:
    """Without those that their nature keeps from this person; Buridan itself is kept from nothing."""
    condition = Q()
    for caches in [] if acteur.est_systeme else CACHES.values():
        condition &= ~Q((f"{vers}pk__in", caches(acteur)))
    return condition


def _du_perimetre(acteur: Acteur, vers: str, lecteurs: str, suiveurs: str) -> Q:
    visible = Q((f"{lecteurs}__overlap", sorted(acteur.lecteur())))
    visible |= Q((f"{suiveurs}__contains", [acteur.personne or 0]), (f"{vers}sensible", False))
    for nature in acteur.annuaire.natures_limitees():
        visible |= Q((f"{lecteurs}__overlap", sorted(acteur.lecteur(nature))), (f"{vers}nature", nature))
    if Droit.GUICHET in acteur.droits:
        visible |= Q((f"{vers}sensible", False), (f"{vers}nature__in", sorted(NATURES_DU_GUICHET)))
    return visible


class DossierQuerySet(models.QuerySet["Dossier"]):
    """Every view, list, search, count and export starts from `visibles_par`."""

    def visibles_par(self, acteur: Acteur, *, trie_par_mots: bool = False) -> Self:
        """Dossiers of the actor's perimeter, those he or she follows (unless sensitive); all for supervision.

        The front desk sees every dossier of some natures but the sensitive ones of other services. `trie_par_mots`: words already
        leave few rows, so the two lists are read on those rows instead of in their index (which holds whole services).
        """
        if not trie_par_mots or acteur.voit_tout:
            return self.filter(lisible_par(acteur))
        lignes = self.alias(_lecteurs=_hors_index("lecteurs"), _suiveurs=_hors_index("suiveurs"))
        return lignes.filter(sans_les_caches(acteur), _du_perimetre(acteur, "", "_lecteurs", "_suiveurs"))

    def dernier(self) -> int:
        """The newest id, 0 when there is none: the slices of a search are counted from it."""
        return int(self.aggregate(dernier=models.Max("pk"))["dernier"] or 0)

    def ouverts(self) -> Self:
        """Not closed."""
        return self.exclude(etat=EtatDossier.CLOS)


class Dossier(models.Model):
    """Anything that came in and must end in an answer. `lecteurs`: ids of entities it is opened to, of posts as negatives."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField("référence", max_length=20)
    nature = models.CharField(max_length=30)
    objet = models.CharField("objet", max_length=200)
    contenu = models.TextField("texte cherché", blank=True)
    etat = models.CharField(max_length=10, choices=EtatDossier, default=EtatDossier.OUVERT)
    tour = models.PositiveSmallIntegerField("tour", default=1)
    entite = models.ForeignKey(Entite, models.PROTECT, related_name="dossiers", db_index=False)
    createur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    circuit = models.SlugField(max_length=60, db_index=False)
    circuit_version = models.PositiveIntegerField()
    ouvert_le = models.DateTimeField()
    clos_le = models.DateTimeField(null=True, blank=True)
    promis_le = models.DateField("promis pour le", null=True, blank=True)
    legal_le = models.DateField("décision implicite le", null=True, blank=True)
    attente_jusquau = models.DateField(null=True, blank=True)
    attente_depuis = models.DateField(null=True, blank=True)
    attente_motif = models.CharField(max_length=300, blank=True)
    prioritaire = models.BooleanField("prioritaire", default=False)
    sensible = models.BooleanField("réservé au service", default=False)
    projet_reponse = models.TextField("projet de réponse", blank=True)
    projet_sens = models.CharField(max_length=12, choices=SensReponse, blank=True)
    projet_vise = models.BooleanField(default=False)
    lecteurs = ArrayField(models.BigIntegerField(), default=list)
    suiveurs = ArrayField(models.BigIntegerField(), default=list)
    bouge_le = models.DateTimeField()
    efface_le = models.DateTimeField("effacé le", null=True, blank=True)
    recherche = models.GeneratedField(
        expression=Func(
            Func(
                Value("french"),
                Func(F("reference"), F("objet"), F("contenu"), function="buridan_texte"),
                function="buridan_vecteur",
            ),
            F("id"),
            function="buridan_avec_tranche",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[Any] = DossierQuerySet.as_manager()

    class Meta:
        constraints = [
            # not `unique=True`: Django would add a second index, for searches by a beginning that nobody makes
            models.UniqueConstraint(fields=["reference"], name="dossier_reference_unique"),
            _parmi("etat", EtatDossier, "dossier_etat_connu"),
            _parmi("projet_sens", SensReponse, "dossier_sens_connu", vide=True),
            _compte("tour", "dossier_tour_compte", "Les tours d'un dossier se comptent à partir de 1."),
            models.CheckConstraint(
                condition=Q(etat=EtatDossier.CLOS, clos_le__isnull=False) | ~Q(etat=EtatDossier.CLOS) & Q(clos_le=None),
                name="dossier_clos_date",
                violation_error_message="Un dossier clos porte sa date de clôture, un dossier ouvert n'en a pas.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatDossier.ATTENTE) | Q(attente_jusquau__isnull=False),
                name="dossier_attente_datee",
                violation_error_message="Une mise en attente a toujours une date de reprise.",
            ),
            models.CheckConstraint(
                condition=Q(efface_le=None)
                | Q(etat=EtatDossier.CLOS, objet=EFFACE, contenu="", attente_motif="", projet_reponse=""),
                name="dossier_efface_vide",
                violation_error_message="Un dossier effacé est clos et ne dit plus rien de personne.",
            ),
        ]
        indexes = [
            GinIndex(fields=["recherche"], name="dossier_recherche"),
            GinIndex(fields=["lecteurs"], name="dossier_lecteurs"),
            GinIndex(fields=["suiveurs"], name="dossier_suiveurs"),
            models.Index(fields=["entite", "clos_le"], name="dossier_entite_clos"),
            models.Index(fields=["nature"], name="dossier_nature"),  # the list of a rare one reads no other
            models.Index(fields=["attente_jusquau"], condition=Q(etat=EtatDossier.ATTENTE), name="dossier_a_reprendre"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.objet}"


class Etape(models.Model):
    """One thing one post, or one entity, has to do on a dossier by a date. Same rank = in parallel."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="etapes", db_index=False)
    rang = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=14, choices=TypeEtape)
    titre = models.CharField(max_length=120)
    consigne = models.CharField(max_length=300, blank=True)
    poste = models.ForeignKey(Poste, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    entite = models.ForeignKey(Entite, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    etat = models.CharField(max_length=10, choices=EtatEtape, default=EtatEtape.A_VENIR)
    regle = models.CharField("règle du rang", max_length=4, default="tous")
    votes_caches = models.BooleanField(default=False)
    delai = models.CharField(max_length=30, blank=True)
    rappel_avant = models.PositiveSmallIntegerField(default=1)
    escalade_apres = models.PositiveSmallIntegerField(default=2)
    activee_le = models.DateTimeField(null=True, blank=True)
    echeance = models.DateField(null=True, blank=True)
    urgence_le = models.DateField(null=True, blank=True)
    rappels = models.PositiveSmallIntegerField("rappels faits", default=0)
    prochain_rappel = models.DateField(null=True, blank=True)
    prise_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    ajoutee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    niveau_signature = models.CharField(max_length=9, choices=Niveau, blank=True, default="", db_default="")
    cible = models.GeneratedField(
        expression=Coalesce(F("poste_id"), -F("entite_id")), output_field=models.BigIntegerField(), db_persist=True
    )

    class Meta:
        constraints = [
            _parmi("etat", EtatEtape, "etape_etat_connu"),
            _parmi("type", TypeEtape, "etape_type_connu"),
            _parmi("niveau_signature", Niveau, "etape_niveau_connu", vide=True),
            _compte("rang", "etape_rang_compte", "Les étapes se comptent à partir de 1."),
            models.CheckConstraint(
                condition=Q(regle__regex=r"^(tous|un|[1-9][0-9]{0,2})$"),
                name="etape_regle_connue",
                violation_error_message="La règle d'un rang est : tous, un, ou un nombre d'étapes.",
            ),
            models.CheckConstraint(
                condition=Q(poste__isnull=False, entite__isnull=True) | Q(poste__isnull=True, entite__isnull=False),
                name="etape_un_destinataire",
                violation_error_message="Une étape est confiée à un poste ou à un service, et à un seul.",
            ),
            models.CheckConstraint(
                condition=~Q(etat=EtatEtape.ACTIVE) | Q(activee_le__isnull=False, urgence_le__isnull=False),
                name="etape_active_datee",
                violation_error_message="Une étape à faire a une date.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["cible", "urgence_le", "id"], condition=Q(etat=EtatEtape.ACTIVE), name="etape_a_faire"
            ),
            models.Index(
                fields=["cible", "urgence_le", "id"],
                condition=Q(etat=EtatEtape.ACTIVE, type__in=AU_PARAPHEUR),
                name="etape_au_parapheur",
            ),
            models.Index(fields=["prochain_rappel"], condition=Q(etat=EtatEtape.ACTIVE), name="etape_a_rappeler"),
            models.Index(fields=["dossier", "rang"], name="etape_rang"),
        ]

    def __str__(self) -> str:
        return f"{self.titre} ({self.get_etat_display()})"

    @property
    def niveau_en_mots(self) -> str:
        """« au moins une signature avancée »; empty for any."""
        return demande_en_mots(self.niveau_signature)


class Decision(models.Model):
    """How one étape was decided, once. `pour`: « pour X, absente »; `niveau_signature`: what a signature was, else empty."""

    etape = models.OneToOneField(Etape, models.PROTECT, related_name="decision")
    resultat = models.CharField(max_length=16, choices=Resultat)
    texte = models.TextField(blank=True)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    pour = models.CharField(max_length=250, blank=True)
    niveau_signature = models.CharField(max_length=9, choices=Niveau, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            _parmi("resultat", Resultat, "decision_resultat_connu"),
            _parmi("niveau_signature", Niveau, "decision_niveau_connu", vide=True),
            models.CheckConstraint(
                condition=Q(niveau_signature="") | Q(resultat=Resultat.SIGNEE),
                name="decision_niveau_d_une_signature",
                violation_error_message="Seule une signature a un niveau de signature.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_resultat_display()


class Reponse(models.Model):
    """The answer the requester can read; one per turn (a reopened dossier starts a new turn)."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="reponses", db_index=False)
    tour = models.PositiveSmallIntegerField(default=1)
    sens = models.CharField(max_length=12, choices=SensReponse)
    texte = models.TextField()
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            _parmi("sens", SensReponse, "reponse_sens_connu"),
            models.UniqueConstraint(fields=["dossier", "tour"], name="une_reponse_par_tour"),
            models.CheckConstraint(
                condition=~Q(texte__regex=r"^\s*$"),
                name="reponse_non_vide",
                violation_error_message="La réponse ne peut pas être vide.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_sens_display()


class Message(models.Model):
    """A message of one of the two threads. `par` empty = written by the requester."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="messages", db_index=False)
    fil = models.CharField(max_length=10, choices=Fil)
    texte = models.TextField()
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [_parmi("fil", Fil, "message_fil_connu")]
        indexes = [models.Index(fields=["dossier", "at"], name="message_fil")]

    def __str__(self) -> str:
        return self.texte[:60]


class Document(models.Model):
    """A file, stored under the SHA-256 of its content. `public`: the requester may read it.

    `analyse_le`: when an antivirus looked at it and found nothing; empty, nothing looked at it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="documents")
    nom = models.CharField(max_length=200)
    type_mime = models.CharField(max_length=100)
    taille = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField(max_length=64)
    public = models.BooleanField(default=False)
    analyse_le = models.DateTimeField("analysé le", null=True)
    at = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="document_sha256")]

    def __str__(self) -> str:
        return self.nom


class Lien(models.Model):
    """Two dossiers that belong together: linked, split from, merged into."""

    class Genre(models.TextChoices):
        """Why they are linked. `de` is the one that was split, joined or linked."""

        LIE = "lie", "Lié"
        ISSU = "issu", "Issu du partage"
        REUNI = "reuni", "Réuni"

    ALLER: ClassVar = {Genre.LIE: "Lié à", Genre.ISSU: "Partagé, a donné", Genre.REUNI: "Réuni à"}
    RETOUR: ClassVar = {Genre.LIE: "Lié à", Genre.ISSU: "Issu du partage de", Genre.REUNI: "Répond aussi à"}

    de = models.ForeignKey(Dossier, models.PROTECT, related_name="liens")
    vers = models.ForeignKey(Dossier, models.PROTECT, related_name="liens_inverses")
    genre = models.CharField(max_length=6, choices=Genre)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(genre__in=["lie", "issu", "reuni"]),
                name="lien_genre_connu",
                violation_error_message="Valeurs possibles : Lié, Issu du partage, Réuni.",
            ),
            models.UniqueConstraint(fields=["de", "vers"], name="lien_unique"),
            models.CheckConstraint(
                condition=~Q(de=F("vers")),
                name="lien_pas_soi_meme",
                violation_error_message="Un dossier ne se lie pas à lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_genre_display()

    @property
    def aller(self) -> str:
        """The link in words, on the page of `de`."""
        return self.ALLER[self.Genre(self.genre)]

    @property
    def retour(self) -> str:
        """The link in words, on the page of `vers`."""
        return self.RETOUR[self.Genre(self.genre)]
