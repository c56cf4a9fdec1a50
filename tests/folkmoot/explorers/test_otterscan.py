import json
import subprocess
from pathlib import Path

from folkmoot.chain import Deployment, sources
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.explorers.otterscan import (
    Match,
    Places,
    contract_files,
    label_files,
    name_files,
    settings_file,
    task_files,
)
from tests.support.views import PARAMETERS, address

RECORD = Deployment(
    chain_id=7, block_number=1, block_hash="0x" + "00" * 32, federation=address(1), treasury=address(2),
    token=address(3), task_implementation=address(4), rules={}, libraries={}, deployed_at=1, version="0.1.0",
)  # fmt: skip
HOSTILE = '</script>"; localStorage.clear(); "'


def test_a_contract_lies_where_the_explorer_looks_for_it() -> None:
    files = dict(contract_files(7, "Federation", address(1), Match.FULL))
    folder = f"contracts/full_match/7/{address(1)}"
    assert files.pop(f"{folder}/metadata.json") == sources.metadata("Federation")
    name = "contracts/Federation.sol"
    assert files.pop(f"{folder}/sources/{name}") == sources.texts("Federation")[name]
    assert len(files) + 1 == len(sources.texts("Federation"))
    assert not any("@" in path or ":" in path for path in files)
    assert f"{folder}/sources/node_modules/_openzeppelin/contracts/proxy/Clones.sol" in files


def test_a_task_is_said_to_be_a_clone() -> None:
    proposed = TaskProposed(3, address(77), address(8), "a task", PARAMETERS)
    files = dict(task_files(RECORD, proposed))
    folder = f"contracts/partial_match/7/{address(77)}"
    metadata = json.loads(files[f"{folder}/metadata.json"])
    assert metadata["settings"]["compilationTarget"] == {"contracts/Task.sol": "Task 3, a clone of Task"}
    assert metadata["output"] == sources.described("Task")["output"]
    assert f"{folder}/sources/contracts/Task.sol" in files


def test_functions_and_events_have_a_file_each() -> None:
    files = dict(name_files())
    assert files["signatures/a9059cbb"] == "transfer(address to,uint256 value)"
    topic = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    assert files[f"topic0/{topic}"] == "Transfer(address indexed from,address indexed to,uint256 value)"


def test_the_settings_name_node_and_folder() -> None:
    path, text = settings_file(RECORD, Places("http://node", "http://here"))
    found = json.loads(text)
    assert path == "config.json"
    assert (found["erigonURL"], found["assetsURLPrefix"]) == ("http://node", "http://here")
    assert found["sourcify"]["sources"] == {"Folkmoot": {"url": "http://here", "backendFormat": "RepositoryV1"}}


def test_labels_are_added_to_those_that_a_browser_has(tmp_path: Path) -> None:
    files = dict(label_files({address(1): '"General Hospital"', address(2): HOSTILE}))
    assert json.loads(files["labels.json"]) == {address(1): '"General Hospital"', address(2): HOSTILE}
    browser = """
const kept = {customAddressLabels: JSON.stringify([["0x9", "mine"], ["ADDRESS", "old"]])}
globalThis.localStorage = {getItem: n => kept[n] ?? null, setItem: (n, v) => { kept[n] = v }, clear: () => { throw 1 }}
"""
    program = browser.replace("ADDRESS", address(1)) + 2 * files["labels.js"] + "console.log(kept.customAddressLabels)"
    (tmp_path / "browser.js").write_text(program)
    done = subprocess.run(["node", tmp_path / "browser.js"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [
        ["0x9", "mine"],
        [address(1), '"General Hospital"'],
        [address(2), HOSTILE],
    ]
