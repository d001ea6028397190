"""All settings in one typed object: those of the network-facing part, and those of this floor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsError

from lookalike.errors import ConfigError
from lookalike.evidence.authority import Authority
from lookalike.ops.secret_files import secret_names
from lookalike.ops.store_settings import StoreOptions
from spiders.options import home_folder, settings_file


class Config(StoreOptions):
    """Defaults < ``lookalike.toml`` < ``LOOKALIKE_*`` < arguments."""

    home: Path = Field(Path("var"), description="Folder of everything that is kept: database, captures, logs.")
    database_url: str = Field("", description="Database; empty: SQLite in the home folder.")
    queries: int | None = Field(None, description="Queries a night and source; empty: each source's own number.")
    pages: int | None = Field(None, description="Result pages a query; empty: each source's own number.")
    back_off_hours: float = Field(
        6.0, description="Hours that a source is left alone after it turned us away; doubled each time it does again."
    )
    back_off_days: float = Field(7.0, description="Days that a source is left alone at most.")
    revisit_days: float = Field(7.0, description="Days until a site that is seen again is visited again.")
    engine: Literal["local", "workers"] = Field(
        "local", description="local: a night does its work itself; workers: lookalike work does, by way of PostgreSQL."
    )
    alone_seconds: float = Field(
        60.0, ge=0, description="Seconds without any living worker after which a night of workers does the work itself."
    )
    attempts: int = Field(
        5, ge=1, description="Times that a site is begun and cut off by the process's death before it is given up."
    )
    revisits: int = Field(300, description="Sites a night that are visited again though nothing showed them; 0: none.")
    revisit_high_days: float = Field(1.0, description="Days until a lead of the high band is visited again unasked.")
    revisit_medium_days: float = Field(3.0, description="Days until a lead of the medium band is.")
    revisit_low_days: float = Field(14.0, description="Days until any other site that is up is.")
    revisit_most_days: float = Field(
        30.0, description="Days at most between visits of a site that is not up: 1, 2, 4, 8 … up to these."
    )
    baseline_days: float = Field(1.0, description="Days until a genuine platform's page is captured again.")
    min_free_bytes: int = Field(1 << 30, description="Free bytes on the disk below which a night takes up nothing new.")
    stop_seconds: float = Field(
        3.5, gt=0, description="Seconds that a night has to put back what it holds after SIGTERM or Ctrl-C."
    )
    picture_texts: int = Field(60, description="Pictures a night whose text is recognised, 1 to 2 s each; 0: none.")
    picture_score: float = Field(
        30.0, description="Score before its text is read from which a site's pictures may hold what matters."
    )
    render_score: float = Field(30.0, description="Score from which a browser is shown a site's pages.")
    render_sites: int = Field(60, description="Sites a night that a browser is shown, about 2 s each; 0: none.")
    render_seconds: float = Field(900.0, description="Seconds a night that the browser may take for suspects in all.")
    render_at_once: int = Field(1, description="Browsers that run at the same time, about 500 MB each.")
    render_days: float = Field(3.0, description="Days for which a page with the same bytes is not rendered again.")
    unit: str = Field("", description="The unit's own name, as evidence packs and documents print it.")
    pdf: bool = Field(True, description="Whether papers are printed as PDF as well, where the machine can.")
    record_title: str = Field(
        "网络在线提取笔录", description="Title of the record of extraction, 网络在线提取笔录 or 电子取证工作记录."
    )
    reporter: str = Field("", description="Who fills in the table of the work (填报人); empty: left blank.")
    reporter_contact: str = Field("", description="How to reach them (联系方式); empty: left blank.")
    deadlines: str = Field("", description="Table of reports and their days (TOML); empty: the one that is shipped.")
    time_stamps: tuple[Authority, ...] = Field(
        (), description="Time-stamping authorities (RFC 3161): name, url, root, algorithm (sha256 or sm3); empty: none."
    )
    sign_certificate: str = Field("", description="Certificate (PEM) that packs are signed with; empty: not signed.")
    sign_key: str = Field("", description="Its key (PEM, without a passphrase).")
    oidc_issuer: str = Field(
        "", description="Issuer (OpenID Connect) where people may sign in as well, as https://…; empty: nowhere else."
    )
    oidc_client_id: str = Field("", description="What this system is called there.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there.")
    oidc_claim: str = Field(
        "preferred_username", description="Claim that names the account here; the account must be there already."
    )
    oidc_name: str = Field("政务统一身份", description="What the button that leads there says.")

    @property
    def database(self) -> str:
        """The database URL, with its default filled in."""
        return self.database_url or f"sqlite:///{self.home.resolve() / 'lookalike.db'}"

    @property
    def captures(self) -> Path:
        """Folder of the content-addressed captures, where ``captures_store`` names no other place."""
        return self.home / "captures"

    @property
    def captures_cache(self) -> Path:
        """Folder of what was lately read from, or written to, the store that ``captures_store`` names."""
        return self.home / "captures-cache"


def load_config() -> Config:
    """The settings in force; ``ConfigError`` in one line names the setting, what was expected and where it was set."""
    try:
        return Config(home=home_folder())
    except (ValidationError, SettingsError) as error:
        raise ConfigError(explain(error)) from error
    except ValueError as error:  # the TOML reader's own
        raise ConfigError(f"{settings_file()}: expected TOML ({error}); mend the line it names") from error


def explain(error: ValidationError | SettingsError, number: int = 0) -> str:
    """One line for what is wrong, of several things the one with that ``number``; no secret is in it."""
    if isinstance(error, SettingsError):
        return f"settings: {error}; see docs/settings.zh.md"
    first = error.errors()[number]
    name = str(first["loc"][0]) if first["loc"] else "?"
    variable = f"LOOKALIKE_{name.upper()}"
    where = variable if variable in os.environ else f"{settings_file()}: {name}"
    got = "a secret that is not shown" if name in secret_names(Config.model_fields) else repr(first.get("input"))
    return f"{where}: {first['msg']}, got {got}; correct it or remove it"
