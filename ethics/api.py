"""Read API of activities and applications of ethics review: the same door as the pages, every reading on record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from casework.enums import AccessKind
from casework.events import record_access
from ethics.models import Activity, Application, ReviewUnit


class EthicsActivitySerializer(serializers.ModelSerializer):
    """An activity as the register of its unit shows it."""

    unit = serializers.CharField(source="unit.dossier.reference", read_only=True)
    unit_name = serializers.CharField(source="unit.organization.name", read_only=True)
    committee = serializers.CharField(source="committee.name", read_only=True, allow_null=True)

    class Meta:
        model = Activity
        fields: ClassVar = [
            "id",
            "unit",
            "unit_name",
            "committee",
            "title",
            "leader_name",
            "list_item",
            "status",
            "expert_outcome",
            "approved_on",
            "ended_on",
            "follow_up_months",
        ]


class EthicsApplicationSerializer(serializers.ModelSerializer):
    """An application with what it is about and how far it is; nothing of its reviewers, papers or applicant."""

    reference = serializers.CharField(source="dossier.reference", read_only=True)
    committee = serializers.CharField(source="committee.name", read_only=True, allow_null=True)
    activity = serializers.IntegerField(source="activity_id", read_only=True, allow_null=True)

    class Meta:
        model = Application
        fields: ClassVar = [
            "reference",
            "title",
            "kind",
            "mode",
            "status",
            "version",
            "unit_name",
            "committee",
            "activity",
            "list_item",
            "scope_classes",
            "regimes",
            "start_on",
            "end_on",
        ]


class EthicsActivityViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Activities of units this account may see."""

    serializer_class = EthicsActivitySerializer
    queryset = Activity.objects.none()

    def get_queryset(self) -> QuerySet[Activity]:
        units = ReviewUnit.objects.visible_to(self.request.user)
        related = ("unit__dossier", "unit__organization", "committee")
        return Activity.objects.select_related(*related).filter(unit__in=units)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        activity = self.get_object()
        what = f"api:ethics-activity:{activity.pk}"
        record_access(kind=AccessKind.READ, by=request.user, what=what, dossier=activity.dossier)
        return Response(self.get_serializer(activity).data)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record_access(kind=AccessKind.READ, by=request.user, what="api:ethics-activities")
        return super().list(request, *args, **kwargs)


class EthicsApplicationViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Applications this account may see; a member only those after declaring no conflict."""

    serializer_class = EthicsApplicationSerializer
    lookup_field = "dossier__reference"
    lookup_url_kwarg = "reference"
    lookup_value_regex = r"[^/]+"
    queryset = Application.objects.none()

    def get_queryset(self) -> QuerySet[Application]:
        return Application.objects.visible_to(self.request.user).select_related("dossier", "committee")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        application = self.get_object()
        what = f"api:ethics-application:{application.dossier.reference}"
        record_access(kind=AccessKind.READ, by=request.user, what=what, dossier=application.dossier)
        return Response(self.get_serializer(application).data)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record_access(kind=AccessKind.READ, by=request.user, what="api:ethics-applications")
        return super().list(request, *args, **kwargs)
