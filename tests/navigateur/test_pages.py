"""Every page, for every role: axe finds nothing, nothing overflows at 320 px, the CSP refuses nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .conftest import Visiteur

PUBLIQUES = ["/", "/?q=bruit", "/questions/", "/suivi/", "/accessibilite/", "/mentions-legales/", "/guide/", "/guide/?q=suivre", "/guide/?q=introuvable", "/demo/",
             "/demandes/nid-de-poule/", "/demandes/nid-de-poule/?x=1", "/comptes/login/", "/comptes/password/reset/",
             "/comptes/password/reset/done/", "/comptes/password/reset/key/1-faux/", "/comptes/password/reset/key/done/",
             "/comptes/inactive/", "/comptes/signup/", "/page-absente/"]  # fmt: skip
D_AGENT = ["/bureau/", "/reponses-a-donner/", "/bureau/?vue=equipe", "/bureau/?vue=suivis", "/bureau/?visite=1", "/organisation/?visite=5", "/recherche/", "/recherche/?q=voirie",
           "/dossiers/", "/notifications/", "/budget/", "/budget/?exercice=1999", "/budget/tableau/", "/courriers/", "/courriers/departs/", "/courriers/envoi/", "/notes/", "/notes/instances/", "/decisions/", "/decisions/?vue=autres", "/elus/", "/commandes/", "/commandes/?q=zzz", "/commandes/nouvelle/", "/appels/", "/appels/?finis=oui", "/appels/enveloppes/", "/appels/nouveau/", "/tableau/", "/tableau/?du=2026-01-01&au=2025-01-01", "/organisation/", "/organisation/organigramme/", "/organisation/absences/",
           "/delegations/", "/delegations/?nature=commandes&ht=5000", "/delegations/1/", "/signatures/certificat/", "/signatures/verifier/", "/signatures/actes/", "/signatures/actes/?du=2026-02-01&au=2026-01-01",
           "/circuits/", "/circuits/demande-courante/", "/circuits/demande-courante/versions/", "/circuits/nid-de-poule/qui/", "/guichet/",
           "/comptes/password/change/", "/comptes/logout/", "/comptes/2fa/", "/comptes/2fa/totp/activate/", "/comptes/2fa/webauthn/",
           "/comptes/2fa/webauthn/add/", "/guide/", "/guide/accueil/", "/guide/?q=viser"]  # fmt: skip
DE_LA_QUALITE = ["/circuits/", "/circuits/nouveau/", "/circuits/commission-creche/", "/circuits/commission-creche/brouillon/",
                 "/circuits/commission-creche/brouillon/presentation/", "/circuits/commission-creche/brouillon/etapes/",
                 "/circuits/commission-creche/brouillon/etapes/e4/", "/circuits/commission-creche/brouillon/publier/",
                 "/circuits/acte-etat-civil/brouillon/", "/modeles/"]  # fmt: skip
BUDGET = "Section;Chapitre;Nature;Fonction;Gestionnaire;Libellé;Budget primitif;Décisions modificatives\nF;011;1;1;VOI;Essai;10;0\n"
DU_COURRIER = ["/courriers/", "/courriers/?q=zzz", "/courriers/?du=faux", "/courriers/nouveau/", "/courriers/departs/", "/courriers/accuses/", "/courriers/envoi/", "/courriers/regles/",
               "/courriers/regles/nouvelle/", "/courriers/regles/1/", "/courriers/propositions/", "/courriels/", "/courriels/?vue=automatiques", "/courriels/?vue=ecartes", "/courriels/?vue=traites", "/numerisations/", "/numerisations/?vue=tous",
               "/contacts/", "/contacts/nouveau/", "/contacts/doubles/", "/contacts/importer/"]  # fmt: skip
DES_DONNEES = [
    "/donnees/",
    "/donnees/echus/",
    "/donnees/durees/",
    "/versements/",
    "/donnees/personne/",
    "/donnees/lectures/",
    "/donnees/lectures/?reference=26-XXXXXX",
]
ROLES = ["enregistre et qualifie", "vise les réponses : Voirie", "voit toute la ville", "préside le conseil municipal"]


def _verifier(v: Visiteur, chemin: str) -> list[str]:
    v.ouvrir(chemin)
    fautes = [f"{chemin} : {faute}" for faute in v.axe()]
    v.page.set_viewport_size({"width": 320, "height": 800})
    if v.deborde():
        fautes.append(f"{chemin} : overflows at 320 px")
    v.page.set_viewport_size({"width": 1280, "height": 900})
    return fautes


def test_axe_finds_nothing_on_the_public_pages(visiteur: Visiteur) -> None:
    fautes = [faute for chemin in PUBLIQUES for faute in _verifier(visiteur, chemin)]
    assert not fautes, "\n".join(fautes)
    assert visiteur.fautes == []


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_on_the_agents_pages(role: str, visiteur: Visiteur) -> None:
    visiteur.entrer(role)
    liens = visiteur.page.locator("a[href^='/dossiers/']").evaluate_all("ls => ls.map(l => l.getAttribute('href'))")
    preuves = [f"{lien.split('#')[0]}preuve/" for lien in liens[:1]]
    fautes = [faute for chemin in [*D_AGENT, *liens[:2], *preuves] for faute in _verifier(visiteur, chemin)]
    assert not fautes, "\n".join(fautes)
    assert visiteur.fautes == []


@pytest.mark.parametrize(
    "role",
    [
        "vise les réponses : Voirie",
        "voit toute la ville",
        "préside le conseil",
        "élu de son secteur",
        "suit ce qui touche",
    ],
)
def test_axe_finds_nothing_in_the_parapheur(role: str, visiteur: Visiteur) -> None:
    """The list, ticked or not, what waits first, and what is about to be done together; an empty one too."""
    v = visiteur
    v.entrer(role)
    liens = (
        v.ouvrir("/parapheur/")
        .locator("main a[href^='/parapheur/']")
        .evaluate_all("ls => ls.map(l => l.getAttribute('href'))")
    )
    fautes = [
        faute for chemin in ["/parapheur/", "/parapheur/?cocher=tout", *liens[:2]] for faute in _verifier(v, chemin)
    ]
    bouton = v.ouvrir("/parapheur/?cocher=tout").locator("button[name=geste]")
    if bouton.count():
        v.cliquer(bouton.first)
        fautes += _verifier(v, v.page.url.removeprefix(v.site))
    assert not fautes, "\n".join(fautes)
    assert v.fautes == []


def test_axe_finds_nothing_on_the_accounts_page(visiteur: Visiteur) -> None:
    visiteur.entrer("administre l'organisation")
    assert _verifier(visiteur, "/comptes/agents/") == []
    assert visiteur.fautes == []


def test_axe_finds_nothing_on_the_register_of_delegations(visiteur: Visiteur) -> None:
    visiteur.entrer("tient le registre des délégations")
    chemins = [
        "/delegations/",
        "/delegations/1/",
        "/delegations/nouvelle/",
        "/delegations/nouvelle/?depuis=1",
        "/delegations/importer/",
    ]
    fautes = [faute for chemin in chemins for faute in _verifier(visiteur, chemin)]
    assert not fautes, "\n".join(fautes)
    assert visiteur.fautes == []


def test_axe_finds_nothing_on_the_finances_pages(visiteur: Visiteur) -> None:
    """A line with orders and a refused form, a file with faults, a file to apply."""
    v = visiteur
    v.entrer("importe le budget")
    v.ouvrir("/budget/")
    ligne = v.page.locator("tbody th a").first.get_attribute("href") or ""
    assert _verifier(v, ligne) == []
    v.page.get_by_label("Numéro du bon de commande").fill("BC-AXE")
    v.page.get_by_label("Fournisseur et objet").fill("Sable")
    v.page.get_by_label("Montant TTC").fill("999 999 999")
    v.page.get_by_role("button", name="Réserver", exact=True).click()
    expect(v.page.get_by_text("une autre ligne").first).to_be_visible()
    assert v.axe() == []
    assert _verifier(v, "/budget/imports/") == []
    for contenu, dit in (("Code\nx\n", "il manque la colonne"), (BUDGET, "Lignes nouvelles (1)")):
        v.ouvrir("/budget/imports/")
        v.page.get_by_label("Fichier CSV").set_input_files(
            {"name": "essai.csv", "mimeType": "text/csv", "buffer": contenu.encode()}
        )
        v.page.get_by_role("button", name="Lire et montrer").click()
        expect(v.page.get_by_text(dit).first).to_be_visible()
        assert v.axe() == []
    v.cliquer(v.page.get_by_role("button", name="Abandonner"))
    v.cliquer(v.page.get_by_role("link", name="essai.csv").first)
    assert _verifier(v, v.page.url.removeprefix(v.site)) == []
    assert v.fautes == []


def test_axe_finds_nothing_on_the_quality_officers_pages(visiteur: Visiteur) -> None:
    """A draft with a fault is shown too."""
    v = visiteur
    v.entrer("veille sur les circuits")
    v.cliquer(v.ouvrir("/circuits/commission-creche/").get_by_role("button", name="Modifier"))
    v.ouvrir("/circuits/commission-creche/brouillon/etapes/e4/").get_by_label("Délai").fill("")
    v.page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    expect(v.page.get_by_text("Il manque un délai").first).to_be_visible()
    fautes = [faute for chemin in DE_LA_QUALITE for faute in _verifier(v, chemin)]
    assert not fautes, "\n".join(fautes)
    assert v.fautes == []


def test_axe_finds_nothing_on_the_pages_of_a_note(visiteur: Visiteur) -> None:
    """Begun, written, refused at its fields, then sent."""
    v = visiteur
    v.entrer("voit toute la ville")
    assert _verifier(v, "/notes/nouvelle/") == []
    v.page.get_by_label("Note d'arbitrage").check()
    v.page.get_by_label("Objet").fill("Accessibilité de l'accueil")
    v.page.get_by_label("Thème").select_option(index=1)
    v.page.get_by_role("button", name="Commencer la note").click()
    v.page.wait_for_url("**/rediger/")
    chemin = v.page.url.removeprefix(v.site)
    assert _verifier(v, chemin) == []
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    v.page.get_by_text("La note n'est pas encore prête").wait_for()
    assert v.axe() == []
    fautes = [
        f
        for c in (
            chemin.replace("rediger/", "versions/"),
            chemin.replace("/notes/", "/dossiers/").replace("rediger/", ""),
        )
        for f in _verifier(v, c)
    ]
    assert not fautes, "\n".join(fautes)
    assert v.fautes == []


def test_axe_finds_nothing_on_the_pages_of_an_internal_request(visiteur: Visiteur) -> None:
    """Refused at its first form, begun, refused for want of a text, sent, then an elected official asked."""
    v = visiteur
    v.entrer("dirige plusieurs directions")
    v.ouvrir("/decisions/nouvelle/").get_by_role("button", name="Commencer le brouillon").click()
    v.page.get_by_text("À corriger avant d'envoyer").wait_for()
    assert v.axe() == []
    v.page.get_by_label("Ce que vous demandez, en quelques mots").fill("Une salle de réunion")
    v.page.get_by_label("Partenariat ou convention").check()
    v.page.get_by_role("button", name="Commencer le brouillon").click()
    v.page.wait_for_url("**/rediger/")
    chemin = v.page.url.removeprefix(v.site)
    assert _verifier(v, chemin) == []
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    v.page.get_by_text("La demande est vide").first.wait_for()
    assert v.axe() == []
    v.page.get_by_label("Votre demande").fill("Pour les réunions de service.")
    v.page.get_by_role("button", name="Enregistrer et envoyer").click()
    v.page.get_by_text("Votre demande est envoyée.").wait_for()
    v.entrer("voit toute la ville")
    v.ouvrir(chemin.replace("/decisions/", "/dossiers/").replace("rediger/", ""))
    v.page.locator("#geste-associer_un_elu summary").click()
    assert v.axe() == []


def test_axe_finds_nothing_on_the_mail_offices_pages(visiteur: Visiteur) -> None:
    """A form refused, a double shown, a letter to route, a line of each register."""
    v = visiteur
    v.entrer("tient les registres du courrier")
    fautes = [faute for chemin in DU_COURRIER for faute in _verifier(v, chemin)]
    v.ouvrir("/courriers/nouveau/").get_by_label("Expéditeur").fill("Yvonne Tison")
    v.page.get_by_label("Objet").fill("")
    v.page.get_by_role("button", name="Enregistrer et donner").click()
    v.page.get_by_text("À corriger avant d'envoyer").wait_for()
    fautes += v.axe()
    v.page.get_by_label("Objet").fill("Moisissures dans un logement")
    v.page.get_by_role("button", name="Voir les services proposés").click()
    v.page.locator("[data-touche]").first.wait_for()
    fautes += v.axe()
    v.page.get_by_label("Objet").fill("Remerciements, repas des aînés")
    v.page.get_by_role("button", name="Enregistrer et donner").click()
    v.page.get_by_text("semble déjà enregistré").wait_for()
    fautes += v.axe()
    v.page.get_by_role("button", name="Enregistrer quand même").click()
    v.page.get_by_text("À écrire sur le courrier").wait_for()
    fautes += _verifier(v, v.page.url.removeprefix(v.site))
    v.ouvrir("/courriers/nouveau/").get_by_label("Expéditeur").fill("carlier")
    v.page.get_by_role("button", name="Chercher dans le carnet d'adresses").click()
    v.cliquer(v.page.get_by_role("button", name="Choisir Odette Carlier"))
    fautes += v.axe()
    for liste, ou in (("/contacts/", "a.b-titre"), ("/contacts/doubles/", "a.btn")):
        lien = v.ouvrir(liste).locator(f"main ul.b-liste {ou}").first.get_attribute("href") or ""
        fautes += _verifier(v, lien)
    for liste in ("/courriers/?etat=a_confier", "/courriers/?q=elagage", "/courriers/departs/"):
        lien = v.ouvrir(liste).locator("main ul.b-liste a.b-titre").first.get_attribute("href") or ""
        fautes += _verifier(v, lien)
    for lien in (
        v.ouvrir("/courriels/").locator("main a.b-titre").evaluate_all("ls => ls.map(l => l.getAttribute('href'))")
    ):
        fautes += _verifier(v, lien) + _verifier(v, f"{lien}enregistrer/")
    v.ouvrir(lien).get_by_text("Écarter", exact=True).click()
    v.page.get_by_role("button", name="Écarter le courriel").click()
    v.page.get_by_text("Dites en quelques mots pourquoi").first.wait_for()
    fautes += v.axe()
    assert not fautes, "\n".join(fautes)
    assert v.fautes == []


def test_axe_finds_nothing_on_the_mailboxes(visiteur: Visiteur) -> None:
    """Declared, refused at its form, failed when tried; what officials write."""
    v = visiteur
    v.entrer("administre l'organisation")
    lien = v.ouvrir("/courriels/boites/").get_by_role("link", name="Régler").first.get_attribute("href") or ""
    fautes = [f for c in ("/courriels/boites/", "/courriels/boites/nouvelle/", lien) for f in _verifier(v, c)]
    v.ouvrir("/courriels/boites/nouvelle/").get_by_role("button", name="Enregistrer et essayer").click()
    v.page.get_by_text("À corriger avant d'envoyer").wait_for()
    fautes += v.axe()
    v.entrer("suit ce qui touche le maire")
    lien = v.ouvrir("/courriels/").locator("main a.b-titre").first.get_attribute("href") or ""
    fautes += [f for c in (lien, f"{lien}demande/") for f in _verifier(v, c)]
    assert not fautes, "\n".join(fautes)
    assert v.fautes == []


def test_axe_finds_nothing_on_the_pages_of_scanned_post(visiteur: Visiteur, travailler: Callable[[], None]) -> None:
    """A file refused, the demo's batch before and after it is read, its pages, a letter of it with a fault, one set aside."""
    v = visiteur
    v.entrer("tient les registres du courrier")
    v.ouvrir("/numerisations/").get_by_label("PDF du courrier du matin").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"rien"}
    )
    v.page.get_by_role("button", name="Déposer ce PDF").click()
    v.page.get_by_text("À corriger avant d'envoyer").wait_for()
    fautes = v.axe()
    v.cliquer(v.ouvrir("/numerisations/").locator("main a.b-titre").first)
    lot = v.page.url.removeprefix(v.site)
    fautes += _verifier(v, lot)
    travailler()
    fautes += [f for chemin in (lot, f"{lot}pages/", f"{lot}pages/2/", f"{lot}plis/2/") for f in _verifier(v, chemin)]
    v.cliquer(v.page.get_by_role("button", name="Enregistrer et donner"))
    fautes += v.axe()
    v.ouvrir(f"{lot}plis/2/").get_by_label("Pourquoi le mettre de côté").fill("publicité")
    v.cliquer(v.page.get_by_role("button", name="Mettre de côté"))
    fautes += _verifier(v, lot)
    assert not fautes, "\n".join(fautes)
    assert v.fautes == []


