"""The recipes of docs/developing.md, carried out as they stand there in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, blocks

pytestmark = pytest.mark.slow

GUIDE = ROOT / "docs" / "developing.md"
PARTS = ("lookalike", "spiders", "scoring", "seeds", "alembic", "tests", "docs", "pyproject.toml", "scrapy.cfg")
SAME_KIND = re.compile(
    r"(from scoring\.signals\.\w|    [A-Z]\w+\(\),$|\w+ = \{ site|\| `\w+` \| |\| [^|`]+ \| [^|]+ \| [^|]+ \|$|    \"\w+\": \()"
)


def parts_of_guide() -> dict[str, str]:
    """What the guide says should stand in which file; lines to be put into one that is there have a ``+`` before it."""
    found = (block.kind.partition(" ") for block in blocks(GUIDE))
    texts = [block.text for block in blocks(GUIDE)]
    return {where: text for (_, _, where), text in zip(found, texts, strict=True) if "/" in where}


def put_in(path: Path, line: str) -> None:
    """Put a line in its place among those of its kind: before the first that comes after it, else after the last."""
    kind = SAME_KIND.match(line)
    assert kind is not None, line
    shape = re.sub(r"\w", "", kind.group())[:4]
    lines = path.read_text(encoding="utf-8").splitlines()
    alike = [
        n for n, one in enumerate(lines) if (m := SAME_KIND.match(one)) and re.sub(r"\w", "", m.group())[:4] == shape
    ]
    later = [n for n in alike if lines[n] > line]
    lines.insert(later[0] if later else alike[-1] + 1, line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with all recipes carried out."""
    folder = tmp_path_factory.mktemp("copy")
    leave = shutil.ignore_patterns("__pycache__", "*.pyc", "vendor")
    for part in PARTS:
        there = ROOT / part
        shutil.copytree(there, folder / part, ignore=leave) if there.is_dir() else shutil.copy(there, folder / part)
    for where, text in parts_of_guide().items():
        if where.startswith("+"):
            for line in text.splitlines():
                put_in(folder / where[1:], line)
        else:
            (folder / where).parent.mkdir(parents=True, exist_ok=True)
            (folder / where).write_text(text, encoding="utf-8")
    return folder


def run(copy: Path, *words: str, code: int = 0) -> str:
    """The program of the copy, as a stranger runs it; its output."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOOKALIKE_")}
    own |= {"PYTHONPATH": str(copy), "LOOKALIKE_SEEDS": str(copy / "my-seeds"), "LOOKALIKE_HOME": str(copy / "var")}
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=copy, env=own, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == code, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_a_platform_of_an_overlay_is_checked_listed_and_named_by_its_imitation(copy: Path) -> None:
    run(copy, "lookalike", "platforms", "check")
    assert "haiyue-tzzy" in run(copy, "lookalike", "platforms", "list", "--json")
    imitation = "http://tzzy.haiyuesheng.gov.cn.zs-chaxun.top/"
    verdict = json.loads(run(copy, "lookalike", "check", imitation, "--no-visit", "--json"))
    assert (verdict["impersonates"], verdict["band"]) == ("haiyue-tzzy", "high")


def test_a_signal_passes_the_tests_that_every_signal_must_pass(copy: Path) -> None:
    files = [f"tests/scoring/{name}.py" for name in ("test_signals", "test_signals_doc", "test_weights")]
    said = run(copy, "pytest", *files, "tests/docs/test_reasons_page.py", "-p", "no:cacheprovider")
    assert "failed" not in said


def test_a_signal_s_hit_is_a_row_of_the_score(copy: Path) -> None:
    page = copy / "fee.html"
    page.write_text(
        "<title>证书查询</title><form>姓名<input name=xm>证件号码<input name=sfzh>证书编号<input name=zsbh></form>"
        "<p>支付查询费后方可查看结果</p>",
        encoding="utf-8",
    )
    verdict = json.loads(run(copy, "lookalike", "check", str(page), "--host", "zs-chaxun.top", "--json"))
    assert "paid_query" in {row["signal"] for row in verdict["reasons"]}


def test_a_source_is_asked_by_a_night_and_what_it_shows_is_seen(copy: Path) -> None:
    place = copy / "my-range"
    shutil.copytree(copy / "tests" / "ranges" / "smoke", place)
    shutil.copy(copy / "range" / "engines" / "kuaisou.toml", place / "engines")
    rows = place / "seeds" / "sources.toml"
    rows.write_text(rows.read_text(encoding="utf-8") + (copy / "my-seeds" / "sources.toml").read_text(encoding="utf-8"))
    run(copy, "lookalike", "range", "check", str(place))
    told = json.loads(run(copy, "lookalike", "nightly", "--range", str(place), "--source", "kuaisou", "--json"))
    assert told["sources"]["kuaisou"]["results"] > 0
    assert told["sightings"] > 0


def test_the_copy_is_still_in_the_house_s_form(copy: Path) -> None:
    changed = [where.lstrip("+") for where in parts_of_guide() if where.endswith(".py") and "tests/" not in where]
    run(copy, "ruff", "check", *changed)
    run(copy, "ruff", "format", "--check", *changed)
