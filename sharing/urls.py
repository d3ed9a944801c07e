"""Addresses of the sharing app."""

from django.urls import path

from sharing.views import shares

app_name = "sharing"
urlpatterns = [
    path("", shares.share_list, name="share-list"),
    path("give/<int:decision_pk>/", shares.share_give, name="share-give"),
    path("<str:reference>/", shares.share_detail, name="share-detail"),
    path("<str:reference>/acknowledge/", shares.share_acknowledge, name="share-acknowledge"),
    path("<str:reference>/opinion/", shares.share_opinion, name="share-opinion"),
    path("<str:reference>/recall/", shares.share_recall, name="share-recall"),
]
