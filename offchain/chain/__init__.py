"""The chain: reading it, sending to it, and what its contracts say, in Witan's own words."""

from offchain.chain.accounts import create_account, keystore_address, load_account, public_key, read_password
from offchain.chain.client import Block, Client
from offchain.chain.contract_errors import CONTRACT_ERRORS
from offchain.chain.contracts import Call, Contract, LocalToken, ScoreRuleContract, Token, TreasuryContract
from offchain.chain.deployments import Deployment
from offchain.chain.event import Event, Origin
from offchain.chain.events import EVENTS, decode_logs, fetch_events, fetch_round
from offchain.chain.federation import FederationContract, find_task
from offchain.chain.phases import phase_at, stalled_phase
from offchain.chain.replay import replay
from offchain.chain.sender import Receipt, Sender
from offchain.chain.structs import (
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
from offchain.chain.task import TaskContract, draw_seed, extend_digest, seal
from offchain.chain.task_state import RoundState, TaskState

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
