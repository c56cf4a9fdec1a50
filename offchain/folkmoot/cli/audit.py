"""`audit`: everything that the chain has told of a federation is judged again. It needs no key."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated, Any

import typer

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.discovery import discovered
from folkmoot.audit.examination import Examination, OpenBlobs
from folkmoot.audit.findings import Finding
from folkmoot.audit.report import Outcome, Report, RoundReport, TaskReport
from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Client, Deployment, TaskContract
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.cli.command import party
from folkmoot.cli.output import print_error
from folkmoot.cli.session import Session
from folkmoot.errors import AccountError, ConfigError, FolkmootError, KeyMissing, NotDeployed
from folkmoot.exit_codes import COULD_NOT_CHECK, FAILED
from folkmoot.plurals import counted
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor

LAST = 2**16

_CODES = {Outcome.HOLDS: 0, Outcome.FINDING: FAILED, Outcome.UNSEEN: COULD_NOT_CHECK}
