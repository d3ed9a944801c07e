"""Addresses of ethics review: life after approval, statistics."""

from __future__ import annotations

from django.urls import URLPattern, path

from ethics.views import activity_life, statistics

urlpatterns: list[URLPattern] = [
    path("activities/<int:pk>/", activity_life.detail, name="activity-detail"),
    path("activities/<int:pk>/incidents/enter/", activity_life.incident_enter, name="incident-enter"),
    path("activities/<int:pk>/suspend/", activity_life.suspend, name="activity-suspend"),
    path("activities/<int:pk>/resume/", activity_life.resume, name="activity-resume"),
    path("activity-letters/<int:pk>/deliver/", activity_life.letter_deliver, name="activity-letter-deliver"),
    path("incidents/<int:pk>/handle/", activity_life.incident_handle, name="incident-handle"),
    path("own/<str:reference>/incidents/enter/", activity_life.own_incident_enter, name="own-incident-enter"),
    path("statistics/", statistics.overview, name="statistics"),
    path("statistics/list/", statistics.behind, name="statistics-list"),
    path("statistics/export.xlsx", statistics.export, name="statistics-export"),
]
