"""The one custom signal. Sent inside the transaction; receivers in higher apps add rows of their own, nothing else."""

from django.dispatch import Signal

# kwargs: dossier, subject (record or None), event_type, access_changed
record_changed = Signal()
