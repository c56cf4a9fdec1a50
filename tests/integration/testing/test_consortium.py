"""What the package offers to those who test their own plug-ins; its example runs in test_install.py."""

import re
from pathlib import Path

import pytest

from folkmoot.chain import Phase
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.presets import preset
from folkmoot.task_config import TaskConfig
from folkmoot.testing import local_consortium
from tests.support.family import parents
from tests.support.workers import PACE


def test_a_worker_that_fails_ends_the_waiting_and_no_process_is_left(tmp_path: Path) -> None:
    with local_consortium(tmp_path, **PACE) as members:
        committee = [members.join(name) for name in ("Ada", "Ben", "Cleo", "Dan", "Eva")][:3]
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


def test_names_that_no_member_can_have_and_a_task_of_nobody(tmp_path: Path) -> None:
    with local_consortium(tmp_path / "all") as members:
        with pytest.raises(ConfigError, match="there are no members"):
            members.propose(TaskConfig(), [])
        members.join("Ada")
        for name, told in (
            ("Ada", "there is a member 'Ada' already"), ("ADA", "there is a member 'ADA' already"),
            ("", "no member can have the name ''"), ("a\0b", "no member can have the name"),
            ("../../evil", "no member can have the name '../../evil'"), (".", "no member can have the name"),
        ):  # fmt: skip
            with pytest.raises(ConfigError, match=re.escape(told)):
                members.join(name)
        assert [member.name for member in members.members] == ["Ada"]
    assert [path.name for path in tmp_path.iterdir()] == ["all"]
