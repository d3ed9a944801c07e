"""Addresses of the integrity app: cases and the directory of subjects."""

from django.urls import path

from integrity.views import case_pages, cases, directory, exclusions, hearings

urlpatterns = [
    path("cases/", cases.case_list, name="case-list"),
    path("cases/open/", cases.case_open, name="case-open"),
    path("cases/<str:reference>/", cases.case_detail, name="case-detail"),
    path("cases/<str:reference>/leads/attach/", cases.case_lead_attach, name="case-lead-attach"),
    path("cases/<str:reference>/respondents/add/", hearings.case_respondent_add, name="case-respondent-add"),
    path(
        "cases/<str:reference>/respondents/<int:pk>/allegations/add/",
        hearings.case_allegation_add,
        name="case-allegation-add",
    ),
    path("cases/<str:reference>/respondents/<int:pk>/prenotice/", hearings.case_prenotice, name="case-prenotice"),
    path("cases/<str:reference>/respondents/<int:pk>/statement/", hearings.case_statement, name="case-statement"),
    path("cases/<str:reference>/report/", hearings.case_report, name="case-report"),
    path(
        "cases/<str:reference>/begin-investigation/",
        cases.case_begin_investigation,
        name="case-begin-investigation",
    ),
    path("cases/<str:reference>/begin-deliberation/", cases.case_begin_deliberation, name="case-begin-deliberation"),
    path("cases/<str:reference>/close/", cases.case_close, name="case-close"),
    path("cases/<str:reference>/reopen/", cases.case_reopen, name="case-reopen"),
    path("cases/<str:reference>/assign/", cases.case_assign, name="case-assign"),
    path("cases/<str:reference>/history/", case_pages.case_history, name="case-history"),
    path("cases/<str:reference>/who/", case_pages.case_who, name="case-who"),
    path("cases/<str:reference>/exclude/", exclusions.case_exclude, name="case-exclude"),
    path("cases/<str:reference>/files/", case_pages.case_files, name="case-files"),
    path("subjects/", directory.subject_list, name="subject-list"),
    path("subjects/add-person/", directory.subject_add_person, name="subject-add-person"),
    path("subjects/add-organization/", directory.subject_add_organization, name="subject-add-organization"),
    path("subjects/<int:pk>/", directory.subject_detail, name="subject-detail"),
]
