// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../interfaces/IElectionRule.sol";
import {IRewardRule} from "../interfaces/IRewardRule.sol";
import {IScoreRule} from "../interfaces/IScoreRule.sol";

/// @dev The highest score and the highest baseline, in basis points.
uint256 constant MAX_SCORE = 10_000;

/// @dev In place of a score or a baseline: the seat could not look, so its voice is missing.
uint256 constant ABSTAINED = type(uint16).max;

/// @dev The `activeShare` with which every participant takes part in every round.
uint256 constant FULL_PARTICIPATION = 10_000;

/// @dev Two seats cannot form a majority if one is absent.
uint256 constant MIN_COMMITTEE = 3; // of the seats that judge, and of those that only attest

/// @notice Where a task stands. Derived from stored facts and the block's time, never stored. "Ends by time" marks the
/// phases that end at a deadline without any transaction; a call that anyone can make ends the other waiting phases.
enum Phase {
    Proposed, // waits for the managers' approval or for `cancel`; holds no money, so it has no deadline
    Enrolling, // members enrol; anyone may `start`, or from `startBy` on `expire` what cannot
    Sampling, // anyone calls `sampleTrainers`; no deadline; skipped if all who may train do
    Training, // trainers submit updates; ends by time
    Committing, // seats commit to their scores; ends by time
    Revealing, // seats reveal their scores; ends by time
    Settling, // anyone calls `settle`; no deadline
    Aggregating, // aggregators attest the next model; ends by time
    Closing, // anyone calls `close`; no deadline
    Stalled, // a deadline passed and too few had acted; anyone calls `recover`
    Paused, // by the managers, until `pausedUntil`; ends by time
    Finished, // terminal; the last round's judging seats may still score the final model
    Expired, // terminal: could not start by `startBy`
    Cancelled // terminal: withdrawn by its proposer before the approval, or by the managers before the start
}

/// @notice The facts that deadlines and counts do not show. The phase follows from all three.
enum Milestone {
    Proposed, // nothing has happened yet
    Approved, // by the managers; members enrol
    Enrolled, // enrolment is over; the hash of that block will draw the first round
    Seated, // the round has its committee; its trainers are being sampled
    Open, // the round has its trainers; from here on deadlines lead to Settling
    Submitted, // all updates that the round will have are in, as a transaction showed; seats commit
    Committed, // likewise all commitments; seats reveal
    Settled, // the verdicts are written; aggregators attest
    Agreed, // the next model is agreed; the round can only close
    Finished, // the task is over
    Expired, // the task did not start
    Cancelled // the proposal was withdrawn
}

/// @notice What the round found about one update.
enum Verdict {
    None, // not settled yet
    Fault, // the score rule finds it harmful; its author is struck when the round closes
    Rejected, // the score rule does not accept it, or its author is no longer a member of the federation
    Passed, // accepted by the score rule, but not among the best `updatesPerRound`
    Accepted // becomes an update block
}

/// @notice Why a participant was struck.
enum StrikeReason {
    Update, // its update was a `Verdict.Fault`
    Absence, // its seat did not commit, reveal or attest when it was due
    Minority // its seat attested another pointer than the agreed one
}

/// @notice A task's parameters, stored in the clone's code, so they never change. `ParameterBounds` has the limits.
struct Parameters {
    bytes32 descriptor; // pointer of the task descriptor
    bytes32 model; // pointer of model 0
    IScoreRule scoreRule; // turns the seats' scores into one, and that into a judgement
    IElectionRule electionRule; // chooses the next committee and aggregators
    IRewardRule rewardRule; // weighs what each contribution is paid
    bytes32 scoreParameters; // passed to the score rule
    bytes32 electionParameters; // passed to the election rule
    bytes32 rewardParameters; // passed to the reward rule
    uint16 totalRounds; // rounds of the task
    uint16 committee; // seats that judge
    uint16 aggregators; // seats beside them that attest; 0 lets the committee attest
    bool redraw; // every election considers all participants, not only the providers of accepted updates
    bool seatsTrain; // seats submit updates, too; none has a say on its own
    bool stakeWeighted; // attestations are weighted by stake, clipped to twice the aggregators' median
    uint16 activeShare; // participants with a seat or sampled to train, basis points; 10000 is all
    uint16 updatesPerRound; // most updates accepted in a round (k)
    uint16 minUpdates; // updates without which a round stalls
    uint16 maxUpdates; // most trainers in a round; where more could train, so many are sampled
    uint16 minEnrolled; // participants before which the task starts only once the enrolling window has passed
    uint16 maxEnrolled; // most participants, including those that retire
    uint32 enrollingWindow; // seconds from the approval to `startBy`
    uint32 trainingWindow; // seconds
    uint32 committingWindow; // seconds
    uint32 revealingWindow; // seconds
    uint32 aggregatingWindow; // seconds
    uint32 maxPause; // seconds that one pause may last
    uint8 minBlocks; // blocks that each of the other windows lasts at least; at least the federation's
    uint16 suspensionRounds; // rounds that a suspended participant misses
    uint8 maxAttempts; // of one round; if the last one stalls, the old model is carried forward
    uint8 maxEmptyRounds; // carried rounds in a row after which the task ends
    uint8 maxStrikes; // strikes that suspend
    uint8 maxTerms; // consecutive rounds after which a vacancy filler ranks as `Standing.Tired`
}

