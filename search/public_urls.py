"""The public side of search, mounted below the public notices; it stands before the number of a notice."""

from django.urls import path

from search.views import public

app_name = "search_public"
urlpatterns = [path("", public.public_search, name="notices")]
