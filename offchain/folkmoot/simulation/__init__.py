"""Simulations: many participants in one process, and attackers, over the real contracts on Anvil.

Two of eight members add noise to their updates:

    from folkmoot.learning import holdout, load_digits, partition
    from folkmoot.presets import preset
    from folkmoot.simulation import Plan, Shares, simulate, find_attack

    rest, test = holdout(load_digits(), 0.2, seed=0)
    shares = Shares(tuple(map(rest.take, partition("iid", rest, 8, seed=0))), test)
    task = preset("bflc", total_rounds=3, committee=3, updates_per_round=5, max_updates=5, max_enrolled=8)
    plan = Plan(task=task, shares=shares, seed=0, attack=find_attack("noise"), attackers=frozenset({6, 7}))
    with simulate(plan) as played:
        for record in played.play():
            print(record.number, played.test(record.model), len(record.accepted))

`folkmoot.simulation.worker` is a worker process that attacks, or shares one data set with others.
"""

from folkmoot.simulation.attacks import ATTACKS, Attack, Knowledge, find_attack, known_attacks
from folkmoot.simulation.config import SimulationConfig, load_simulated
from folkmoot.simulation.data import Shares, held_out_data, share_of_data
from folkmoot.simulation.federation import Plan, Played, simulate
from folkmoot.simulation.rounds import Record

__all__ = [
    "ATTACKS",
    "Attack",
    "Knowledge",
    "Plan",
    "Played",
    "Record",
    "Shares",
    "SimulationConfig",
    "find_attack",
    "held_out_data",
    "known_attacks",
    "load_simulated",
    "share_of_data",
    "simulate",
]
