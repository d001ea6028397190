"""The proxy: routes, conditions, tunnels, certificates, refusals."""

from __future__ import annotations

import http.client
import socket
import ssl
from datetime import UTC, datetime

import pytest
from cryptography import x509

from lookalike.cyber_range.serve import RunningRange, serve

from .conftest import Client, trusting

SITE = "http://cx.mem.gov.cn.zs-cx.example-top"


def certificate(client: Client, host: str, context: ssl.SSLContext | None = None) -> x509.Certificate:
    with socket.create_connection(client.address, timeout=5) as sock:
        sock.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        assert b" 200 " in sock.recv(4096)
        with (context or trusting()).wrap_socket(sock, server_hostname=host) as secure:
            der = secure.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der)


def test_the_first_route_that_fits_answers(client: Client) -> None:
    assert "微信里的样子" in client.get(SITE + "/", User_Agent="x MicroMessenger/8").text
    assert "来自搜索" in client.get(SITE + "/", Referer="http://www.baidu.com/", Accept_Language="zh-CN").text


def test_all_conditions_of_a_route_must_fit(client: Client) -> None:
    assert client.get(SITE + "/", Referer="http://www.baidu.com/").header("Content-Type").endswith("gb2312")


def test_a_body_is_sent_in_the_charset_that_its_header_tells(client: Client) -> None:
    got = client.get(SITE + "/")
    assert "特种作业操作证查询平台" in got.body.decode("gb2312")
    assert [v for k, v in got.headers if k == "Set-Cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize(("query", "status"), [("id=1", 200), ("id=21", 200), ("id=2", 404), ("", 404)])
def test_query_conditions_are_substrings_of_the_parameter(client: Client, query: str, status: int) -> None:
    assert client.get(f"{SITE}/cert?{query}").status == status


def test_a_prefix_route_redirects_with_its_status(client: Client) -> None:
    got = client.get(SITE + "/old/a/b")
    assert (got.status, got.header("Location")) == (301, "/new?from=old")


def test_a_path_outside_ascii_is_found_percent_encoded(client: Client) -> None:
    assert "中文路径" in client.get(SITE + "/%E6%9F%A5%E8%AF%A2").text


def test_files_are_served_with_their_type_and_index_for_the_folder(client: Client) -> None:
    assert client.get(SITE + "/style.css").header("Content-Type") == "text/css"
    assert client.get(SITE + "/news/").body == client.get(SITE + "/news/index.html").body


@pytest.mark.parametrize("path", ["/host.toml", "/whois.txt", "/rdap.json", "/nothing"])
def test_what_describes_the_host_is_not_served(client: Client, path: str) -> None:
    assert client.get(SITE + path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../../range.toml",
        "/%2e%2e/%2e%2e/range.toml",
        "/..%2f..%2frange.toml",
        "//etc/passwd",
        "/news/../../x",
        "/%00",
    ],
)
def test_no_path_leads_out_of_the_folder(client: Client, path: str) -> None:
    assert client.get(SITE + path).status == 404


def test_a_link_that_leads_out_of_the_folder_is_not_served(write_range) -> None:
    folder = write_range({"hosts/a.example/host.toml": "", "secret.txt": "s"})
    (folder / "hosts" / "a.example" / "s.txt").symlink_to(folder / "secret.txt")
    with serve(folder) as running:
        assert Client(running).get("http://a.example/s.txt").status == 404


def test_head_has_the_length_and_no_body(client: Client) -> None:
    got = client.get(SITE + "/style.css", method="HEAD")
    assert (got.header("Content-Length"), got.body) == ("6", b"")


def test_post_is_refused_unless_a_route_asks_for_it_and_logged_either_way(client: Client, smoke: RunningRange) -> None:
    assert client.get(SITE + "/", method="POST", body=b"a=b").status == 405
    assert client.get(SITE + "/form", method="POST", body=b"a=b").text == "posted"
    assert client.get(SITE + "/form").status == 404
    posts = [
        line["path"] for line in smoke.requests("http") if line["method"] == "POST" and "mem.gov" in str(line["host"])
    ]
    assert posts == ["/", "/form"]


def test_further_names_are_served_by_the_same_folder(client: Client) -> None:
    assert client.get("http://M.zs-cx.example-top./style.css").body == b"body{}"


