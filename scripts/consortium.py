"""A private network of validators that take turns: made, started, watched, and changed by vote.

    python -m scripts.consortium init runs/chain --client geth
    python -m scripts.consortium up runs/chain --bin /opt/geth-1.13.15/geth
    python -m scripts.consortium status runs/chain
    python -m scripts.consortium down runs/chain

Clients are Besu and GoQuorum with QBFT, whose blocks are final, and geth 1.13 with Clique. Gas is free, nobody needs
coin. By default all validators run on this machine's loopback, on free ports. With `--host` once for each validator,
its folder is for that host: copy it there, and start it by its script `run`.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from folkmoot.errors import FolkmootError
from folkmoot.exit_codes import FAILED, INTERRUPTED
from folkmoot.plurals import agreeing, counted
from folkmoot.testing.networks import folders, nodes, votes
from folkmoot.testing.networks.kind import RUN
from folkmoot.testing.networks.kinds import KINDS, check_number, find_program, kind_of, level
from folkmoot.testing.networks.plan import GAS_LIMIT, LOOPBACK, Network, Validator, load, plan
from folkmoot.testing.networks.status import NodeStatus, status_of

VALIDATORS = 4


def init(options: argparse.Namespace) -> int:
    """Write the folders of a new network."""
    number = options.validators or len(options.host) or VALIDATORS
    if options.host and len(options.host) != number:
        raise FolkmootError(f"{counted(len(options.host), 'host')} for {number} validators", "give --host for each")
    check_number(options.client, number)
    network, accounts = plan(
        options.folder,
        options.client,
        evm=level(options.client, options.evm),
        period=options.period,
        gas_limit=options.gas_limit,
        chain_id=options.chain_id,
        hosts=options.host or [LOOPBACK] * number,
    )
    folders.create(network, accounts)
    kind = kind_of(network.client)
    print(f"A network of {number} validators in {network.folder}: {kind.title} with {kind.consensus}.")
    print(f"Rules of {network.evm}, chain id {network.chain_id}, {network.period} s between blocks, gas is free.")
    if network.client == "geth" and network.evm == "london":
        print("Warning: geth raises the base fee to 1 wei, for good, after a block more than half full.")
        print("Then accounts need coin, and nobody has any. With --evm berlin gas stays free.")
    if not network.is_here:
        print(f"Copy each folder to its host, and start it there by ./{RUN}:")
        for validator in network.validators:
            print(f"    {network.place(validator)} -> {validator.host}, ports {validator.p2p} and {validator.rpc}")
        print("Let only the validators reach the first port, and only members' workers the second.")
    return 0


def up(options: argparse.Namespace) -> int:
    """Start validators and wait for blocks."""
    network = load(options.folder)
    program = find_program(network.client, options.bin)
    chosen = network.chosen(options.validator)
    starting = [validator for validator in chosen if not nodes.process_of(network.place(validator))]
    nodes.check(network, starting)
    for validator in starting:
        nodes.start(network.place(validator), program)
        nodes.wait_for_peers(network, validator)
    nodes.wait_for_answers(network, chosen)
    status = status_of(network)
    if not status.can_make_blocks:
        print(f"{status.verdict()}.")
        return FAILED
    nodes.wait_for_blocks(network, chosen)
    print(f"Blocks come. {counted(len(starting), 'validator')} started; {status_of(network).verdict()}.")
    show_urls(network)
    return 0


def down(options: argparse.Namespace) -> int:
    """End validators that `up` has started."""
    network = load(options.folder)
    chosen = network.chosen(options.validator)
    ended = nodes.stop([network.place(validator) for validator in chosen])
    print(f"{counted(len(ended), 'validator')} ended.")
    return 0


def status(options: argparse.Namespace) -> int:
    """Print what each node says; 1 if the network cannot make blocks."""
    found = status_of(load(options.folder))
    titles = ["validator", "RPC", "process", "height", "peers", f"of the last {counted(found.looked_at, 'block')}"]
    rows = [titles, *map(cells, found.nodes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"{found.verdict()}.")
    return 0 if found.can_make_blocks else FAILED


def cells(node: NodeStatus) -> list[str]:
    """A row of the table."""
    absent = "on its host" if not node.validator.is_here else "started by hand" if node.answers else "not running"
    heard = ["no answer" if value is None else str(value) for value in (node.height, node.peers)]
    made = str(node.made) if node.elected else "not voted in"
    return [str(node.validator.number), node.validator.url, str(node.process or absent), *heard, made]


def add(options: argparse.Namespace) -> int:
    """Make one more validator, start it if it is here, and have the others vote it in."""
    network = load(options.folder)
    program = find_program(network.client, options.bin) if network.is_here else ""
    require_blocks(network)
    if options.validator:
        (validator,) = network.chosen([options.validator])
    else:
        network, validator = folders.extend(network, options.host or LOOPBACK)
    print(f"Validator {validator.number} is {network.place(validator)}, for {validator.host}.")
    if network.is_here:
        if not nodes.process_of(network.place(validator)):
            nodes.start(network.place(validator), program)
        nodes.wait_for_answers(network, [validator])
    else:
        print(f"Copy it there, start it by ./{RUN}, and see that it has the network's blocks before it is voted in.")
    return elect(network, validator, wanted=True)


def remove(options: argparse.Namespace) -> int:
    """Have the others vote a validator out, then end it and forget it."""
    network = load(options.folder)
    (validator,) = network.chosen([options.number])
    if not options.voted:
        votes.check_removal(network, validator)
        require_blocks(network)
        if code := elect(network, validator, wanted=False):
            return code
    nodes.stop([network.place(validator)])
    network = folders.shrink(network, validator)
    print(f"Its folder {network.place(validator)} stays; delete it when nobody needs its key or log.")
    return 0


def require_blocks(network: Network) -> None:
    """Raise `FolkmootError` for a network on this machine that makes no blocks: no vote would count."""
    found = status_of(network)
    if network.is_here and not found.can_make_blocks:
        raise FolkmootError(found.verdict(), "start them by `up`")


def elect(network: Network, validator: Validator, *, wanted: bool) -> int:
    """Have all validators vote; where too few can from here, say what the others run. 1 without a result."""
    cast = votes.vote(network, validator, wanted)
    if missing := votes.missing(network, cast):
        what = "in" if wanted else "out"
        verb = agreeing(missing, "has", "have")
        print(f"{counted(missing, 'more validator')} {verb} to vote it {what}, each in its own folder on its host:")
        for vote in cast:
            if not vote.is_cast:
                print(f"    validator {vote.validator.number}, {vote.validator.host}: {vote.command}")
        print(f"Once it is {what}, each takes its vote back by {kind_of(network.client).votes.discard}.")
        return FAILED
    votes.wait_for_result(network, validator, wanted)
    verdict = status_of(network).verdict()
    print(f"Validator {validator.number} is voted {'in' if wanted else 'out'}; {verdict}.")
    return 0


def show_urls(network: Network) -> None:
    """Print the RPC of all validators as a worker's settings have it."""
    quoted = ", ".join(f'"{url}"' for url in network.urls)
    print(f"\nIn folkmoot.toml:  rpc = [{quoted}]")
    print(f"For a shell:       export FOLKMOOT_RPC={','.join(network.urls)}")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="python -m scripts.consortium", description="A private network of validators.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, action: Callable[[argparse.Namespace], int], **options: Mapping[str, object]) -> None:
        summary = (action.__doc__ or "").partition("\n")[0]
        one = commands.add_parser(name, help=summary, description=summary)
        one.set_defaults(action=action)
        one.add_argument("folder", type=Path, metavar="FOLDER")
        for option, settings in options.items():
            one.add_argument(option.replace("_", "-"), **settings)  # type: ignore[arg-type]

    levels = sorted({evm for kind in KINDS.values() for evm in kind.levels})
    only = {"type": int, "nargs": "+", "default": [], "metavar": "N", "help": "only these (default: all)"}
    binary = {"metavar": "PATH", "help": "the client's program (default: the one on the PATH or in FOLKMOOT_NODES)"}
    command(
        "init",
        init,
        __client={"required": True, "choices": list(KINDS)},
        __validators={"type": int, "metavar": "N", "help": f"how many (default: one a host, or {VALIDATORS})"},
        __evm={"choices": levels, "help": "rules of the chain (default: berlin; london with Besu)"},
        __period={"type": int, "default": 1, "metavar": "SECONDS", "help": "between blocks (default: %(default)s)"},
        __gas_limit={"type": int, "default": GAS_LIMIT, "metavar": "N", "help": "of a block (default: %(default)s)"},
        __host={"action": "append", "default": [], "metavar": "NAME", "help": "of a validator; once for each"},
        __chain_id={"type": int, "metavar": "N", "help": "(default: drawn at random)"},
    )
    command("up", up, __bin=binary, __validator=only)
    command("down", down, __validator=only)
    command("status", status)
    host = {"metavar": "NAME", "help": "where it belongs (default: this machine)"}
    again = {"type": int, "metavar": "N", "help": "vote again on one that was made before"}
    command("add", add, __bin=binary, __host=host, __validator=again)
    number = {"type": int, "metavar": "N", "help": "the validator"}
    voted = {"action": "store_true", "help": "the others have voted it out already, each on its host"}
    command("remove", remove, number=number, __voted=voted)
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks for."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.action(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())  # else the end of the process fails, too
        return FAILED
    except KeyboardInterrupt:
        print("Interrupted; `status` shows what runs.", file=sys.stderr)
        return INTERRUPTED
    except FolkmootError as error:
        print(f"consortium: {error}", file=sys.stderr)
        return FAILED
    return code


if __name__ == "__main__":
    sys.exit(main())
