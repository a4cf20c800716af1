"""The sentences of every refusal and warning, in one place so that they can be read together.

Each refusal says what happened, why, and what to do next. The codes are documented in
docs/reference/lint-codes.md and never change their meaning.
"""

from __future__ import annotations

from typing import Any

from ._extract import ReadWarning, Unreadable

_REFUSALS: dict[str, tuple[str, str]] = {
    "empty_file": (
        "“{name}”是空文件，没有可读的文字。请确认上传的是正式文稿，重新导出后再上传。",
        "“{name}” is empty: there is no text to read. Check that it is the final document, export it again and upload it.",
    ),
    "too_large": (
        "“{name}”过大（{size}，上限 {limit}）。请去掉图片和附件，只上传方案正文，或请管理员调高上限。",
        "“{name}” is too large ({size}; the limit is {limit}). Remove pictures and attachments and upload the plan alone, or ask the administrator to raise the limit.",
    ),
    "zip_bomb": (
        "“{name}”解压后异常膨胀（{reason}），可能是恶意文件，已停止读取，未保存任何内容。请用 Word 或 WPS 打开原稿另存为新的 .docx 再上传；来源不明的请交信息安全人员处理。",
        "“{name}” expands abnormally when unpacked ({reason}) and may be malicious; reading stopped and nothing was kept. Open the original in Word or WPS, save it as a new .docx and upload that; hand files of unknown origin to the security officer.",
    ),
    "encrypted": (
        "“{name}”设有打开密码，无法读取。请先用密码打开，取消加密后另存，再上传；不要把密码发给他人。",
        "“{name}” is protected by a password and cannot be read. Open it with the password, save it without protection and upload that; do not send the password to anybody.",
    ),
    "scanned_pdf": (
        "“{name}”共 {pages} 页，没有文字层，是扫描件或图片。系统不从图片猜文字。请向起草单位索取可编辑的电子稿（.docx），或先做 OCR 并人工校对后再上传。",
        "“{name}” has {pages} pages without a text layer: it is a scan or a picture, and this system does not guess text from pictures. Ask the drafting unit for the editable document (.docx), or run OCR, proof-read the result and upload that.",
    ),
    "wrong_encoding": (
        "“{name}”的文字无法正确解码（{reason}），多半是保存时选错了编码或中途转码损坏。请用原软件重新打开，另存为 UTF-8 文本或 .docx 再上传。",
        "The text of “{name}” cannot be decoded ({reason}); it was probably saved with a wrong encoding or damaged on the way. Open it in the program it came from, save it as UTF-8 text or .docx and upload that.",
    ),
    "not_a_document": (
        "“{name}”不是可编译的文稿（{reason}）。可上传 .docx、带文字层的 .pdf、.html 或 .txt。{advice}",
        "“{name}” is not a document that can be compiled ({reason_en}). Upload .docx, .pdf with a text layer, .html or .txt. {advice_en}",
    ),
    "needs_converter": (
        "“{name}”是 {format} 格式，要先经 LibreOffice 转换。请在装有 LibreOffice 的服务器上通过网页上传，或用 Word/WPS 另存为 .docx 后再读。",
        "“{name}” is in {format} format, which must first be converted by LibreOffice. Upload it through the web page of a server that has LibreOffice, or save it as .docx in Word or WPS.",
    ),
    "classified": (
        "“{name}”文首标有密级“{mark}”（第 {line} 行），属涉密文件，不得在本系统处理，内容未保存。请立即从联网设备上移除并按保密规定报告；如系误标，请原定密单位更正后再上传。",
        "“{name}” carries the classification mark “{mark}” at its head (line {line}). State secrets must not be processed in this system; nothing was kept. Remove the file from networked machines and report it under the secrecy rules; if the mark is an error, have the issuing unit correct it first.",
    ),
}

#: (Chinese, English) for each code of a warning.
WARNING_TEXTS: dict[str, tuple[str, str]] = {
    "guessed_encoding": (
        "文件没有声明编码，按 {encoding} 读取。请核对页面上的文字是否正常。",
        "The file declares no encoding; it was read as {encoding}. Check that the text on the page looks right.",
    ),
    "replaced_characters": (
        "有 {count} 个字符无法识别，以“□”占位（首处在第 {line} 行）。请对照原文补正。",
        "{count} characters could not be recognised and were replaced (first in line {line}). Compare with the original.",
    ),
    "contents_dropped": (
        "目录（{count} 行）未计入正文。",
        "The table of contents ({count} lines) was left out.",
    ),
    "text_box_moved": (
        "有 {count} 个文本框，其文字放在所在段落之后。请核对顺序。",
        "{count} text boxes were placed after the paragraph that holds them. Check the order.",
    ),
    "notes_dropped": (
        "脚注、尾注或批注未计入正文。",
        "Footnotes, endnotes or comments were left out.",
    ),
    "revisions_accepted": (
        "文稿含修订痕迹，按“接受全部修订”读取（插入保留，删除略去）。请确认上传的是定稿。",
        "The document contains tracked changes; they were read as accepted (insertions kept, deletions left out). Make sure this is the final text.",
    ),
    "pages_without_text": (
        "第 {pages} 页没有文字层（可能是扫描页或附图），其内容未读入。请补充这些页的电子稿。",
        "Pages {pages} have no text layer (scanned, or figures); their content was not read. Supply these pages as text.",
    ),
}

REFUSAL_CODES = tuple(sorted(_REFUSALS))
WARNING_CODES = tuple(sorted(WARNING_TEXTS))


def refusal(code: str, **data: Any) -> Unreadable:
    """Return the exception for ``code`` with its sentences filled in."""
    zh, en = _REFUSALS[code]
    return Unreadable(
        code=code, message_zh=zh.format(**data), message_en=en.format(**data), data=data
    )


def not_a_document(
    name: str, reason: str, reason_en: str, advice: str = "", advice_en: str = ""
) -> Unreadable:
    """Return the refusal of something that is no document at all."""
    return refusal(
        "not_a_document",
        name=name,
        reason=reason,
        reason_en=reason_en,
        advice=advice,
        advice_en=advice_en,
    )


def warning(code: str, **data: Any) -> ReadWarning:
    """Return the warning for ``code`` with its sentences filled in."""
    zh, en = WARNING_TEXTS[code]
    return ReadWarning(
        code=code, message_zh=zh.format(**data), message_en=en.format(**data), data=data
    )


def printed_size(n_bytes: int) -> str:
    """Return a size as people read it."""
    if n_bytes >= 1024 * 1024:
        return f"{n_bytes / 1024 / 1024:.1f} MB"
    return f"{n_bytes / 1024:.1f} KB"
