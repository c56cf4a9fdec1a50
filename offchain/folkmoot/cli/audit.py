"""`audit`: everything that the chain has told of a federation is judged again. It needs no key."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from eth_account.signers.local import LocalAccount

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.discovery import discovered
from folkmoot.audit.examination import Examination, Look
from folkmoot.audit.findings import Finding, Unseen
from folkmoot.audit.report import Outcome, Report, TaskReport
from folkmoot.audit.verdict import checkpoint_file, keep_verdict, own_folder
from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Client, TaskContract
from folkmoot.chain.connection import shown
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.logbook import Logbook
from folkmoot.cli.output import timestamp, to_json
from folkmoot.cli.score_replay import ScoreAgain, score_table, scores_again
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Grid
from folkmoot.config import WorkerConfig
from folkmoot.errors import AccountError, ConfigError, FolkmootError, KeyMissing, NotDeployed, StoreError
from folkmoot.exit_codes import COULD_NOT_CHECK, FAILED
from folkmoot.plurals import counted
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor

_CODES = {Outcome.HOLDS: 0, Outcome.FINDING: FAILED, Outcome.UNSEEN: COULD_NOT_CHECK}
_LAST_ROUND = 2**16 - 2


def audit(
    session: Session,
    tasks: Annotated[
        list[str] | None, typer.Argument(metavar="TASK", help="Numbers or addresses of tasks. Default: all.")
    ] = None,
    *,
    first: Annotated[int, typer.Option("--from", min=0, help="The first round.")] = 0,
    last: Annotated[
        int, typer.Option("--to", min=0, help="The last round. Default: the latest.", show_default=False)
    ] = _LAST_ROUND,
    chain_only: Annotated[
        bool, typer.Option("--chain-only", help="Leave out the models, which are in the blob store.")
    ] = False,
    my_data: Annotated[
        bool, typer.Option("--my-data", help="Also measure your own scores again, on the data of your settings.")
    ] = False,
) -> None:
    """Judge everything again that the chain and the blob store tell, and say where they contradict themselves.

    Needs no key, but for models that are encrypted. Exit code 0: all that was asked for holds; 1: something does not;
    2: something could not be checked, and the rest holds.
    """
    if last < first:
        raise typer.BadParameter(f"there are no rounds from {first} to {last}")
    if my_data and chain_only:
        raise typer.BadParameter("scores are measured on models: not with --chain-only")
    find_record(session)
    with ExitStack() as stack, session.output.working("reading the chain") as status:
        looks = _nodes(session, stack)
        kept = checkpoint_file(looks[0].logbook.folder, session.record)
        examination = Examination(
            nodes=looks,
            record=session.record,
            tasks=tuple(_number(session, named) for named in tasks or ()),
            rounds=range(first, last + 1),
            blobs=None if chain_only else lambda proposal: _blobs(session, proposal),
            checkpoint=Checkpoint(kept),
            say=status.update,
        )
        report = examination.report()
        if kept and not tasks and (first, last) == (0, _LAST_ROUND):
            keep_verdict(report, kept)
        again, fault = _my_scores(session, examination, status.update) if my_data else ([], None)
    mine: dict[str, object] = {}
    more: list[str | Grid] = []
    if my_data:
        mine = {"my_scores": again, "my_scores_error": fault and fault.message}
        more = [f"Your scores cannot be measured again: {fault}."] if fault else score_table(again)
    session.output.show(to_json(report) | {"outcome": to_json(report.outcome)} | to_json(mine), *_lines(report), *more)
    if code := _CODES[report.outcome] or (COULD_NOT_CHECK if fault else 0):
        raise typer.Exit(code)


def find_record(session: Session) -> None:
    """Without a deployment record and an address, the only federation of the chain is meant."""
    try:
        _ = session.record
    except NotDeployed:
        vars(session)["record"] = discovered(session.client)


def _nodes(session: Session, stack: ExitStack) -> list[Look]:
    """Each node by itself where there are several, with what it told itself before."""
    urls = session.config.rpc
    clients = [session.client] if len(urls) == 1 else [stack.enter_context(Client([url])) for url in urls]
    return [
        Look(shown(url), one, Logbook(one, own_folder(session.logbook.folder, url)))
        for url, one in zip(urls, clients, strict=True)
    ]


def _my_scores(
    session: Session, examination: Examination, say: Callable[[str], None]
) -> tuple[list[ScoreAgain], FolkmootError | None]:
    """A score is an opinion: that one is another when it is measured again is no fault of the record."""
    found: list[ScoreAgain] = []
    try:
        for proposal in session.proposals:
            if not examination.tasks or proposal.number in examination.tasks:
                say(f"measuring your scores of task {proposal.number} again")
                found += scores_again(session, proposal, _blobs(session, proposal), examination.rounds)
    except FolkmootError as error:
        return found, error
    return found, None


def _number(session: Session, named: str) -> int:
    """A task's number, by that or by its address. Raises `ConfigError`."""
    for proposal in session.proposals:
        if named == str(proposal.number) or named.lower() == proposal.task.lower():
            return proposal.number
    has = f"it has {counted(len(session.proposals), 'task')}, numbered from 0: folkmoot task list"
    raise ConfigError(f"the federation has no task {named!r}", has)


