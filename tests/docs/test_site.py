"""The documents as a site: built without a warning, and read without the internet."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.docs.markdown import ROOT

LOADED = "script[src], img[src], iframe[src], link[rel=stylesheet], link[rel=icon], link[rel=preload]"


def build(source: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """``make docs``, into another folder."""
    words = ["--fail-on-warning", "--keep-going", "--quiet", "-b", "html", str(source), str(site)]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *words], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built anew."""
    folder = tmp_path_factory.mktemp("site")
    built = build(ROOT / "docs", folder)
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_is_in_the_site(site: Path) -> None:
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} <= {page.stem for page in site.glob("*.html")}


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    asked = set()
    for page in site.glob("*.html"):
        for node in LexborHTMLParser(page.read_text(encoding="utf-8")).css(LOADED):
            asked.add(node.attributes.get("src") or node.attributes.get("href") or "")
    styles = "".join(style.read_text(encoding="utf-8") for style in (site / "_static").glob("*.css"))
    asked |= set(re.findall(r"(?:@import|url\()\s*[\"']?([^\"')]+)", styles))
    assert {address for address in asked if re.match(r"(?:https?:)?//", address)} == set()


@pytest.mark.parametrize("broken", ["[x](nowhere.md)", "[x](second.md#nothing-of-the-kind)"])
def test_a_broken_link_ends_the_build(tmp_path: Path, broken: str) -> None:
    (tmp_path / "conf.py").write_text((ROOT / "docs" / "conf.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "site.css").touch()
    (tmp_path / "index.md").write_text(f"# A\n\n{broken}\n\n```{{toctree}}\nsecond\n```\n", encoding="utf-8")
    (tmp_path / "second.md").write_text("# B\n", encoding="utf-8")
    assert build(tmp_path, tmp_path / "site").returncode != 0
