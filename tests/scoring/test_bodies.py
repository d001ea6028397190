"""Whom the name of a body means."""

from __future__ import annotations

import pytest

from scoring.bodies import BodyIndex
from seeds.loader import load_seeds


@pytest.fixture(scope="module")
def known_bodies() -> BodyIndex:
    return BodyIndex(load_seeds().platforms)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("应急管理部", "organ"),
        ("中华人民共和国应急管理部", "organ"),
        ("教育部学生服务与素质发展中心（原全国高等学校学生信息咨询与就业指导中心）", "organ"),
        ("青禾县应急管理局", "gov"),
        ("青禾县应急管理局(原青禾县安监培训学校)", "gov"),
        ("青禾市安全技术培训学校", "private"),
        ("全国职业证书查询中心", "official_sounding"),
        ("春风小学家长群", None),
    ],
)
def test_a_name_means_the_kind_of_body_that_a_reader_takes_it_for(known_bodies, name, kind):
    match = known_bodies.find(name)
    assert (match.kind if match else None) == kind
