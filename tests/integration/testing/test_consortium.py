"""What the package offers to those who test their own plug-ins, with the bytecode that it ships."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

import folkmoot.testing
from folkmoot.chain import Phase
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.presets import preset
from folkmoot.proposal import TaskConfig
from folkmoot.testing import local_consortium
from tests.support.family import parents
from tests.support.workers import PACE

PLUGIN = """
import numpy as np
from folkmoot.learning import load_digits

class Softmax:
    samples = 300

    def __init__(self, descriptor):
        shapes = descriptor.spec.shapes
        self.tensors = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}

    def weights(self):
        return {name: tensor.copy() for name, tensor in self.tensors.items()}

    def load(self, weights):
        self.tensors = {name: np.array(tensor) for name, tensor in weights.items()}

    def fit(self, *, seed, **_):
        rng = np.random.default_rng(seed)
        for tensor in self.tensors.values():
            tensor += rng.normal(0, 0.01, tensor.shape).astype(np.float32)
        return self.samples

    def evaluate(self):
        return 5000


def learner(descriptor):
    return Softmax(descriptor)
"""


def test_a_plug_in_is_tested_as_the_package_s_documentation_has_it(tmp_path: Path) -> None:
    assert folkmoot.testing.__doc__
    example = re.search(r"\n    from pathlib import Path(.|\n)*?(?=\n\n`)", folkmoot.testing.__doc__)
    assert example
    program = dedent(example[0])
    plugin = tmp_path / "my_plugin.py"
    plugin.write_text(PLUGIN)
    names: dict[str, object] = {}
    exec(program.replace('"my_plugin.py"', repr(str(plugin))), names)  # noqa: S102 - our own documentation
    test = names["test_two_members_train_with_it_and_three_judge"]
    assert callable(test)
    test(tmp_path)


def test_a_worker_that_fails_ends_the_waiting_and_no_process_is_left(tmp_path: Path) -> None:
    with local_consortium(tmp_path, **PACE) as members:
        committee = [members.join(name) for name in ("Ada", "Ben", "Cleo")]
        sizes = {"committee": 3, "updates_per_round": 3, "min_updates": 2, "max_updates": 5, "max_enrolled": 5}
        task = members.propose(preset("bflc", **sizes), committee)
        committee[0].start(plugin=tmp_path / "nowhere.py")
        with pytest.raises(FolkmootError, match="Ada's worker failed"):
            members.until_finished(task)
        committee[1].start()
        assert committee[1].worker.is_running
        process = committee[1].worker.process
        assert process
        assert task.phase() == Phase.ENROLLING
    assert process.pid not in parents()


def test_names_that_no_member_can_have_and_a_committee_of_nobody(tmp_path: Path) -> None:
    with local_consortium(tmp_path / "all") as members:
        members.join("Ada")
        for name, told in (
            ("Ada", "there is a member 'Ada' already"), ("ADA", "there is a member 'ADA' already"),
            ("", "no member can have the name ''"), ("a\0b", "no member can have the name"),
            ("../../evil", "no member can have the name '../../evil'"), (".", "no member can have the name"),
        ):  # fmt: skip
            with pytest.raises(ConfigError, match=re.escape(told)):
                members.join(name)
        with pytest.raises(ConfigError, match="the committee is empty"):
            members.propose(TaskConfig(), [])
        assert [member.name for member in members.members] == ["Ada"]
    assert [path.name for path in tmp_path.iterdir()] == ["all"]
