"""A federation on this machine, for tests of one's own: real contracts on Anvil, real worker processes.

Nothing but Foundry's `anvil` has to be installed. A test of a plug-in:

    from pathlib import Path
    from folkmoot.presets import preset
    from folkmoot.testing import local_consortium

    PLUGIN = Path("my_plugin.py").resolve()


    def test_two_members_train_with_it_and_three_judge(tmp_path):
        with local_consortium(tmp_path, plugin=PLUGIN, poll_seconds=0.1, turn_seconds=1) as members:
            committee = [members.join(name) for name in ("Ada", "Ben", "Cleo")]
            for name in ("Dan", "Eva"):
                members.join(name)
            sizes = {"committee": 3, "updates_per_round": 3, "min_updates": 2, "max_updates": 5, "max_enrolled": 5}
            model = {"model": "my_plugin:model", "arguments": {"inputs": 64, "classes": 10}}
            task = members.propose(preset("bflc", total_rounds=1, **model, **sizes), committee)
            members.start()
            members.until_finished(task)
            assert any(task.ledger(1))

`folkmoot.testing.memory` has a chain in memory, for what no real node does on demand; it needs the package `rlp`.
`kubo`, `object_server` and `sftp_server` beside it run real stores, where their programs are installed, and `networks`
real validators of Besu, GoQuorum or geth.
"""

from folkmoot.chain.compiled import Bytecode, Contracts, built, packaged
from folkmoot.testing.anvil import FREE_GAS, Anvil, free_port, run_anvil
from folkmoot.testing.consortium import Consortium, Member, local_consortium, local_federation
from folkmoot.testing.contracts import Factory, deploy
from folkmoot.testing.federation import Chain, LocalChain, LocalFederation, account_of, found
from folkmoot.testing.processes import Program, Worker
from folkmoot.testing.remote_chain import RemoteChain

__all__ = [
    "FREE_GAS",
    "Anvil",
    "Bytecode",
    "Chain",
    "Consortium",
    "Contracts",
    "Factory",
    "LocalChain",
    "LocalFederation",
    "Member",
    "Program",
    "RemoteChain",
    "Worker",
    "account_of",
    "built",
    "deploy",
    "found",
    "free_port",
    "local_consortium",
    "local_federation",
    "packaged",
    "run_anvil",
]
