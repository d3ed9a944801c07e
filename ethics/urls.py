"""Addresses of the ethics app."""

from django.urls import path

from ethics import application_urls, expert_urls, life_urls, meeting_urls, procedure_urls
from ethics.views import activities, committee_accounts, committees, duties, imports, ledger, platform, units

app_name = "ethics"
urlpatterns = [
    path("", ledger.ledger, name="ledger"),
    path("export.xlsx", ledger.export, name="ledger-export"),
    path("platform/", platform.fields, name="platform-fields"),
    path("platform/<slug:sheet>.xlsx", platform.export, name="platform-export"),
    path("committees.xlsx", platform.committees, name="committee-export"),
    path("import/", imports.upload, name="committee-import"),
    path("import/template.xlsx", imports.template, name="committee-import-template"),
    path("units/enter/", units.enter, name="unit-enter"),
    path("units/<str:reference>/", units.detail, name="unit-detail"),
    path("units/<str:reference>/history/", units.history, name="unit-history"),
    path("units/<str:reference>/edit/", units.edit, name="unit-edit"),
    path("units/<str:reference>/relocate/", units.relocate, name="unit-relocate"),
    path("units/<str:reference>/open/", units.open_to, name="unit-open"),
    path("units/<str:reference>/withdraw/<int:department_pk>/", units.withdraw, name="unit-withdraw"),
    path("units/<str:reference>/committees/enter/", committees.enter, name="committee-enter"),
    path("units/<str:reference>/activities/enter/", activities.enter, name="activity-enter"),
    path("units/<str:reference>/spot-checks/record/", duties.spot_check_record, name="spot-check-record"),
    path("units/<str:reference>/violations/record/", duties.violation_record, name="violation-record"),
    path("committees/<int:pk>/edit/", committees.edit, name="committee-edit"),
    path("committees/<int:pk>/dissolve/", committees.dissolve, name="committee-dissolve"),
    path("committees/<int:pk>/members/enter/", committees.member_enter, name="member-enter"),
    path("committees/<int:pk>/run/", committee_accounts.run, name="committee-run"),
    path("members/<int:pk>/account/", committee_accounts.account, name="member-account"),
    path("members/<int:pk>/check/", committees.member_check, name="member-check"),
    path("members/<int:pk>/leave/", committees.member_leave, name="member-leave"),
    path("members/<int:pk>/sign/", committees.member_sign, name="member-sign"),
    path("members/<int:pk>/train/", committees.member_train, name="member-train"),
    path("registrations/<int:pk>/record/", duties.registration_record, name="registration-record"),
    path("filings/<int:pk>/record/", duties.filing_record, name="filing-record"),
    path("reports/<int:pk>/draft.docx", platform.report_draft, name="report-draft"),
    path("reports/<int:pk>/record/", duties.report_record, name="report-record"),
    path("spot-checks/<int:pk>/rectify/", duties.spot_check_rectify, name="spot-check-rectify"),
    path("violations/<int:pk>/refer/", duties.violation_refer, name="violation-refer"),
    path("activities/<int:pk>/expert/", activities.expert, name="activity-expert"),
    path("activities/<int:pk>/approve/", activities.approve, name="activity-approve"),
    path("activities/<int:pk>/complete/", activities.complete, name="activity-complete"),
    path("activities/<int:pk>/terminate/", activities.terminate, name="activity-terminate"),
    path("follow-ups/<int:pk>/record/", activities.follow_up_record, name="follow-up-record"),
    *meeting_urls.urlpatterns,
    *procedure_urls.urlpatterns,
    *expert_urls.urlpatterns,
    *life_urls.urlpatterns,
    # Last: applications/<reference>/ would take what others put below applications/.
    *application_urls.urlpatterns,
]
