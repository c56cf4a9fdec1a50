"""A model that the store has not: who may have it, and how the task goes on without it."""

from collections.abc import Callable
from itertools import islice

from folkmoot.errors import StoreError
from folkmoot.task_record import TaskRecord

MOST_LOOKED_FOR = 8  # earlier models: a store may take its time for each that it has not


def lost_model(
    record: TaskRecord, number: int, proposer: str, is_there: Callable[[bytes], bool], *, is_running: bool
) -> StoreError:
    """The error for model `number`, whose hint says who may have it, and what a running task's managers can do."""
    pointer = record.models[number]
    makers = tuple(dict.fromkeys(named.author for named in record.attested if named.pointer == pointer))
    source = (
        f"workers with a copy publish it again; attested by {', '.join(makers)}"
        if makers
        else f"its proposer made it: {proposer}"
    )
    hint = f"see first that `store` is the one that the members share; {source}"
    earlier = _newest_there(record, number, is_there) if is_running else None
    if earlier is not None:
        back = f"folkmoot manager roll-back {earlier} --committee ADDRESS,..."
        hint = f"{hint}; if it is lost, managers go back to model {earlier}, the newest that is there: {back}"
    return StoreError(f"the store has no model {number}, the latest", hint)


def _newest_there(record: TaskRecord, number: int, is_there: Callable[[bytes], bool]) -> int | None:
    """The newest of the models before this one that the store has."""
    earlier = {record.models[n]: n for n in sorted(record.models) if n < number}  # by pointer, the last number of each
    earlier.pop(record.models[number], None)
    newest_first = islice(sorted(earlier.items(), key=lambda named: -named[1]), MOST_LOOKED_FOR)
    return next((n for pointer, n in newest_first if is_there(pointer)), None)
