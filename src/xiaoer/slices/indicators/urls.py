"""Addresses of the slice."""

from __future__ import annotations

from django.urls import path

from xiaoer.slices.indicators.views import (
    board,
    catalogue,
    departments,
    entry,
    periods,
    queue,
    report,
    upload,
    work,
)

app_name = "indicators"
urlpatterns = [
    path("dashboard/", board.dashboard, name="dashboard"),
    path("turning/", board.turning, name="turning"),
    path("targets/", catalogue.targets, name="targets"),
    path("duties/", work.work, name="work"),
    path("departments/", departments.departments, name="departments"),
    path("departments/<int:organisation_id>/", departments.department, name="department"),
    path("indicators/", catalogue.indicators, name="indicators"),
    path("indicators/<int:indicator_id>/", catalogue.indicator, name="indicator"),
    path("periods/", periods.periods, name="periods"),
    path("periods/<int:period_id>/step/", periods.period_step, name="period_step"),
    path("report/", entry.report, name="report"),
    path("report/template/", upload.template, name="template"),
    path("report/upload/", upload.upload, name="upload"),
    path("report/upload/<int:batch_id>/", upload.preview, name="upload_preview"),
    path("report/upload/<int:batch_id>/errors/", upload.errors, name="upload_errors"),
    path("report/progress/<slug:uid>/", work.work_report, name="work_report"),
    path("reports/", report.report_list, name="reports"),
    path("reports/<int:report_id>/", report.report_detail, name="report_detail"),
    path("reports/<int:report_id>/step/", report.report_step, name="report_step"),
    path("reports/<int:report_id>/correct/", report.report_correct, name="report_correct"),
    path("verify/", queue.queue, name="queue"),
]