def test_one_connection_takes_several_requests(client: Client) -> None:
    connection = http.client.HTTPConnection(*client.address, timeout=5)
    for path in ("/style.css", "/nothing", "/style.css"):
        connection.request("GET", SITE + path)
        sock = connection.sock
        connection.getresponse().read()
        assert connection.sock is sock
    connection.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://nobody.example/",
        "http://cx.mem.gov.cn.zs-cx.example-top:8080/",
        "http://198.51.100.5/const/x",
        "http://198.51.100.7:443/",
    ],
)
def test_what_has_no_folder_on_that_port_is_unreachable(client: Client, url: str) -> None:
    assert client.get(url).status == 502


def test_a_host_with_a_port_answers_there_plain_also_in_a_tunnel(client: Client) -> None:
    assert "建筑" in client.get("http://198.51.100.5:8081/const/index").text
    got = client.raw(
        b"CONNECT 198.51.100.5:8081 HTTP/1.1\r\n\r\nGET /const/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert b"200 Connection established" in got
    assert "建筑".encode() in got


@pytest.mark.parametrize("port", [0, 8443])
def test_an_ipv6_host_answers_by_its_literal(write_range, port: int) -> None:
    name = f"2001:db8::5_{port}" if port else "2001:db8::5"
    folder = write_range({f"hosts/{name}/host.toml": "[[route]]\npath = '/'\nbody = 'six'"})
    with serve(folder) as running:
        assert Client(running).get(f"http://[2001:DB8::5]{f':{port}' if port else ''}/").text == "six"


@pytest.mark.parametrize("host", ["edge.cdn-host.example", "nobody.example"])
def test_443_is_closed_without_tls_facts(client: Client, host: str) -> None:
    assert b" 502 " in client.raw(f"CONNECT {host}:443 HTTP/1.1\r\nConnection: close\r\n\r\n".encode())


def test_the_certificate_has_the_facts_of_the_folder(client: Client) -> None:
    found = certificate(client, "cx.mem.gov.cn.zs-cx.example-top")
    assert found.issuer.rfc4514_string() == "CN=R11,O=Let's Encrypt,C=US"
    assert found.not_valid_before_utc == datetime(2026, 2, 25, tzinfo=UTC)
    assert found.not_valid_after_utc == datetime(2026, 5, 26, tzinfo=UTC)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
        x509.DNSName
    )
    assert names == ["cx.mem.gov.cn.zs-cx.example-top", "m.zs-cx.example-top"]


def test_a_self_signed_certificate_calls_itself_what_it_likes(client: Client) -> None:
    found = certificate(client, "kaozheng.example-top")
    assert found.subject == found.issuer
    assert found.issuer.rfc4514_string() == "CN=cx.mem.gov.cn,O=MEM,C=CN"
    found.verify_directly_issued_by(found)


def test_the_chain_of_an_engine_holds_against_the_root_that_is_printed(client: Client, smoke: RunningRange) -> None:
    context = ssl.create_default_context(cafile=smoke.env["LOOKALIKE_CA_FILE"])
    assert certificate(client, "www.baidu.com", context).subject.rfc4514_string() == "CN=www.baidu.com"


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET ftp://a/ HTTP/1.1\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\n\r\n",
        b"GET http://a:99999/ HTTP/1.1\r\n\r\n",
        b"POST http://a/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"\x00\xff\r\n\r\n",
        b"GET http://a/ HTTP/1.1\r\nX: " + b"a" * 200_000,
    ],
)
def test_what_is_no_request_is_told_so(client: Client, data: bytes) -> None:
    assert client.raw(data).startswith(b"HTTP/1.1 400 ")


def test_a_template_that_breaks_costs_one_answer(write_range) -> None:
    folder = write_range(
        {
            "engines/e.toml": "host='e.example'\npath='/s'\nquery_param='q'\ntemplate='t.j2'\n",
            "engines/t.j2": "{{ 1 // (query|length - 4) }}",
            "hosts/b.example/index.html": "b",
            "hosts/b.example/host.toml": "",
        }
    )
    with serve(folder) as running:
        client = Client(running)
        assert client.get("http://e.example/s?q=four").status == 500
        assert client.get("http://b.example/").text == "b"


def test_rdap_answers_the_registrable_domain_or_404_as_json(client: Client) -> None:
    got = client.get("https://rdap.org/domain/zs-cx.example-top")
    assert (got.status, got.header("Content-Type")) == (200, "application/rdap+json")
    assert b"zs-cx.example-top" in got.body
    for path in ("domain/nobody.example", "ip/192.0.2.1"):
        missing = client.get(f"https://rdap.org/{path}")
        assert missing.status == 404
        assert b'"errorCode": 404' in missing.body
