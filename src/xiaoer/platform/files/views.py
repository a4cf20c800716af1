"""Hand out stored files: always as attachments, never for the browser to run."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from xiaoer.platform.access.views import actor_of_request, moment_of_request, page
from xiaoer.platform.files import services


@page(action="files.file.download")
@require_safe
def file_download(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """Send one file under its own name."""
    actor = actor_of_request(request)
    now = moment_of_request(request)
    file, opened = services.file_open(actor=actor, file_id=file_id, now=now)
    response = FileResponse(
        opened, as_attachment=True, filename=file.name, content_type=file.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{file.sha256}"'
    return response
