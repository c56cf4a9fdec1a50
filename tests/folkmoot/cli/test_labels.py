from pathlib import Path

import pytest

from folkmoot.cli.labels import RunningLabels
from folkmoot.cli.session import Session

ALICE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def test_a_workers_lines_have_the_names_of_the_book_while_no_node_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("names.toml").write_text(f'Alice = "{ALICE}"\n')
    other = "0x" + "1" * 40
    with Session(file=None, given={"rpc": ("http://127.0.0.1:1",)}, as_json=False) as session:
        label = RunningLabels(session)
        for _ in range(2):
            assert label(f"waiting for {ALICE}, {other}") == f"waiting for Alice (0x5aAe…eAed), {other}"
