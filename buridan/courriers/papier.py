"""Letters on paper: the answer with its number, the acknowledgement, the follow-up sheet and its QR code, the register."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import qrcode
from django.conf import settings
from django.utils.timezone import localdate, localtime
from qrcode.image.svg import SvgPathImage

from buridan.courriers.etats import REPONSES, Moyen, Objet
from buridan.courriers.models import Courrier, Depart
from buridan.courriers.queries import courrier_de, destinataires_de, renvoi_de, version_de
from buridan.dossiers.etats import EtatEtape
from buridan.dossiers.fichiers import chemin
from buridan.dossiers.lettre import MODELE, entete, recours, sans_vides, signature
from buridan.dossiers.models import Dossier, Etape, Reponse
from buridan.dossiers.natures import ASigner
from buridan.dossiers.pdf import compiler, compiler_et_situer, en_toutes_lettres, paragraphes, propre
from buridan.droit.delais import date_legale
from buridan.droit.demandes import Silence, phrase_du_silence
from buridan.interface.contexte import ville
from buridan.organisation.annuaire import Annuaire, annuaire_du
from buridan.outils.texte import remplir_champs
from buridan.signatures.pades import HAUTEUR
from buridan.signatures.queries import pdf_signe

ICI = Path(__file__).parent


def lettre_de(dossier: Dossier, reponse: Reponse | None) -> bytes:
    """The letter as it was signed, when it bears that very answer; otherwise made on the spot. To a list: the first one."""
    depart = (
        dossier.departs.filter(objet__in=REPONSES, tour=reponse.tour).order_by("numero").first() if reponse else None
    )
    return pdf_signe(dossier, reponse) or _composer(dossier, reponse, depart)


def composer_a_signer(dossier: Dossier, at: datetime, mention: str) -> ASigner:
    """The letter of the draft, with room for the block of the signature. Its departure number comes when it leaves."""
    texte, sens = dossier.projet_reponse, dossier.projet_sens
    envoyee = Reponse(dossier=dossier, tour=dossier.tour, texte=texte, sens=sens, at=at)
    lettre = contenu(dossier, envoyee, None) | {
        "signature": [],
        "a_signer": True,
        "mention": mention,
        "hauteur": HAUTEUR,
    }
    pdf, page, gauche, haut = compiler_et_situer(MODELE, "lettre", lettre, "<signature>")
    return ASigner(_avec_son_fichier(pdf, dossier, texte), page, gauche, haut)


def _composer(dossier: Dossier, reponse: Reponse | None, depart: Depart | None) -> bytes:
    pdf = compiler(MODELE, "lettre", contenu(dossier, reponse, depart))
    return _avec_son_fichier(pdf, dossier, reponse.texte if reponse else dossier.projet_reponse)


def _avec_son_fichier(pdf: bytes, dossier: Dossier, texte: str) -> bytes:
    """With the pages of the answer after, when it was given as a PDF."""
    version = version_de(dossier, texte)
    if version is None or not version.est_un_pdf:
        return pdf
    return _reunir([pdf, chemin(version.document.sha256).read_bytes()])


def _reunir(pdfs: Iterable[bytes]) -> bytes:
    """Their pages as they are printed, one PDF after another: fields and signatures become drawings."""
    with pikepdf.new() as tout:
        for pdf in pdfs:
            with pikepdf.open(BytesIO(pdf)) as un:
                un.flatten_annotations("print")
                if "/AcroForm" in un.Root:
                    del un.Root.AcroForm
                tout.pages.extend(un.pages)
        sortie = BytesIO()
        tout.save(sortie)
    return sortie.getvalue()


def lettre_du_depart(depart: Depart) -> bytes:
    """What left under that number."""
    dossier = depart.dossier
    if depart.objet == Objet.ACCUSE:
        return compiler(MODELE, "lettre", _accuse(depart))
    if depart.objet == Objet.COMPLEMENT:
        return compiler(MODELE, "lettre", _complement(depart))
    reponse = Reponse.objects.filter(dossier=dossier, tour=depart.tour).first()
    signe = pdf_signe(dossier, reponse) if reponse is not None and not dossier.correspondants.exists() else None
    if signe and depart.moyen != Moyen.COURRIEL and (revenu := renvoi_de(depart)) is not None:
        return _reunir([compiler(MODELE, "lettre", _bordereau(dossier, reponse, depart, revenu)), signe])
    return signe or _composer(dossier, reponse, depart)


def _bordereau(dossier: Dossier, reponse: Reponse | None, depart: Depart, revenu: Depart) -> dict[str, Any]:
    """The page put before a signed letter that goes to another address: what was signed bears the old one."""
    dit = f"Vous trouverez ci-après notre lettre du {en_toutes_lettres(localtime(revenu.at).date())}, qui nous est revenue."
    return contenu(dossier, reponse, depart) | {
        "lieu_date": _lieu_date(localtime(depart.at).date()), "paragraphes": paragraphes(dit), "recours": "",
    }  # fmt: skip


def texte_du_courriel(depart: Depart) -> str:
    """What an e-mail that carries a letter says: all that the letter says, but its head."""
    if depart.objet == Objet.COMPLEMENT:
        dit = _complement(depart)
    else:
        dit = contenu(depart.dossier, Reponse.objects.filter(dossier=depart.dossier, tour=depart.tour).first(), depart)
    corps = ["\n".join(lignes) for lignes in (*dit["paragraphes"], dit["signature"])]
    fin = [dit["recours"], "\n".join(dit["references"]), "La lettre est jointe à ce courriel, en PDF."]
    return "\n\n".join(filter(None, [*corps, *fin])) + "\n"


def lettres_des_departs(departs: Iterable[Depart]) -> bytes:
    """All of them in one PDF, to print at once."""
    return _reunir(map(lettre_du_depart, departs))


def contenu(dossier: Dossier, reponse: Reponse | None, depart: Depart | None) -> dict[str, Any]:
    """What the letter says, as plain strings."""
    courrier = courrier_de(dossier)
    jour = localtime(reponse.at).date() if reponse else localdate()
    texte = reponse.texte if reponse else dossier.projet_reponse
    premier = destinataires_de(dossier)[0]
    nom, adresse = (depart.nom, depart.adresse) if depart else (premier.correspondant, premier.adresse)
    return {
        **_cadre(dossier, jour, annuaire_du(jour)),
        "projet": reponse is None,
        "titre": f"Réponse à votre courrier {courrier.cote}" if courrier.cote else propre(dossier.objet),
        "destinataire": sans_vides([*nom.split(", "), *adresse.split(",")]),
        "references": [*_references(courrier, depart), *([] if depart else _parmi(dossier, nom))],
        "objet": propre(f"Objet : {dossier.objet}"),
        "paragraphes": paragraphes(remplir_champs(texte, {"nom": nom})),
        "signature": signature(dossier, reponse, jour),
        "recours": recours(reponse.sens if reponse else dossier.projet_sens) if courrier.cote else "",
    }


def _cadre(dossier: Dossier, jour: date, annuaire: Annuaire) -> dict[str, Any]:
    service = annuaire.entites.get(dossier.entite_id)
    return {
        **(entete(service.telephone, service.courriel) if service else entete()),
        "reference": dossier.reference,
        "lieu_date": _lieu_date(jour),
    }


def _lieu_date(jour: date) -> str:
    return f"À {ville(settings.PRESET)['nom']}, le {en_toutes_lettres(jour)}"


def _references(courrier: Courrier, depart: Depart | None) -> list[str]:
    lignes = [f"Notre référence : {depart.cote}" if depart else f"Référence : {courrier.dossier.reference}"]
    if depart is not None and depart.moyen == Moyen.RECOMMANDE:
        lignes.append(f"Lettre recommandée n° {propre(depart.recommande)}")
    if courrier.arrive_le is not None:
        lignes.append(f"Votre courrier du {en_toutes_lettres(date_legale(courrier.arrive_le))} ({courrier.cote})")
    return lignes


def _parmi(dossier: Dossier, nom: str) -> list[str]:
    """Of a mailing, whose letter is shown and signed."""
    combien = dossier.correspondants.count()
    return [propre(f"Lettre à {nom}, la première des {combien} : chacun reçoit la sienne.")] if combien else []


def texte_de_l_accuse(courrier: Courrier, annuaire: Annuaire) -> str:
    """What the acknowledgement must say (CRPA R112-5)."""
    dossier = courrier.dossier
    assert courrier.arrive_le is not None
    service = annuaire.entites.get(dossier.entite_id)
    morceaux = [service.nom, service.adresse, service.telephone, service.courriel] if service else []
    lignes = [
        f"Nous avons bien reçu votre courrier le {date_legale(courrier.arrive_le):%d/%m/%Y}. Il porte le numéro {courrier.cote}.",
        f"Objet : {dossier.objet}",
        f"Service chargé de vous répondre : {', '.join(m for m in morceaux if m)}",
    ]
    if dossier.legal_le is not None:
        lignes.append(phrase_du_silence(Silence(courrier.silence), dossier.legal_le))
    elif courrier.silence == Silence.SANS_EFFET:
        lignes.append(phrase_du_silence(Silence.SANS_EFFET, date_legale(courrier.arrive_le)))
    return "Bonjour,\n\n" + "\n\n".join(lignes) + "\n\nBien cordialement,"


def _accuse(depart: Depart) -> dict[str, Any]:
    courrier = courrier_de(depart.dossier)
    annuaire = annuaire_du(localtime(depart.at).date())
    signe = ["Pour la mairie", annuaire.nom_entite(depart.dossier.entite_id)]
    objet = "accusé de réception de votre courrier"
    return _de_la_mairie(
        depart, courrier, f"Accusé de réception {courrier.cote}", objet, texte_de_l_accuse(courrier, annuaire), signe
    )


def _complement(depart: Depart) -> dict[str, Any]:
    """What is missing, asked by whoever treats the letter (CRPA L111-2: name and service)."""
    courrier = courrier_de(depart.dossier)
    annuaire = annuaire_du(localtime(depart.at).date())
    signe = [annuaire.nom_personne(depart.par_id), annuaire.nom_entite(depart.dossier.entite_id)]
    objet = f"ce qui manque à votre courrier {courrier.cote}"
    return _de_la_mairie(
        depart, courrier, f"Complément au courrier {courrier.cote}", objet, depart.complement.texte, signe
    )


def _de_la_mairie(
    depart: Depart, courrier: Courrier, titre: str, objet: str, texte: str, signe: list[str]
) -> dict[str, Any]:
    """A letter that decides nothing: no draft, no signature, no appeal."""
    jour = localtime(depart.at).date()
    return {
        **_cadre(depart.dossier, jour, annuaire_du(jour)), "projet": False, "titre": titre,
        "destinataire": sans_vides([*depart.nom.split(", "), *depart.adresse.split(",")]),
        "references": _references(courrier, depart), "objet": propre(f"Objet : {objet}"),
        "paragraphes": paragraphes(texte), "signature": sans_vides(signe), "recours": "",
    }  # fmt: skip


def code_qr(adresse: str) -> str:
    """The address as a QR code: an SVG drawing."""
    dessin = qrcode.make(adresse, image_factory=SvgPathImage, error_correction=qrcode.ERROR_CORRECT_M, border=2)
    return str(dessin.to_string(encoding="unicode"))


def fiche_de_suivi(courrier: Courrier, annuaire: Annuaire) -> bytes:
    """One page for those who work on paper: what came, whose turn it is, room to write, and the code that opens the dossier."""
    dossier = courrier.dossier
    adresse = f"{settings.ADRESSE_PUBLIQUE}/dossiers/{dossier.uuid}/"
    etapes = Etape.objects.filter(dossier=dossier).exclude(etat=EtatEtape.PASSEE).select_related("decision")
    arrivee = f"{localtime(courrier.arrive_le):%d/%m/%Y à %H:%M}" if courrier.arrive_le else ""
    lignes = [
        ["Reçu le", f"{arrivee} ({courrier.get_genre_display().lower()})" if arrivee else ""],
        ["Expéditeur" if arrivee else "Destinataire", propre(courrier.correspondant)],
        ["Objet", propre(dossier.objet)],
        ["Recommandé n°", propre(courrier.recommande)],
        ["Annexes", propre(courrier.annexes)],
        ["Effet", courrier.get_effet_display() if arrivee else ""],
        ["À faire avant le", f"{courrier.echeance:%d/%m/%Y}" if courrier.echeance else ""],
        ["Réponse promise le", f"{dossier.promis_le:%d/%m/%Y}" if dossier.promis_le else ""],
        ["Service chargé", annuaire.nom_entite(dossier.entite_id)],
    ]
    donnees = {
        "ville": ville(settings.PRESET)["nom"], "cote": courrier.cote or "Courrier envoyé", "reference": dossier.reference,
        "urgent": dossier.prioritaire, "confidentiel": courrier.confidentiel, "lignes": [x for x in lignes if x[1]],
        "etapes": [_etape(e, annuaire) for e in etapes.order_by("rang", "id")[:9]], "qr": code_qr(adresse), "adresse": adresse,
    }  # fmt: skip
    return compiler(ICI / "fiche.typ", "fiche", donnees)


def _etape(etape: Etape, annuaire: Annuaire) -> list[str]:
    chez = annuaire.designer(etape.poste_id) if etape.poste_id else annuaire.nom_entite(etape.entite_id)
    decision = getattr(etape, "decision", None)
    fait = f"{decision.get_resultat_display()} le {localtime(decision.at):%d/%m/%Y}" if decision else ""
    pour = f"pour le {etape.echeance:%d/%m/%Y}" if etape.echeance and not decision else ""
    return [propre(etape.titre), propre(chez), fait or pour]


def imprimer_registre(titre: str, entetes: Sequence[str], lignes: Sequence[Sequence[str]]) -> bytes:
    """A register as it stands on the screen, on paper."""
    donnees = {
        "ville": ville(settings.PRESET)["nom"], "titre": titre, "entetes": list(entetes),
        "lignes": [[propre(str(c)) for c in ligne] for ligne in lignes],
    }  # fmt: skip
    return compiler(ICI / "registre.typ", "registre", donnees)
