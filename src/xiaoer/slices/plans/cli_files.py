"""Files in and files out for ``xiaoer plans``: the only place of the compiler that touches a disk."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xiaoer.engines.plantext import Doubt, Plan, compile_text
from xiaoer.engines.plantext.lint import lint
from xiaoer.engines.plantext.readers import Extract, Limits, Unreadable, read

_REASONS: tuple[tuple[type[OSError], str], ...] = (
    (FileNotFoundError, "没有这个文件"),
    (IsADirectoryError, "这是目录，不是文件"),
    (PermissionError, "没有权限"),
    (FileExistsError, "同名文件挡住了目录"),
    (NotADirectoryError, "路径中有一段不是目录"),
)
FORMAT = {"name": "xiaoer-plan", "version": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why one file failed."""

    code: str
    message_zh: str
    message_en: str

    def to_json(self) -> dict[str, str]:
        """Return the problem as it appears in ``--json``."""
        return {"code": self.code, "message_zh": self.message_zh, "message_en": self.message_en}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """One input file and what became of it; ``plan`` is None exactly when ``problem`` is not."""

    path: Path
    digest: str = ""
    extract: Extract | None = None
    plan: Plan | None = None
    findings: tuple[Doubt, ...] = ()
    problem: Problem | None = None
    written: tuple[Path, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return how many of each thing were found."""
        if self.plan is None:
            return {}
        measures = self.plan.measures
        return {
            "sections": len(self.plan.sections),
            "measures": len(measures),
            "targets": sum(len(measure.targets) for measure in measures),
            "deadlines": sum(len(measure.deadlines) for measure in measures),
            "owners": sum(len(measure.owners) for measure in measures),
            "doubts": len(self.plan.doubts),
            "findings": len(self.findings),
        }

    def document(self) -> dict[str, Any]:
        """Return the published schema with the extra fields (docs/reference/plan-schema.md)."""
        assert self.plan is not None
        assert self.extract is not None
        return {
            **self.plan.to_json(),
            "format": FORMAT,
            "source": {
                "file": self.path.name,
                "sha256": self.digest,
                "media_type": self.extract.media_type,
                "encoding": self.extract.encoding,
                "pages": self.extract.pages,
                "characters": len(self.extract.text),
                "text_file": self.text_name(),
            },
            "lint": [finding_json(finding) for finding in self.findings],
            "warnings": _warnings(self.extract),
        }

    def text_name(self) -> str:
        """Return the name of the file whose characters the offsets count."""
        assert self.extract is not None
        plain = self.extract.media_type == "text/plain"
        return self.path.name if plain else f"{self.path.stem}.txt"

    def to_json(self, *, with_plan: bool) -> dict[str, Any]:
        """Return one row of ``compile --json``."""
        row: dict[str, Any] = {"file": str(self.path), "ok": self.problem is None}
        if self.problem is not None:
            row["error"] = self.problem.to_json()
        if self.plan is not None:
            row["counts"] = self.counts()
            row["written"] = [str(path) for path in self.written]
            if with_plan:
                row["plan"] = self.document()
        return row

    def lint_json(self) -> dict[str, Any]:
        """Return one row of ``lint --json``."""
        row = self.to_json(with_plan=False)
        row.pop("written", None)
        row["doubts"] = [finding_json(item) for item in self.plan.doubts] if self.plan else []
        row["findings"] = [finding_json(finding) for finding in self.findings]
        if self.extract is not None:
            row["warnings"] = _warnings(self.extract)
        return row


def finding_json(finding: Doubt) -> dict[str, Any]:
    """Return a finding as plain values."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message_zh": finding.message_zh,
        "message_en": finding.message_en,
        "spans": [list(span) for span in finding.spans],
        "measure": finding.measure,
        "field": finding.field,
        "data": dict(finding.data),
    }


def _warnings(extract: Extract) -> list[dict[str, Any]]:
    return [
        {
            "code": item.code,
            "message_zh": item.message_zh,
            "message_en": item.message_en,
            "data": dict(item.data),
        }
        for item in extract.warnings
    ]


def same_stems(paths: Sequence[Path]) -> list[list[Path]]:
    """Return the groups of paths whose results would have the same name."""
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(path.stem.casefold(), []).append(path)
    return [group for group in groups.values() if len(group) > 1]


def compile_file(
    path: Path, *, year: int | None, silenced: Mapping[str, str] | None = None
) -> Compiled:
    """Read, compile and check one file; what goes wrong is in ``problem``."""
    limits = Limits()
    try:
        with path.open("rb") as handle:
            data = handle.read(limits.max_bytes + 1)
        extract = read(data, name=path.name, limits=limits)
    except Unreadable as error:
        problem = Problem(code=error.code, message_zh=error.message_zh, message_en=error.message_en)
        return Compiled(path=path, problem=problem)
    except OSError as error:
        return Compiled(path=path, problem=_os_problem("cannot_open", "打不开", path, error))
    plan = compile_text(extract.text, year=year)
    return Compiled(
        path=path,
        digest=hashlib.sha256(data).hexdigest(),
        extract=extract,
        plan=plan,
        findings=lint(plan, text=extract.text, silenced=silenced or {}),
    )


def _os_problem(code: str, verb: str, path: Path, error: OSError) -> Problem:
    reason = error.strerror or str(error)
    reason_zh = next((zh for kind, zh in _REASONS if isinstance(error, kind)), reason)
    return Problem(
        code=code,
        message_zh=f"{verb} {path}：{reason_zh}。请检查路径和权限。",
        message_en=f"{code.replace('_', ' ')} {path}: {reason}. Check the path and the permissions.",
    )


def write(result: Compiled, *, folder: Path, force: bool) -> Compiled:
    """Write the .json of one result, and the extracted .txt unless the input was plain text.

    A file of that name that this command did not write is left alone unless ``force``.
    """
    if result.plan is None or result.extract is None:
        return result
    files: dict[Path, str] = {}
    if result.text_name() != result.path.name:
        files[folder / result.text_name()] = result.extract.text
    target = folder / f"{result.path.stem}.json"
    files[target] = json.dumps(result.document(), ensure_ascii=False, indent=1) + "\n"
    foreign = [path for path in files if path.exists()]
    if foreign and not force and not _is_ours(target):
        names = "、".join(str(path) for path in foreign)
        problem = Problem(
            code="would_overwrite",
            message_zh=f"{names} 已存在，且不是本命令写出的，未覆盖。请换 --out 目录，或确认后加 --force。",
            message_en=f"{names} exists and was not written by this command; it was left alone. Choose another --out, or add --force.",
        )
        return replace(result, problem=problem)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            _replace(path, content)
    except OSError as error:
        return replace(result, problem=_os_problem("cannot_write", "写不进", folder, error))
    return replace(result, written=tuple(files))


def _is_ours(path: Path) -> bool:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def _replace(path: Path, content: str) -> None:
    """Write a whole file or nothing."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content.encode("utf-8", errors="surrogatepass"))
    os.replace(part, path)


def exit_code(results: Sequence[Compiled]) -> int:
    """Return 2 if a file failed, 1 if a document holds no measure, else 0."""
    if any(result.problem for result in results):
        return 2
    return int(any(result.plan and not result.plan.measures for result in results))


def load_annotations(path: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the annotations of a folder or a file by stem, and a sentence for each bad one."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    loaded: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    for file in files:
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            problems.append(f"{file} 读不了（{error}），按空白计分。")
            content = {}
        loaded[file.stem] = content if isinstance(content, dict) else {}
    return loaded, problems
