"""A local network on one machine: hosts in Linux network namespaces, each on a link of limited rate to one switch.

Everything is in namespaces that belong to one program. When that ends, however it does, the kernel ends every process
in them and removes every interface, mount and file: there is nothing to tidy up, and the machine's own network is
never touched. Root may make them, and where the system lets users have namespaces, everybody.
"""

import ctypes
import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from folkmoot.errors import ConfigError

SWITCH = "switch"
LINK = "eth0"  # what a host calls its own
BURST = ("burst", "64kb", "latency", "100ms")  # a queue of at most half a megabyte at 40 Mbit/s

_APART = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
_TRIAL = f"ip link add {SWITCH} type bridge && tc qdisc add dev lo root tbf rate 1mbit {' '.join(BURST)}"
_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000  # of unshare(2)
_FORKS = get_context("forkserver")

P = ParamSpec("P")
T = TypeVar("T")


def apart(*command: str) -> list[str]:
    """A command that runs this one in namespaces of its own, where it may make networks and mounts."""
    return [*_APART, *(() if os.geteuid() == 0 else ("--map-root-user",)), *command]


def check() -> None:
    """Raises `ConfigError` unless this machine lets us make networks."""
    try:
        subprocess.run(apart("sh", "-c", _TRIAL), check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        hint = "run it as root on Linux, with unshare (util-linux), ip and tc (iproute2) on the PATH"
        raise ConfigError("this machine does not let us make networks with links of a limited rate", hint) from error


def make_switch(*modules: str) -> None:
    """In namespaces of our own, before the first host. Name the modules whose functions hosts will call."""
    _FORKS.set_forkserver_preload(list(modules))
    _ip("link", "set", "lo", "up")
    _ip("link", "add", SWITCH, "type", "bridge")
    _ip("link", "set", SWITCH, "up")


class Host:
    """A host on the switch. What it does is done one after the other, by a process in its own namespace."""

    def __init__(self, number: int, mbit: float) -> None:
        """The link carries `mbit` Mbit/s each way, with no delay but that of its queues. Numbers are 1 to 250."""
        self.address, self._port = f"10.40.0.{number}", f"port{number}"
        self._process = ProcessPoolExecutor(1, mp_context=_FORKS, initializer=_leave_network)
        process = str(self.do(os.getpid).result())
        _ip("link", "add", self._port, "type", "veth", "peer", "name", LINK, "netns", process)
        _ip("link", "set", self._port, "master", SWITCH, "up")
        _limit(self._port, mbit)
        self.do(_plug_in, self.address, mbit).result()

    def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call a function of some module there."""
        return self._process.submit(function, *args, **kwargs)

    def sent(self) -> int:
        """Bytes that it has sent over its link so far, those of all protocols."""
        shown = json.loads(_ip("-json", "-statistics", "link", "show", "dev", self._port))
        return int(shown[0]["stats64"]["rx"]["bytes"])


def _plug_in(address: str, mbit: float) -> None:
    _ip("link", "set", "lo", "up")
    _ip("address", "add", f"{address}/24", "dev", LINK)
    _ip("link", "set", LINK, "up")
    _limit(LINK, mbit)


def _limit(link: str, mbit: float) -> None:
    subprocess.run(["tc", "qdisc", "add", "dev", link, "root", "tbf", "rate", f"{mbit:g}mbit", *BURST], check=True)


def _leave_network() -> None:
    if _LIBC.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")


def _ip(*words: str) -> bytes:
    return subprocess.run(["ip", *words], check=True, stdout=subprocess.PIPE).stdout
