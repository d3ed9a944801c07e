"""All addresses of the project. Public ones are listed again in config/public_urls.py, and a test compares."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from casework.views.today import today
from config.views import healthz, robots

handler500 = "config.views.server_error"

urlpatterns = [
    path("notices/search/", include("search.public_urls")),
    path("", include("notices.urls")),
    path("", include("integrity.urls")),
    path("", include("casework.urls")),
    path("sharing/", include("sharing.urls")),
    path("ethics/", include("ethics.urls")),
    path("ethics-approvals/", include("ethics.public_urls")),
    path("search/", include("search.urls")),
    path("accounts/", include("casework.account_urls")),
    path("today/", today, name="today"),
    path("language/", set_language, name="set_language"),
    path("healthz", healthz, name="healthz"),
    path("robots.txt", robots, name="robots"),
    path("api/v1/", include("config.api_urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("admin/", admin.site.urls))
