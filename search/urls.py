"""One address to search; staff and partners get different pages over different indexes. And what goes with it."""

from django.urls import path

from search.views import exports, pages, saved, similar, status

app_name = "search"
urlpatterns = [
    path("", pages.search_page, name="search"),
    path("suggest", pages.suggest, name="suggest"),
    path("similar/<str:kind>/<int:pk>/", similar.similar_page, name="similar"),
    path("export/", exports.export, name="export"),
    path("status/", status.status_page, name="status"),
    path("saved/", saved.saved_list, name="saved-list"),
    path("saved/add/", saved.saved_add, name="saved-add"),
    path("saved/<int:pk>/rename/", saved.saved_rename, name="saved-rename"),
    path("saved/<int:pk>/alert/", saved.saved_alert, name="saved-alert"),
    path("saved/<int:pk>/open/", saved.saved_open, name="saved-open"),
    path("saved/<int:pk>/remove/", saved.saved_remove, name="saved-remove"),
]
