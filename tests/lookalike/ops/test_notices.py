"""Notices against real servers on this machine: SMTP with and without TLS, and HTTP."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lookalike.cli.app import main
from lookalike.config import Config
from lookalike.ops import mail, webhook
from lookalike.ops.dialling import Undelivered
from spiders.clock import CHINA
from tests.lookalike.ops.conftest import Posted

NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=CHINA)
TEXT = "仿冒查询网站早报\n高分新线索：2 条　zs-cx[.]top\n"
FACTS = {"day": "2026-03-02"}


class Server(Controller):
    """On whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Inbox:
    """Whatever arrives; one address is refused."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        self.got.append(envelope)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of 127.0.0.1, self-signed, in one PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def mail_server(certificate: Path) -> Iterator[Callable[..., tuple[Inbox, dict[str, Any]]]]:
    """``mail_server(security, password=…)``: an inbox, and the settings that lead to it."""
    running: list[Controller] = []

    def right(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        good = isinstance(given, LoginPassword) and (given.login, given.password) == (b"unit", b"sesame")
        return AuthResult(success=good, handled=good)

    def start(security: str, *, login: bool = False) -> tuple[Inbox, dict[str, Any]]:
        inbox, context = Inbox(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        more: dict[str, Any] = {"authenticator": right, "auth_required": True} if login else {}
        if security == "starttls":
            more |= {"tls_context": context, "require_starttls": True}
        server = Server(inbox, hostname="127.0.0.1", port=0, ssl_context=context if security == "tls" else None, **more)
        server.start()
        running.append(server)
        settings = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": security}
        settings |= {"smtp_ca_file": str(certificate), "digest_from": "lookalike@unit.example"}
        return inbox, settings | {"digest_to": ("duty@unit.example", "lead@unit.example")}

    yield start
    for server in running:
        server.stop()


def deliver(**settings: Any) -> None:
    config = Config(**settings)
    mail.send(config, mail.message(config, "仿冒查询网站早报 2026-03-02", TEXT, NOW))


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_digest_arrives_as_it_was_written(mail_server, security: str) -> None:
    inbox, settings = mail_server(security)
    deliver(**settings)
    [got] = inbox.got
    read = message_from_bytes(got.content, policy=policy.default)
    assert got.rcpt_tos == ["duty@unit.example", "lead@unit.example"]
    assert read["subject"] == "仿冒查询网站早报 2026-03-02"
    assert read.get_content().replace("\r\n", "\n") == TEXT
    assert read["auto-submitted"] == "auto-generated"


def test_a_password_is_given_within_tls(mail_server) -> None:
    inbox, settings = mail_server("starttls", login=True)
    deliver(**settings, smtp_user="unit", smtp_password="sesame")
    assert len(inbox.got) == 1


def test_a_wrong_password_is_told_without_it(mail_server) -> None:
    inbox, settings = mail_server("starttls", login=True)
    with pytest.raises(Undelivered) as told:
        deliver(**settings, smtp_user="unit", smtp_password="open-sesam")
    assert "open-sesam" not in str(told.value)
    assert not inbox.got


def test_no_password_leaves_in_plain(mail_server) -> None:
    inbox, settings = mail_server("none")
    with pytest.raises(Undelivered, match="none"):
        deliver(**settings, smtp_user="unit", smtp_password="sesame")
    assert not inbox.got


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(mail_server, security: str) -> None:
    inbox, settings = mail_server(security)
    with pytest.raises(Undelivered, match="CERTIFICATE_VERIFY_FAILED"):
        deliver(**settings | {"smtp_ca_file": ""})
    assert not inbox.got


def test_a_receiver_that_the_server_does_not_know_is_named(mail_server) -> None:
    _, settings = mail_server("none")
    with pytest.raises(Undelivered, match=r"nobody@unit\.example"):
        deliver(**settings | {"digest_to": ("duty@unit.example", "nobody@unit.example")})


def test_a_server_that_is_away_is_one_line() -> None:
    with pytest.raises(Undelivered, match=r"127\.0\.0\.1:9"):
        deliver(smtp_host="127.0.0.1", smtp_port=9, digest_from="a@b.example", digest_to="c@d.example")


@pytest.mark.parametrize("host", ["169.254.169.254", "100.100.100.200"])
def test_where_clouds_keep_secrets_no_mail_goes(host: str) -> None:
    with pytest.raises(Undelivered, match="E_NET_PRIVATE"):
        deliver(smtp_host=host, digest_from="a@b.example", digest_to="c@d.example")


def post(hook: Posted, form: str = "json", **more: Any) -> None:
    webhook.send(Config(webhook_url=hook.url, webhook_form=form, **more), FACTS, TEXT, NOW)


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("json", {"kind": "lookalike.digest", "facts": FACTS, "text": TEXT}),
        ("wecom", {"msgtype": "text", "text": {"content": TEXT}}),
        ("dingtalk", {"msgtype": "text", "text": {"content": TEXT}}),
        ("feishu", {"msg_type": "text", "content": {"text": TEXT}}),
    ],
)
def test_each_service_gets_the_form_that_it_takes(hook: Posted, form: str, body: dict[str, Any]) -> None:
    hook.answer = {"code": 0} if form == "feishu" else {"errcode": 0}
    post(hook, form)
    assert hook.bodies == [body]
    assert hook.paths == ["/robot?key=sesame"]


def test_dingtalk_can_check_the_signature(hook: Posted) -> None:
    post(hook, "dingtalk", webhook_secret="SECfish")
    query = parse_qs(urlsplit(hook.paths[0]).query)
    said = f"{query['timestamp'][0]}\nSECfish".encode()
    assert base64.b64decode(query["sign"][0]) == hmac.new(b"SECfish", said, hashlib.sha256).digest()
    assert query["timestamp"] == [str(int(NOW.timestamp() * 1000))]


def test_feishu_can_check_the_signature(hook: Posted) -> None:
    hook.answer = {"code": 0}
    post(hook, "feishu", webhook_secret="fish")
    key = f"{hook.bodies[0]['timestamp']}\nfish".encode()
    assert base64.b64decode(hook.bodies[0]["sign"]) == hmac.new(key, b"", hashlib.sha256).digest()


def test_a_long_text_is_cut_to_what_wecom_takes(hook: Posted) -> None:
    webhook.send(Config(webhook_url=hook.url, webhook_form="wecom"), FACTS, "早" * 2000, NOW)
    assert len(hook.bodies[0]["text"]["content"].encode()) <= 2048


@pytest.mark.parametrize(
    ("form", "answer"),
    [("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}), ("feishu", {"code": 19021}), ("dingtalk", {})],
)
def test_a_refusal_within_a_200_is_a_refusal(hook: Posted, form: str, answer: dict[str, Any]) -> None:
    hook.answer = answer
    with pytest.raises(Undelivered, match="拒绝"):
        post(hook, form)


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_another_status_is_undelivered_and_no_redirect_is_followed(hook: Posted, status: int) -> None:
    hook.status = status
    with pytest.raises(Undelivered, match=f"HTTP {status}") as told:
        post(hook)
    assert len(hook.bodies) == 1
    assert "sesame" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest?key=sesame",
        "http://100.100.100.200/?key=sesame",
        "http://127.0.0.1:6379/?key=sesame",
    ],
)
def test_the_guards_rules_for_own_services_hold(url: str) -> None:
    with pytest.raises(Undelivered, match="E_") as told:
        webhook.send(Config(webhook_url=url), FACTS, TEXT, NOW)
    assert "sesame" not in str(told.value)


def test_by_the_command_line_it_goes_once_and_a_failure_is_exit_3(
    hook: Posted, kept_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOKALIKE_WEBHOOK_URL", hook.url)
    codes = []
    for status in (500, 200, 200):
        hook.status = status
        with pytest.raises(SystemExit) as ended:
            main(["digest", "--send"])
        codes.append(ended.value.code)
    assert codes == [3, 0, 0]
    assert len(hook.bodies) == 2  # the refused one, and the one that was taken
    assert "sesame" not in "".join(capsys.readouterr())


def test_without_any_way_sending_is_wrong_usage(kept_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["digest", "--send"])
    assert ended.value.code == 2
    assert "webhook_url" in capsys.readouterr().err
