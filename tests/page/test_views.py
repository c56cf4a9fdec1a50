"""Views of federations in which much has happened, or nothing yet."""

import json
from pathlib import Path

from folkmoot.testing import LocalFederation
from folkmoot.testing.consortium import local_federation
from tests.support.applicants import applies
from tests.support.browsing import IN_BROWSER, browse, page_of
from tests.support.lives import eventful
from tests.support.network import Network

pytestmark = IN_BROWSER

HOSTILE = (
    "<script>hacked=true</script>",
    "<img src=x onerror=hacked=true>",
    "Universitätsklinikum Hamburg-Eppendorf, Institut für Radiol",
)


def test_an_eventful_task_with_hostile_names(network: Network, url: str, tmp_path: Path) -> None:
    for name in HOSTILE:
        applies(network, name)
    named = applies(network, "somebody")
    eventful(network)
    (tmp_path / "names.toml").write_text(f'"<b>Ward</b> & sons" = "{named}"\n')
    settings = tmp_path / "folkmoot.toml"
    settings.write_text("")
    with page_of("--config", str(settings), "--rpc", url, "--federation", network.federation.address) as page:
        browse("sound", PAGE=page, VIEWS="7", NAMES=json.dumps([*HOSTILE, "<b>Ward</b> & sons"]))


def test_a_federation_without_members_and_tasks() -> None:
    with local_federation() as (url, federation), page_of("--rpc", url, "--federation", address(federation)) as page:
        browse("sound", PAGE=page)
        browse("keys", PAGE=page)


def address(federation: LocalFederation) -> str:
    return federation.deployment.federation
