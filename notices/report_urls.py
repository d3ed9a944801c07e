"""Addresses of the report form and of the reporter's return visit. All of them are public."""

from django.urls import path

from notices.views import report

urlpatterns: list = [
    path("report/", report.report, name="report"),
    path("report/receipt/", report.report_receipt, name="report-receipt"),
    path("report/return/", report.report_return, name="report-return"),
    path("report/return/lead/", report.report_case, name="report-case"),
    path("report/return/message/", report.report_message, name="report-message"),
    path("report/return/files/", report.report_files, name="report-files"),
    path("report/return/name/", report.report_name, name="report-name"),
    path("report/return/leave/", report.report_leave, name="report-leave"),
]
