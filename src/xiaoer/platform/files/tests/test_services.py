"""Taking files in, keeping them once, refusing what must not come in."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from xiaoer.platform import clock
from xiaoer.platform.access.actors import SYSTEM
from xiaoer.platform.audit.log import sentence
from xiaoer.platform.audit.models import Event
from xiaoer.platform.files import services
from xiaoer.platform.files.models import StoredFile
from xiaoer.platform.files.tests.builders import a_docx

pytestmark = pytest.mark.django_db
MARKED = "机密★10年\n\n关于某事的通知\n一、目标"


@pytest.fixture(autouse=True)
def _own_storage(settings: Settings, tmp_path: object) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


def store(data: object = "一、目标".encode(), name: str = "方案.txt") -> StoredFile:
    return services.file_store(actor=SYSTEM, data=data, name=name, now=clock.now())  # type: ignore[arg-type]


def n_kept() -> int:
    folders, _files = default_storage.listdir("")
    return sum(len(default_storage.listdir(folder)[1]) for folder in folders)


class TestFileStore:
    def test_keeps_the_bytes_and_says_what_they_are(self) -> None:
        file = store()
        assert services.file_bytes(file) == "一、目标".encode()
        assert (file.name, file.media_type, file.size) == ("方案.txt", "text/plain", 12)
        assert sentence(Event.objects.get()) == "系统 上传了文件“方案.txt”（12 字节）"

    def test_keeps_the_same_bytes_once_under_each_name(self) -> None:
        one, other = store(), store(name="副本.txt")
        assert (one.sha256, one.pk == other.pk, n_kept()) == (other.sha256, False, 1)

    @pytest.mark.parametrize("wrap", [bytes, io.BytesIO, ContentFile])
    def test_takes_bytes_and_open_files(self, wrap: type) -> None:
        assert services.file_bytes(store(wrap("一、目标".encode()))) == "一、目标".encode()

    def test_mends_bytes_that_a_crash_cut_off(self) -> None:
        sha256 = store().sha256
        path = services.path_of(sha256)
        default_storage.delete(path)
        default_storage.save(path, ContentFile(b"half"))
        assert services.file_bytes(store()) == "一、目标".encode()

    @pytest.mark.parametrize("wrap", [bytes, io.BytesIO, ContentFile])
    def test_refuses_what_exceeds_the_limit(self, wrap: type, settings: Settings) -> None:
        settings.XIAOER_UPLOAD_LIMIT_MB = 1
        store(wrap(b"x" * 1024 * 1024))
        with pytest.raises(services.TooLarge, match="“大.txt”超过 1 MB 的上限") as refused:
            store(wrap(b"x" * (1024 * 1024 + 1)), name="大.txt")
        assert (refused.value.http_status, refused.value.field) == (413, "file")
        assert StoredFile.objects.count() == n_kept() == 1

    def test_reads_no_more_than_the_limit(self, settings: Settings) -> None:
        settings.XIAOER_UPLOAD_LIMIT_MB = 1
        data = io.BytesIO(b"x" * 3 * 1024 * 1024)
        with pytest.raises(services.TooLarge):
            store(data)
        assert data.tell() == 1024 * 1024 + 1

    @pytest.mark.parametrize(
        ("data", "name", "why"),
        [
            (b"", "空.docx", "是空文件"),
            (b"MZ\x90\x00" + b"\x00" * 99, "方案.docx", "Windows 程序"),
            (MARKED.encode(), "通知.txt", "机密★10年"),
            (MARKED.encode("gb18030"), "通知.csv", "机密★10年"),
            (a_docx(*MARKED.splitlines()), "通知.docx", "涉密文件"),
        ],
    )
    def test_refuses_and_keeps_nothing(self, data: bytes, name: str, why: str) -> None:
        with pytest.raises(services.NotTaken, match=why) as refused:
            store(data, name=name)
        assert refused.value.field == "file"
        assert StoredFile.objects.count() == Event.objects.count() == 0
        assert not default_storage.exists("") or n_kept() == 0

    def test_takes_a_text_that_only_speaks_of_secrets(self) -> None:
        store("一、保守商业秘密和国家机密的规定继续有效。".encode())


class TestCleanName:
    @pytest.mark.parametrize(
        ("name", "clean"),
        [
            ("..\\..\\方案.docx", "方案.docx"),
            ("/etc/passwd", "passwd"),
            ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
            ("方案\u202etxt.exe", "方案txt.exe"),
            ("  .. ", "未命名"),
            ("长" * 300 + ".docx", "长" * 195 + ".docx"),
        ],
    )
    def test_has_no_folder_no_control_and_fits(self, name: str, clean: str) -> None:
        assert services.clean_name(name) == clean


class TestOrphans:
    def test_are_swept_after_a_day_and_never_what_a_row_refers_to(self) -> None:
        store()
        default_storage.save("ab/" + "ab" * 32, ContentFile(b"left over"))
        assert services.orphans_sweep(now=clock.now()) == 0
        assert services.orphans_sweep(now=clock.now() + timedelta(days=2)) == 1
        assert n_kept() == 1


class TestFilesVerify:
    def test_names_missing_and_changed_bytes(self) -> None:
        gone, changed, good = store(b"a" * 9), store(b"b" * 9), store(b"c" * 9)
        default_storage.delete(services.path_of(gone.sha256))
        default_storage.delete(services.path_of(changed.sha256))
        default_storage.save(services.path_of(changed.sha256), ContentFile(b"x" * 9))
        told = services.files_verify()
        assert len(told) == 2
        assert f"文件 {gone.pk}" in told[0]
        assert "不见了" in told[0]
        assert f"文件 {changed.pk}" in told[1]
        assert "被改动" in told[1]
        assert good.pk
