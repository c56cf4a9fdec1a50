"""The wheel in an environment of its own, with the core dependencies alone: the commands, and a worker for a round."""

import os
import re
import shutil
import subprocess
import sys
from functools import partial
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path
from textwrap import dedent
from zipfile import ZipFile

import numpy as np
import pytest
from packaging.requirements import Requirement

import folkmoot
import folkmoot.testing
from folkmoot.chain import Verdict, fetch_events
from folkmoot.chain.events.rounds import AggregateAttested, RoundSettled, ScoresRevealed, UpdateSubmitted
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.config import template
from folkmoot.learning import load_digits, partition
from folkmoot.page.server import FILES
from folkmoot.testing import Consortium, Member, Program
from tests.support.network import FEE, Network
from tests.support.workers import PACE, small
from tools.workcopy import ROOT

LINEAR = {"inputs": 64, "classes": 10, "hidden": []}
PAGE = {file.name for file in FILES.glob("*")}
ABIS = {file.name for file in (ROOT / "offchain" / "folkmoot" / "chain" / "abis").glob("*.json")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, because a build leaves files beside what it builds."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "offchain", source / "offchain", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    _run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment's commands; beside the wheel is only what it asks for, in the versions of the lock.

    That is copied from this environment: pip works longer on finding it again than all these tests do.
    """
    environment = tmp_path_factory.mktemp("environment")
    _run(sys.executable, "-m", "venv", "--without-pip", environment)
    pip = (sys.executable, "-m", "pip", "--python", environment)
    _run(*pip, "install", "--no-index", "--no-deps", "--no-compile", wheel)
    (packages,) = environment.glob("lib/*/site-packages")
    (installed,) = distributions(name="folkmoot", path=[str(packages)])
    for name in _asked_for(installed):
        for file in distribution(name).files or ():
            if ".." not in file.parts:  # a command's
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file.locate(), packages / file)
    _run(*pip, "check")
    return environment / "bin"


def test_the_wheel_has_its_types_its_abis_its_page_and_the_one_version(wheel: Path) -> None:
    assert wheel.name == f"folkmoot-{folkmoot.__version__}-py3-none-any.whl"
    names = set(ZipFile(wheel).namelist())
    assert {"folkmoot/py.typed", "folkmoot/chain/bytecode.json", "folkmoot/chain/sources.json"} <= names
    assert "folkmoot/page/files/index.html" in names
    assert {Path(name).name for name in names if name.startswith("folkmoot/chain/abis/")} == ABIS
    assert {Path(name).name for name in names if name.startswith("folkmoot/page/files/")} == PAGE
    assert {name.partition("/")[0] for name in names} == {"folkmoot", f"folkmoot-{folkmoot.__version__}.dist-info"}


def test_the_core_brings_no_heavy_library(commands: Path, tmp_path: Path) -> None:
    heavy = ("torch", "sklearn", "brownie", "obstore", "asyncssh")
    program = f"import importlib.util as u; print([n for n in {heavy} if u.find_spec(n)])"
    assert _run(commands / "python", "-c", program, folder=tmp_path) == "[]\n"


EXPLAINING = """
import sys
from folkmoot.cli import main
for words in ([], ["status"], ["page"], ["worker"], ["task", "propose"]):
    sys.argv = ["folkmoot", *words, "--help"]
    try:
        main()
    except SystemExit as end:
        assert not end.code, words
"""


def test_commands_explain_themselves(commands: Path, tmp_path: Path) -> None:
    assert _run(commands / "python", "-c", EXPLAINING, folder=tmp_path).count("Usage: folkmoot") == 5


def test_the_version_is_shown(commands: Path, tmp_path: Path) -> None:
    assert _run(commands / "folkmoot", "--version", folder=tmp_path) == f"{folkmoot.__version__}\n"


def test_what_needs_pytorch_says_how_to_get_it(commands: Path, tmp_path: Path) -> None:
    program = "from folkmoot.presets import preset; from folkmoot.proposal import draft; draft(preset('plain'), {})"
    assert _failure(commands, program, tmp_path).endswith(
        "LearningError: PyTorch is not installed, and the ready-made models and learner need it (install it: "
        "pip install torch; or a worker takes a `plugin` of its own, "
        "a proposer a model of its own that gives NumPy arrays)"
    )


def test_what_needs_the_client_of_an_ipfs_node_says_how_to_get_it(commands: Path, tmp_path: Path) -> None:
    program = "from folkmoot.store.ipfs import KuboStore; KuboStore('ipfs+http://127.0.0.1:5001')"
    assert _failure(commands, program, tmp_path).endswith(
        "StoreError: ipfshttpclient is not installed, and a store in IPFS needs it "
        "(install it: pip install 'folkmoot[ipfs]')"
    )


def test_a_worker_takes_part_in_a_round_with_a_learner_of_numpy_alone(
    deployed: Network, commands: Path, tmp_path: Path
) -> None:
    """One of them trains, two sit on the committee; the others run the ready-made learner, from this checkout."""
    block = deployed.client.head().number
    with Consortium(deployed.local, deployed.urls, tmp_path, PACE) as members:
        for index, samples in enumerate(partition("iid", load_digits(), 5, seed=0)):
            member = members.join(f"member-{index}")
            digits = load_digits().take(samples)
            np.savez(member.worker.folder / "scans.npz", x=digits.x, y=digits.y)
        committee, (trainer, other) = members.members[:3], members.members[3:]
        *seats, another = committee
        for member in (another, other):
            member.settings["data"] = "scans.npz"
        for member in (*seats, trainer):
            (member.worker.folder / "plugin.py").write_text(_documented_plugin())
            member.settings["plugin"] = "plugin.py"
            member.worker.program = Program(partial(_replace_process, commands / "folkmoot"))
        config = small("bflc", 5, arguments=LINEAR, momentum="0")  # which the documented plug-in does without
        task = members.propose(config, committee, FEE)

        assert "samples to train on" in _examine(commands, trainer)
        members.start()
        members.until_finished(task)

    events = list(fetch_events(deployed.client, [task.address], from_block=block))
    (settled,) = (event for event in events if isinstance(event, RoundSettled))
    assert settled.verdicts == (Verdict.ACCEPTED,) * 2
    assert trainer.address in {event.author for event in events if isinstance(event, UpdateSubmitted)}
    assert {seat.address for seat in seats} < {event.member for event in events if isinstance(event, ScoresRevealed)}
    attested = {event.member: event.pointer for event in events if isinstance(event, AggregateAttested)}
    assert {seat.address for seat in seats} & attested.keys()  # two votes of three end it
    assert len(set(attested.values())) == 1
    assert not any(isinstance(event, MemberStruck) for event in events)


def test_a_plug_in_is_tested_as_the_documentation_has_it(commands: Path, tmp_path: Path) -> None:
    """With a model of its own: proposed, trained and aggregated without PyTorch by everybody."""
    (tmp_path / "my_plugin.py").write_text(_documented_plugin())
    digits = load_digits().take(np.arange(200))
    np.savez(tmp_path / "scans.npz", x=digits.x, y=digits.y)
    example = re.search(r"\n    from pathlib import Path(.|\n)*?(?=\n\n`)", str(folkmoot.testing.__doc__))
    assert example
    run = "test_two_members_train_with_it_and_three_judge(Path('federation'))"
    _run(commands / "python", "-c", f"{dedent(example[0])}\n{run}", folder=tmp_path)


def _asked_for(package: Distribution) -> set[str]:
    """The names of the packages that one asks for without extras, and of all that these ask for in turn."""
    found: dict[str, set[str]] = {}
    open_ends = [(package, set[str]())]
    while open_ends:
        asking, extras = open_ends.pop()
        for needed in map(Requirement, asking.requires or ()):
            is_wanted = not needed.marker or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras))
            if is_wanted and not (needed.name in found and needed.extras <= found[needed.name]):
                found.setdefault(needed.name, set()).update(needed.extras)
                open_ends.append((distribution(needed.name), needed.extras))
    return set(found)


def _documented_plugin() -> str:
    """The file that docs/member.md shows for members without PyTorch."""
    text = (ROOT / "docs" / "member.md").read_text("utf-8")
    (source,) = (block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "class Softmax" in block)
    return str(source)


def _examine(commands: Path, member: Member) -> str:
    """What `folkmoot doctor` says to a member; raises if anything is wrong."""
    config = member.worker.folder / "worker.toml"
    config.write_text(template(member.settings))
    return _run(commands / "folkmoot", "doctor", "--json", "--config", config, folder=member.worker.folder)


def _replace_process(command: Path, config: Path) -> None:
    """Become the installed worker."""
    os.chdir(config.parent)
    os.execve(command, [command, "worker", "--config", config], _environment())  # noqa: S606 - it is meant to replace this one


def _failure(commands: Path, program: str, folder: Path) -> str:
    """The last line that a program prints which fails."""
    command = [commands / "python", "-c", program]
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode
    return done.stderr.splitlines()[-1]


def _environment() -> dict[str, str]:
    """Nothing that leads to this checkout, or keeps Python from keeping what it compiles."""
    left_out = {"PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in left_out}


def _run(*words: object, folder: Path | None = None) -> str:
    """What a command prints. Raises if it fails."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