def test_axe_finds_nothing_on_the_pages_of_an_officials_matter(visiteur: Visiteur) -> None:
    """Refused for want of words and of an agreement, shown what is open there, sent, then the month's sheet."""
    v = visiteur
    v.entrer("donne l'avis de l'élu")
    page = v.ouvrir("/elus/nouvelle/")
    page.get_by_text("Un habitant attend une réponse").click()
    page.get_by_role("textbox", name="Son nom").fill("Paule Essai")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("À corriger avant d'envoyer").wait_for()
    assert v.axe() == []
    page.get_by_label("Ce que vous avez vu ou entendu").fill("Un autre trou.")
    page.get_by_label("Où est-ce ?").fill("rue de Lille")
    page.get_by_label("Cette personne est d'accord").check()
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("Déjà en cours : est-ce la même chose ?").wait_for()
    assert v.axe() == []
    page.get_by_role("button", name="Envoyer quand même").click()
    page.get_by_text("C'est enregistré, référence").wait_for()
    page.locator("#geste-choisir_qui_repond summary").click()
    assert v.axe() == []
    assert _verifier(v, "/elus/mois/") == []
    assert v.fautes == []


def test_axe_finds_nothing_on_the_data_protection_officers_pages(visiteur: Visiteur) -> None:
    """Somebody found, and a copy refused for want of identity, are shown too."""
    v = visiteur
    v.entrer("données personnelles : Archives")
    fautes = [faute for chemin in DES_DONNEES for faute in _verifier(v, chemin)]
    v.ouvrir("/donnees/personne/").get_by_label("Courriel, nom ou référence").fill("navarin")
    v.page.get_by_role("button", name="Chercher", exact=True).click()
    v.page.get_by_role("button", name="Préparer la copie").click()
    v.page.get_by_text("À corriger avant d'envoyer").wait_for()
    fautes += v.axe()
    v.page.set_viewport_size({"width": 320, "height": 800})
    assert not v.deborde()
    assert not fautes, "\n".join(fautes)
    assert v.fautes == []


def test_axe_finds_nothing_on_what_the_front_desk_reads_of_a_request_reserved_to_its_service(
    visiteur: Visiteur,
) -> None:
    v = visiteur
    v.entrer("enregistre et qualifie")
    page = v.ouvrir("/guichet/bruit/")
    page.locator("[name=description]").fill("On crie la nuit, sous les fenêtres.")
    page.locator("[name=nom]").fill("Camille Essai")
    page.locator("[name=telephone]").fill("03 61 99 00 00")
    v.cliquer(page.locator("form[enctype] button[type=submit]").last)
    if "/guichet/recu/" not in page.url:  # another one made noise there
        v.cliquer(page.get_by_role("button", name="quand même"))
    assert "/guichet/recu/" in page.url
    assert _verifier(v, page.url.removeprefix(v.site)) == []
    assert v.fautes == []
