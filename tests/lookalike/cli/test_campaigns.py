"""``lookalike campaigns`` over a small store: what it prints for people and scripts, and what it refuses."""

from __future__ import annotations

import json
import os

import pytest

from lookalike.cli.app import _run
from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.stages.link import relink
from lookalike.store import campaign_keys, leads, runs, searches
from lookalike.store.engine import writing
from lookalike.store.models import Site
from scoring.link import Key
from scoring.result import Evidence
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, judge, make_page


@pytest.fixture
def campaigns_answer(tmp_path, monkeypatch, capsys):
    """Three leads, the first two of one crew; runs a command line: exit code, stdout, stderr."""
    for name in [n for n in os.environ if n.startswith("LOOKALIKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "var"))
    with writing(open_store(load_config())) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
        urls = [f"http://{n}.example/" for n in range(3)]
        searches.record_page(session, run, make_page(*urls), max_pages=1, now=NIGHT, unit=site_key)
        for n, site in enumerate(session.query(Site).order_by(Site.host)):
            leads.record(session, run, site, judge(95.0), contacts=[], now=NIGHT)
            shared = Key("contact", "wechat:a\x1b[2Jb" if n < 2 else "qq:1", Evidence("加\x1b[2J微", where="text"))
            campaign_keys.keep(session, site.id, [shared], NIGHT)
        relink(session, {}, NIGHT)

    def run_line(*argv: str) -> tuple[int, str, str]:
        code = _run(list(argv))
        out, err = capsys.readouterr()
        return code, out, err

    return run_line


def test_campaigns_prints_one_object_a_line(campaigns_answer) -> None:
    code, out, _ = campaigns_answer("campaigns", "--json")
    (view,) = [json.loads(line) for line in out.splitlines()]
    assert (code, view["id"], view["leads"], view["hosts"]) == (0, "C-0001", 2, ["0.example", "1.example"])
    assert view["why"][0]["type"] == "contact"


def test_a_campaign_is_shown_with_members_and_reasons(campaigns_answer) -> None:
    code, out, _ = campaigns_answer("campaigns", "show", "C-0001", "--json")
    view = json.loads(out)
    assert (code, [m["id"] for m in view["members"]], len(view["links"])) == (0, [1, 2], 1)


@pytest.mark.parametrize("argv", [("campaigns",), ("campaigns", "show", "C-0001")])
def test_tables_show_no_escape_sequence_and_no_clickable_host(campaigns_answer, argv) -> None:
    code, out, _ = campaigns_answer(*argv)
    assert code == 0
    assert "0[.]example" in out
    assert "\x1b" not in out


def test_unlinking_and_linking_again_take_effect_at_once(campaigns_answer) -> None:
    apart = json.loads(campaigns_answer("campaigns", "unlink", "2", "1", "--why", "两家", "--by", "wang", "--json")[1])
    assert apart == {"leads": [2, 1], "apart": True, "changed": True, "campaigns": {"2": None, "1": None}}
    again = json.loads(campaigns_answer("campaigns", "relink", "1", "2", "--json")[1])
    assert again["campaigns"] == {"1": "C-0001", "2": "C-0001"}


def test_leads_and_lead_tell_the_campaign(campaigns_answer) -> None:
    told = {
        row["host"]: row["campaign"] for row in map(json.loads, campaigns_answer("leads", "--json")[1].splitlines())
    }
    assert told == {"0.example": "C-0001", "1.example": "C-0001", "2.example": None}
    assert "团伙：C-0001" in campaigns_answer("lead", "1")[1].replace("\n", "")


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (("campaigns", "unlink", "1", "2"), "--why"),
        (("campaigns", "unlink", "1", "99", "--why", "x"), "99"),
        (("campaigns", "unlink", "1", "1", "--why", "x"), "two different"),
        (("campaigns", "unlink", "1"), "other"),
        (("campaigns", "show", "C-7"), "C-7"),
        (("campaigns", "show", "seven"), "C-0003"),
        (("campaigns", "bogus"), "bogus"),
    ],
)
def test_unusable_input_is_one_line_and_exit_2(campaigns_answer, argv, named) -> None:
    code, _, err = campaigns_answer(*argv)
    assert (code, err.count("\n")) == (2, 1)
    assert named in err
