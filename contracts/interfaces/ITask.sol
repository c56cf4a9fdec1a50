// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "./IFederation.sol";
import {IElectionRule, IRewardRule, IScoreRule} from "./IRules.sol";

/// @notice Where a task stands. Derived from stored facts and the time, never stored. "Time moves it" says whether time
/// alone can change the phase; where it cannot, a function that anyone may call can.
enum Phase {
    Proposed, // waits for the managers; holds no money, so it needs no way out by time
    Enrolling, // members enrol; once `startBy` is reached anyone may `expire`
    Drawing, // anyone draws who trains; no deadline. Only where `activeShare` is less than all
    Training, // trainers submit updates; time moves it
    Committing, // seats commit sealed scores; time moves it
    Revealing, // seats open their commitments; time moves it
    Settling, // anyone settles; no deadline
    Aggregating, // aggregators attest the next model; time moves it
    Closing, // anyone closes; no deadline
    Stalled, // a deadline passed and too few had acted; anyone recovers
    Paused, // by the managers until `pausedUntil`; time moves it
    Finished, // terminal
    Expired, // terminal: never started
    Cancelled // terminal: withdrawn by its proposer before approval
}

/// @notice The facts that no clock can tell. Everything else about the phase follows from deadlines and counts.
enum Milestone {
    Proposed,
    Approved,
    Seated, // its trainers are being drawn
    Open,
    Settled,
    Agreed,
    Finished,
    Expired,
    Cancelled
}

/// @notice What the round found about one update.
enum Verdict {
    None, // not settled yet
    Fault, // the score rule finds that it harms: struck when the round closes
    Rejected, // the score rule does not accept it, or its author is no member any more
    Passed, // accepted by the score rule, but not among the best `updatesPerRound`
    Accepted // becomes an update block
}

/// @notice Why a member was struck.
enum Fault {
    Update,
    Absence,
    Minority
}

/// @notice A task's parameters: pinned in the clone's code, so they never change.
struct Parameters {
    bytes32 descriptor; // pointer of the task descriptor
    bytes32 model; // pointer of model 0
    IScoreRule scoreRule;
    IElectionRule electionRule;
    IRewardRule rewardRule;
    bytes32 scoreParameters; // each rule reads its own word
    bytes32 electionParameters;
    bytes32 rewardParameters;
    uint16 totalRounds;
    uint16 committee; // seats that judge
    uint16 aggregators; // seats beside them that attest; 0 lets the committee attest
    bool redraw; // every round seats are filled from all who take part, not from the providers of accepted updates
    bool stakeWeighted; // attestations weigh the stake, clipped to twice the median of the aggregators'
    uint16 activeShare; // of the members, basis points: so many have a seat or are drawn to train; 10000 is all
    uint16 updatesPerRound; // k: update blocks in a round
    uint16 minUpdates;
    uint16 maxUpdates;
    uint16 maxEnrolled;
    uint32 enrollingWindow; // seconds, as all windows
    uint32 trainingWindow;
    uint32 committingWindow;
    uint32 revealingWindow;
    uint32 aggregatingWindow;
    uint32 maxPause;
    uint16 suspensionRounds;
    uint8 maxAttempts; // of one round; the last one that stalls carries the old model forward
    uint8 maxEmptyRounds; // in a row; then the task ends
    uint8 maxStrikes;
    uint8 maxTerms; // rounds running as a vacancy filler
}

/// @notice The running round: deadlines, counts and the milestone. One slot.
struct Round {
    uint32 trainingEnds; // windows are half-open: `now < deadline` is inside
    uint32 committingEnds;
    uint32 revealingEnds;
    uint32 aggregatingEnds;
    uint32 pausedUntil;
    uint16 number; // t: starts from model t, ends with model t + 1
    uint16 submitted; // updates
    uint16 committed; // seats that committed in this attempt or have revealed
    uint16 revealed; // seats
    uint16 seats; // that judge
    uint8 attempt; // from 0
    Milestone milestone;
}

