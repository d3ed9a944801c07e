"""Read API of cases, decisions and credit checks: the same door as the pages, the same 404, every reading on record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.enums import AccessKind
from casework.events import record_access
from integrity.access import check_can_check_credit
from integrity.actions import credit
from integrity.enums import CheckPurpose, CreditAnswer
from integrity.models import Case, CreditCheck, Decision, Measure, Respondent


class RespondentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Respondent
        fields: ClassVar = ["id", "name_then", "affiliation_then", "role"]


class CaseSerializer(serializers.ModelSerializer):
    """A case as an integrity officer may read it; nothing of the reporter."""

    reference = serializers.CharField(source="dossier.reference", read_only=True)
    rule_set = serializers.CharField(source="rule_set.code", read_only=True)
    respondents = RespondentSerializer(many=True, read_only=True)

    class Meta:
        model = Case
        fields: ClassVar = [
            "reference",
            "title",
            "regime",
            "rule_set",
            "status",
            "accepted_on",
            "conduct_from",
            "conduct_to",
            "respondents",
        ]


class MeasureSerializer(serializers.ModelSerializer):
    class Meta:
        model = Measure
        fields: ClassVar = [
            "kind",
            "months",
            "is_lifetime",
            "days",
            "count",
            "until_text",
            "scope",
            "starts_on",
            "ends_on",
            "status",
        ]


class DecisionSerializer(serializers.ModelSerializer):
    """A decision with its measures; both days of a window are included."""

    case = serializers.SerializerMethodField()
    respondent = serializers.CharField(source="respondent.name_then", read_only=True)
    rule_set = serializers.CharField(source="rule_set.code", read_only=True)
    measures = serializers.SerializerMethodField()

    class Meta:
        model = Decision
        fields: ClassVar = [
            "id",
            "reference",
            "case",
            "respondent",
            "rule_set",
            "outcome",
            "categories",
            "tier",
            "decided_on",
            "served_on",
            "status",
            "measures",
        ]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_case(self, decision: Decision) -> str | None:
        """Null for a publisher: they read the result, and the number of the case would tell that there is one."""
        visible = self.context["visible_cases"]
        return decision.case.dossier.reference if decision.case_id in visible else None

    @extend_schema_field(MeasureSerializer(many=True))
    def get_measures(self, decision: Decision) -> Any:
        return MeasureSerializer([row for row in decision.measures.all() if not row.withdrawn], many=True).data


class CaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Cases this account may see."""

    serializer_class = CaseSerializer
    lookup_field = "dossier__reference"
    lookup_url_kwarg = "reference"
    lookup_value_regex = r"[^/]+"
    queryset = Case.objects.none()

    def get_queryset(self) -> QuerySet[Case]:
        visible = Case.objects.visible_to(self.request.user)
        return visible.select_related("dossier", "rule_set").prefetch_related("respondents")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        case = self.get_object()
        record_access(kind=AccessKind.READ, by=request.user, what=f"api:{case}", dossier=case.dossier)
        return Response(self.get_serializer(case).data)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record_access(kind=AccessKind.READ, by=request.user, what="api:cases")
        return super().list(request, *args, **kwargs)


class DecisionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Decisions this account may see."""

    serializer_class = DecisionSerializer
    queryset = Decision.objects.none()

    def get_queryset(self) -> QuerySet[Decision]:
        visible = Decision.objects.visible_to(self.request.user)
        return visible.select_related("case__dossier", "respondent", "rule_set").prefetch_related("measures")

    def get_serializer(self, *args: Any, **kwargs: Any) -> serializers.BaseSerializer:
        shown = args[0] if args else []
        cases = [row.case_id for row in (shown if isinstance(shown, list) else [shown])]
        visible = Case.objects.visible_to(self.request.user).filter(pk__in=cases)
        kwargs["context"] = {
            **self.get_serializer_context(),
            "visible_cases": set(visible.values_list("pk", flat=True)),
        }
        return super().get_serializer(*args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        decision = self.get_object()
        record_access(
            kind=AccessKind.READ, by=request.user, what=f"api:decision:{decision.pk}", dossier=decision.dossier
        )
        return Response(self.get_serializer(decision).data)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record_access(kind=AccessKind.READ, by=request.user, what="api:decisions")
        return super().list(request, *args, **kwargs)


class CreditQuestionSerializer(serializers.Serializer):
    """What a credit check asks: who, for what, on which basis, as of which day (today when left out).

    An identifier makes the answer certain.
    """

    name = serializers.CharField(max_length=200)
    identifier = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    purpose = serializers.ChoiceField(choices=CheckPurpose.choices)
    basis = serializers.CharField(max_length=200)
    as_of = serializers.DateField(required=False)


class CreditAnswerSerializer(serializers.ModelSerializer):
    """`records` only on a hit: on a mere namesake's name nobody learns whose records there are (D13)."""

    answer = serializers.ChoiceField(choices=CreditAnswer.choices, read_only=True)
    records = serializers.SerializerMethodField()

    class Meta:
        model = CreditCheck
        fields: ClassVar = ["reference", "answer", "as_of", "records"]

    def get_records(self, check: CreditCheck) -> list[int]:
        return check.records if check.answer == CreditAnswer.HIT else []


class CreditCheckView(APIView):
    """Ask whether a subject has open credit records on a day. The question and its answer are kept under a number."""

    @extend_schema(request=CreditQuestionSerializer, responses={201: CreditAnswerSerializer})
    def post(self, request: Request) -> Response:
        check_can_check_credit(request.user)
        question = CreditQuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        asked = {"as_of": timezone.localdate(), **question.validated_data}
        check = credit.check_credit(by=request.user, **asked)
        return Response(CreditAnswerSerializer(check).data, status=status.HTTP_201_CREATED)
