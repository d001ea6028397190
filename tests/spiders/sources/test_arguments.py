import pytest

from seeds.model import Source
from spiders.sources.baidu import BaiduSpider
from spiders.sources.base import SearchTask, SerpSpider
from spiders.sources.bing import BingSpider
from spiders.sources.so360 import So360Spider
from spiders.sources.sogou import SogouSpider

SPIDERS = [BaiduSpider, BingSpider, So360Spider, SogouSpider]


@pytest.mark.parametrize(
    ("spider", "url"),
    [
        (BaiduSpider, "https://www.baidu.com/s?wd=%E5%85%8D%E8%80%83+a%26b"),
        (BingSpider, "https://www.bing.com/search?q=%E5%85%8D%E8%80%83+a%26b&mkt=zh-CN"),
        (So360Spider, "https://www.so.com/s?q=%E5%85%8D%E8%80%83+a%26b"),
        (SogouSpider, "https://www.sogou.com/web?query=%E5%85%8D%E8%80%83+a%26b"),
    ],
)
def test_the_first_page_stands_at_the_engines_own_address(spider: type[SerpSpider], url: str) -> None:
    assert spider(query="免考 a&b").search_url("免考 a&b") == url


def test_a_source_moves_host_and_path() -> None:
    source = Source(id="x", spider="baidu", name="x", host="search.example:8080", path="/find", pages=7)
    spider = BaiduSpider(query="a", source=source, scheme="http")
    assert spider.search_url("a") == "http://search.example:8080/find?wd=a"
    assert spider.pages == 7


@pytest.mark.parametrize("pages", ["0", "51", "-1", "zwei", "", "1.5"])
def test_a_wrong_number_of_pages_is_one_clear_line(pages: str) -> None:
    with pytest.raises(ValueError, match="expected a whole number from 1 to 50") as error:
        BaiduSpider(query="a", pages=pages)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("query", ["", "   "])
def test_a_search_without_words_says_what_to_add(query: str) -> None:
    with pytest.raises(ValueError, match="-a query="):
        SogouSpider(query=query)


def test_searches_are_taken_in_their_order() -> None:
    tasks = [SearchTask("a"), SearchTask("b", 2, "https://www.so.com/s?q=b&pn=2")]
    assert list(So360Spider(searches=tasks).searches) == tasks


def test_spiders_are_named_like_the_thing() -> None:
    assert [s.name for s in SPIDERS] == ["baidu", "bing", "so360", "sogou"]
