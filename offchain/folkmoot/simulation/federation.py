"""A federation of a simulation, from the data to the last round: every action is a transaction on Anvil."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import nn

from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Deployment, TaskContract
from folkmoot.learning import TorchLearner, build, load_weights, outputs, split_member
from folkmoot.proposal import draft
from folkmoot.simulation.attacks import Attack
from folkmoot.simulation.chain import ANVIL, Courier, PooledChain
from folkmoot.simulation.coalition import Coalition, OmniscientAttacker
from folkmoot.simulation.data import Shares
from folkmoot.simulation.participant import SimulatedMember
from folkmoot.simulation.rounds import Record, Rounds
from folkmoot.simulation.sharing import AggregateCache, RoundStore, SharedBlobs
from folkmoot.simulation.view_cache import ViewCache
from folkmoot.task_config import TaskConfig
from folkmoot.testing import Contracts, account_of, found, packaged, run_anvil
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.step import step
from folkmoot.worker.transactor import Transactor

MANAGERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is played. Members are numbers, from 0, and have the shares of these numbers.

    The first committee is the first members who do not attack, or those that `committee` names. A member scores others
    with at most `score_limit` samples, of the `score_fraction` of its data on which it does not train.
    """

    task: TaskConfig
    shares: Shares
    seed: int
    attack: Attack = field(default_factory=Attack)
    attackers: frozenset[int] = frozenset()
    committee: tuple[int, ...] = ()
    score_fraction: float = 0.2
    score_limit: int = 32
    learner: type[TorchLearner] = TorchLearner

    @property
    def first_committee(self) -> tuple[int, ...]:
        """Whom the managers name."""
        honest = (number for number in range(len(self.shares.members)) if number not in self.attackers)
        return self.committee or tuple(honest)[: self.task.committee + self.task.aggregators]


@dataclass(slots=True)
class Played:
    """A federation at work. `accounts` are the members' addresses by their numbers."""

    plan: Plan
    chain: PooledChain
    task: TaskContract
    accounts: tuple[str, ...]
    rounds: Rounds
    blobs: SharedBlobs
    store: RoundStore
    coalition: Coalition
    deployment: Deployment

    def play(self) -> Iterator[Record]:
        """Each round when it is over."""
        for record in self.rounds.play():
            for pointer in record.pointers:
                self.store.drop(pointer)
            self.blobs.begin()
            yield record

    def test(self, model: bytes) -> float:
        """Accuracy of the model under a pointer on the test set, 0 to 1."""
        return float((self.predict(model) == self.plan.shares.test.y).mean())

    def predict(self, model: bytes) -> NDArray[np.int64]:
        """What the model under a pointer takes the test set's samples for, (n,)."""
        guesses: NDArray[np.int64] = self.outputs(model).argmax(1)
        return guesses

    def outputs(self, model: bytes) -> NDArray[np.float32]:
        """The outputs of the model under a pointer for the test set's samples, (n, classes)."""
        module = _build(self.plan.task)
        load_weights(module, self.blobs.fetch_model(model))
        return outputs(module, self.plan.shares.test.x)

    def captured(self, record: Record) -> int:
        """Seats that attackers held when the round opened."""
        return len({*record.committee} & {*self.coalition.attackers})


@contextmanager
def simulate(plan: Plan, *, rules: Sequence[str] = (), contracts: Contracts = packaged) -> Iterator[Played]:
    """Found a federation on an Anvil of its own, ready for the members to enrol.

    `rules` names contracts beside the package's, all of which come from `contracts`.
    """
    with run_anvil(*ANVIL) as anvil, PooledChain(anvil, plan.seed) as chain:
        numbers = range(len(plan.shares.members))
        members = [account_of(f"experiment {plan.seed}: member {number}") for number in numbers]
        managers = [account_of(f"experiment {plan.seed}: manager {number}") for number in range(MANAGERS)]
        founded = found(chain, managers, rules=rules, contracts=contracts)
        founded.admit(*members)
        made = draft(plan.task, founded.deployment.rules, readers=founded.readers(members[0].address))
        store = RoundStore()
        made.publish(store)
        task = founded.propose(made.parameters, members[0], made.name)
        founded.approve(task, [members[number].address for number in plan.first_committee])
        keys = BlobKeys.of(
            store, made.descriptor, task=task, record=founded.deployment, account=lambda: members[0]
        )  # one member's open what all of them read
        blobs = SharedBlobs(store, made.descriptor, task=task.address, first_model=made.parameters.model, keys=keys)
        blobs.begin()
        addresses = tuple(member.address for member in members)
        view_cache = ViewCache(chain, founded.contract, task, addresses[0])
        coalition = Coalition(tuple(addresses[number] for number in sorted(plan.attackers)), view_cache)
        common = _Members(plan, blobs, AggregateCache(), coalition)
        people = [common.member(number, Courier(chain, member), task) for number, member in enumerate(members)]
        coalition.honest.extend(one for number, one in enumerate(people) if number not in plan.attackers)
        order = sorted(numbers, key=lambda number: number in plan.attackers)
        rounds = Rounds(chain, task, view_cache, [people[number] for number in order])
        yield Played(plan, chain, task, addresses, rounds, blobs, store, coalition, founded.deployment)


@dataclass(frozen=True, slots=True)
class _Members:
    """What the members share, and how each of them is made."""

    plan: Plan
    blobs: SharedBlobs
    aggregate_cache: AggregateCache
    coalition: Coalition

    def member(self, number: int, courier: Courier, task: TaskContract) -> SimulatedMember:
        """Member `number`."""
        attack = self.plan.attack
        conduct = attack.conduct if number in self.plan.attackers else None
        return SimulatedMember(
            compute=self._compute(number, courier.address),
            transactor=Transactor(courier, task, courier.chain.client.chain_id),
            aggregate_cache=self.aggregate_cache,
            decide=conduct(step) if conduct else step,
            seed=self.plan.seed,
        )

    def _compute(self, number: int, address: str) -> LocalCompute:
        learner = self._learner(number)
        if number in self.plan.attackers:
            attack, colluders = self.plan.attack, self.coalition.attackers
            return OmniscientAttacker(address, learner, self.blobs, attack, colluders, coalition=self.coalition)
        return LocalCompute(address, learner, self.blobs)

    def _learner(self, number: int) -> TorchLearner:
        plan, task = self.plan, self.plan.task
        train, score = split_member(plan.shares.members[number], plan.score_fraction, plan.seed)
        if number in plan.attackers and plan.attack.data:
            train = plan.attack.data(train, task.classes, np.random.default_rng([plan.seed, number]))
        return plan.learner(_build(task), train, score, metric=task.metric, score_limit=plan.score_limit)


def _build(task: TaskConfig) -> nn.Module:
    return build(task.model, task.arguments, allowed=[task.model])
