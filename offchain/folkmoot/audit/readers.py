"""Who could read which blobs of an encrypted task, by the record alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from folkmoot.audit.reading import Chronicle
from folkmoot.chain import Client, Event, Recipients
from folkmoot.chain.events.logs import block_of
from folkmoot.learning import Descriptor
from folkmoot.plurals import counted


@dataclass(frozen=True, slots=True)
class RoundReaders:
    """Accounts for whom a round's updates, and the model that it made, were encrypted; observers read both."""

    updates: tuple[str, ...]
    model: tuple[str, ...]
    observers: int

    def __str__(self) -> str:
        observers = f" and {counted(self.observers, 'observer')}" if self.observers else ""
        said = f"updates for {counted(len(self.updates), 'account')}"
        return f"{said}, the model for {counted(len(self.model), 'account')}{observers}"


class TaskReaders:
    """Of one task, as far as it was read."""

    def __init__(
        self, client: Client, chronicle: Chronicle, federation: str, task: str, descriptor: Descriptor
    ) -> None:
        contracts = {federation, task}
        own = [event for event in chronicle.events if event.origin and event.origin.contract in contracts]

        def past(first: int, last: int) -> Iterable[Event]:
            return [event for event in own if first <= block_of(event) <= last]

        self._recipients = Recipients(client, federation, task, from_block=0, past=past)
        self._recipients.read_on()
        self._descriptor = descriptor

    def of(self, number: int) -> RoundReaders:
        """Of a round that was settled. Raises `ConnectionFailed` for one that was not."""
        readers = self._recipients.of_updates(number)
        updates = readers.seats if self._descriptor.updates_for == "seats" else readers.participants
        return RoundReaders(
            tuple(updates), tuple(self._recipients.of_model(number + 1)), len(self._descriptor.observers)
        )