/// @notice Who takes part, counted, and for how much. One slot.
struct Roll {
    uint32 startBy;
    uint16 enrolled; // ever; enrolment numbers run from 1 to this
    uint16 active; // enrolled, neither suspended nor retired
    uint16 eligible; // trainers of the running round, frozen when it opened
    uint8 emptyRounds; // in a row
    uint32 departures; // of the federation, when all enrolled were last known to be its members
    uint128 budget; // approved and funded so far, whole
}

/// @notice How far drawing, settling and closing have come, and what the last settling found. One slot.
struct Settlement {
    uint16 pages; // settled so far, of 16 updates each
    uint16 closed; // updates, then seats, already closed
    uint16 accepted; // updates
    uint16 baseline; // the median, basis points
    uint16 agreed; // index of the ballot that won
    uint16 aggregators; // seats after the committee's that attest; 0 if the committee attests
    uint16 drawn; // trainers
    uint16 draws; // made for them
    uint40 totalWeight; // of the accepted updates' reward weights
    uint24 judgingWeight; // the reward weight of a seat that revealed
    uint24 attestingWeight; // of a seat that attested what was agreed
    uint24 attestations; // all that they can weigh together, where they weigh the stake
    bool scoreRuleFailed;
    bool electionRuleFailed;
}

/// @notice A member's marks in one task. One slot. Marks named `…In` hold a round + 1; 0 is never.
struct Member {
    uint16 number; // enrolment number, from 1; 0 is not enrolled
    uint16 since; // first round it counts in
    uint16 submittedIn;
    uint16 acceptedIn; // last time among the accepted; not 0 makes a proven member
    uint16 seatedIn;
    uint16 seat; // index of that seat
    uint16 filledIn; // last time seated as a vacancy filler
    uint16 drawnIn; // as a trainer, where not everybody is
    uint16 struckIn;
    uint16 absentIn;
    uint16 suspendedUntil; // first round it may act in again
    uint8 terms; // rounds running as a vacancy filler, up to filledIn
    uint8 strikes;
    bool retired; // no member of the federation any more; counted out
    uint40 stake; // 1 + the reward weights that it has earned
    uint16 reputation; // exponential average of its accepted updates' scores, a strike counting as 0
}

/// @notice One seat of the running round: the committee's first, then those of aggregators. One slot.
struct Seat {
    address account;
    uint16 baseline; // basis points, once revealed
    uint16 ballot; // index of the ballot it attested
    uint8 committedIn; // attempt + 1
    uint8 attestedIn; // attempt + 1
    bool revealed;
    bool excused; // sat down after the settling: nothing was left to reveal
    uint8 filledIn; // attempt + 1 whose recovery seated this account; 0 if it sits since the round opened
    uint16 weight; // of its attestation, where that is the stake: 1000 is the median
}

/// @notice One update of the running round. One slot; its pointer is kept beside it.
struct Update {
    address author;
    uint32 samples; // as claimed
    uint24 weight; // from the reward rule
    uint16 score; // median, basis points
    uint16 rank; // 1 is the best; 0 is not accepted
    Verdict verdict;
}

/// @notice One pointer that aggregators attested, and by how many in which round and attempt.
struct Ballot {
    bytes32 pointer;
    uint16 votes;
    uint24 weight; // of the votes, where they weigh the stake
    uint16 round;
    uint8 attempt;
}

/// @title One model being trained
/// @notice Sequences rounds: enrolment, training, sealed scoring, settling, attestation, closing. Every waiting phase
/// ends by time alone or by a function that anyone may call.
/// @dev Warning: the contract records claims. It sees no data, no model and no sample; it cannot tell two identities of
/// one organisation apart, nor a committee whose majority lies together.
interface ITask {
    // ---------------------------------------------------------------- events

    /// @notice The managers approved the task; members enrol until `startBy` (seconds since 1970).
    event TaskApproved(uint256 budget, address[] committee, uint256 startBy);
    event TaskFunded(uint256 amount, uint256 budget);
    event TaskStarted(bytes32 seed);
    event TaskExpired();
    event TaskCancelled();
    /// @notice The task is over; what its budget still held returned to the pool.
    event TaskFinished(uint256 indexed round, uint256 released);

