"""Command lines as people type them, in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lookalike.cli import app

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command line; gives exit code, stdout and stderr. Whoever asks for it sets ``LOOKALIKE_HOME`` before."""

    def run(*argv: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            app.main([*map(str, argv)])
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run
