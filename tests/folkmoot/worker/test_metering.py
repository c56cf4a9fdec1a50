"""What sees a worker at work where nobody asks for metrics, and that they are made where somebody does."""

import sys
from contextlib import ExitStack
from typing import Any

import pytest

from folkmoot.chain import Phase
from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError
from folkmoot.store import MemoryStore
from folkmoot.worker import PlainReporter
from folkmoot.worker.actions import Train
from folkmoot.worker.metering import Meter, make_meter
from tests.support.views import a_view


def test_without_the_setting_nothing_is_wrapped_and_nothing_served() -> None:
    meter, reporter, store = make_meter(WorkerConfig()), PlainReporter(), MemoryStore()
    assert type(meter) is Meter
    assert (meter.reporting(reporter) is reporter, meter.storing(store) is store) == (True, True)
    with ExitStack() as stack, meter.doing(Train(1)):
        meter.serve(reporter, stack)
        meter.see(a_view(Phase.TRAINING))
    assert meter.facts() == {"task": "", "round": 2, "phase": "training"}


def test_metrics_are_made_where_the_setting_asks_for_them() -> None:
    meter = make_meter(WorkerConfig(metrics="127.0.0.1:9100"))
    assert type(meter).__name__ == "Metrics"


def test_without_its_library_the_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    absent: Any = None
    for name in [name for name in sys.modules if name.startswith(("prometheus_client", "folkmoot.worker.metrics"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "prometheus_client", absent)
    with pytest.raises(ConfigError, match="prometheus-client is not installed") as told:
        make_meter(WorkerConfig(metrics="127.0.0.1:9100"))
    assert "pip install 'folkmoot[metrics]'" in told.value.hint
    assert type(make_meter(WorkerConfig())) is Meter
