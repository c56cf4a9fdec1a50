// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {
    Parameters,
    Participant,
    Phase,
    PointerTally,
    Roster,
    Round,
    RoundProgress,
    Seat,
    StrikeReason,
    Update,
    Verdict
} from "../types/TaskTypes.sol";
import {IFederation} from "./IFederation.sol";

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
    event MemberStruck(uint256 indexed round, address indexed member, StrikeReason reason, uint256 strikes);
    event StrikeCleared(uint256 indexed round, address indexed member, uint256 strikes);
    /// @notice The member may act again from round `until` on.
    event MemberSuspended(uint256 indexed round, address indexed member, uint256 until);

    /// @notice A round opened with these seats: the task's `committee`, then aggregators. `fillers[i]` tells that seat i
    /// was a vacancy. `eligible` members train, or are now drawn for it.
    event RoundOpened(uint256 indexed round, address[] seats, bool[] fillers, uint256 eligible);
    /// @notice These may train; `left` are still to be drawn.
    event TrainersSampled(uint256 indexed round, address[] trainers, uint256 left);
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
    /// @param commitment See `scoreCommitment`.
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
    function sampleTrainers(uint256 steps) external;

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
    function roster() external view returns (Roster memory);
    function progress() external view returns (RoundProgress memory);
    function participant(address account) external view returns (Participant memory);
    /// @notice The address with this enrolment number, from 1.
    function enrolledAt(uint256 number) external view returns (address);
    function seats() external view returns (Seat[] memory);
    /// @notice Up to `count` updates of the running round from index `from`, with their pointers.
    function updates(uint256 from, uint256 count) external view returns (Update[] memory, bytes32[] memory);
    /// @notice The pointers attested in the running attempt.
    function tallies() external view returns (PointerTally[] memory);
    /// @notice The ledger: block `t * (k + 1)` is model t, the k after it are the round's accepted updates.
    function ledger(uint256 number) external view returns (bytes32);
    /// @notice The running hash of (author, pointer, samples) over all updates so far, from zero on:
    /// keccak256(abi.encode(digest, author, pointer, samples)).
    function updatesDigest() external view returns (bytes32);
    function seed() external view returns (bytes32);

    /// @notice keccak256(abi.encode(chainid, task, round, attempt, member, updatesDigest, baseline, scores, salt)).
    function scoreCommitment(address account, uint256 baseline, uint256[] calldata scores, bytes32 salt)
        external
        view
        returns (bytes32);
}