    /// @notice `since` is the first round the member counts in.
    event MemberEnrolled(address indexed member, uint256 number, uint256 since);
    event MemberRetired(address indexed member);
    event MemberStruck(uint256 indexed round, address indexed member, Fault fault, uint256 strikes);
    event StrikeCleared(uint256 indexed round, address indexed member, uint256 strikes);
    /// @notice The member may act again from round `until` on.
    event MemberSuspended(uint256 indexed round, address indexed member, uint256 until);

    /// @notice A round opened with these seats: the task's `committee`, then aggregators. `fillers[i]` tells that seat i
    /// was a vacancy. `eligible` members train, or are now drawn for it.
    event RoundOpened(uint256 indexed round, address[] seats, bool[] fillers, uint256 eligible);
    /// @notice These may train; `left` are still to be drawn.
    event TrainersDrawn(uint256 indexed round, address[] trainers, uint256 left);
    /// @notice Deadlines were set or moved; they hold from here on.
    event DeadlinesSet(
        uint256 indexed round,
        uint256 attempt,
        uint256 trainingEnds,
        uint256 committingEnds,
        uint256 revealingEnds,
        uint256 aggregatingEnds
    );
    event UpdateSubmitted(
        uint256 indexed round, address indexed author, uint256 index, bytes32 pointer, uint256 samples
    );
    event ScoresCommitted(uint256 indexed round, address indexed member, uint256 attempt, bytes32 commitment);
    event ScoresRevealed(
        uint256 indexed round, address indexed member, uint256 attempt, uint256 baseline, uint256[] scores, bytes32 salt
    );
    /// @notice All verdicts of a round, in the order the updates came. `ranking` lists the accepted, best first;
    /// `weights` their reward weights, then those of a seat that revealed and of one that attests what is agreed.
    event RoundSettled(
        uint256 indexed round,
        uint256 baseline,
        uint256[] scores,
        Verdict[] verdicts,
        uint256[] ranking,
        uint256[] weights
    );
    event AggregateAttested(uint256 indexed round, address indexed member, uint256 attempt, bytes32 pointer);
    /// @notice One pointer has more than half of the aggregators, and of their weight: it will be model round + 1.
    event AggregateAgreed(uint256 indexed round, bytes32 pointer, uint256 votes);
    /// @notice An accepted update entered the ledger and earned `amount`.
    event UpdateBlockWritten(
        uint256 indexed number, address indexed author, bytes32 pointer, uint256 score, uint256 amount
    );
    /// @notice A seat did what was due and earned `amount`.
    event SeatPaid(uint256 indexed round, address indexed member, uint256 weight, uint256 amount);
    event ModelBlockWritten(uint256 indexed number, bytes32 pointer);
    event RoundClosed(uint256 indexed round, bytes32 seed);
    event RoundRecovered(uint256 indexed round, uint256 attempt, Phase stalled);
    event SeatFilled(uint256 indexed round, uint256 indexed seat, address indexed member, address predecessor);
    /// @notice The round ended without a new model: the old one is carried forward, nobody is paid.
    event RoundCarried(uint256 indexed round, uint256 emptyRounds);
    event RoundRolledBack(uint256 indexed round, uint256 indexed model, address[] committee);
    event TaskPaused(uint256 indexed round, uint256 until);
    event TaskResumed(uint256 indexed round);
    /// @notice A rule reverted, ran out of its gas or answered out of bounds; the round went on without it.
    event RuleFailed(uint256 indexed round, address indexed rule);

    // ------------------------------------------------------------- managers
    // The same call with the same arguments by `quorum` managers executes it; until then it only counts.

    /// @notice Fixes the budget (fee token, smallest unit) and names the first committee of 3 to `committee` members; who
    /// is named beyond these aggregates.
    function approve(uint256 budget, address[] calldata committee) external;

    /// @notice Adds `amount` from the pool to the budget. A started task takes it at once.
    function fund(uint256 amount) external;

    /// @notice Stops round `round` until `until`, at most `maxPause` from now; open deadlines move by that length.
    function pause(uint256 round, uint256 until) external;

    /// @notice Ends the pause; deadlines move back by the rest.
    function resume(uint256 round) external;

    /// @notice Voids round `round` without pay or strikes: model round + 1 is model `model` again, and the named
    /// committee judges next. Nothing is erased.
    function rollback(uint256 round, uint256 model, address[] calldata committee) external;

