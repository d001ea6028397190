"""Shenma is asked as a phone, page by page."""

from __future__ import annotations

from scrapy.settings import Settings

from spiders.sources.shenma import ShenmaSpider


def test_the_first_page_stands_at_the_mobile_address() -> None:
    assert ShenmaSpider(query="免考 a").search_url("免考 a") == "https://m.sm.cn/s?q=%E5%85%8D%E8%80%83+a&page=1"


def test_it_is_asked_as_a_phone_unless_the_night_says_otherwise() -> None:
    settings = Settings()
    ShenmaSpider.update_settings(settings)
    assert "Mobile" in settings["USER_AGENT"]
    settings.set("USER_AGENT", "another", priority="cmdline")
    ShenmaSpider.update_settings(settings)
    assert settings["USER_AGENT"] == "another"


def test_it_keeps_the_pace_of_every_search() -> None:
    settings = Settings()
    ShenmaSpider.update_settings(settings)
    assert settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
