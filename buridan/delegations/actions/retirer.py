"""Withdraw a delegation: from that instant, nobody signs by it. What was signed before stands."""

from datetime import datetime

from buridan.delegations import rules
from buridan.delegations.journal import noter, seul_sur_le_registre
from buridan.delegations.models import Delegation
from buridan.droit.delais import date_legale
from buridan.organisation.acteur import Acteur
from buridan.outils.verdict import Refus


def retirer_delegation(
    delegation: Delegation, *, by: Acteur, at: datetime, motif: str, le: datetime | None = None
) -> Delegation:
    """Withdraw, with the reason (the act that withdraws, or why). `le`: when it was, for what happened before."""
    rules.peut_tenir_registre(by).exiger()
    with seul_sur_le_registre():
        fraiche = Delegation.objects.select_for_update(of=("self",)).select_related("arrete").get(pk=delegation.pk)
        if fraiche.retiree_le is not None:
            raise Refus(f"Cette délégation a déjà été retirée le {date_legale(fraiche.retiree_le):%d/%m/%Y}.")
        fraiche.retiree_le, fraiche.retiree_par_id, fraiche.retrait_motif = le or at, by.personne, motif.strip()[:300]
        fraiche.save(update_fields=["retiree_le", "retiree_par", "retrait_motif"])
        contenu = {
            "arrete": fraiche.arrete.numero, "delegataire": str(fraiche.delegataire), "nature": fraiche.nature,
            "motif": fraiche.retrait_motif,
        }  # fmt: skip
        noter("retirer_delegation", contenu, by=by, at=at)
        return fraiche
