"""Addresses of the audit trail."""

from django.urls import path

from xiaoer.platform.audit import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.event_list, name="list"),
    path("audit/<int:event_id>/", views.event_page, name="event"),
    path("audit/<int:event_id>/unmask/<str:key>/", views.personal_unmask, name="unmask"),
]
