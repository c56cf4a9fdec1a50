"""The chain: reading it, sending to it, and what its contracts say, in Folkmoot's own words."""

from folkmoot.chain.accounts import create_account, keystore_address, load_account, public_key, read_password
from folkmoot.chain.client import Block, Client
from folkmoot.chain.contract_errors import CONTRACT_ERRORS
from folkmoot.chain.contracts import Call, Contract, LocalToken, ScoreRuleContract, Token, TreasuryContract
from folkmoot.chain.deployments import Deployment
from folkmoot.chain.event import Event, Origin
from folkmoot.chain.events import EVENTS, decode_logs, fetch_events, fetch_round
from folkmoot.chain.federation import FederationContract, find_task
from folkmoot.chain.phases import phase_at, stalled_phase
from folkmoot.chain.replay import replay
from folkmoot.chain.sender import Receipt, Sender
from folkmoot.chain.structs import (
    EVERYBODY,
    Account,
    Ballot,
    Fault,
    Measure,
    Member,
    Membership,
    Milestone,
    Parameters,
    Phase,
    Roll,
    Round,
    Seat,
    Settlement,
    Update,
    Verdict,
)
from folkmoot.chain.task import TaskContract, draw_seed, extend_digest, seal
from folkmoot.chain.task_state import RoundState, TaskState

__all__ = [
    "CONTRACT_ERRORS",
    "EVENTS",
    "EVERYBODY",
    "Account",
    "Ballot",
    "Block",
    "Call",
    "Client",
    "Contract",
    "Deployment",
    "Event",
    "Fault",
    "FederationContract",
    "LocalToken",
    "Measure",
    "Member",
    "Membership",
    "Milestone",
    "Origin",
    "Parameters",
    "Phase",
    "Receipt",
    "Roll",
    "Round",
    "RoundState",
    "ScoreRuleContract",
    "Seat",
    "Sender",
    "Settlement",
    "TaskContract",
    "TaskState",
    "Token",
    "TreasuryContract",
    "Update",
    "Verdict",
    "create_account",
    "decode_logs",
    "draw_seed",
    "extend_digest",
    "fetch_events",
    "fetch_round",
    "find_task",
    "keystore_address",
    "load_account",
    "phase_at",
    "public_key",
    "read_password",
    "replay",
    "seal",
    "stalled_phase",
]
