"""One address for searching; staff and partners get different pages over different indexes. One for whoever keeps it."""

from django.urls import path

from search.views import pages, status

app_name = "search"
urlpatterns = [path("", pages.search_page, name="search"), path("status/", status.status_page, name="status")]
