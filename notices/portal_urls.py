"""Addresses of the notices app: the public portal. The feeds stand before the number of a notice."""

from django.urls import path

from notices.views import portal

urlpatterns = [
    path("", portal.portal, name="portal"),
    path("notices/", portal.public_list, name="public-list"),
    path("notices/feed.atom", portal.feed_atom, name="feed-atom"),
    path("notices/feed.json", portal.feed_json, name="feed-json"),
    path("notices/<str:number>/", portal.public_detail, name="public-detail"),
]
