"""Addresses of the integrity app: decision, credit."""

from django.urls import path

from integrity.views import credit, decisions, imports

urlpatterns = [
    path("cases/<str:reference>/decisions/draft/<int:respondent_pk>/", decisions.draft, name="decision-draft"),
    path("decisions/import/", imports.upload, name="decision-import"),
    path("decisions/import/template/", imports.template, name="decision-import-template"),
    path("decisions/check/<int:respondent_pk>/", decisions.check, name="decision-check"),
    path("decisions/<int:pk>/", decisions.detail, name="decision-detail"),
    path("decisions/<int:pk>/edit/", decisions.edit, name="decision-edit"),
    path("decisions/<int:pk>/send/", decisions.send, name="decision-send"),
    path("decisions/<int:pk>/review/", decisions.review, name="decision-review"),
    path("decisions/<int:pk>/issue/", decisions.issue, name="decision-issue"),
    path("decisions/<int:pk>/serve/", decisions.serve, name="decision-serve"),
    path("decisions/<int:pk>/province/", decisions.province, name="decision-province"),
    path("decisions/<int:pk>/supersede/", decisions.supersede, name="decision-supersede"),
    path("decisions/<int:pk>/revoke/", decisions.revoke, name="decision-revoke"),
    path("credit/", credit.records, name="credit-record-list"),
    path("credit/check/", credit.check, name="credit-check"),
    path("credit/check/<int:pk>/", credit.answer, name="credit-check-detail"),
    path("credit/<int:pk>/", credit.detail, name="credit-record-detail"),
]
