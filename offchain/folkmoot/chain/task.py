"""One task: its rounds, from updates to the next model, and the commitments and digests that bind them."""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import xor

from eth_abi.abi import encode
from web3 import Web3
from web3.types import BlockIdentifier

from folkmoot.chain.abi import typed
from folkmoot.chain.calls import Call
from folkmoot.chain.contracts import Contract
from folkmoot.chain.enums import Phase
from folkmoot.chain.scores import packed
from folkmoot.chain.structs import Parameters, Participant, PointerTally, Roster, Round, RoundProgress, Seat, Update

SLOTS_GAS = 60_000
"""What a call needs beyond its estimate where others' calls come into the block before it, or after it instead: up to
three slots of storage that it is then the first to fill."""

OPENING_GAS = 7_500_000
"""With so much more than it takes to end the enrolment, round 0 can be opened, if a block came meanwhile."""

SETTLING_GAS = 2_000_000
CLOSING_GAS = 7_500_000
"""With so much more than a seat's own reveal, or attestation, takes, the last one settles, or closes, a small round."""


def extend_digest(digest: bytes, author: str, pointer: bytes, samples: int) -> bytes:
    """The running hash of a task's updates after one more, from 32 zero bytes on; `samples` as recorded."""
    words = encode(["bytes32", "address", "bytes32", "uint256"], [digest, author, pointer, samples])
    return bytes(Web3.keccak(words))


def draw_seed(task: str, round: int, salts: Iterable[bytes]) -> bytes:
    """The seed (32 bytes) of aggregation rules that draw: made of the round's revealed salts, in any order.

    It is unknown before the last reveal, and the same in every attempt to agree on the next model: no one can make an
    attempt fail in order to draw again.
    """
    mixed = reduce(xor, (int.from_bytes(Web3.keccak(salt)) for salt in salts), 0)
    words = encode(["string", "bytes32", "address", "uint256"], ["aggregation", mixed.to_bytes(32), task, round])
    return bytes(Web3.keccak(words))


def score_commitment(
    *,
    chain_id: int,
    task: str,
    round: int,
    attempt: int,
    member: str,
    updates_digest: bytes,
    baseline: int,
    scores: Sequence[int],
    salt: bytes,
) -> bytes:
    """The commitment (32 bytes) to a baseline and scores in basis points, for exactly these updates."""
    kinds = ["uint256", "address", "uint256", "uint256", "address", "bytes32", "uint256", "uint256[]", "bytes32"]
    values = [chain_id, task, round, attempt, member, updates_digest, baseline, packed(scores), salt]
    return bytes(Web3.keccak(encode(kinds, values)))


