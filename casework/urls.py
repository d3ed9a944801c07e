"""Addresses of the casework app: what belongs to any dossier."""

from django.urls import path

from casework.views import audit, calendar, exclusions, files

app_name = "casework"
urlpatterns = [
    path("files/<int:pk>/", files.attachment_download, name="attachment-download"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("audit/", audit.audit_events, name="audit-events"),
    path("audit/access/", audit.audit_access, name="audit-access"),
    path("exclusions/", exclusions.exclusion_list, name="exclusion-list"),
    path("exclusions/<int:pk>/propose-lift/", exclusions.exclusion_propose_lift, name="exclusion-propose-lift"),
    path("exclusions/<int:pk>/lift/", exclusions.exclusion_lift, name="exclusion-lift"),
]
