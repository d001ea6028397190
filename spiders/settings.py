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
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
ASYNCIO_EVENT_LOOP = None if sys.platform == "win32" else "uvloop.Loop"  # a fifth less time on the same pages

# Own redirect loop, every hop kept; a victim's click carries no session and no referrer of ours.
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
HTTPERROR_ALLOW_ALL = True
HTTPPROXY_ENABLED = False  # environment variables must not lead around the guard
HTTPCACHE_ENABLED = False
URLLENGTH_LIMIT = 4096
DOWNLOADER_MIDDLEWARES = {
    "spiders.guard.GuardMiddleware": 760,
    "spiders.request_middleware.RequestLogMiddleware": 990,  # next to the downloader: every retry, bytes as they came
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # every suspect is offsite
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}

# Bounds.
DOWNLOAD_MAXSIZE = LOOKALIKE_OPTIONS.max_body
DOWNLOAD_WARNSIZE = 0  # large bodies are counted, not warned of one by one
DOWNLOAD_TIMEOUT = LOOKALIKE_OPTIONS.timeout
DNS_TIMEOUT = LOOKALIKE_OPTIONS.dns_timeout
RETRY_TIMES = 2
MEMUSAGE_LIMIT_MB = 1024

# Pace: one request at a time to a host, and a breath between; ranges take the breath out.
CONCURRENT_REQUESTS = max(64, LOOKALIKE_OPTIONS.concurrency * 2)
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0 if LOOKALIKE_OPTIONS.delay is None else LOOKALIKE_OPTIONS.delay
ROBOTSTXT_OBEY = False  # decided by source in seeds/sources.toml; a reported fraud page is visited regardless
CONCURRENT_ITEMS = 4  # 100 starts a hundred tasks for every response
REACTOR_THREADPOOL_MAXSIZE = 8

USER_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
}

LOG_LEVEL = "INFO"
LOG_INSTALL_ROOT_HANDLER = True
FEED_EXPORT_ENCODING = "utf-8"
LOGSTATS_INTERVAL = 60.0
