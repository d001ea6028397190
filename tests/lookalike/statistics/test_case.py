"""A typical case tells dates, counts and kinds, and nothing by which anybody could be found."""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from lookalike.errors import UsageError
from lookalike.evidence.documents.word import as_docx
from lookalike.review.relapse import raise_again
from lookalike.statistics.case import case_sheet
from lookalike.store.engine import reading, writing
from lookalike.store.models import Assessment, Lead, Sighting, Site
from seeds.loader import load_seeds
from tests.lookalike.review.handed_leads import HANDED, answered, confirm, hand, reviewed
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.store.builders import DAY

CONTACTS = [
    {"type": "wechat", "value": "zs88899900"},
    {"type": "phone", "value": "19900001234"},
    {"type": "qq", "value": "100000777"},
    {"type": "email", "value": "banzheng@nobody.example"},
    {"type": "unheard-of", "value": "甲某某的收款账户"},
]
OWNER, OFFICE, READER = "洛水某某网络科技有限公司", "某市公安局张警官", "李复核员"
SECRETS = [*(c["value"] for c in CONTACTS), OWNER, OFFICE, READER, "王某", "张某某联系", "site0", "site1"]


@pytest.fixture(scope="module")
def case_seeds():
    return load_seeds()


@pytest.fixture
def known_case(store_factory, store_run):
    """Two leads of one crew, full of contacts and names wherever a text can stand."""
    found = make_leads(store_factory, store_run, invented_hits(2))
    with writing(store_factory) as session:
        for lead_id in found:
            lead = session.get_one(Lead, lead_id)
            lead.campaign, lead.contacts = "C-0001", CONTACTS
            judged = session.get_one(Assessment, lead.assessment_id)
            said = {"items": [{"quote": "张某某联系 19900001234", "url": lead.url, "where": "whois:registrant"}]}
            judged.rows = [r | {"text": f"注册人 {OWNER}，微信 zs88899900", "evidence": said} for r in judged.rows]
            session.get_one(Site, lead.site_id).urls = [f"{lead.url}?wx=zs88899900"]
        for seen in session.query(Sighting):
            seen.query, seen.title, seen.snippet = "微信 zs88899900", OWNER, "张某某联系"
    confirm(store_factory, *found)
    number = reviewed(store_factory, found[0], by=READER)
    hand(store_factory, number, to=OFFICE)
    answered(store_factory, 1, "closed", HANDED + DAY, note="张某某联系 19900001234")
    return found


def told(factory, seeds, lead_id, now=HANDED + 9 * DAY):
    with reading(factory) as session:
        return case_sheet(session, seeds, lead_id, now)


def everything(sheet):
    """All characters of all parts of the document, properties included."""
    with zipfile.ZipFile(BytesIO(as_docx(sheet, HANDED))) as package:
        parts = [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
    return re.sub(r"<[^>]*>", "", "".join(parts)) + "".join(parts)


def test_nothing_that_names_anybody_stands_in_it(store_factory, case_seeds, known_case):
    written = everything(told(store_factory, case_seeds, known_case[0]))
    assert [secret for secret in SECRETS if secret in written] == []


def test_contacts_are_counted_and_not_told(store_factory, case_seeds, known_case):
    text = told(store_factory, case_seeds, known_case[0]).texts()
    assert "邮箱 1 个、电话 1 个、QQ号 1 个、其他 1 个、微信号 1 个（均已隐去）" in text


def test_dates_kinds_and_the_crew_are_told(store_factory, case_seeds, known_case):
    text = told(store_factory, case_seeds, known_case[0]).texts()
    assert "仿冒官方平台的网站" in text
    assert "2026年3月1日 移送公安机关；2026年3月2日 已关停或清理。" in text
    assert "与其他 1 条线索同属一个团伙：仿冒网站 2 个、广告 0 条，其中经人工确认 2 条" in text


def test_signs_are_titles_of_signals(store_factory, case_seeds, known_case):
    assert "1．域名嵌入官方域名" in told(store_factory, case_seeds, known_case[0]).texts()


def test_that_it_came_back_is_told(store_factory, case_seeds, known_case):
    with writing(store_factory) as session:
        raise_again(session, session.get_one(Lead, known_case[0]), "back", "张某某联系", HANDED + 3 * DAY)
    text = told(store_factory, case_seeds, known_case[0]).texts()
    assert "2026年3月4日 处置后复活，正在继续处置" in text
    assert "张某某" not in text


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("zhangsan.top", "以 .top 结尾的域名（已隐去）"),
        ("203.0.113.9", "（已隐去）"),
        ("zhangsan", "（已隐去）"),
        ("xn--zhangsan.xn--fiqs8s", "（已隐去）"),
    ],
)
def test_of_an_address_only_the_ending_is_told(store_factory, case_seeds, known_case, domain, said):
    with writing(store_factory) as session:
        session.get_one(Lead, known_case[0]).registrable_domain = domain
    text = told(store_factory, case_seeds, known_case[0]).texts()
    assert said in text
    assert "zhangsan" not in text


def test_a_lead_that_nobody_confirmed_is_no_case(store_factory, store_run, case_seeds):
    (lead_id,) = make_leads(store_factory, store_run, invented_hits(1))
    with pytest.raises(UsageError, match="made of a confirmed lead; it is new"):
        told(store_factory, case_seeds, lead_id)


def test_an_unknown_lead_is_told(store_factory, case_seeds):
    with pytest.raises(UsageError, match="there is no such lead"):
        told(store_factory, case_seeds, 99)


def test_what_was_not_handed_over_yet_says_so(store_factory, store_run, case_seeds):
    (lead_id,) = make_leads(store_factory, store_run, invented_hits(1))
    confirm(store_factory, lead_id)
    text = told(store_factory, case_seeds, lead_id, HANDED + timedelta(hours=1)).texts()
    assert "已确认，尚未移交。" in text
    assert "未发现与其他线索同属一个团伙。" in text
