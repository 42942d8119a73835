"""What a circuit must hold before anyone may run it."""

from collections.abc import Collection, Iterator

from buridan.circuits.modele import CircuitModele, EtapeModele, Faute, TypeEtape

VOTES = {TypeEtape.AVIS, TypeEtape.VISA, TypeEtape.DECISION}


def verifier(
    modele: CircuitModele, *, postes: Collection[str], entites: Collection[str], source: str = ""
) -> list[Faute]:
    """All that is wrong, each with how to mend it; empty when the circuit can be published."""
    if not modele.etapes:
        return [Faute(source, 0, "le circuit n'a aucune étape : ajoutez-en au moins une de type « reponse ».")]
    raisons = [*_rangs(modele), *_reponse(modele)]
    for etape in modele.etapes:
        raisons += _etape(etape, postes, entites)
    for rang in modele.rangs():
        raisons += _rang(rang)
    return [Faute(source, 0, raison) for raison in raisons]


def _rangs(modele: CircuitModele) -> Iterator[str]:
    numeros = sorted({e.rang for e in modele.etapes})
    if numeros != list(range(1, len(numeros) + 1)):
        yield f"les rangs doivent se suivre à partir de 1 (trouvés : {', '.join(map(str, numeros))})."


def _reponse(modele: CircuitModele) -> Iterator[str]:
    dernier = modele.rangs()[-1]
    if [e.type for e in dernier] != [TypeEtape.REPONSE]:
        yield "le dernier rang doit contenir une seule étape, de type « reponse » : 1 demande = 1 réponse."
    if any(e.type is TypeEtape.REPONSE for e in modele.etapes if e not in dernier):
        yield "une étape « reponse » n'a sa place qu'au dernier rang."


def _etape(etape: EtapeModele, postes: Collection[str], entites: Collection[str]) -> Iterator[str]:
    nom = f"étape « {etape.titre} »"
    connus = {"poste": postes, "entite": entites}.get(etape.destinataire.genre)
    if connus is not None and etape.destinataire.code not in connus:
        quoi = "le poste" if etape.destinataire.genre == "poste" else "l'entité"
        yield f"{nom} : {quoi} « {etape.destinataire.code} » n'existe pas dans l'organisation."
    if not etape.titre.strip():
        yield f"une étape de rang {etape.rang} n'a pas de titre."
    if etape.delai is None and etape.type is not TypeEtape.INFORMATION:
        yield f"{nom} : il manque un délai (par exemple « 2 jours ouvrés »)."
    if etape.delai is not None and etape.delai.valeur < 1:
        yield f"{nom} : le délai doit être d'au moins 1."


def _rang(etapes: tuple[EtapeModele, ...]) -> Iterator[str]:
    decident = [e for e in etapes if e.type is not TypeEtape.INFORMATION]
    regles = {str(e.regle) for e in decident}
    numero = etapes[0].rang
    if len(regles) > 1:
        yield f"rang {numero} : les étapes en parallèle doivent avoir la même règle."
    regle = next(iter(regles), "tous")
    if regle not in {"tous", "un"} and not (regle.isdigit() and 1 <= int(regle) <= len(decident)):
        yield f"rang {numero} : la règle « {regle} » ne peut pas être atteinte par {len(decident)} étape(s)."
    if any(e.votes_caches for e in etapes) and sum(e.type in VOTES for e in etapes) < 2:
        yield f"rang {numero} : des votes cachés demandent au moins deux avis, visas ou décisions en parallèle."
    cles = [(str(e.destinataire), e.type) for e in etapes]
    if len(set(cles)) < len(cles):
        yield f"rang {numero} : deux étapes identiques sont confiées au même destinataire."
