from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from lookalike.cli.leads import defanged
from lookalike.cli.output import console, safe


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x1b]0;title\x07", "\u202egnp.exe", "a\rb", "\x9b31m"])
def test_no_escape_sequence_of_a_page_reaches_the_terminal(hostile) -> None:
    assert all(c.isprintable() for c in safe(hostile))


@given(st.text(max_size=60))
def test_markup_of_a_page_is_shown_and_not_obeyed(text) -> None:
    out = console()
    with out.capture() as capture:
        out.print(safe(text), end="", soft_wrap=True)
    assert capture.get() == safe(text)


def test_markup_in_a_table_cell_is_shown_and_not_obeyed() -> None:
    table = Table("x")
    table.add_row(safe("[red]免考[/red] :smile: \\"))
    out = console()
    with out.capture() as capture:
        out.print(table)
    assert "[red]免考[/red] :smile: \\" in capture.get()


def test_a_shown_address_cannot_be_clicked() -> None:
    assert defanged("http://cx.example.top/a?b=1") == "hxxp://cx[.]example[.]top/a?b=1"
    assert defanged("cx.example.top") == "cx[.]example[.]top"
