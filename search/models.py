"""What the search app remembers beside its index tables: derived and rebuildable, but for what people save themselves.

The index tables themselves (search_internal, search_shared, search_public) are made by migration 0002 and are no
models: an FTS5 table is none, and nobody but search.backends may touch them.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casework.audience import Audience
from casework.models import Dossier
from search.enums import GenerationStage


class IndexItem(models.Model):
    """The place of one record in the index. `order` is given once, in filing order, and is the newest-first sort.

    A row whose record must not be found stays with `is_present` off, so that it keeps its place if it comes back.
    `access_on` is the day whose grants the stored access follows from, `changes_on` the next day on which the record
    appears or disappears by date alone (a share or a notice that ends).
    """

    order = models.BigAutoField(primary_key=True)
    audience = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in Audience])
    kind = models.CharField(max_length=20)
    record_pk = models.CharField(max_length=40)
    # Not PROTECT: a derived row must never be what keeps a dossier alive.
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="+")
    version = models.PositiveBigIntegerField(default=0)
    schema = models.CharField(max_length=8, default="")
    content_hash = models.CharField(max_length=32, default="")
    access_hash = models.CharField(max_length=32, default="")
    access_on = models.DateField()
    changes_on = models.DateField(null=True)
    is_present = models.BooleanField(default=False)
    is_partial = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("检索条目")
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "record_pk"], name="index_item_once")]
        indexes: ClassVar = [
            models.Index(fields=["changes_on"], name="index_item_changes", condition=models.Q(changes_on__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_pk}"


class PendingIndex(models.Model):
    """A dossier whose rows may be behind: written in the transaction of the change, gone when the index has followed.

    As long as it stands, nobody finds or counts the dossier's rows. `problem` names what stopped the last attempt.
    """

    dossier = models.OneToOneField(Dossier, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=80, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("待检索更新")

    def __str__(self) -> str:
        return f"{self.dossier_id} since {self.since:%Y-%m-%d %H:%M}"


class EngineWrite(models.Model):
    """A row the engine has not been told of: written in the transaction that changed it, gone when all was acknowledged.

    As long as it stands, nobody finds or counts the row on the engine. `lease` names the worker that is at it until
    `leased_until`; a newer change takes the lease away, so that its acknowledgement does not count for the newer one.
    `problem` names what stopped the last attempt; a parked row is tried again only when somebody says so.
    """

    order = models.PositiveBigIntegerField(primary_key=True)
    audience = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in Audience])
    since = models.DateTimeField()
    due = models.DateTimeField()
    lease = models.CharField(max_length=32, default="", blank=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=80, default="", blank=True)
    is_parked = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("待写入检索引擎")
        indexes: ClassVar = [
            models.Index(fields=["due"], name="engine_write_due", condition=models.Q(is_parked=False)),
            models.Index(fields=["audience", "order"], name="engine_write_audience"),
        ]

    def __str__(self) -> str:
        return f"{self.order} since {self.since:%Y-%m-%d %H:%M}"


class IndexGeneration(models.Model):
    """One index of the engine: its name, its shape, how far it is. Whoever builds it renews `leased_until`."""

    name = models.CharField(max_length=120, unique=True)
    audience = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in Audience])
    schema = models.CharField(max_length=8)
    stage = models.CharField(max_length=10, choices=GenerationStage, default=GenerationStage.BUILDING)
    lease = models.CharField(max_length=32, default="", blank=True)
    leased_until = models.DateTimeField(null=True)
    begun = models.DateTimeField()
    changed = models.DateTimeField()
    wanted = models.PositiveBigIntegerField(default=0)
    written = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("引擎索引")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["audience", "stage"],
                condition=models.Q(stage__in=["building", "live"]),
                name="generation_one_of_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.stage})"


class AccessSweep(models.Model):
    """One row per day whose grant boundaries were all carried into the index (command sweep_grants)."""

    day = models.DateField(unique=True)
    dossiers = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("授权日清理")

    def __str__(self) -> str:
        return self.day.isoformat()


class ReconcileRun(models.Model):
    """One comparison of index and records: how many were checked, and what differed (keys and problems, no content).

    `engine` names what was compared beside the records: "database", or an index of the engine.
    """

    engine = models.CharField(max_length=120, default="database")
    started = models.DateTimeField()
    finished = models.DateTimeField()
    checked = models.PositiveIntegerField()
    drift = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("检索核对")

    def __str__(self) -> str:
        return f"{self.started:%Y-%m-%d}: {self.checked}, {len(self.drift)}"


class SavedSearch(models.Model):
    """A question a person keeps under a name, and how many new results they were told of. Theirs alone.

    Text and filters are kept as they were typed and chosen, and asked again each time under the owner's rights of that
    moment. `seen_order`: newest hit the owner has been shown; `told_order`: newest one they were told of; `new_count`
    hits lie between. Told is what was filed since: a record opened to the owner later keeps its place in filing order.
    """

    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    text = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, default="", blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    is_exact = models.BooleanField(default=False)
    has_alert = models.BooleanField(default=False)
    seen_order = models.PositiveBigIntegerField(default=0)
    told_order = models.PositiveBigIntegerField(default=0)
    new_count = models.PositiveSmallIntegerField(default=0)
    counted_on = models.DateField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("保存的检索")
        indexes: ClassVar = [
            models.Index(fields=["counted_on"], name="saved_search_alerts", condition=models.Q(has_alert=True))
        ]

    def __str__(self) -> str:
        return self.name
