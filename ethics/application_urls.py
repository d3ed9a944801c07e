"""Addresses of ethics review: applications, of the applicant (own/) and of the secretary (applications/)."""

from __future__ import annotations

from django.urls import URLPattern, path

from ethics.views import applications as desk
from ethics.views import own_applications as own

urlpatterns: list[URLPattern] = [
    path("own/", own.own_list, name="own-list"),
    path("own/begin/", own.begin, name="own-begin"),
    path("own/activities/<int:pk>/amend/", own.amend, name="own-amend"),
    path("own/activities/<int:pk>/review-again/", own.review_again, name="own-review-again"),
    path("own/people/<int:pk>/leave/", own.person_leave, name="own-person-leave"),
    path("own/materials/<int:pk>/replace/", own.material_replace, name="own-material-replace"),
    path("own/materials/<int:pk>/leave/", own.material_leave, name="own-material-leave"),
    path("own/files/<int:pk>/", own.own_file, name="own-file"),
    path("own/letters/<int:pk>/confirm/", own.letter_confirm, name="own-letter-confirm"),
    path("own/<str:reference>/", own.detail, name="own-detail"),
    path("own/<str:reference>/basics/", own.basics, name="own-basics"),
    path("own/<str:reference>/circumstances/", own.circumstances, name="own-circumstances"),
    path("own/<str:reference>/people/", own.people, name="own-people"),
    path("own/<str:reference>/materials/", own.papers, name="own-materials"),
    path("own/<str:reference>/review/", own.review, name="own-review"),
    path("own/<str:reference>/withdraw/", own.withdraw, name="own-withdraw"),
    path("materials/<int:pk>/replace/", desk.material_replace, name="material-replace"),
    path("applications/", desk.application_list, name="application-list"),
    path("applications/<str:reference>/", desk.detail, name="application-detail"),
    path("applications/<str:reference>/history/", desk.history, name="application-history"),
    path("applications/<str:reference>/compare/", desk.compare, name="application-compare"),
    path("applications/<str:reference>/accept/", desk.accept, name="application-accept"),
    path("applications/<str:reference>/return/", desk.return_incomplete, name="application-return"),
]