    // -------------------------------------------------------------- members

    /// @notice Withdraws a proposal that is not approved. Only its proposer.
    function cancel() external;

    /// @notice Takes part. Before the start it counts at once, later from the next round on.
    function enrol() external;

    /// @notice Submits the sender's update for `round`.
    /// @param pointer Names the blob; the blob names its author, so a copied pointer is worth nothing to the copier.
    /// @param samples Claimed number of training samples, at least 1.
    /// @dev Warning: samples are a claim. Publish the blob only when Training has closed.
    function submitUpdate(uint256 round, bytes32 pointer, uint256 samples) external;

    // Who sits says which seat is its own: it knows, and the contract need not look it up.

    /// @notice Seals the scores of the sender's seat.
    /// @param commitment See `sealOf`.
    function commitScores(uint256 round, uint256 seat, bytes32 commitment) external;

    /// @notice Opens the sender's commitment: scores in the order of the updates, all in basis points.
    function revealScores(uint256 round, uint256 seat, uint256 baseline, uint256[] calldata scores, bytes32 salt)
        external;

    /// @notice States that the accepted updates aggregate to `pointer`.
    function attest(uint256 round, uint256 seat, bytes32 pointer) external;

    // --------------------------------------------------------------- anyone

    /// @notice Opens round 0 once the named committee and `minUpdates` trainers are enrolled.
    function start() external;

    /// @notice Ends a task that did not start in time.
    function expire() external;

    /// @notice Counts out an enrolled address that is no member of the federation any more.
    function retire(address account) external;

    /// @notice Draws who trains, by the seed; the last draw opens Training.
    /// @param steps Draws at most, of which some meet nobody, or a member that is drawn already or cannot train.
    function draw(uint256 steps) external;

    /// @notice Takes medians page by page (16 updates each), then writes all verdicts as one more step.
    /// @param steps How many at most; page it so that no call needs more than 16,000,000 gas.
    function settle(uint256 steps) external;

    /// @notice Writes blocks, strikes and payments item by item (updates, then seats), then elects and opens the next
    /// round as one more step.
    /// @param steps How many at most.
    function close(uint256 steps) external;

    /// @notice Restarts the phase that stalled with absent seats struck and refilled, or carries the old model forward.
    /// A committee of more than 64, more than 250 enrolled, or more than 200 updates and seats to strike may take several
    /// calls; the phase stays Stalled until the last.
    function recover() external;

    // ---------------------------------------------------------------- views

    function federation() external view returns (IFederation);
    function proposer() external view returns (address);
    function parameters() external view returns (Parameters memory);
    function budget() external view returns (uint256);
    function phase() external view returns (Phase);
    /// @notice The phase that stalled; means something while `phase` is Stalled.
    function stalledPhase() external view returns (Phase);
    function round() external view returns (Round memory);
    function roll() external view returns (Roll memory);
    function settlement() external view returns (Settlement memory);
    function member(address account) external view returns (Member memory);
    /// @notice The address with this enrolment number, from 1.
    function enrolledAt(uint256 number) external view returns (address);
    function seats() external view returns (Seat[] memory);
    /// @notice Up to `count` updates of the running round from index `from`, with their pointers.
    function updates(uint256 from, uint256 count) external view returns (Update[] memory, bytes32[] memory);
    /// @notice The pointers attested in the running attempt.
    function ballots() external view returns (Ballot[] memory);
    /// @notice The ledger: block `t * (k + 1)` is model t, the k after it are the round's accepted updates.
    function ledger(uint256 number) external view returns (bytes32);
    /// @notice The running hash of (author, pointer, samples) over all updates so far, from zero on:
    /// keccak256(abi.encode(digest, author, pointer, samples)).
    function updatesDigest() external view returns (bytes32);
    function seed() external view returns (bytes32);

    /// @notice keccak256(abi.encode(chainid, task, round, attempt, member, updatesDigest, baseline, scores, salt)).
    function sealOf(address account, uint256 baseline, uint256[] calldata scores, bytes32 salt)
        external
        view
        returns (bytes32);
}
