"""``xiaoer plans`` as a user calls it, and the lazy root command."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner, Result

from xiaoer.cli import COMMANDS, xiaoer
from xiaoer.demo.plan_generator import PlanOptions, generate

CLEAN = PlanOptions(layout="bracketed", sections=3, items=2, bare_months=False)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(xiaoer, [str(argument) for argument in arguments])


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "方案.txt"
    path.write_text(generate(seed=1, options=CLEAN).text, encoding="utf-8")
    return path


def write_docx(path: Path, text: str) -> None:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    path.write_bytes(out.getvalue())


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


class TestCompile:
    def test_writes_the_schema_with_true_offsets(self, plan_file, tmp_path):
        result = run("plans", "compile", plan_file, "--out", tmp_path / "out")
        assert result.exit_code == 0, result.output
        content = load(tmp_path / "out/方案.json")
        text = plan_file.read_text(encoding="utf-8")
        assert len(content["measures"]) == 1 + 6 + 3
        targets = [target for measure in content["measures"] for target in measure["targets"]]
        assert targets
        assert all(text[slice(*target["span"])] == target["text"] for target in targets)
        assert content["format"] == {"name": "xiaoer-plan", "version": 1}
        assert content["source"]["text_file"] == "方案.txt"
        assert not (tmp_path / "out/方案.txt").exists()

    def test_writes_the_text_that_offsets_count_for_other_formats(self, tmp_path):
        text = generate(seed=1, options=CLEAN).text
        write_docx(tmp_path / "方案.docx", text)
        page = "".join(f"<p>{line}</p>" for line in text.split("\n"))
        (tmp_path / "网页.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
        result = run(
            "plans",
            "compile",
            tmp_path / "方案.docx",
            tmp_path / "网页.html",
            "--out",
            tmp_path / "out",
        )
        assert result.exit_code == 0, result.output
        for stem in ("方案", "网页"):
            content = load(tmp_path / f"out/{stem}.json")
            extracted = (tmp_path / f"out/{stem}.txt").read_bytes().decode("utf-8")
            assert content["source"]["text_file"] == f"{stem}.txt"
            assert content["source"]["characters"] == len(extracted)
            owners = [owner for measure in content["measures"] for owner in measure["owners"]]
            assert owners
            assert all(extracted[slice(*owner["span"])] == owner["name"] for owner in owners)

    def test_refuses_equal_stems_before_writing_anything(self, plan_file, tmp_path):
        write_docx(tmp_path / "方案.docx", "一、目标")
        result = run(
            "plans", "compile", plan_file, tmp_path / "方案.docx", "--out", tmp_path / "out"
        )
        assert result.exit_code == 2
        assert "同名" in result.output
        assert not (tmp_path / "out").exists()

    def test_reports_a_bad_file_and_finishes_the_others(self, plan_file, tmp_path):
        (tmp_path / "空.txt").write_bytes(b"")
        result = run(
            "plans",
            "compile",
            tmp_path / "空.txt",
            tmp_path / "无.txt",
            plan_file,
            "--out",
            tmp_path / "out",
        )
        assert result.exit_code == 2
        assert "empty_file" in result.output
        assert "没有这个文件" in result.output
        assert (tmp_path / "out/方案.json").exists()
        assert not (tmp_path / "out/空.json").exists()

    def test_never_overwrites_a_file_it_did_not_write(self, plan_file, tmp_path):
        annotation = tmp_path / "方案.json"
        annotation.write_text('{"measures": []}', encoding="utf-8")
        result = run("plans", "compile", plan_file, "--out", tmp_path)
        assert result.exit_code == 2
        assert "would_overwrite" in result.output
        assert annotation.read_text(encoding="utf-8") == '{"measures": []}'
        assert run("plans", "compile", plan_file, "--out", tmp_path, "--force").exit_code == 0
        assert run("plans", "compile", plan_file, "--out", tmp_path).exit_code == 0

    def test_never_overwrites_a_text_with_the_extract_of_a_docx(self, plan_file, tmp_path):
        write_docx(tmp_path / "方案.docx", "一、目标\n（一）完善机制。健全制度。（市财政局负责）")
        before = plan_file.read_bytes()
        result = run("plans", "compile", tmp_path / "方案.docx", "--out", tmp_path)
        assert result.exit_code == 2
        assert plan_file.read_bytes() == before

    def test_prints_json_with_the_whole_plan(self, plan_file):
        result = run("plans", "compile", plan_file, "--json")
        (document,) = json.loads(result.output)["documents"]
        assert document["ok"] is True
        assert document["counts"]["measures"] == len(document["plan"]["measures"]) == 10

    def test_prints_the_measures_of_a_single_file_for_people(self, plan_file):
        result = run("plans", "compile", plan_file)
        assert "责任单位" in result.output
        assert "m001" in result.output

    def test_takes_the_year_from_the_user_when_the_text_has_none(self, tmp_path):
        path = tmp_path / "无年份.txt"
        path.write_text(
            "一、工作任务\n（一）完善机制。6月底前，健全制度。（市财政局负责）\n", encoding="utf-8"
        )
        out = json.loads(run("plans", "compile", path, "--year", "2027", "--json").output)
        (measure,) = out["documents"][0]["plan"]["measures"]
        assert measure["deadlines"][0]["date"] == "2027-06"
        assert measure["deadlines"][0]["year_inferred_from"]

    def test_says_so_when_a_document_is_no_plan(self, tmp_path):
        path = tmp_path / "小说.txt"
        path.write_text("那年冬天，雪下得很早。老人坐在门口。\n" * 20, encoding="utf-8")
        result = run("plans", "compile", path)
        assert result.exit_code == 1
        assert "没有找到任何举措" in result.output

    @pytest.mark.parametrize("arguments", [(), ("--year", "20"), ("a.txt", "--nonsense")])
    def test_answers_wrong_usage_with_two(self, arguments):
        assert run("plans", "compile", *arguments).exit_code == 2


class TestLint:
    def test_ends_with_zero_on_a_clean_plan(self, plan_file):
        result = run("plans", "lint", plan_file)
        assert result.exit_code == 0, result.output
        assert "发现 0 条" in result.output

    def test_ends_with_one_on_a_finding_that_a_reason_silences(self, plan_file):
        text = plan_file.read_text(encoding="utf-8")
        plan_file.write_text(text.replace("。（市", "，新增网点X个。（市", 1), encoding="utf-8")
        result = run("plans", "lint", plan_file, "--json")
        assert result.exit_code == 1
        (finding,) = json.loads(result.output)["documents"][0]["findings"]
        assert finding["code"] == "masked_number"
        mark = finding["data"]["fingerprint"]
        assert mark in run("plans", "lint", plan_file).output
        assert run("plans", "lint", plan_file, "--silence", f"{mark}=印发前补").exit_code == 0
        assert run("plans", "lint", plan_file, "--silence", f"{mark}=").exit_code == 2


class TestScore:
    @pytest.fixture
    def folders(self, tmp_path) -> tuple[Path, Path]:
        gold, texts, out = (tmp_path / name for name in ("gold", "texts", "out"))
        for folder in (gold, texts):
            folder.mkdir()
        for seed in range(3):
            made = generate(seed=seed, options=CLEAN)
            (gold / f"p{seed}.json").write_text(json.dumps(made.gold), encoding="utf-8")
            (texts / f"p{seed}.txt").write_text(made.text, encoding="utf-8")
        assert run("plans", "compile", *sorted(texts.iterdir()), "--out", out).exit_code == 0
        return gold, out

    def test_compares_folders(self, folders):
        report = json.loads(run("plans", "score", *folders, "--json").output)
        assert report["measures"]["f1"] == 1.0
        assert set(report["documents"]) == {"p0", "p1", "p2"}

    def test_compares_two_files_of_any_name(self, folders):
        gold, out = folders
        result = run("plans", "score", gold / "p0.json", out / "p0.json")
        assert result.exit_code == 0
        assert "1.0000" in result.output

    def test_counts_a_missing_document_as_empty_and_says_so(self, folders):
        gold, out = folders
        (out / "p1.json").unlink()
        result = run("plans", "score", gold, out)
        assert "缺少 p1" in result.output

    def test_refuses_a_folder_without_annotations(self, tmp_path):
        assert run("plans", "score", tmp_path, tmp_path).exit_code == 2


class TestRootCommand:
    def test_lists_every_command_without_importing_any(self):
        code = (
            "import sys; from click.testing import CliRunner; from xiaoer.cli import xiaoer;"
            "print(CliRunner().invoke(xiaoer, ['--help']).output);"
            "sys.exit('xiaoer.slices.plans.cli' in sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert all(name in done.stdout for name in COMMANDS)

    def test_compiles_without_django(self, plan_file):
        code = (
            "import sys; from click.testing import CliRunner; from xiaoer.cli import xiaoer;"
            f"r = CliRunner().invoke(xiaoer, ['plans', 'compile', {str(plan_file)!r}]);"
            "sys.exit(r.exit_code or ('django' in sys.modules) * 9)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def test_answers_an_unknown_command_with_two(self):
        assert run("nonsense").exit_code == 2
