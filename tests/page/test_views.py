"""Views of federations in which much has happened, or nothing yet."""

import json
from pathlib import Path

from folkmoot.testing import account_of, run_anvil
from folkmoot.testing import found as founded
from folkmoot.testing.federation import LocalChain
from tests.support.applicants import applies
from tests.support.browsing import IN_BROWSER, browse, page_of, static_files
from tests.support.lives import eventful
from tests.support.network import Network

pytestmark = IN_BROWSER

LONG = "Universitätsklinikum Hamburg-Eppendorf, Institut für Radiol"
HOSTILE = ("<script>hacked=true</script>", "<img src=x onerror=hacked=true>", "javascript:hacked=true")
FILES = Path(__file__).resolve().parents[2] / "offchain/folkmoot/page/files"


def test_an_eventful_task_with_hostile_names(network: Network, url: str, tmp_path: Path) -> None:
    for name in HOSTILE:
        applies(network, name)
    named = applies(network, "somebody")
    eventful(network)
    (tmp_path / "names.toml").write_text(f'"<b>Ward</b> & sons" = "{named}"\n')
    settings = tmp_path / "folkmoot.toml"
    settings.write_text("")
    with page_of("--config", str(settings), "--rpc", url, "--federation", network.federation.address) as page:
        browse("sound", PAGE=page, VIEWS="8", NAMES=json.dumps([*HOSTILE, "<b>Ward</b> & sons"]))


def test_plain_files_beside_a_node(network: Network, url: str) -> None:
    with static_files(FILES) as files:
        address = f"{files}?rpc={url}&federation={network.federation.address}"
        browse("sound", PAGE=address, NODE=url)


def test_a_federation_without_members_and_tasks() -> None:
    with run_anvil() as anvil:
        chain = LocalChain(anvil, anvil.fund(account_of("a creator")))
        federation = founded(chain, [account_of(f"manager {number}") for number in range(3)])
        with page_of("--rpc", anvil.url, "--federation", federation.deployment.federation) as page:
            browse("sound", PAGE=page)
