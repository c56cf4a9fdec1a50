"""A task's blobs, as commands read them. What reads them imports PyTorch, which takes its time: only when needed."""

from typing import TYPE_CHECKING

from folkmoot.chain import Parameters, TaskContract
from folkmoot.cli.session import Session
from folkmoot.errors import ConfigError

if TYPE_CHECKING:
    from folkmoot.learning import Descriptor
    from folkmoot.worker import TaskBlobs


def descriptor_of(session: Session, parameters: Parameters) -> "Descriptor":
    """A task's descriptor. Raises `StoreError` and `DescriptorError`."""
    from folkmoot.worker import fetch_descriptor  # noqa: PLC0415 - see above

    return fetch_descriptor(session.store, parameters.descriptor)


def blobs_of(session: Session, task: TaskContract, parameters: Parameters) -> "TaskBlobs":
    """What reads a task's models. Raises `StoreError` and `DescriptorError`."""
    from folkmoot.worker import TaskBlobs  # noqa: PLC0415 - see above

    descriptor = descriptor_of(session, parameters)
    return TaskBlobs(session.store, descriptor, task=task.address, first_model=parameters.model)


def model_pointer(task: TaskContract, parameters: Parameters, number: int | None) -> tuple[int, bytes]:
    """A model's number and pointer; the latest model's without a number. Raises `ConfigError` if there is none."""
    latest = _latest(task, parameters)
    chosen = latest if number is None else number
    if not 0 <= chosen <= latest:
        raise ConfigError(f"there is no model {chosen} yet", f"the task has models up to {latest}")
    return chosen, task.ledger(_block(chosen, parameters)) if chosen else parameters.model


def _latest(task: TaskContract, parameters: Parameters) -> int:
    """The running round's number names the model that it started from; a task's last round leaves one more."""
    number = task.round().number
    return number + any(task.ledger(_block(number + 1, parameters)))


def _block(model: int, parameters: Parameters) -> int:
    return model * (parameters.updates_per_round + 1)
