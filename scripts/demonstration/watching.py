"""Following a task while it runs: its events, and when they were seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic, sleep

from folkmoot.chain import Client, Event, TaskContract, fetch_events
from folkmoot.chain.events.tasks import TaskExpired, TaskFinished

LOOK_S = 0.1


@dataclass(slots=True)
class Watch:
    """A task's events so far, and in `seen` when each block was first seen, in seconds from the start."""

    client: Client
    task: TaskContract
    begun: float = field(default_factory=monotonic)
    events: list[Event] = field(default_factory=list)
    seen: dict[int, float] = field(default_factory=dict)

    def follow(self) -> Iterator[Event | None]:
        """Every event as it comes, and None after each look, until the task is over."""
        following = 0
        while True:
            head = self.client.head().number
            news = list(fetch_events(self.client, [self.task.address], from_block=following, to_block=head))
            self.seen |= dict.fromkeys(range(following, head + 1), monotonic() - self.begun)
            self.events += news
            yield from news
            yield None
            if any(isinstance(event, TaskFinished | TaskExpired) for event in news):
                return
            following = head + 1
            sleep(LOOK_S)
