"""One address; staff and partners get different pages over different indexes."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [path("", views.search_page, name="search")]
