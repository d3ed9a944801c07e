"""Addresses of the notices app: the public portal, the report form, and the notices in work."""

from notices import notice_urls, portal_urls, report_urls

app_name = "notices"
# The portal comes last: /notices/<number>/ would take /notices/work/ for a number.
urlpatterns = [*notice_urls.urlpatterns, *report_urls.urlpatterns, *portal_urls.urlpatterns]
