"""What `make demo KILL=…` kills in the middle of a round: a Kubo node, a validator, or most validators for a while."""

from collections.abc import Callable, Sequence
from time import sleep

from folkmoot.testing.kubo import Kubo
from folkmoot.testing.networks import KINDS, LocalNetwork
from scripts.demo_chain import Ground
from scripts.demo_settings import MAJORITY, MEMBERS, ONE, Plan
from scripts.demo_stores import Stores

Say = Callable[[str], None]
Kill = Callable[[Say], None]
"""Kills something, and says what."""

HALT_S = 20.0


def kills(plan: Plan, stores: Stores, ground: Ground) -> Sequence[Kill]:
    """What the plan has killed."""
    if plan.kill == MAJORITY and ground.network:
        return [kill_majority(ground.network)]
    if plan.kill != ONE:
        return ()
    nodes = [kill_node(stores.victim)] if stores.victim else []
    return [*nodes, kill_validator(ground.network)] if ground.network else nodes


def kill_node(node: Kubo) -> Kill:
    """Of the last member."""

    def kill(say: Say) -> None:
        node.kill()
        say(f"{MEMBERS[-1]}'s Kubo node is killed in the middle of the round")

    return kill


def kill_validator(network: LocalNetwork) -> Kill:
    """The first one, which the workers ask first."""

    def kill(say: Say) -> None:
        network.kill(1)
        say("a validator is killed in the middle of the round, the one that the workers ask")

    return kill


def kill_majority(network: LocalNetwork) -> Kill:
    """So many that no block can come, for a while."""

    def kill(say: Say) -> None:
        numbers = [validator.number for validator in network.network.validators]
        spared = KINDS[network.network.client].needed(len(numbers)) - 1
        network.kill(*numbers[spared:])
        say(f"{len(numbers) - spared} of {len(numbers)} validators are killed in the middle of the round")
        sleep(HALT_S)
        network.start(*numbers[spared:])
        say("they are started again")

    return kill
