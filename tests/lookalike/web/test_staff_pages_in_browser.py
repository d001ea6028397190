"""Pages of administrators, auditors and heads in a real browser: axe-core, a small window, and the form on paper."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from lookalike.review import auditing
from lookalike.review.verdicts import give
from lookalike.store import exports
from lookalike.store.engine import reading, writing
from lookalike.store.models import Pack
from lookalike.web import packing
from spiders.browser.launch import BrowserMissing, find_browser
from tests.conftest import ROOT
from tests.lookalike.web.desk_at_work import EVERYTHING, AtWork, fill, session_of, work
from tests.lookalike.web.serving import serving

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("look_in_browser.py")
AXE = ROOT / "tests/vendor/axe.min.js"


@pytest.fixture(scope="module")
def staffed_desk(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AtWork:
    """A desk with a pack, exports with hostile names, and a checked trail."""
    home = tmp_path_factory.mktemp("staff")
    fill(home, leads=40)
    desk, now = work(home), datetime.now(UTC)
    tokens = {role: session_of(desk.factory, role, name) for role, name in STAFF.items()}
    TOKENS.update(tokens)
    guilty = tuple(sorted(desk.lead(part).id for part in ("zs-one", "zs-evil", "two.top")))
    with writing(desk.factory) as session:
        for number in guilty:
            give(session, number, "confirmed", "fake_site", "", STAFF["analyst"], now)
        exports.record(
            session, at=now, by=EVERYTHING, form="csv", to=EVERYTHING, leads=guilty, file=EVERYTHING, sha256="0" * 64
        )
    order = packing.Order(guilty, None, STAFF["analyst"], "192.0.2.7", now)
    packing.make(desk.config.model_copy(update={"pdf": False}), order)
    auditing.check(desk.factory, STAFF["auditor"], now)
    return desk


STAFF = {"admin": "系统甲", "auditor": "审计甲", "lead": "审核甲", "analyst": "研判甲"}
TOKENS: dict[str, str] = {}


@pytest.fixture(scope="module")
def staff_pages(staffed_desk: AtWork) -> Iterator[str]:
    """The address of the pages as the command serves them."""
    with serving(staffed_desk.config.home) as base:
        yield base


@pytest.fixture(scope="module")
def seen_of_staff(staffed_desk: AtWork, staff_pages: str) -> dict[str, Any]:
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    number = staffed_desk.lead("zs-one").id
    order = {
        "base": staff_pages,
        "tokens": TOKENS,
        "people": {
            "admin": ["/people", "/people/2", "/people/1", "/tokens"],
            "auditor": ["/audit", "/audit?what=verdict", "/audit?who=nobody", "/exports"],
            "lead": ["/packs", "/packs/1", "/statistics?from=2026-01-01", "/exports?by=nobody"],
            "analyst": [
                "/packs/1/form",  # who reviews packs sees it once the leads are read a second time
                f"/packs/new?lead={number}",
                "/packs/new?lead=4711",
                "/leads/export?status=all",
            ],
        },
        "axe": str(AXE),
        "width": int(os.environ.get("LOOK_WIDTH", "1440")),
        "pictures": os.environ.get("LOOK_PICTURES", ""),
        "print": ["analyst", "/packs/1/form"],
    }
    command = [sys.executable, str(PROGRAM), json.dumps(order)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, timeout=900, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_nothing_bars_staff_in_light_in_dark_and_in_a_small_window(seen_of_staff: dict[str, Any]) -> None:
    assert not seen_of_staff["axe"], "\n".join(seen_of_staff["axe"])


def test_the_form_is_a4_with_numbered_pages_and_the_hash_on_each(
    seen_of_staff: dict[str, Any], staffed_desk: AtWork
) -> None:
    pages = PdfReader(BytesIO(base64.b64decode(seen_of_staff["pdf"]))).pages
    with reading(staffed_desk.factory) as session:
        sha256 = session.get_one(Pack, 1).sha256
    assert len(pages) >= 1
    for number, page in enumerate(pages, 1):
        text = page.extract_text().replace("\n", "")
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert sha256 in text
        assert f"{number} / {len(pages)}" in text
