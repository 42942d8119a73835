"""Faults of the register of delegations."""

from buridan.outils.controle import Controle

CONTROLES = (
    Controle(
        "delegation_sans_ligne",
        """SELECT a.numero, d.id FROM delegations_delegation d JOIN delegations_arrete a ON a.id = d.arrete_id
        WHERE (SELECT count(*) FROM journal_ligne l WHERE l.verbe = 'deleguer') <
              (SELECT count(*) FROM delegations_delegation) AND d.id = (SELECT max(id) FROM delegations_delegation)""",
        "Le registre des délégations contient une ligne que le journal ne connaît pas (la dernière est de l'arrêté {0}) : elle"
        " a été ajoutée hors de Buridan. Comparez avec une sauvegarde.",
    ),
    Controle(
        "retrait_sans_ligne",
        """SELECT count(*) FROM delegations_delegation WHERE retiree_le IS NOT NULL
        HAVING count(*) <> (SELECT count(*) FROM journal_ligne WHERE verbe = 'retirer_delegation')""",
        "Le registre des délégations compte {0} retrait(s) et le journal un autre nombre : un retrait a été ajouté ou effacé"
        " hors de Buridan. Comparez avec une sauvegarde.",
    ),
    Controle(
        "delegation_a_soi",
        """SELECT a.numero FROM delegations_delegation d JOIN delegations_arrete a ON a.id = d.arrete_id
        WHERE d.delegataire_id = a.delegant_id""",
        "L'arrêté {0} donne délégation à celui qui délègue. Retirez cette ligne.",
    ),
)
