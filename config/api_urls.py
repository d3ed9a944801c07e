"""Addresses of the API; the viewsets live in the apps."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from ethics.api import EthicsActivityViewSet, EthicsApplicationViewSet
from integrity.api import CaseViewSet, CreditCheckView, DecisionViewSet
from notices.api import PublicNoticeViewSet

router = SimpleRouter()
router.register("cases", CaseViewSet, basename="api-case")
router.register("decisions", DecisionViewSet, basename="api-decision")
router.register("notices", PublicNoticeViewSet, basename="api-notice")
router.register("ethics-activities", EthicsActivityViewSet, basename="api-ethics-activity")
router.register("ethics-applications", EthicsApplicationViewSet, basename="api-ethics-application")

urlpatterns = [
    path("", include(router.urls)),
    path("credit-checks/", CreditCheckView.as_view(), name="api-credit-check"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
