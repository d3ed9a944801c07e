"""Read API of the notices on show: what the portal shows, as data."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import mixins, serializers, viewsets

from notices.models import PublicNotice


class PublicNoticeSerializer(serializers.ModelSerializer):
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = PublicNotice
        fields: ClassVar = [
            "number",
            "version",
            "title",
            "issuer",
            "intro",
            "entries",
            "category_labels",
            "published_on",
            "until",
            "url",
        ]


class PublicNoticeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Notices on show today. Withdrawn and expired ones are not here."""

    serializer_class = PublicNoticeSerializer
    lookup_field = "number"
    lookup_value_regex = r"[^/]+"
    queryset = PublicNotice.objects.none()

    def get_queryset(self) -> QuerySet[PublicNotice]:
        return PublicNotice.objects.on_show(timezone.localdate())
