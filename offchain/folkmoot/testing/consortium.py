"""Members of a local federation, each with a folder and a worker process of its own, and a blob store for all."""

import json
import re
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from eth_account import Account
from eth_account.signers.local import LocalAccount
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from folkmoot.chain import Client, Phase, TaskContract, deployments
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.proposal import draft
from folkmoot.store import BlobStore, open_store, read_place
from folkmoot.task_config import TaskConfig
from folkmoot.testing.anvil import FREE_GAS, run_anvil
from folkmoot.testing.federation import LocalChain, LocalFederation, account_of, found
from folkmoot.testing.processes import Program, Worker, end

PASSWORD = "only for this chain"  # noqa: S105 - the keys behind it are no secret either
PATIENCE = 300.0  # real seconds: bounds how long a failing test hangs
MANAGERS = ("Mara", "Nils", "Olga")
_NAME = re.compile(r"\w[\w .-]{0,63}")
ITERATIONS = 2  # of scrypt: a keystore for real use takes its time


@dataclass(slots=True)
class Member:
    """A member with its keystore in `worker.folder`, and the settings that its worker starts with."""

    account: LocalAccount
    settings: dict[str, object]
    worker: Worker

    @property
    def name(self) -> str:
        """Its name."""
        return self.worker.name

    @property
    def address(self) -> str:
        """Its account's address."""
        address: str = self.account.address
        return address

    def start(self, **changes: object) -> None:
        """Start its worker, with some settings changed for this time."""
        self.worker.start(self.settings | changes)

    def stop(self) -> int:
        """Let its worker end as on Ctrl-C; the exit code."""
        self.worker.signal(signal.SIGTERM)
        return self.worker.exit_code(PATIENCE)

    def kill(self) -> None:
        """End its worker as `kill -9` does."""
        self.worker.signal(signal.SIGKILL)
        self.worker.exit_code(PATIENCE)


@dataclass(slots=True)
class Consortium:
    """Members with worker processes. As a context it leaves none of them behind.

    `folder` gets the deployment record, the blob store and a folder for each member. `settings` are those of all
    workers, beside what they need to find each other, such as the URLs of `rpc`. `program` is what they run.
    """

    federation: LocalFederation
    rpc: Sequence[str]
    folder: Path
    settings: Mapping[str, object] = field(default_factory=dict)
    program: Program = field(default_factory=Program)
    members: list[Member] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.folder = self.folder.resolve()  # settings are read from another one
        deployments.write(self.federation.deployment, self.folder / "deployments")
        return self

    def __exit__(self, *_: object) -> None:
        end([member.worker for member in self.members])

    @property
    def store(self) -> BlobStore:
        """The blob store of all; where members have stores of their own, that of the first."""
        first = self.members[0].settings if self.members else self.settings
        return _opened(first.get("store", self.folder / "blobs"))

    def join(self, name: str, account: LocalAccount | None = None, **settings: object) -> Member:
        """A new member, admitted, with these settings of its own. Without an account it gets a new one.

        Its folder is its name in lower case. Raises `ConfigError` for a name that is taken or can be no folder's.
        """
        member = self.prepare(name, account, **settings)
        self.admit(member)
        return member

    def prepare(self, name: str, account: LocalAccount | None = None, **settings: object) -> Member:
        """As `join`, but it is not admitted yet."""
        return self._member(name, account or Account.create(), settings)

    def admit(self, *members: Member) -> None:
        """Admit who is prepared, all at once."""
        self.federation.admit(*(member.account for member in members))
        self.members += members

    def propose(self, config: TaskConfig, committee: Sequence[Member], budget: int | None = None) -> TaskContract:
        """A task, proposed by the first of the committee, approved and set in the settings of all members.

        Without a committee the first member proposes it, and the first committee is drawn at the start. Raises
        `ConfigError` without members.
        """
        if not self.members:
            raise ConfigError("nobody proposes the task: there are no members", "let a member join")
        proposer = (committee or self.members)[0]
        readers = self.federation.readers(proposer.address)
        made = draft(config, self.federation.deployment.rules, readers=readers)
        made.publish(_opened(proposer.settings["store"]))
        task = self.federation.propose(made.parameters, proposer.account, made.name)
        self.federation.approve(task, [member.address for member in committee], budget)
        for member in self.members:
            member.settings["task"] = task.address
        return task

    def start(self) -> None:
        """Start the worker of every member."""
        for member in self.members:
            member.start()

    def check(self) -> None:
        """Raise `FolkmootError` if a worker has failed."""
        for member in self.members:
            member.worker.check()

    def until(self, what: str, reached: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait until a condition holds. Raises `FolkmootError` with all logs on a timeout or if a worker fails."""

        def is_over() -> bool:
            self.check()
            return bool(reached())

        tries = Retrying(
            retry=retry_if_result(lambda over: not over),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(patience),
            retry_error_callback=lambda _: self._give_up(what),
        )
        tries(is_over)

    def until_finished(self, task: TaskContract, patience: float = PATIENCE) -> None:
        """Wait until the task is finished, and then for the workers. Raises `FolkmootError`."""
        self.until("the end of the task", lambda: task.phase() == Phase.FINISHED, patience)
        self.join_workers(patience)

    def join_workers(self, patience: float = PATIENCE) -> None:
        """Wait until all workers have ended. Raises `FolkmootError` if one does not, or fails."""
        for worker in self._running():
            worker.exit_code(patience)
            worker.check()

    def _running(self) -> Iterable[Worker]:
        return [member.worker for member in self.members if member.worker.is_running]

    def _give_up(self, what: str) -> None:
        logs = "\n".join(f"--- {member.name}\n{member.worker.log[-1500:]}" for member in self.members)
        raise FolkmootError(f"never came: {what}\n{logs}")

    def _member(self, name: str, account: LocalAccount, settings: Mapping[str, object]) -> Member:
        folder = self.folder / "members" / _folder(name)
        if folder.exists():
            raise ConfigError(f"there is a member {name!r} already", "give each another name; case does not tell")
        folder.mkdir(parents=True, mode=0o700)
        keystore = Account.encrypt(account.key, PASSWORD, kdf="scrypt", iterations=ITERATIONS)
        (folder / "keystore.json").write_text(json.dumps(keystore))
        (folder / "password").write_text(PASSWORD)
        common = {
            "rpc": list(self.rpc),
            "deployments": self.folder / "deployments",
            "keystore": "keystore.json",
            "password_file": "password",
            "store": self.folder / "blobs",
        }
        return Member(account, {**common, **self.settings, **settings}, Worker(name, folder, self.program))


def _opened(setting: object) -> BlobStore:
    places = setting if isinstance(setting, list | tuple) else [setting]
    return open_store([read_place(str(place)) for place in places])


def _folder(name: str) -> str:
    if not _NAME.fullmatch(name):
        hint = "1 to 64 letters, digits, spaces, dots, hyphens and underscores, a letter or digit first"
        raise ConfigError(f"no member can have the name {name!r}", hint)
    return name.lower()


@contextmanager
def local_federation(**options: Any) -> Iterator[tuple[str, LocalFederation]]:
    """The URL of a new chain, and a federation of three managers on it; `options` are those of `found`."""
    with run_anvil(*FREE_GAS) as anvil, Client([anvil.url]) as client:
        yield anvil.url, found(LocalChain(anvil, client), [account_of(name) for name in MANAGERS], **options)


@contextmanager
def local_consortium(folder: Path, **settings: object) -> Iterator[Consortium]:
    """A new federation whose members have their files in `folder` and these settings, without members yet."""
    with local_federation() as (url, federation), Consortium(federation, [url], folder, settings) as members:
        yield members
