"""The board, the alerts and the table of the documentation name metrics that a worker exposes, and all of them."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from folkmoot.config import WorkerConfig
from folkmoot.worker.metrics import Metrics
from tests.support.metering import exposed
from tests.support.promql import Query, read_query

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "monitoring.md"
FOLDER = ROOT / "docs" / "monitoring"
SCRAPED = {"job", "instance"}  # labels that Prometheus adds
LE = re.compile(r"_(bucket|count|sum)$")

METRICS = Metrics(WorkerConfig(metrics="127.0.0.1:9100"))
LABELS = {**exposed(METRICS.registry), "up": frozenset[str]()}  # `up` is Prometheus's own


def board() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "folkmoot-board.json").read_text("utf-8"))
    return found


def yaml_of(name: str) -> Any:
    return pytest.importorskip("yaml").safe_load((FOLDER / name).read_text("utf-8"))


def panels() -> list[dict[str, Any]]:
    return [panel for panel in board()["panels"] if panel["type"] != "row"]


def alerts() -> list[dict[str, Any]]:
    return [rule for group in yaml_of("alerts.yml")["groups"] for rule in group["rules"]]


def board_queries() -> Iterator[tuple[str, set[str]]]:
    """Each query of the board, and the labels that its legend shows."""
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"], set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
    for variable in board()["templating"]["list"]:
        if variable["type"] == "query":
            assert variable["definition"] == variable["query"]["query"]
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["definition"]).groups()  # type: ignore[union-attr]
            yield selector, {label}


def alert_queries() -> Iterator[tuple[str, set[str]]]:
    """Each query of the alerts, and the labels that its texts show."""
    for alert in alerts():
        texts = " ".join(alert["annotations"].values())
        yield alert["expr"], set(re.findall(r"\$labels\.(\w+)", texts))


def faults(query: Query, shown: set[str]) -> list[str]:
    """What a query names that is not there."""
    unknown = [name for name in query.names if name not in LABELS]
    known = {name: LABELS[name] | SCRAPED for name in query.names if name in LABELS}
    wrong = [f"{name}{{{label}}}" for name, labels in query.metrics for label in labels - known.get(name, labels)]
    everything = frozenset[str]().union(*known.values())
    left = query.grouped or everything
    return [*unknown, *wrong, *sorted(query.grouped - everything), *sorted(shown - left)]


QUERIES = [pytest.param(text, shown, id=text[:60]) for text, shown in (*board_queries(), *alert_queries())]


@pytest.mark.parametrize(("text", "shown"), QUERIES)
def test_every_query_names_metrics_and_labels_that_exist(text: str, shown: set[str]) -> None:
    query = read_query(text)
    assert query.names
    assert faults(query, shown) == []


@pytest.mark.parametrize(
    ("text", "shown", "fault"),
    [
        ("folkmoot_rounds > 0", set(), "folkmoot_rounds"),
        ('folkmoot_phase{stage="x"}', set(), "folkmoot_phase{stage}"),
        ("sum by (kind) (rate(folkmoot_gas_used_total[5m]))", set(), "kind"),
        ("sum by (function) (folkmoot_gas_used_total)", {"instance"}, "instance"),
        ("folkmoot_round and on (job) folkmoot_rpc_errors", set(), "folkmoot_rpc_errors"),
    ],
)
def test_one_that_does_not_is_found(text: str, shown: set[str], fault: str) -> None:
    assert faults(read_query(text), shown) == [fault]


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ('a{b="c(d)", e!~"f{g}"} offset 5m > 0', {"a": {"b", "e"}}),
        ("sum by (x, y) (rate(a_total[5m])) / on (x) group_left (z) b", {"a_total": set(), "b": set()}),
        ("time() - a > 7 * 86400 and 4e6 * b unless c", {"a": set(), "b": set(), "c": set()}),
        ("histogram_quantile(0.95, sum by (le) (rate(a_bucket{x=~'y'}[$__rate_interval])))", {"a_bucket": {"x"}}),
    ],
)
def test_queries_are_read(text: str, metrics: Mapping[str, set[str]]) -> None:
    assert {name: set(labels) for name, labels in read_query(text).metrics} == metrics


def test_the_board_and_the_alerts_use_every_metric_of_a_worker() -> None:
    used = {name for text, _ in (*board_queries(), *alert_queries()) for name in read_query(text).names}
    own = {LE.sub("", name) for name in LABELS if name.startswith("folkmoot_")}
    assert own - {LE.sub("", name) for name in used} == set()


def test_no_label_is_one_that_prometheus_adds() -> None:
    """It would put a worker's aside, as `exported_job`."""
    assert [name for name, labels in LABELS.items() if labels & SCRAPED] == []


def documented() -> dict[str, set[str]]:
    """Metrics of the page's tables, with their labels."""
    rows = re.findall(r"^\| `((?:folkmoot|process)_\w+)` \| ([^|]*) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) == len(dict(rows))
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


def test_the_page_has_every_metric_with_its_labels_and_no_other() -> None:
    own: dict[str, set[str]] = {}
    for name, labels in LABELS.items():
        if name != "up":
            own.setdefault(LE.sub("", name), set()).update(labels - {"le"})
    assert documented() == own


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    found = alerts()
    assert len({alert["alert"] for alert in found}) == len(found) >= 12
    for alert in found:
        assert alert["labels"]["severity"] in {"warning", "critical"}
        assert set(alert["annotations"]) == {"summary", "description"}
        assert len(alert["annotations"]["description"]) > 40
        assert alert["alert"] in PAGE.read_text("utf-8")


def test_the_board_can_be_imported() -> None:
    found = board()
    names = [variable["name"] for variable in found["templating"]["list"]]
    assert names == ["datasource", "task", "worker"]
    ids = [panel["id"] for panel in found["panels"]]
    assert (len(set(ids)), found["id"]) == (len(ids), None)
    assert found["schemaVersion"] >= 39
    for panel in panels():
        assert panel["title"]
        assert panel["description"]
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) >= 1


def test_no_panel_lies_over_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board()["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_the_example_of_a_scrape_names_the_job_and_the_alerts() -> None:
    config = yaml_of("prometheus.yml")
    assert config["rule_files"] == ["alerts.yml"]
    (job,) = config["scrape_configs"]
    assert job["job_name"] == "folkmoot"
    assert (FOLDER / "prometheus.yml").read_text("utf-8").strip() in PAGE.read_text("utf-8")
