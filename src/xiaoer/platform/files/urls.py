"""The address of stored files."""

from django.urls import path

from xiaoer.platform.files import views

app_name = "files"
urlpatterns = [path("files/<int:file_id>/", views.file_download, name="download")]
