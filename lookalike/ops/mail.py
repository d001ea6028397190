"""The digest as an e-mail, handed to the unit's own mail server (RFC 5321; TLS as the settings say)."""

from __future__ import annotations

import smtplib
import socket
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from lookalike.ops.dialling import SECONDS, Undelivered, checked_host, context
from lookalike.ops.settings import OpsOptions


class _Plain(smtplib.SMTP):
    """Connects to the checked address; the name is what the certificate is held against."""

    def __init__(self, name: str, address: str, port: int) -> None:
        self._address = address
        super().__init__(name, port, timeout=SECONDS)

    def _get_socket(self, _host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self._address, port), timeout)


class _Tls(smtplib.SMTP_SSL):
    """The same, within TLS from the first byte (RFC 8314)."""

    def __init__(self, name: str, address: str, port: int, secure: ssl.SSLContext) -> None:
        self._address, self._name, self._secure = address, name, secure
        super().__init__(name, port, timeout=SECONDS, context=secure)

    def _get_socket(self, _host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((self._address, port), timeout)
        return self._secure.wrap_socket(plain, server_hostname=self._name)


def message(options: OpsOptions, subject: str, text: str, now: datetime) -> EmailMessage:
    """The message to all receivers; its text is the digest and nothing else."""
    found = EmailMessage()
    found["Subject"] = subject
    found["From"] = options.digest_from
    found["To"] = ", ".join(options.digest_to)
    found["Date"] = format_datetime(now)
    found["Message-ID"] = make_msgid(domain=options.digest_from.rpartition("@")[2])
    found["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    found.set_content(text)
    return found


def send(options: OpsOptions, mail: EmailMessage) -> None:
    """Hands it over. Raises Undelivered, also where the server took it for some receivers only."""
    user, password = options.smtp_user, options.smtp_password.get_secret_value()
    if options.smtp_security == "none" and user:
        raise Undelivered("smtp_security 为 none 时不发送口令：请改为 starttls 或 tls，或去掉 smtp_user")
    try:
        with _connected(options) as server:
            if user:
                server.login(user, password)
            refused: dict[str, Any] = server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(f"{options.smtp_host}:{options.smtp_port} {_reason(error)}") from error
    if refused:
        raise Undelivered(f"{options.smtp_host} 不接受收件人 {'、'.join(sorted(refused))}")


def _connected(options: OpsOptions) -> smtplib.SMTP:
    host, port = options.smtp_host, options.smtp_port
    addresses = checked_host(options, host).addresses
    if not addresses:
        raise Undelivered(f"{host} 无法解析")
    if options.smtp_security == "tls":
        return _Tls(host, addresses[0], port, context(options.smtp_ca_file))
    server = _Plain(host, addresses[0], port)
    if options.smtp_security == "starttls":
        try:
            server.starttls(context=context(options.smtp_ca_file))
        except BaseException:
            server.close()
            raise
    return server


def _reason(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "不接受该账号或口令"
    return f"{type(error).__name__}: {error}"[:300]
