"""Addresses of the integrity app, in one file per noun."""

from integrity import case_urls, decision_urls, lead_urls

app_name = "integrity"
urlpatterns = [*lead_urls.urlpatterns, *case_urls.urlpatterns, *decision_urls.urlpatterns]
