"""Addresses of the notices app: notices in work."""

from django.urls import path

from notices.views import notices

urlpatterns = [
    path("notices/work/", notices.notice_list, name="notice-list"),
    path("notices/work/draft/", notices.notice_draft, name="notice-draft"),
    path("notices/work/<str:reference>/", notices.notice_detail, name="notice-detail"),
    path("notices/work/<str:reference>/edit/", notices.notice_edit, name="notice-edit"),
    path("notices/work/<str:reference>/secrecy/", notices.notice_secrecy, name="notice-secrecy"),
    path("notices/work/<str:reference>/send/", notices.notice_send, name="notice-send"),
    path("notices/work/<str:reference>/review/", notices.notice_review, name="notice-review"),
    path("notices/work/<str:reference>/publish/", notices.notice_publish, name="notice-publish"),
    path("notices/work/<str:reference>/schedule/", notices.notice_schedule, name="notice-schedule"),
    path("notices/work/<str:reference>/correct/", notices.notice_correct, name="notice-correct"),
    path("notices/work/<str:reference>/withdraw/", notices.notice_withdraw, name="notice-withdraw"),
]
