from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "buridan.contacts"
    label = "contacts"
    verbose_name = "Carnet d'adresses"

    def ready(self) -> None:
        from buridan.contacts.controle import CONTROLES, nommer
        from buridan.contacts.donnees import TABLES
        from buridan.journal.chaine import nommer_par
        from buridan.outils import controle, donnees

        controle.inscrire(*CONTROLES)
        donnees.inscrire(*TABLES)
        nommer_par(nommer)
