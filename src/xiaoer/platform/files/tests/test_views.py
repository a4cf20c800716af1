"""Handing files out, and turning away what is too large before it is read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from xiaoer.platform import clock
from xiaoer.platform.access.actors import Actor
from xiaoer.platform.accounts.tests.builders import a_person, actor_of, logged_in
from xiaoer.platform.audit.models import Event
from xiaoer.platform.files import access
from xiaoer.platform.files.middleware import UploadGuardMiddleware
from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.files.services import file_store

pytestmark = pytest.mark.django_db


def stored_by(actor: Actor, name: str = "清江市 方案（终稿）.html") -> StoredFile:
    data = b"<!doctype html><script>alert(1)</script>"
    return file_store(actor=actor, data=data, name=name, now=clock.now())


@pytest.fixture
def readers() -> Iterator[dict[str, access.MayRead]]:
    """Lend the registry of owners and give it back unchanged."""
    before = dict(access._OWNERS)
    yield access._OWNERS
    access._OWNERS.clear()
    access._OWNERS.update(before)


class TestDownload:
    def test_is_an_attachment_that_no_browser_runs(self) -> None:
        user = a_person("wangwu", "office")
        file = stored_by(actor_of(user))
        answer = logged_in(user).get(reverse("files:download", args=[file.pk]))
        name = quote("清江市 方案（终稿）.html")
        assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "text/html"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert b"".join(answer.streaming_content).startswith(b"<!doctype html>")  # type: ignore[attr-defined]

    def test_leaves_an_event(self) -> None:
        user = a_person("wangwu", "office")
        file = stored_by(actor_of(user))
        logged_in(user).get(reverse("files:download", args=[file.pk]))
        event = Event.objects.latest("pk")
        assert (event.code, event.actor_id) == ("files.file.downloaded", user.pk)

    def test_is_absent_for_who_neither_handed_it_in_nor_may_read_what_it_belongs_to(self) -> None:
        file = stored_by(actor_of(a_person("wangwu", "office")))
        url = reverse("files:download", args=[file.pk])
        other = logged_in(a_person("lisi", "office"))
        assert other.get(url).status_code == 404
        assert other.get(reverse("files:download", args=[987654])).status_code == 404

    def test_leads_who_is_not_logged_in_to_the_log_in_whether_it_exists_or_not(self) -> None:
        file = stored_by(actor_of(a_person("wangwu", "office")))
        for pk in (file.pk, 987654):
            url = reverse("files:download", args=[pk])
            assert Client().get(url)["Location"] == f"{reverse('account_login')}?next={url}"

    def test_is_open_to_whom_an_owner_lets_in(self, readers: dict[str, access.MayRead]) -> None:
        file = stored_by(actor_of(a_person("wangwu", "office")))
        access.register_owner("tests.thing", lambda actor, file_id: file_id == file.pk)
        url = reverse("files:download", args=[file.pk])
        assert Client().get(url).status_code == 200
        assert logged_in(a_person("lisi", "office")).get(url).status_code == 200

    def test_has_one_owner_of_each_kind(self, readers: dict[str, access.MayRead]) -> None:
        access.register_owner("tests.thing", lambda actor, file_id: False)
        with pytest.raises(ValueError, match="declared twice"):
            access.register_owner("tests.thing", lambda actor, file_id: True)


class _Unreadable(io.BytesIO):
    """A body that must not be read."""

    def read(self, *args: object) -> bytes:  # type: ignore[override]
        raise AssertionError("the body was read")


class TestUploadGuard:
    def test_turns_away_a_large_request_without_reading_it(self, settings: Settings) -> None:
        settings.XIAOER_UPLOAD_LIMIT_MB = 50
        environ = {
            "CONTENT_LENGTH": str(200 * 1024 * 1024),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "wsgi.input": _Unreadable(),
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/plans/upload/",
        }
        answer = Client().request(**environ)
        assert answer.status_code == 413
        assert "超过 50 MB 的上限" in answer.content.decode()

    def test_tells_a_program_as_a_problem(self, settings: Settings) -> None:
        settings.XIAOER_UPLOAD_LIMIT_MB = 1
        environ = {
            "CONTENT_LENGTH": str(9 * 1024 * 1024), "wsgi.input": _Unreadable(),
            "REQUEST_METHOD": "POST", "PATH_INFO": "/api/plans/",
        }  # fmt: skip
        answer = Client().request(**environ)
        assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")

    def test_lets_a_file_at_the_limit_pass_with_the_form_around_it(
        self, settings: Settings
    ) -> None:
        settings.XIAOER_UPLOAD_LIMIT_MB = 1
        passed = []
        guard = UploadGuardMiddleware(lambda request: passed.append(request))  # type: ignore[arg-type,func-returns-value]
        file = SimpleUploadedFile("a.txt", b"x" * 1024 * 1024)
        guard(RequestFactory().post("/plans/upload/", {"file": file, "note": "x" * 900_000}))
        assert len(passed) == 1
