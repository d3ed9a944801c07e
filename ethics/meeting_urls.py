"""Addresses of ethics review: meeting."""

from __future__ import annotations

from django.urls import URLPattern, path

from ethics.views import agenda, gate, meetings, votes

urlpatterns: list[URLPattern] = [
    path("desk/", gate.desk, name="member-desk"),
    path("gate/<str:reference>/", gate.gate, name="application-gate"),
    path("applications/<str:reference>/agenda/", agenda.place, name="application-place"),
    path("committees/<int:pk>/meetings/plan/", meetings.plan, name="meeting-plan"),
    path("meetings/", meetings.index, name="meeting-list"),
    path("meetings/<int:pk>/", meetings.detail, name="meeting-detail"),
    path("meetings/<int:pk>/edit/", meetings.edit, name="meeting-edit"),
    path("meetings/<int:pk>/begin/", meetings.begin, name="meeting-begin"),
    path("meetings/<int:pk>/close/", meetings.close, name="meeting-close"),
    path("meetings/<int:pk>/cancel/", meetings.cancel, name="meeting-cancel"),
    path("meetings/<int:pk>/attendance/", meetings.attend, name="meeting-attendance"),
    path("meetings/<int:pk>/guests/", meetings.guest, name="meeting-guest"),
    path("meetings/<int:pk>/minutes/", meetings.write_minutes, name="minutes-write"),
    path("meetings/<int:pk>/minutes/make/", meetings.make_minutes, name="minutes-make"),
    path("meetings/<int:pk>/minutes/approve/", meetings.approve_minutes, name="minutes-approve"),
    path("meetings/<int:pk>/minutes.docx", meetings.minutes_file, name="minutes-file"),
    path("meetings/<int:pk>/items/add/", agenda.add, name="item-add"),
    path("attendances/<int:pk>/leave/", meetings.leave, name="attendance-leave"),
    path("items/<int:pk>/", agenda.detail, name="item-detail"),
    path("items/<int:pk>/note/", agenda.note, name="item-note"),
    path("items/<int:pk>/motions/put/", agenda.put, name="motion-put"),
    path("items/<int:pk>/conclude/", agenda.conclude, name="item-conclude"),
    path("items/<int:pk>/adjourn/", agenda.adjourn, name="item-adjourn"),
    path("items/<int:pk>/settle/", agenda.settle, name="item-settle"),
    path("items/<int:pk>/reconcile/", agenda.reconcile, name="item-reconcile"),
    path("items/<int:pk>/declare/<int:attendance_pk>/", votes.declare, name="item-declare"),
    path("motions/<int:pk>/votes/<int:attendance_pk>/", votes.cast, name="vote-cast"),
    path("motions/<int:pk>/close/", votes.close, name="motion-close"),
]
