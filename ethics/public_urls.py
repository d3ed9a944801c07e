"""Addresses of the public list of approvals, and of the desk where its entries are written and let out."""

from __future__ import annotations

from django.urls import path

from ethics.views import public_list

app_name = "ethics_public"
urlpatterns = [
    path("", public_list.approvals, name="approvals"),
    path("desk/", public_list.desk, name="desk"),
    path("desk/draft/<int:pk>/", public_list.draft, name="draft"),
    path("desk/<int:pk>/", public_list.entry, name="entry"),
    path("desk/<int:pk>/edit/", public_list.edit, name="edit"),
    path("desk/<int:pk>/publish/", public_list.publish, name="publish"),
    path("desk/<int:pk>/withdraw/", public_list.withdraw, name="withdraw"),
]
