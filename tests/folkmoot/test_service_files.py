"""The files by which nodes and workers run as services are right, as far as that shows without running them."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from folkmoot.testing.servers import program, where
from tests.support.cli import FOLKMOOT, SETTINGS, parse

ROOT = Path(__file__).resolve().parents[2]
SERVICE = ROOT / "service"
UNITS = sorted((SERVICE / "systemd").iterdir())
PROGRAMS = ("/opt/folkmoot/bin/folkmoot", "/usr/local/bin/ipfs", "%S/folkmoot-validator/run")
SWARM = SERVICE / "private-swarm.sh"
CONTAINERFILE = SERVICE / "container" / "Containerfile"
COMPOSE = SERVICE / "container" / "compose.yaml"
KEYS = {
    *("build", "cap_drop", "command", "depends_on", "entrypoint", "environment", "image", "networks", "ports"),
    *("read_only", "restart", "secrets", "security_opt", "stop_grace_period", "stop_signal", "tmpfs", "user"),
    "volumes",
}
"""Of a service, as the Compose Specification has them: those that are used here."""
OPEN = {"30303:30303/tcp", "4001:4001/tcp"}  # to other organisations' nodes

analyze = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")


def complaints(folder: Path) -> str:
    """What systemd says about the units in a folder, whose programs are all there."""
    for unit in folder.iterdir():
        text = unit.read_text()
        for name in PROGRAMS:
            text = text.replace(f"ExecStart={name}", "ExecStart=/bin/true")
        unit.write_text(text)
    units = [str(unit).replace("@.", "@0.") for unit in sorted(folder.iterdir())]
    command = ["systemd-analyze", "verify", "--man=no", *units]
    path = {"SYSTEMD_UNIT_PATH": f"{folder}:"}  # and the system's own
    done = subprocess.run(command, env=os.environ | path, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout + done.stderr


@analyze
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    shutil.copytree(SERVICE / "systemd", tmp_path / "units")
    assert complaints(tmp_path / "units") == ""


@analyze
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("ProtectSystem=strict", "ProtectSystem=most"),
        ("RestartPreventExitStatus", "RestartPreventExitCodes"),
        ("WorkingDirectory=%S/", "WorkingDirectory=state/"),
    ],
)
def test_it_says_what_it_does_not_understand(tmp_path: Path, right: str, wrong: str) -> None:
    shutil.copytree(SERVICE / "systemd", tmp_path / "units")
    worker = tmp_path / "units" / "folkmoot-worker@.service"
    assert right in worker.read_text()
    worker.write_text(worker.read_text().replace(right, wrong))
    assert "folkmoot-worker@" in complaints(tmp_path / "units")


def starts(unit: Path) -> str:
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
    return str(line)


def unit_commands() -> list[str]:
    """What units run of Folkmoot, for task 0."""
    found = [starts(unit) for unit in UNITS if unit.suffix == ".service"]
    own = [line.removeprefix(PROGRAMS[0]) for line in found if line.startswith(PROGRAMS[0])]
    return [line.replace("%i", "0").replace("%S", "/var/lib") for line in own]


def test_units_run_four_commands_and_the_two_nodes() -> None:
    assert len(unit_commands()) == 4
    assert all(starts(unit).startswith(PROGRAMS) for unit in UNITS if unit.suffix == ".service")


@pytest.mark.parametrize("line", unit_commands())
def test_commands_of_units_are_understood(line: str) -> None:
    parse(FOLKMOOT, shlex.split(line))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_variables_of_units_are_settings_and_timers_have_services(unit: Path) -> None:
    assert set(re.findall(r"FOLKMOOT_([A-Z_]+)=", unit.read_text())) <= set(SETTINGS)
    assert unit.suffix != ".timer" or unit.with_suffix(".service") in UNITS


def test_nothing_but_its_own_folder_is_open_to_a_service() -> None:
    for unit in (unit for unit in UNITS if unit.suffix == ".service"):
        lines = unit.read_text().splitlines()
        assert {"ProtectSystem=strict", "ProtectHome=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet="} <= {*lines}
        user = next(line.removeprefix("User=") for line in lines if line.startswith("User="))
        assert f"StateDirectory={user}" in lines


# ----------------------------------------------------------------- containers


def instructions(word: str) -> list[str]:
    return re.findall(rf"^{word} (.*)$", CONTAINERFILE.read_text(), re.MULTILINE)


def test_the_container_file_copies_what_is_there_and_names_a_version_of_its_base() -> None:
    copied = [line.split()[:-1] for line in instructions("COPY") if not line.startswith("--from=")]
    missing = [name for names in copied for name in names if not (ROOT / name).exists()]
    assert (missing, bool(copied)) == ([], True)
    ignored = (CONTAINERFILE.parent / "Containerfile.dockerignore").read_text().splitlines()
    assert {f"!{name}" for names in copied for name in names} <= {*ignored}
    assert all(re.fullmatch(r"python:3\.\d+-\S+( AS build)?", line) for line in instructions("FROM"))
    assert instructions("USER") == ["folkmoot"]


def test_what_the_container_runs_is_understood() -> None:
    (entry,), (command,) = instructions("ENTRYPOINT"), instructions("CMD")
    assert entry == '["folkmoot"]'
    parse(FOLKMOOT, re.findall(r'"([^"]+)"', command))


@pytest.fixture
def compose() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return found


def test_the_compose_file_has_the_three_services_by_known_keys(compose: dict[str, Any]) -> None:
    assert {*compose} == {"name", "services", "secrets"}
    assert {*compose["services"]} == {"validator", "kubo", "worker"}
    assert {key for service in compose["services"].values() for key in service} <= KEYS
    used = {secret for service in compose["services"].values() for secret in service.get("secrets", ())}
    assert used == {*compose["secrets"]}


def test_the_compose_file_opens_no_door_and_names_versions(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert {port for port in service.get("ports", ()) if not port.startswith("127.0.0.1:")} <= OPEN
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
        assert "build" in service or re.fullmatch(r"[a-z/-]+:v[0-9.]+", service["image"]), name


def test_the_compose_file_names_what_is_there(compose: dict[str, Any]) -> None:
    build, folder = compose["services"]["worker"]["build"], COMPOSE.parent
    assert (folder / build["context"]).resolve() == ROOT
    assert ROOT / build["dockerfile"] == CONTAINERFILE
    assert {*build["args"]} == {line.partition("=")[0] for line in instructions("ARG")}
    mounted = [volume.split(":")[0] for service in compose["services"].values() for volume in service["volumes"]]
    assert [(folder / path).resolve() for path in mounted if path.startswith("../")] == [SWARM]
    prepared = COMPOSE.read_text().partition("name: ")[0]  # what its head tells to put beside it
    own = [path.removeprefix("./") for path in mounted if not path.startswith("../")]
    own += [secret["file"].removeprefix("./") for secret in compose["secrets"].values()]
    assert [path for path in own if path not in prepared] == []


def test_what_the_compose_file_runs_is_understood(compose: dict[str, Any]) -> None:
    worker = compose["services"]["worker"]
    parse(FOLKMOOT, [word.replace("${TASK:-0}", "0") for word in worker["command"]])
    assert {name.removeprefix("FOLKMOOT_") for name in worker["environment"]} <= {*SETTINGS}


# -------------------------------------------------------------- a private swarm


@pytest.mark.skipif(not program("ipfs"), reason=f"there is no Kubo: {where('ipfs')}")
def test_a_repository_becomes_one_of_a_private_swarm(tmp_path: Path) -> None:
    """Also where it is one already."""
    kubo = program("ipfs")
    assert kubo
    paths = {"IPFS_PATH": str(tmp_path / "repo"), "PATH": f"{Path(kubo).parent}:{os.environ['PATH']}"}

    def run(*command: str) -> str:
        environment = os.environ | paths | {"IPFS_TELEMETRY": "off"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout

    run(kubo, "init", "--profile=test")
    run(str(SWARM))
    run(str(SWARM))
    found = {name: run(kubo, "config", name).strip() for name in ("Routing.Type", "AutoConf.Enabled", "Bootstrap")}
    assert found == {"Routing.Type": "dht", "AutoConf.Enabled": "false", "Bootstrap": "null"}
    assert run(kubo, "config", "Addresses.Swarm").split() == ["[", '"/ip4/0.0.0.0/tcp/4001"', "]"]


def test_it_does_all_that_the_members_page_says() -> None:
    """But for the order."""
    page, script = (ROOT / "docs" / "member.md").read_text(), SWARM.read_text()
    private = page[page.index("### A private swarm") : page.index("### What to open in a firewall")]
    named = set(re.findall(r"([A-Z][A-Za-z.]+\.[A-Z][A-Za-z]+)(?: false|[ `])", private))
    named -= {"Addresses.API", "API.Authorizations"}  # of one's own
    assert named
    assert {name for name in named if name not in script} == set()
