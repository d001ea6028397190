"""The score is the sum of the rows, nothing else."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.case import Case, SiteKey
from scoring.engine import assess, score_of
from scoring.result import MISS, Evidence, Row, hit, unknown
from scoring.signals import SIGNALS
from scoring.weights import WeightsError, read_weights, shipped

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CASE = Case(NOW, SiteKey("a.example.com"), "http://a.example.com/")
NAMES = [s.name for s in SIGNALS]


class Fixed:
    """A signal that always says the same."""

    def __init__(self, name, result):
        self.name, self.title, self.result = name, f"信号{name}", result

    def __call__(self, case, ctx):
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def fixed(strengths: dict[str, float], platform=None):
    return [
        Fixed(n, hit("看到了", Evidence("q"), strength=s, platform=platform) if s else MISS)
        for n, s in strengths.items()
    ]


strengths = st.dictionaries(st.sampled_from(NAMES), st.floats(0.0, 1.0, width=32), max_size=len(NAMES))


@given(strengths)
def test_the_score_is_the_sigmoid_of_the_rows_shown(reference, given_strengths):
    assessment = assess(CASE, reference, shipped(), fixed(given_strengths))
    total = math.fsum(r.points for r in assessment.rows)
    assert assessment.score == pytest.approx(100 / (1 + math.exp(-total)), abs=1e-9)
    assert assessment.rows[0].signal == "prior"
    assert assessment.rows[0].points < 0
    assert all(r.points == round(r.points, 4) for r in assessment.rows)


@given(strengths, st.sampled_from(NAMES))
def test_one_more_sign_of_guilt_never_lowers_a_kind_s_score(reference, given_strengths, extra):
    weights = shipped()
    if weights.site[extra] < 0:
        return
    only_site = replace(weights, advert=dict.fromkeys(NAMES, 0.0), prior={"site": -3.2, "advert": -99.0})
    without = {n: s for n, s in given_strengths.items() if n != extra}
    before = assess(CASE, reference, only_site, fixed(without)).score
    assert assess(CASE, reference, only_site, fixed({**without, extra: 0.5})).score >= before


@given(st.permutations(NAMES[:8]))
def test_the_order_of_signals_changes_no_bit(reference, order):
    result = assess(CASE, reference, shipped(), fixed(dict.fromkeys(order, 0.7)))
    assert result == assess(CASE, reference, shipped(), fixed(dict.fromkeys(NAMES[:8], 0.7)))


def test_a_signal_that_fails_is_listed_and_costs_nothing(reference):
    broken = [Fixed("stolen_icp", RuntimeError("坏了"))]
    assessment = assess(CASE, reference, shipped(), broken)
    assert [r.signal for r in assessment.rows] == ["prior"]
    assert "RuntimeError" in assessment.unchecked[0].why


def test_unknown_adds_nothing_and_is_listed_once_a_reason(reference):
    signals = [Fixed("stolen_icp", unknown("没有取到网页")), Fixed("stolen_conac", unknown("没有取到网页"))]
    assessment = assess(CASE, reference, shipped(), signals)
    assert [(u.what, u.why) for u in assessment.unchecked] == [("信号stolen_icp、信号stolen_conac", "没有取到网页")]


def test_a_row_without_points_is_not_shown(reference):
    assessment = assess(CASE, reference, shipped(), fixed({"advert_price": 1.0, "stolen_icp": 1.0}))
    assert [r.signal for r in assessment.rows] == ["prior", "stolen_icp", "advert_price"]
    assert assess(CASE, reference, shipped(), fixed({"stolen_icp": 1e-6})).rows[1:] == ()


def test_a_bare_text_is_an_advert_and_imitates_nobody(reference):
    assessment = assess(Case(NOW, text="你好"), reference, shipped())
    assert (assessment.kind, assessment.impersonates, assessment.band) == ("advert", None, "low")


def test_the_platform_that_most_points_name_is_imitated(reference):
    signals = fixed({"stolen_icp": 1.0}, "mohurd-jzsc") + fixed({"claim_organ": 1.0, "title_match": 1.0}, "mem-cx")
    assert assess(CASE, reference, shipped(), signals).impersonates == "mem-cx"


def test_a_row_beside_the_core_is_reported_as_any_other_organ(reference):
    assert assess(CASE, reference, shipped(), fixed({"stolen_icp": 1.0}, "gov-cn")).impersonates == "gov"


def test_nothing_claimed_imitates_nobody(reference):
    assert assess(CASE, reference, shipped(), fixed({"registration_age": 1.0})).impersonates is None


def test_extreme_sums_stay_inside_the_scale():
    assert score_of([Row("x", 1e6, "")]) == 100.0
    assert 0.0 <= score_of([Row("x", -1e6, "")]) < 1e-9


def test_a_genuine_platform_stays_below_every_band_whatever_its_page_says(reference, factories):
    make_case, _, genuine = factories
    html = (
        genuine
        + "<p>电工证免考包过，先出证后付款，官网可查，加薇信 demo_zs_11</p><p>主办单位：国务院办公厅 京ICP备05070218号</p>"
    )
    for host in ("cnse.e-cqs.cn", "117.73.255.95:8081", "yjj.haibin.gov.cn", "my.chsi.com.cn"):
        assert assess(make_case(html=html, host=host, age=3, country="US"), reference, shipped()).score < 1.0
    assert assess(make_case(html=html, age=3, country="US"), reference, shipped()).band == "high"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = ", "not TOML"),
        ("a = 1", "version"),
        ('version = "1"', "signals"),
        ('version = "1"\n[signals]\na = 1\n', "signals.a"),
        ('version = "1"\n[signals]\na = {site = 1, advert = true}\n', "signals.a.advert"),
        ('version = "1"\n[signals]\na = {site = 1, advert = 1}\n', "prior"),
    ],
)
def test_a_wrong_weights_file_is_one_clear_line(text, said):
    with pytest.raises(WeightsError, match=said) as error:
        read_weights(text)
    assert "\n" not in str(error.value).replace("(at", "")


def test_bands_follow_the_file():
    weights = shipped()
    assert [weights.band(s) for s in (0.0, 49.9, 50.0, 89.9, 90.0)] == ["low", "low", "medium", "medium", "high"]
