"""The page of settings names every setting with its default and its meaning in Chinese.

Run as a program (``make tables``) it writes the page anew from the code and ``docs/settings.zh.toml``.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from lookalike.config import Config
from tests.docs.markdown import ROOT

WORDS = ROOT / "docs" / "settings.zh.toml"
PAGE = ROOT / "docs" / "settings.zh.md"
HEAD = """\
# 设置表

写在 `lookalike.toml`（与数据文件夹同一层；由 `lookalike doctor` 的第一行给出确切位置），或用环境变量：`LOOKALIKE_` 加大写的
设置名，如 `LOOKALIKE_NIGHT_AT=02:00`。先后次序：默认值 < `lookalike.toml` < 环境变量 < 命令行。写错的值在启动时用一行指出
（退出码 2）；`lookalike config check` 指出写错的值和名称，`lookalike config show` 列出现行设置及其来处，密码不显示。

密码、令牌、密钥和 `database_url` 可以放在文件里：`设置名_file`（或环境变量加 `_FILE`）写文件的路径，文件只有一行；空文件被拒绝。
直接写在 `lookalike.toml` 中的，该文件须 `chmod 600`。

本页由程序生成，请勿手改。
"""


def groups() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))["group"]
    return found


def shown(value: object) -> str:
    """A default as one writes it into ``lookalike.toml``."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None or value in ("", ()):
        return "空"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def page() -> str:
    """The whole page, from the code and the words."""
    parts = [HEAD]
    for group in groups():
        rows = [f"## {group['title']}\n", "| 设置 | 默认值 | 含义 |", "|---|---|---|"]
        for name, words in group["settings"].items():
            rows.append(f"| `{name}` | {shown(Config.model_fields[name].get_default())} | {words} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def test_every_setting_has_its_words_once_and_no_words_are_left_over() -> None:
    named = [name for group in groups() for name in group["settings"]]
    assert sorted(named) == sorted(Config.model_fields), "mend docs/settings.zh.toml, then: make tables"


def test_every_setting_describes_itself_in_the_code() -> None:
    assert all(field.description and field.description.endswith(".") for field in Config.model_fields.values())


def test_the_page_is_what_the_code_says() -> None:
    assert Path(PAGE).read_text(encoding="utf-8") == page(), "make tables writes it anew"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
