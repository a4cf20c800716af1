"""What a file is, judged by its bytes; the name only chooses among kinds of plain text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP = b"PK\x03\x04"
_PROGRAMS = {
    b"MZ": _noop("Windows 程序"),
    b"\x7fELF": _noop("Linux 程序"),
    b"\xca\xfe\xba\xbe": _noop("Java 或 macOS 程序"),
    b"\xcf\xfa\xed\xfe": _noop("macOS 程序"),
    b"\xce\xfa\xed\xfe": _noop("macOS 程序"),
    b"\xfe\xed\xfa\xce": _noop("macOS 程序"),
    b"\xfe\xed\xfa\xcf": _noop("macOS 程序"),
    b"\x00asm": _noop("WebAssembly 程序"),
    b"\x4c\x00\x00\x00\x01\x14\x02\x00": _noop("快捷方式"),
    b"dex\n": _noop("安卓程序"),
    b"MSCF": _noop("安装包"),
    b"#!": _noop("脚本"),
}
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
_ARCHIVES = {
    b"Rar!\x1a\x07": "application/vnd.rar",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
}
_OLE_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OOXML = {
    "word/": _OFFICE + "wordprocessingml.document",
    "xl/": _OFFICE + "spreadsheetml.sheet",
    "ppt/": _OFFICE + "presentationml.presentation",
}
PROGRAM_NAMES = re.compile(
    r"\.(?:exe|dll|com|scr|pif|cpl|msi|msp|bat|cmd|ps1|psm1|vbs|vbe|jse?|mjs|wsf|wsh|hta|sh|bash|"
    r"jar|class|apk|app|lnk|reg|inf|py|pyc|php|jspx?|aspx?|pl|rb|chm|iso|img|dmg|deb|rpm)\s*$",
    re.IGNORECASE,
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
_MAX_PARTS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the bytes are; ``refusal`` is why such a file is not taken, empty when it is."""

    media_type: str
    refusal: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the bytes are plain text of some kind."""
        return self.media_type.startswith("text/") or self.media_type == "application/json"


def kind_of(*, data: bytes, name: str) -> Kind:
    """Return what the file is; programs and scripts, whatever their name, come with a refusal."""
    if PROGRAM_NAMES.search(name):
        return _refused(
            _("%(suffix)s 是程序或脚本") % {"suffix": name.rsplit(".", 1)[-1].strip().lower()}
        )
    # PDF readers accept a header within the first kilobyte
    if b"%PDF-" in data[:1024]:
        return Kind(media_type="application/pdf")
    if data.startswith((ZIP, b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(OLE):
        return _ole_kind(data)
    for magic, media_type in (_PICTURES | _ARCHIVES).items():
        if data.startswith(magic) and (len(magic) > 2 or b"\x00" in data[:64]):
            return Kind(media_type=media_type)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind(media_type="image/webp")
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return Kind(media_type="image/heic")
    for magic, what in _PROGRAMS.items():
        if data.startswith(magic) and (magic != b"MZ" or b"\x00" in data[:512]):
            return _refused(_("是%(what)s") % {"what": _(what)})
    return _text_kind(data, name)


def _refused(why: str) -> Kind:
    return Kind(media_type="application/octet-stream", refusal=why)


def _zip_kind(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            declared = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError):
        return _refused(_("压缩结构已损坏"))
    if len(names) > _MAX_PARTS:
        return _refused(_("压缩包内文件过多"))
    if any(part.endswith("vbaProject.bin") for part in names):
        return _refused(_("含有宏，请另存为不带宏的 .docx 或 .xlsx"))
    program = next((part for part in names if PROGRAM_NAMES.search(part)), None)
    if program is not None:
        return _refused(_("压缩包内有程序或脚本（%(name)s）") % {"name": program[:60]})
    if "[Content_Types].xml" in names:
        for folder, media_type in _OOXML.items():
            if any(part.startswith(folder) for part in names):
                return Kind(media_type=media_type)
    if "OFD.xml" in names:
        return Kind(media_type="application/ofd")
    if declared.startswith(b"application/vnd.oasis.opendocument."):
        return Kind(media_type=declared.decode("ascii", "replace").strip())
    return Kind(media_type="application/zip")


def _ole_kind(data: bytes) -> Kind:
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        return _refused(_("含有宏，请另存为不带宏的文档"))
    for stream, media_type in _OLE_STREAMS.items():
        if stream.encode("utf-16-le") in data:
            return Kind(media_type=media_type)
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _refused(_("设有打开密码，请取消密码后再上传"))
    return _refused(_("不是可识别的 Office 文档"))


def _text_kind(data: bytes, name: str) -> Kind:
    if _SVG.search(data[:2048]) and not _HTML.search(data[:2048]):
        return _refused(_("是可带脚本的 SVG 图，请另存为 PNG"))
    text = text_of(data)
    if text is None:
        return _refused(_("不是可识别的文件类型"))
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{\\rtf"):
        return Kind(media_type="application/rtf")
    if head.startswith(b"<") and _HTML.search(head):
        return Kind(media_type="text/html")
    suffix = name.rsplit(".", 1)[-1].strip().lower()
    by_name = {
        "csv": "text/csv",
        "json": "application/json",
        "xml": "text/xml",
        "md": "text/markdown",
    }
    return Kind(media_type=by_name.get(suffix, "text/plain"))


def text_of(data: bytes) -> str | None:
    """Return the text of ``data`` in one of the encodings offices use, None when it is no text."""
    encodings = ["utf-8-sig", "gb18030"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROLS.search(text) else text
    return None
