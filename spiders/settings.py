"""Scrapy's settings, each with its reason. Everything that an operator changes stands in ``spiders.options``."""

import sys

from spiders.options import Options

LOOKALIKE_OPTIONS = Options()

BOT_NAME = "lookalike"
SPIDER_MODULES = ["spiders.sources", "spiders.site"]
NEWSPIDER_MODULE = "spiders.sources"

# Closed doors: 2.19 opens a server that runs code, and telnet, unless told otherwise.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
# Suspects choose our redirect targets: no scheme but http and https reaches a handler (data: serves contracts).
DOWNLOAD_HANDLERS = {
    "http": "spiders.http_handler.BoundedHandler",  # what stands before the body is bounded too
    "https": "spiders.http_handler.BoundedHandler",
    "file": None,
    "ftp": None,
    "s3": None,
}
DNS_RESOLVER = "spiders.resolver.GuardedResolver"  # what connects uses the address that the guard checked
DNSCACHE_ENABLED = False  # the guard's resolver keeps its own, with the reasons
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"  # look-ups and the browser are asyncio
ASYNCIO_EVENT_LOOP = None if sys.platform == "win32" else "uvloop.Loop"  # a fifth less time on the same pages

# Own redirect loop, every hop kept; a victim's click carries no session and no referrer of ours.
REDIRECT_ENABLED = False
REDIRECT_MAX_TIMES = LOOKALIKE_OPTIONS.max_hops  # for who switches it on by hand; visits count their hops themselves
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
HTTPERROR_ALLOW_ALL = True  # an error page is an answer: a refusal must not look like nothing
HTTPPROXY_ENABLED = False  # environment variables must not lead around the guard
HTTPCACHE_ENABLED = False  # a night asks anew; captures are kept as WARC, not in a cache
DOWNLOAD_VERIFY_CERTIFICATES = False  # fakes have bad ones; what a certificate is worth is looked up and recorded
URLLENGTH_LIMIT = 4096  # longer ones are traps
DOWNLOADER_MIDDLEWARES = {
    "spiders.guard_middleware.GuardMiddleware": 760,  # after all that may change a request
    "spiders.pace.PaceMiddleware": 770,  # knows the address by then; a host's own pace is the downloader's
    "spiders.request_middleware.RequestLogMiddleware": 990,  # next to the downloader: every retry, bytes as they came
    "spiders.robots.BoundedRobots": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # every suspect is offsite
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # no password is ever sent
}

# Bounds.
DOWNLOAD_MAXSIZE = LOOKALIKE_OPTIONS.max_body  # of a body, unpacked; visits cut for themselves and keep what came
DOWNLOAD_WARNSIZE = 0  # large bodies are counted, not warned of one by one
DOWNLOAD_TIMEOUT = LOOKALIKE_OPTIONS.timeout  # of one exchange; a silent source must not hold up the night
DNS_TIMEOUT = LOOKALIKE_OPTIONS.dns_timeout  # the guard's own resolver holds to the same
RETRY_TIMES = 2  # searches set one, visits none: asking again has to be worth the noise
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # not 429: who says "too many" is not asked once more
MEMUSAGE_LIMIT_MB = 1024  # ends a crawl that leaks before the machine does; what is pending is taken up again
CLOSESPIDER_TIMEOUT = 0  # a night ends when its work is done: every exchange, visit and owner has its own bound
CLOSESPIDER_ERRORCOUNT = 0  # a broken page costs that page; the monitors tell of many

# Pace: one request at a time to a host, and a breath between; ranges take the breath out.
CONCURRENT_REQUESTS = max(64, LOOKALIKE_OPTIONS.concurrency * 2)  # many hosts at once, each of them slowly
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0 if LOOKALIKE_OPTIONS.delay is None else LOOKALIKE_OPTIONS.delay  # sources have their own
DOWNLOAD_DELAY_JITTER = 0.5  # between half and one and a half of it, as a reader's pauses
AUTOTHROTTLE_ENABLED = False  # the pace is what the operator set; a fast answer is no leave to ask faster
ROBOTSTXT_OBEY = False  # decided by source in seeds/sources.toml; a reported fraud page is visited regardless
ROBOTSTXT_USER_AGENT = "lookalike"  # the name under which a robots.txt can mean us, whatever browser we look like
CONCURRENT_ITEMS = 4  # 100 starts a hundred tasks for every response
REACTOR_THREADPOOL_MAXSIZE = 8  # names are resolved without threads; 8 for files and parsing

# As whom: a common browser, since engines give others other pages; a source may have its own.
USER_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",  # victims read Chinese; fakes answer others with an empty page
}

EXTENSIONS = {
    "spiders.escaped_logs.EscapedLogs": 0,  # suspects' titles stand in our logs: one event, one line
    "scrapy.extensions.memusage.MemoryUsage": None,  # counts a peak, even the parent's
    "spiders.memory.ResidentMemory": 0,
}
LOG_LEVEL = "INFO"  # of the scrapy command; a night shows warnings
LOG_INSTALL_ROOT_HANDLER = True  # only the scrapy command reads it, and would be mute without; a night has its own
FEED_EXPORT_ENCODING = "utf-8"  # Chinese as Chinese
LOGSTATS_INTERVAL = 60.0  # of the scrapy command