class TaskContract(Contract):
    """One model being trained."""

    ABI = "Task"

    # ------------------------------------------------------------- managers
    # A call is executed once a quorum of managers has sent it; until then it only counts.

    def approve(self, budget: int, committee: Sequence[str]) -> Call:
        """Fix the budget (the fee token's smallest unit) and name the first committee."""
        return self._call("approve", budget, list(committee))

    def fund(self, amount: int) -> Call:
        """Add to the budget from the pool."""
        return self._call("fund", amount)

    def pause(self, duration: int) -> Call:
        """Pause the task for this many seconds, which begin when the call executes."""
        return self._call("pause", duration)

    def resume(self, until: int) -> Call:
        """End the pause that lasts until a time (seconds since 1970)."""
        return self._call("resume", until)

    def rollback(self, model: int, committee: Sequence[str]) -> Call:
        """Void the running round: the next model is model `model` again, and `committee` scores the next round."""
        return self._call("rollback", model, list(committee))

    # -------------------------------------------------------------- members
    # Callers pass their own seat index, from 0.

    def cancel(self) -> Call:
        """Withdraw a proposal; only its proposer, before approval."""
        return self._call("cancel")

    def enrol(self) -> Call:
        """Enrol the sender."""
        return self._call("enrol", reserve=SLOTS_GAS)

    def share_keys(self, pointer: bytes) -> Call:
        """Tell who reads the task's blobs that the blob under `pointer` hands on keys of some."""
        return self._call("shareKeys", pointer)

    def submit_update(self, round: int, pointer: bytes, samples: int) -> Call:
        """Submit the sender's update; `samples` is the claimed number of training samples, at least 1."""
        return self._call("submitUpdate", round, pointer, samples, reserve=SLOTS_GAS)

    def commit_scores(self, round: int, seat: int, commitment: bytes) -> Call:
        """Commit to the scores of the sender's seat; see the function `score_commitment`."""
        return self._call("commitScores", round, seat, commitment, reserve=SLOTS_GAS)

    def reveal_scores(self, round: int, seat: int, baseline: int, scores: Sequence[int], salt: bytes) -> Call:
        """Reveal the seat's scores, in the order of the updates; all in basis points. The last seat settles."""
        return self._call("revealScores", round, seat, baseline, packed(scores), salt, reserve=SETTLING_GAS)

    def attest(self, round: int, seat: int, pointer: bytes) -> Call:
        """State that the accepted updates aggregate to `pointer`. The last seat closes the round."""
        return self._call("attest", round, seat, pointer, reserve=CLOSING_GAS)

    def score_model(self, seat: int, score: int) -> Call:
        """Score the final model of a finished task, in basis points; by the seats that judged in the last round."""
        return self._call("scoreModel", seat, score)

    # --------------------------------------------------------------- anyone

    def start(self) -> Call:
        """End the enrolment once the committee and enough trainers are enrolled; in a later block, open round 0."""
        return self._call("start", reserve=OPENING_GAS)

    def expire(self) -> Call:
        """End a task that did not start by its deadline."""
        return self._call("expire")

    def retire(self, account: str) -> Call:
        """Remove an account that has left the federation from the task."""
        return self._call("retire", account)

    def sample_trainers(self, steps: int) -> Call:
        """Sample who trains, with at most `steps` draws."""
        return self._call("sampleTrainers", steps)

    def settle(self, steps: int) -> Call:
        """Take medians, a page of 16 updates a step, then the verdicts as one more step."""
        return self._call("settle", steps)

    def close(self, steps: int) -> Call:
        """Write blocks, strikes and payments, an update or a seat a step, then open the next round as one more."""
        return self._call("close", steps)

    def recover(self) -> Call:
        """Restart the phase that stalled, or carry the old model forward."""
        return self._call("recover")

    # ---------------------------------------------------------------- views

    def federation(self, *, at: BlockIdentifier = "latest") -> str:
        """The federation's address."""
        return self._read(str, "federation", at=at)

    def proposer(self, *, at: BlockIdentifier = "latest") -> str:
        """Who proposed the task."""
        return self._read(str, "proposer", at=at)

    def parameters(self, *, at: BlockIdentifier = "latest") -> Parameters:
        """The task's parameters, which never change."""
        return self._read(Parameters, "parameters", at=at)

    def budget(self, *, at: BlockIdentifier = "latest") -> int:
        """The whole budget, spent or not."""
        return self._read(int, "budget", at=at)

    def phase(self, *, at: BlockIdentifier = "latest") -> Phase:
        """The phase at that block's time, which on an idle chain lies behind: see `phases.phase_at`."""
        return self._read(Phase, "phase", at=at)

    def stalled_phase(self, *, at: BlockIdentifier = "latest") -> Phase:
        """The phase that stalled; meaningful while the phase is `Phase.STALLED`."""
        return self._read(Phase, "stalledPhase", at=at)

    def round(self, *, at: BlockIdentifier = "latest") -> Round:
        """The running round."""
        return self._read(Round, "round", at=at)

    def roster(self, *, at: BlockIdentifier = "latest") -> Roster:
        """Who takes part, counted."""
        return self._read(Roster, "roster", at=at)

    def progress(self, *, at: BlockIdentifier = "latest") -> RoundProgress:
        """What settling found, and how far the round's shared work has come."""
        return self._read(RoundProgress, "progress", at=at)

    def participant(self, account: str, *, at: BlockIdentifier = "latest") -> Participant:
        """What the task records of an account."""
        return self._read(Participant, "participant", account, at=at)

    def enrolled_at(self, number: int, *, at: BlockIdentifier = "latest") -> str:
        """The address with this enrolment number, from 1."""
        return self._read(str, "enrolledAt", number, at=at)

    def seats(self, *, at: BlockIdentifier = "latest") -> tuple[Seat, ...]:
        """The running round's seats: those that score, then those that only attest."""
        return self._read(tuple[Seat, ...], "seats", at=at)

    def updates(
        self, start: int, count: int, *, at: BlockIdentifier = "latest"
    ) -> tuple[tuple[Update, ...], tuple[bytes, ...]]:
        """Up to `count` updates of the running round from index `start`, and their pointers."""
        updates, pointers = self._read(tuple, "updates", start, count, at=at)
        return tuple(typed(Update, update) for update in updates), tuple(map(bytes, pointers))

    def tallies(self, *, at: BlockIdentifier = "latest") -> tuple[PointerTally, ...]:
        """The pointers attested in the running attempt."""
        return self._read(tuple[PointerTally, ...], "tallies", at=at)

    def ledger(self, model: int, *, at: BlockIdentifier = "latest") -> bytes:
        """The pointer of model `model`; zeros if there is none yet."""
        return self._read(bytes, "ledger", model, at=at)

    def current_model(self, *, at: BlockIdentifier = "latest") -> bytes:
        """The pointer of the model that the running round starts from, or the last one."""
        return self._read(bytes, "currentModel", at=at)

    def updates_digest(self, *, at: BlockIdentifier = "latest") -> bytes:
        """The running hash of all updates so far: see `extend_digest`."""
        return self._read(bytes, "updatesDigest", at=at)

    def seed(self, *, at: BlockIdentifier = "latest") -> bytes:
        """The seed of the next election."""
        return self._read(bytes, "seed", at=at)

    def score_commitment(
        self, account: str, baseline: int, scores: Sequence[int], salt: bytes, *, at: BlockIdentifier = "latest"
    ) -> bytes:
        """The commitment as the contract computes it: see the function `score_commitment`."""
        return self._read(bytes, "scoreCommitment", account, baseline, packed(scores), salt, at=at)
