"""What a circuit must hold before anyone may run it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from buridan.circuits.modele import (
    CONSIGNE_MAX,
    JOURS_MAX,
    TITRE_MAX,
    CircuitModele,
    EtapeModele,
    Faute,
    TypeEtape,
)

VOTES = {TypeEtape.AVIS, TypeEtape.VISA, TypeEtape.DECISION}


@dataclass(frozen=True, slots=True)
class _Raison:
    """A fault: of this étape, at this field."""

    etape: EtapeModele
    champ: str
    texte: str
    sujet: str = ""


def verifier(
    modele: CircuitModele, *, postes: Collection[str], entites: Collection[str], source: str = ""
) -> list[Faute]:
    """All that is wrong, each with how to mend it, in the order of the étapes; empty when the circuit can be published."""
    if not modele.etapes:
        return [Faute(source, 1, "le circuit n'a aucune étape : ajoutez-en au moins une, de type « réponse ».")]
    raisons = [*_rangs(modele), *_reponse(modele)]
    for etape in modele.etapes:
        raisons += _etape(etape, postes, entites)
        raisons += _mesures(etape)
    for rang in modele.rangs():
        raisons += _rang(rang)
    raisons.sort(key=lambda r: modele.etapes.index(r.etape))
    return [
        Faute(source, r.etape.ligne, r.texte, r.sujet or f"étape « {r.etape.titre} »", r.etape.cle, r.champ)
        for r in raisons
    ]


def _rangs(modele: CircuitModele) -> Iterator[_Raison]:
    trouves = [rang[0].rang for rang in modele.rangs()]
    for attendu, rang in enumerate(modele.rangs(), 1):
        if rang[0].rang != attendu:
            numeros = ", ".join(map(str, trouves))
            yield _Raison(rang[0], "place", f"les rangs doivent se suivre à partir de 1 (trouvés : {numeros}).")
            return


def _reponse(modele: CircuitModele) -> Iterator[_Raison]:
    dernier = modele.rangs()[-1]
    if [e.type for e in dernier] != [TypeEtape.REPONSE]:
        raison = "le circuit doit finir par une seule étape, de type « réponse » : 1 demande = 1 réponse."
        yield _Raison(dernier[-1], "type", raison)
    for etape in modele.etapes:
        signe = etape.type is TypeEtape.SIGNATURE
        if signe and not any(e.type is TypeEtape.TRAITEMENT and e.rang < etape.rang for e in modele.etapes):
            raison = (
                "une signature porte sur un projet de réponse : placez avant elle une étape de type « traitement »."
            )
            yield _Raison(etape, "type", raison)
        if etape.type is TypeEtape.REPONSE and etape.rang != dernier[0].rang:
            yield _Raison(etape, "type", "une étape de type « réponse » n'a sa place qu'à la fin du circuit.")


def _etape(etape: EtapeModele, postes: Collection[str], entites: Collection[str]) -> Iterator[_Raison]:
    genre, code = etape.destinataire.genre, etape.destinataire.code
    connus = {"poste": postes, "entite": entites}.get(genre)
    if not genre:
        yield _Raison(etape, "destinataire", "il manque qui doit agir.")
    if connus is not None and code not in connus:
        quoi = "le poste" if genre == "poste" else "l'entité"
        yield _Raison(etape, "destinataire", f"{quoi} « {code} » n'existe pas dans l'organisation.")
    if not etape.titre.strip():
        yield _Raison(etape, "titre", "il manque un titre.", f"étape de rang {etape.rang}")
    if etape.delai is None and etape.type is not TypeEtape.INFORMATION:
        yield _Raison(etape, "delai", "il manque un délai (par exemple « 2 jours ouvrés »).")
    if etape.niveau_signature and etape.type is not TypeEtape.SIGNATURE:
        raison = "un niveau de signature ne se demande qu'à une étape de type « signature »."
        yield _Raison(etape, "niveau_signature", raison)
    if etape.delai is not None and etape.delai.valeur < 1:
        yield _Raison(etape, "delai", "le délai doit être d'au moins 1.")


def _mesures(etape: EtapeModele) -> Iterator[_Raison]:
    """What the étape of a dossier can't hold."""
    for champ, texte, maximum in (("titre", etape.titre, TITRE_MAX), ("consigne", etape.consigne, CONSIGNE_MAX)):
        if len(texte) > maximum:
            yield _Raison(etape, champ, f"ce texte a {len(texte)} signes ; {maximum} au plus.")
    for champ, jours in (("rappel_avant", etape.rappel_avant), ("escalade_apres", etape.escalade_apres)):
        if not 0 <= jours <= JOURS_MAX:
            yield _Raison(etape, champ, f"écrivez un nombre de jours de 0 à {JOURS_MAX}.")


def _rang(etapes: tuple[EtapeModele, ...]) -> Iterator[_Raison]:
    sujet = f"rang {etapes[0].rang}"
    decident = [e for e in etapes if e.type is not TypeEtape.INFORMATION]
    regles = [e.regle for e in decident] or ["tous"]
    differente = next((e for e in decident if e.regle != regles[0]), None)
    if differente is not None:
        yield _Raison(differente, "regle", "les étapes en parallèle doivent avoir la même règle.", sujet)
    elif regles[0] not in {"tous", "un"} and not (regles[0].isdigit() and 1 <= int(regles[0]) <= len(decident)):
        raison = f"la règle « {regles[0]} » ne peut pas être atteinte par {len(decident)} étape(s)."
        yield _Raison(decident[0], "regle", raison, sujet)
    caches = [e for e in etapes if e.votes_caches]
    if caches and sum(e.type in VOTES for e in etapes) < 2:
        raison = "des votes cachés demandent au moins deux avis, visas ou décisions en parallèle."
        yield _Raison(caches[0], "votes_caches", raison, sujet)
    vus = set()
    for etape in etapes:
        if etape.destinataire.genre and (etape.destinataire, etape.type) in vus:
            raison = "deux étapes identiques sont confiées au même destinataire."
            yield _Raison(etape, "destinataire", raison, sujet)
        vus.add((etape.destinataire, etape.type))
