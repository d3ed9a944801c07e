"""Addresses of the procedures beside the meeting: named reviewers, waiver, revision, extension, appeal."""

from __future__ import annotations

from django.urls import URLPattern, path

from ethics.views import opinions, procedures

urlpatterns: list[URLPattern] = [
    path("applications/<str:reference>/reviewers/", procedures.name_reviewers, name="reviewers-name"),
    path("applications/<str:reference>/simple-confirm/", procedures.simple_confirm, name="simple-confirm"),
    path("applications/<str:reference>/simple-to-meeting/", procedures.simple_to_meeting, name="simple-to-meeting"),
    path("applications/<str:reference>/waiver/", procedures.waiver_confirm, name="waiver-confirm"),
    path("applications/<str:reference>/waiver-refuse/", procedures.waiver_refuse, name="waiver-refuse"),
    path("applications/<str:reference>/revision/", procedures.revision_verify, name="revision-verify"),
    path("applications/<str:reference>/revision-return/", procedures.revision_return, name="revision-return"),
    path("applications/<str:reference>/extend/", procedures.extend, name="review-extend"),
    path("applications/<str:reference>/appeal/", procedures.appeal_record, name="appeal-record"),
    path("applications/<str:reference>/opinion/", opinions.give, name="opinion-give"),
    path("own/<str:reference>/appeal/", procedures.own_appeal, name="own-appeal"),
    path("reviewers/<int:pk>/release/", procedures.reviewer_release, name="reviewer-release"),
    path("opinions/<int:pk>/", opinions.detail, name="opinion-detail"),
    path("opinions/<int:pk>/return/", opinions.send_back, name="opinion-return"),
    path("appeals/<int:pk>/answer/", procedures.appeal_answer, name="appeal-answer"),
]
