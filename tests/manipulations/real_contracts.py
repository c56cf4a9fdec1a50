"""Real contracts that do something else than they should: patched, compiled, founded and played."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from folkmoot.chain import Phase
from folkmoot.errors import FolkmootError
from folkmoot.testing import LocalChain
from tests.manipulations import scripts
from tests.manipulations.builds import Edit, edited
from tests.manipulations.game import Game
from tests.manipulations.manipulation import HEX, Manipulation, Tried
from tests.manipulations.town import Town, settle_in

Script = Callable[[Game, Random], None]

SETTLING, CLOSING, OPENING = "rounds/Settling.sol", "rounds/Closing.sol", "rounds/RoundOpening.sol"
PARTICIPANTS, ELECTIONS = "rounds/Participants.sol", "rounds/Elections.sol"
ADVANCING = ("Closing", "Recovery", "Governance")


@dataclass(frozen=True, slots=True)
class Patch:
    """What is edited, which contracts are made of it, what is played with them, and what the audit has to say."""

    kind: str
    edits: Sequence[Edit]
    made: Sequence[str]
    sentence: str
    script: Script = scripts.eventful
    settings: Mapping[str, Any] = field(default_factory=dict)
    confirmations: int = 2

    def attempt(self, chain: LocalChain, random: Random) -> Tried:
        with TemporaryDirectory() as folder:
            contracts = edited(self.edits, self.made)
            here = settle_in(
                chain, Path(folder), members=10, contracts=contracts, confirmations=self.confirmations
            )
            self._play(here, random)
            return Tried(here.audit(), self.sentence)

    def _play(self, here: Town, random: Random) -> None:
        game = here.propose("bflc", random.randrange(2**32), **self.settings)
        try:
            self.script(game, random)
        except FolkmootError:
            return  # contracts that are broken enough refuse what is honest


def one(file: str, find: str, replace: str) -> tuple[Edit]:
    return (Edit(file, find, replace),)


PATCHES = (
    Patch(
        "a score",
        one(SETTLING, "= (uint16(scores[i]), uint24(", "= (uint16(scores[i] > 99 ? scores[i] - 99 : 0), uint24("),
        ("Settling",),
        r"RoundSettled: scores\[\d+\] is \d+ on the chain; by the record \d+",
    ),
    Patch(
        "a median",
        one(SETTLING, "judge(s, args, r, Median.upper(baselines.strict),", "judge(s, args, r, 1 + baselines.strict[0],"),
        ("Settling",),
        r"RoundSettled: baseline is \d+ on the chain",
    ),
    Patch(
        "a verdict",
        one(SETTLING, "verdicts[i] = verdictOf(strict[i], lenient[i])", "verdicts[i] = i == 1 ? Verdict.Rejected : verdictOf(strict[i], lenient[i])"),
        ("Settling",),
        r"RoundSettled: verdicts\[1\] is rejected on the chain; by the record accepted",
    ),
    Patch(
        "a ranking",
        one(SETTLING, "ranking = Heap.largest(keys, p.updatesPerRound);", "ranking = Heap.largest(keys, p.updatesPerRound); if (count > 1) (ranking[0], ranking[1]) = (ranking[1], ranking[0]);"),
        ("Settling",),
        r"RoundSettled: ranking\[0\] is \d+ on the chain",
    ),
    Patch(
        "a weight",
        one(SETTLING, "areBounded(weights, MAX_WEIGHT)) return", "areBounded(weights, MAX_WEIGHT) && ++weights[0] > 0) return"),
        ("Settling",),
        r"RoundSettled: weights\[0\] is \d+ on the chain",
    ),
    Patch(
        "a vote left out",
        one(SETTLING, "s.seats[seat].revealed ?", "s.seats[seat].revealed && seat > 0 ?"),
        ("Settling",),
        r"RoundSettled: scores\[\d+\]",
    ),
    Patch(
        "a payment",
        one(CLOSING, "uint256 amount = credit(pay, author, weight);", "uint256 amount = credit(pay, author, weight + 2000);"),
        ("Closing",),
        r"UpdateBlockWritten: amount is \d+ on the chain",
    ),
    Patch(
        "a credit to another",
        one(CLOSING, "if (count > 0) args.", "if (count > 1) (accounts[0], accounts[1]) = (accounts[1], accounts[0]); if (count > 0) args."),
        ("Closing",),
        r"the treasury credits .* on the chain; by the round's record",
    ),
    Patch(
        "a strike omitted",
        one(CLOSING, "if (minority && !silent)", "if (minority && silent)"),
        ("Closing",),
        r"MemberStruck \(.*\) follows from the record, but is not on the chain",
    ),
    Patch(
        "a strike added",
        one(CLOSING, "if (minority && !silent)", "if ((minority || index == 0) && !silent)"),
        ("Closing",),
        r"MemberStruck \(.*\) is on the chain, but does not follow from the record",
    ),
    Patch(
        "a suspension",
        one(PARTICIPANTS, "round + 1 + p.suspensionRounds);", "round + 2 + p.suspensionRounds);"),
        ("Closing", "Recovery"),
        r"MemberSuspended: until is \d+ on the chain",
        settings={"max_strikes": 1},
    ),
    Patch(
        "an entry of the ledger",
        one(CLOSING, "uint256(r.number) + 1, agreed(s));", "uint256(r.number) + 1, s.ledger[r.number]);"),
        ("Closing",),
        rf"ModelBlockWritten: pointer is {HEX} on the chain",
    ),
    Patch(
        "an election",
        one(ELECTIONS, "areDistinct(chosen, slate.size)) return chosen;", "areDistinct(chosen, slate.size)) { (chosen[0], chosen[1]) = (chosen[1], chosen[0]); return chosen; }"),
        ("Closing", "Recovery"),
        rf"RoundOpened: seats\[0\] is {HEX} on the chain",
    ),
    Patch(
        "a round skipped",
        one(OPENING, "else open(s, args.parameters, round + 1, plan);", "else open(s, args.parameters, round + 2, plan);"),
        ADVANCING,
        r"RoundOpened: round is \d+ on the chain; by the record \d+",
    ),
    Patch(
        "a seed",
        one(OPENING, "abi.encode(s.round.salts, address(this)", "abi.encode(s.round.salts + 1, address(this)"),
        ("Closing",),
        rf"RoundClosed: seed is {HEX} on the chain",
    ),
    Patch(
        "a deadline",
        one("libraries/Deadlines.sol", "Milestone.Open, time + p.trainingWindow);", "Milestone.Open, time + p.trainingWindow + 60);"),
        ("TrainerSampling",),
        r"DeadlineSet: deadline is \d+ on the chain",
    ),
    Patch(
        "a stake that was not earned",
        one(PARTICIPANTS, "(uint16(round + 1), reputation, stake);", "(uint16(round + 1), reputation, stake + 1);"),
        ("Closing",),
        rf"participant {HEX}: stake is \d+ in the contract; by the record \d+",
    ),
    Patch(
        "a model stored otherwise",
        one("libraries/Ledger.sol", "ledger[model] = pointer;", "ledger[model] = pointer ^ bytes32(uint256(1));"),
        ("Closing",),
        rf"model \d+ is {HEX} in the contract; by the record {HEX}",
        settings={"total_rounds": 1},
    ),
    Patch(
        "a trainer",
        one("rounds/TrainerSampling.sol", "abi.encode(seed, draws++)", "abi.encode(seed, 7 + draws++)"),
        ("TrainerSampling",),
        r"trainers are .* on the chain; by the seed",
        settings={"active_share": 7_000},
    ),
    Patch(
        "a first seed",
        one("rounds/Lifecycle.sol", "abi.encode(block.chainid, address(this), hash)", "abi.encode(block.chainid, args.proposer, hash)"),
        ("Lifecycle",),
        rf"its seed is {HEX} on the chain; by the hash of block \d+ another",
    ),
    Patch(
        "a vacancy",
        one("rounds/Recovery.sol", "fill(s, r, vacant[i], successors[i]);", "fill(s, r, vacant[i], successors[successors.length - 1 - i]);"),
        ("Recovery",),
        r"SeatFilled \(.*\) follows from the record, but is not on the chain",
    ),
    Patch(
        "a longer pause",
        one("rounds/Governance.sol", "duration > 0 && duration <= maxPause", "duration > 0"),
        ("Governance",),
        r"a pause lasts at most \d+ s, and not \d+",
        scripts.paused_too_long,
    ),
    Patch(
        "scores that were not committed to",
        one("rounds/Scoring.sol", "requireSealed(s, index, commitmentOf(s, r, msg.sender, baseline, words, salt));", ""),
        ("Task",),
        rf"what {HEX} revealed is not what it had committed to",
        scripts.revealed_otherwise,
    ),
    Patch(
        "an update that is late",
        one("rounds/Submission.sol", "Round memory r = Phases.requireRound(s.round, args.parameters, round, Phase.Training);", "Round memory r = s.round;"),
        ("Task",),
        r"UpdateSubmitted \(.*\): the task is in Committing, and not in Training",
        scripts.late_update,
    ),
    Patch(
        "a seat that attests twice",
        one("rounds/Attestation.sol", "require(seat.attestedIn != r.attempt + 1,", "require(seat.attestedIn != r.attempt + 100,"),
        ("Task",),
        rf"{HEX} has attested already",
        scripts.attested_twice,
    ),
    Patch(
        "a majority of one",
        one("rounds/Attestation.sol", "bool agreed = Phases.isMajority(votes, end - first);", "bool agreed = votes + end > first;"),
        ("Task",),
        r"AggregateAgreed \(round \d+\) is on the chain, but does not follow from the record",
    ),
    Patch(
        "a recovery before its time",
        one("rounds/Recovery.sol", "Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Stalled);", "Round memory r = s.round;"),
        ("Recovery",),
        r"MemberStruck \(.*\): the task is in Committing, and not in Stalled",
        scripts.recovered_too_early,
    ),
    Patch(
        "a settling before its time",
        one(SETTLING, "Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Settling);", "Round memory r = s.round;"),
        ("Settling",),
        r"RoundSettled \(.*\): the task is in Revealing, and not in Settling",
        scripts.settled_too_early,
    ),
    # -------------------------------------------------------------------- managers and the treasury
    Patch(
        "a quorum ignored",
        one("libraries/Quorum.sol", "reached = count >= s.quorum;", "reached = count + 1 >= s.quorum;"),
        ("Federation",),
        rf"an action on {HEX} was executed with 1 confirmations; the quorum is 2",
        confirmations=1,
    ),
    Patch(
        "an expired confirmation",
        one("libraries/Quorum.sol", "return c.expires > block.timestamp &&", "return c.expires > 0 &&"),
        ("Federation",),
        r"2 of 2 managers confirmed on the chain; by the record 1 of 2",
        scripts.confirmed_too_late,
    ),
    Patch(
        "a removed manager's confirmation",
        one("libraries/Quorum.sol", "> block.timestamp && c.term == s.ended[manager]", "> block.timestamp"),
        ("Federation",),
        r"2 of 3 managers confirmed on the chain; by the record 1 of 3|2 of 2 managers confirmed on the chain; by the record 1 of 2",
        scripts.confirmed_in_an_earlier_term,
    ),
    Patch(
        "confirmations of another call",
        one("rounds/Governance.sol", "if (!args.federation.confirm(msg.sender, call)) return;\n        uint256 until", "if (!args.federation.confirm(msg.sender, call[0:4])) return;\n        uint256 until"),
        ("Governance",),
        rf"TaskPaused: the managers confirmed another call, {HEX}",
    ),
    Patch(
        "a member without application",
        one("Federation.sol", "function admit(uint256 application) external {\n        Account storage account = _openApplication(application);", "function admit(uint256 application) external {\n        Account storage account = _accounts[applicant(application)];"),
        ("Federation",),
        rf"{HEX} has no open application \d+",
        scripts.admitted_without_application,
    ),
    Patch(
        "a manager without a quorum",
        one("Federation.sol", "if (_confirmed()) _managers.add(manager);", "_managers.add(manager);"),
        ("Federation",),
        r"ManagerAdded: no quorum of the managers has confirmed it",
        scripts.added_a_manager,
    ),
    Patch(
        "a task that anyone cancels",
        one("rounds/Lifecycle.sol", "if (!alone && !args.federation.confirm(msg.sender, call)) return;", "alone = true;"),
        ("Lifecycle",),
        r"TaskCancelled: no quorum of the managers has confirmed it",
        scripts.cancelled_by_a_stranger,
    ),
    Patch(
        "a withdrawal of another amount",
        one("Treasury.sol", "function withdraw() external nonReentrant returns (uint256 amount) {\n        amount = owedTo[msg.sender];", "function withdraw() external nonReentrant returns (uint256 amount) {\n        amount = owedTo[msg.sender] - 1;"),
        ("Federation",),
        rf"{HEX} withdraws \d+, and is owed \d+",
        scripts.withdrawn,
    ),
    Patch(
        "a budget released twice",
        (
            Edit("Treasury.sol", "delete budgetOf[msg.sender];\n        _budgets -= amount.toUint128();", ""),
            Edit(OPENING, "uint256 released = args.", "args.federation.treasury().release(); uint256 released = args."),
        ),
        ("Federation", *ADVANCING),
        rf"{HEX} returns \d+ to the pool, and its budget has 0 left",
    ),
)  # fmt: skip


def manipulations(chain: LocalChain) -> Iterator[Manipulation]:
    for patch in PATCHES:
        family = "managers" if patch.made[0] == "Federation" or "Task" in patch.sentence[:4] else "contracts"
        yield Manipulation(family, patch.kind, lambda random, patch=patch: patch.attempt(chain, random))