def _blobs(session: Session, proposal: TaskProposed) -> TaskBlobs:
    """A task's blobs, with the account's keys, if it has one, where they are encrypted."""
    usual = WorkerConfig().store
    if session.config.store == usual and not any(Path(str(place)).exists() for place in usual):
        raise StoreError("no blob store was named: name it by --store, or leave the models out by --chain-only")
    store, p = session.store, proposal.parameters
    descriptor = fetch_descriptor(store, p.descriptor)
    task = TaskContract(session.client, proposal.task)
    keys = BlobKeys.of(store, descriptor, task=task, record=session.record, account=lambda: _account(session))
    return TaskBlobs(store, descriptor, task=proposal.task, first_model=p.model, keys=keys)


def _account(session: Session) -> LocalAccount:
    try:
        return session.account
    except AccountError as error:
        hint = "an observer or a member that took part reads it: --keystore FILE"
        raise KeyMissing("it is encrypted, and there is no account to read it with", hint) from error


# --------------------------------------------------------------------- for people


def _lines(report: Report) -> Iterator[str]:
    yield f"The federation {report.federation}, up to block {report.block} of {timestamp(report.time)}."
    yield from _marked(report.findings, report.unseen)
    yield from (f"note: {note}" for note in report.notes)
    for task in report.tasks:
        yield from _task_lines(task)
    yield from _verdict(report)


def _task_lines(task: TaskReport) -> Iterator[str]:
    named = f" {task.name!r}" if task.name else ""
    yield f"Task {task.number}{named}, {task.task}{'' if task.is_over else ', which is still running'}:"
    yield from _marked(task.findings, task.unseen)
    for one in task.rounds:
        state = "WRONG" if one.findings else "ok" if one.is_whole else "part"
        yield f"  round {one.round:<4} {state:<6} {one.checked}{f'; {one.readers}' if one.readers else ''}"
        yield from _marked(one.findings, one.unseen)


def _marked(findings: Iterable[Finding], unseen: Iterable[Unseen]) -> Iterator[str]:
    for finding in findings:
        yield f"    WRONG: {finding.text}{_act(finding)}"
    for one in unseen:
        yield f"    not seen: {one.text}"


def _act(finding: Finding) -> str:
    if finding.origin is None:
        return ""
    of = f" of {finding.account}" if finding.account else ""
    return f" (transaction {finding.origin.transaction}{of}, block {finding.origin.block})"


def _verdict(report: Report) -> Iterator[str]:
    findings, unseen = counted(len(report.all_findings), "finding"), len(report.all_unseen)
    rounds = counted(sum(len(task.rounds) for task in report.tasks), "round")
    checked = f"{rounds} of {counted(len(report.tasks), 'task')}"
    lacking = f"; {counted(unseen, 'thing')} could not be seen" if unseen else ""
    if not report.is_sound:
        yield f"The record does not hold: {findings} in {rounds}{lacking}."
        if len(report.nodes) == 1:
            yield "A node that leaves out or alters something looks the same: ask another one, too, by --rpc URL,URL."
    elif report.all_findings:
        yield f"The chain's record holds, {checked}; {findings} of a store or a node that tells otherwise{lacking}."
    elif unseen:
        yield f"What could be checked of {rounds} holds{lacking}."
    elif report.models:
        yield f"The record holds: {checked}, everything was checked."
    else:
        yield f"The record holds: {checked}, everything but the models, which were left out."
