"""The chain: reading it, sending to it, and the types of what its contracts store, emit and revert with."""

from folkmoot.chain.accounts import (
    address_of,
    agree,
    create_account,
    keystore_address,
    load_account,
    public_key,
)
from folkmoot.chain.addresses import read_address
from folkmoot.chain.answers import Block
from folkmoot.chain.bidding import Bidding
from folkmoot.chain.calls import Call
from folkmoot.chain.client import Client
from folkmoot.chain.contract_errors import CONTRACT_ERRORS
from folkmoot.chain.contracts import Contract, LocalToken, ScoreRuleContract, Token, TreasuryContract
from folkmoot.chain.deployment import Deployment, Provenance
from folkmoot.chain.enums import Membership, Metric, Milestone, Phase, StrikeReason, Verdict
from folkmoot.chain.events.event import Event, Origin
from folkmoot.chain.events.logs import EVENTS, EventFeed, decode_logs, fetch_events, fetch_round
from folkmoot.chain.federation import FederationContract, find_task, list_members
from folkmoot.chain.fees import GasSettings
from folkmoot.chain.passwords import read_password
from folkmoot.chain.phases import phase_at, phase_end, stalled_phase
from folkmoot.chain.recipients import Recipients
from folkmoot.chain.replay import replay
from folkmoot.chain.replay.state import RoundState, TaskState
from folkmoot.chain.sender import Receipt, Sender
from folkmoot.chain.structs import (
    FULL_PARTICIPATION,
    Account,
    Parameters,
    Participant,
    PointerTally,
    Roster,
    Round,
    RoundProgress,
    Seat,
    Update,
)
from folkmoot.chain.task import TaskContract, draw_seed, extend_digest, score_commitment

__all__ = [
    "CONTRACT_ERRORS",
    "EVENTS",
    "FULL_PARTICIPATION",
    "Account",
    "Bidding",
    "Block",
    "Call",
    "Client",
    "Contract",
    "Deployment",
    "Event",
    "EventFeed",
    "FederationContract",
    "GasSettings",
    "LocalToken",
    "Membership",
    "Metric",
    "Milestone",
    "Origin",
    "Parameters",
    "Participant",
    "Phase",
    "PointerTally",
    "Provenance",
    "Receipt",
    "Recipients",
    "Roster",
    "Round",
    "RoundProgress",
    "RoundState",
    "ScoreRuleContract",
    "Seat",
    "Sender",
    "StrikeReason",
    "TaskContract",
    "TaskState",
    "Token",
    "TreasuryContract",
    "Update",
    "Verdict",
    "address_of",
    "agree",
    "create_account",
    "decode_logs",
    "draw_seed",
    "extend_digest",
    "fetch_events",
    "fetch_round",
    "find_task",
    "keystore_address",
    "list_members",
    "load_account",
    "phase_at",
    "phase_end",
    "public_key",
    "read_address",
    "read_password",
    "replay",
    "score_commitment",
    "stalled_phase",
]