/// @notice The running round: its deadline, counts and the milestone. Times are seconds since 1970. One slot.
/// @dev Windows are half-open: `block.timestamp < deadline` is inside, and so is `block.number < endBlock`. Of windows
/// that follow each other by time alone, the last one's end is stored: Committing ends `revealingWindow` before
/// Revealing, Training `committingWindow` before Committing.
struct Round {
    uint32 deadline; // end of Revealing; once the round is settled, of Aggregating
    uint32 endBlock; // the first block in which the window of the milestone can be over; of the enrolment, its last one
    uint32 pausedUntil; // end of the last pause; 0 without one
    uint16 number; // from 0; round t starts from model t and ends with model t + 1
    uint16 eligible; // trainers, fixed when the round opened or the sampling ended
    uint16 submitted; // updates
    uint16 committed; // seats that committed in this attempt or have revealed
    uint16 revealed; // seats that revealed
    uint16 seats; // seats that judge
    uint8 attempt; // from 0
    Milestone milestone; // the last one reached
    bool sampled; // only sampled participants train
    uint40 salts; // xor of the hashes of all salts revealed so far, their last 40 bits: nobody can guess so many
}

/// @notice Counts of who takes part, and the budget. One slot.
struct Roster {
    uint32 startBy; // end of the enrolling window, seconds since 1970
    uint16 enrolled; // so far; enrolment numbers run from 1 to this
    uint16 active; // enrolled, neither suspended nor retired
    uint8 emptyRounds; // carried rounds in a row
    uint32 departureCount; // the federation's, when all enrolled were last known to be its members
    uint128 budget; // approved and added so far, spent or not; fee token, smallest unit
}

/// @notice How far sampling, settling and closing have come, and what the last settling found. One slot.
/// @dev Findings of the round before stay until they are overwritten.
struct RoundProgress {
    uint16 pages; // settled so far, of 16 updates each
    uint16 closed; // items closed so far: updates, then seats
    uint16 accepted; // updates
    uint16 baseline; // the upper median of the seats' baselines, basis points
    uint16 agreed; // index of the tally that reached a majority
    uint16 aggregators; // seats after the committee's that attest; 0 if the committee attests
    uint16 sampled; // trainers found so far
    uint16 draws; // made to find them
    uint40 totalWeight; // sum of the accepted updates' reward weights
    uint24 judgingWeight; // reward weight of a seat that revealed
    uint24 attestingWeight; // reward weight of a seat that attested the agreed pointer
    uint24 totalAttestingWeight; // sum of all seats' attestation weights, where `stakeWeighted`
    bool scoreRuleFailed; // in this round; no update is accepted
    bool electionRuleFailed; // in this round; the seats that did their duty stay
}

/// @notice One participant's record in a task. One slot.
/// @dev Fields named `…In` hold a round number + 1; 0 is never.
struct Participant {
    uint16 number; // enrolment number, from 1; 0 is not enrolled
    uint16 since; // first round it counts in
    uint16 submittedIn; // last round it submitted an update in
    uint16 acceptedIn; // last round with an accepted update; not 0 makes it proven
    uint16 seatedIn; // last round it had a seat in
    uint16 seat; // index of that seat
    uint16 filledIn; // last round it was seated in as a vacancy filler
    uint16 sampledIn; // last round it was sampled to train in
    uint16 struckIn; // last round it was struck in
    uint16 absentIn; // last round it was absent from its seat in
    uint16 suspendedUntil; // first round it may act in again
    uint8 terms; // consecutive rounds as a vacancy filler, up to `filledIn`
    uint8 strikes; // since the last suspension, less those cleared
    bool retired; // counted out, because it is no longer a member of the federation
    uint40 stake; // 1 + the reward weights it has earned
    uint16 reputation; // moving average of its accepted scores, a strike counting as 0; basis points
}

/// @notice One seat of the running round: first the committee's, then those of aggregators. One slot.
struct Seat {
    address account; // who holds it
    uint16 baseline; // as revealed, basis points or `ABSTAINED`
    uint16 tally; // index of the tally it attested
    uint8 committedIn; // attempt + 1 of its commitment; 0 without one
    uint8 attestedIn; // attempt + 1 of its attestation; 0 without one
    bool revealed; // its scores
    bool excused; // seated after the settling, when nothing was left to reveal
    uint8 seatedAttempt; // attempt + 1 whose recovery seated the holder; 0 if seated when the round opened
    uint16 weight; // of its attestation, where `stakeWeighted`: 1000 has the median stake
    bool scored; // the final model, once the task has finished
}

/// @notice One update of the running round. One slot; its pointer is stored beside it.
struct Update {
    address author; // who submitted it
    uint32 samples; // training samples, as claimed, clamped to 32 bits
    uint24 weight; // from the reward rule; until the round is settled, the score if missing voices were the best
    uint16 score; // from the score rule, basis points
    uint16 rank; // 1 is the best; 0 is not accepted
    Verdict verdict; // `None` until the round is settled
}

/// @notice The attestations of one pointer in one attempt.
struct PointerTally {
    bytes32 pointer; // of the aggregate
    uint16 votes; // seats that attested it
    uint24 weight; // sum of their weights, where `stakeWeighted`
    uint16 round; // of the attestations
    uint8 attempt; // of the attestations
}
