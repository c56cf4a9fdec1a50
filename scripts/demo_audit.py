"""The demonstration's last line: an audit of itself."""

from time import monotonic

from folkmoot.audit.examination import Examination, Look
from folkmoot.audit.report import Outcome
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import FolkmootError
from folkmoot.plurals import counted
from scripts.demo_page import keep_report
from scripts.demo_watch import Demo


def audit(demo: Demo) -> str:
    """What an audit says of all that is left on the chain and in the stores. Raises `FolkmootError` if it finds any."""
    began = monotonic()
    client = demo.ground.chain.client
    report = Examination(
        nodes=[Look(demo.ground.urls[0], client, Logbook(client, None))],
        record=demo.consortium.federation.deployment,
        blobs=lambda _: demo.blobs(),
    ).report()
    keep_report(demo, report)
    took = f"in {monotonic() - began:.1f} s, {demo.printer.seconds:.0f} s after the start"
    if report.outcome == Outcome.HOLDS:
        rounds = sum(len(task.rounds) for task in report.tasks)
        return f"The audit holds: {counted(rounds, 'round')} judged again from the record alone, {took}."
    told = [*(one.text for one in report.all_findings), *(one.text for one in report.all_unseen)]
    raise FolkmootError(f"the audit does not hold: {'; '.join(told)}")
