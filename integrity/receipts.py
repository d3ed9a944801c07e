"""A lead found by its receipt: the same work and the same answer for a wrong, an unknown and a malformed one (B26)."""

from __future__ import annotations

from casework.cipher import blind_index
from casework.receipts import is_same_lookup, normalise_receipt, receipt_lookup
from integrity.models import Lead

NO_RECEIPT = "0" * 15


def receipt_hash(receipt: str) -> str:
    """What is stored for sixteen digits. The pepper comes from the blind key: changing that loses every receipt."""
    return receipt_lookup(receipt, blind_index("receipt", "pepper").encode())


def lead_of_receipt(typed: str) -> Lead | None:
    """The lead these sixteen digits belong to, or None. Takes as long for nonsense as for a true receipt."""
    receipt = normalise_receipt(typed) or NO_RECEIPT
    wanted = receipt_hash(receipt)
    lead = Lead.objects.filter(receipt_hash=wanted).select_related("dossier").first()
    if lead is None or not is_same_lookup(lead.receipt_hash or "", wanted):
        return None
    return lead
