"""Members of a made-up federation, and who of them may read: real logs of pasts put together by hand."""

from collections.abc import Callable, Sequence
from typing import Any

from eth_account import Account

from folkmoot.chain import Client, Event, Recipients, public_key
from folkmoot.chain.events.federation import MemberAdmitted, MembershipApplied
from folkmoot.chain.events.rounds import RoundOpened, RoundSettled
from folkmoot.chain.events.tasks import MemberEnrolled
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.logs import log_from

FEDERATION, TASK = "0x" + "f0" * 20, "0x" + "7a" * 20
PEOPLE = [Account.from_key(number.to_bytes(32)) for number in range(1, 7)]
A, B, C, D, E, F = (person.address for person in PEOPLE)
CHAIN = 7
KEYS = {person.address: public_key(person) for person in PEOPLE}
POINTER = b"\x0b" * 32

Past = Sequence[tuple[int, Event]]

FOUNDED: Past = [
    *((1, MembershipApplied(number, member, KEYS[member], "", 0, 0)) for number, member in enumerate((A, B, C, D), 1)),
    *((2, MemberAdmitted(number, member, 0)) for number, member in enumerate((A, B, C, D), 1)),
]
ENROLLED: Past = [(3, MemberEnrolled(member, number, 0)) for number, member in enumerate((A, B, C), 1)]
OPENED = 4, RoundOpened(0, (A, B), 2, (False, False), 1, sampled=False)


def settled(block: int, number: int = 0) -> tuple[int, Event]:
    return block, RoundSettled(number, 0, (), (), (), (), ())


def recipients(past: Past, head: int = 100, task: str | None = TASK) -> Recipients:
    chain = MemoryChain()
    node = MemoryNode(chain)
    found = Reader(node, past, head)
    told = Recipients(found, FEDERATION, task, from_block=0)  # type: ignore[arg-type]
    told.read_on()
    return told


class Reader(Client):
    """A client whose chain has the logs of a past, which can be put another."""

    def __init__(self, node: MemoryNode, past: Past, head: int) -> None:
        super().__init__(["node"], connect=lambda _: node)
        self.past, self.height = past, head
        self.asked: list[tuple[int, int]] = []
        self.head_of: Callable[[], int] | None = None  # what it says instead

    def head(self) -> Any:
        number = self.head_of() if self.head_of else self.height
        return type("Head", (), {"number": number, "hash": f"{number} {len(self.past)} {self.past[-1]}"})

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[str] = ()) -> Any:
        assert FEDERATION in addresses
        assert topics
        self.asked.append((first, last))
        logs = [log_from(event, block, index) for index, (block, event) in enumerate(self.past)]
        wanted = [log for log in logs if first <= log["blockNumber"] <= last]
        return [log for log in wanted if f"0x{log['topics'][0].hex().removeprefix('0x')}" in topics]
