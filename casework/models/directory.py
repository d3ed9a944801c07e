"""Directory of subjects 主体名录: people and organisations a record can be about. Names repeat; identifiers do not."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from casework.enums import IdentifierType, OrganizationKind
from casework.records import Record, RecordQuerySet


class Organization(Record):
    """A legal person: university, hospital, company. `former_of` points to the unit that took its place."""

    name = models.CharField(_("名称"), max_length=200)
    name_en = models.CharField(_("英文名称"), max_length=300, blank=True)
    former_names = models.CharField(_("曾用名"), max_length=400, blank=True)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True, null=True, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=OrganizationKind.choices)
    region_code = models.CharField(_("行政区划代码"), max_length=6, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        indexes: ClassVar = [models.Index(fields=["name"], name="organization_name")]

    def __str__(self) -> str:
        return self.name


class Person(Record):
    """A natural person. `pinyin_keys`: space-separated keys for matching, made by casework.names."""

    name = models.CharField(_("姓名"), max_length=100)
    name_latin = models.CharField(_("外文姓名"), max_length=160, blank=True)
    pinyin_keys = models.CharField(max_length=600, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("出生年份"), null=True, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("自然人")
        indexes: ClassVar = [models.Index(fields=["name"], name="person_name")]

    def __str__(self) -> str:
        return self.name


class Affiliation(Record):
    """A person worked at, or studied at, an organisation between two days (either may be unknown)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="affiliations")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="people")
    post = models.CharField(_("职务"), max_length=100, blank=True)
    starts_on = models.DateField(_("起"), null=True, blank=True)
    ends_on = models.DateField(_("止"), null=True, blank=True)
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职经历")

    def __str__(self) -> str:
        return f"{self.person} · {self.organization}"


class Subject(Record):
    """Exactly one of person or organisation: what a respondent, a measure or a credit record points to."""

    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="subject")
    organization = models.OneToOneField(Organization, models.PROTECT, null=True, blank=True, related_name="subject")
    history = HistoricalRecords()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("主体")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="subject_exactly_one",
                condition=Q(person__isnull=False, organization=None) | Q(person=None, organization__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.person or self.organization)

    @property
    def is_person(self) -> bool:
        return self.person_id is not None


class SubjectIdentifier(Record):
    """An identifier kept as cipher text, found again by keyed hash. The clear value is in no history, index or log."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="identifiers")
    type = models.CharField(_("类型"), max_length=10, choices=IdentifierType.choices)
    cipher = models.TextField()
    keyed_hash = models.CharField(max_length=64)
    hint = models.CharField(_("末位"), max_length=8, blank=True)
    verified_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    history = HistoricalRecords(excluded_fields=["cipher", "keyed_hash"])
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("主体标识")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["type", "keyed_hash"], name="subject_identifier_once"),
            models.CheckConstraint(
                name="subject_identifier_verified_pair",
                condition=Q(verified_at=None, verified_by=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} …{self.hint}"
