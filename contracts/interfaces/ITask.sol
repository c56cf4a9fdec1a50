// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {
    Milestone,
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
import {IErrors} from "./IErrors.sol";
import {IFederation} from "./IFederation.sol";

/// @title One model being trained
/// @notice Sequences rounds: sampling, training, committing to scores, revealing them, settling, attestation, closing.
/// Once approved, every waiting phase ends by timeout or by a call anyone can make (see `Phase`).
/// @dev Units: times are seconds since 1970; scores, baselines and shares are basis points; amounts are in the fee
/// token's smallest unit. A pointer is the sha2-256 digest of a blob's CIDv0. Rounds and attempts count from 0.
/// @dev Every function with a `round` argument reverts with `WrongRound` unless that round is running. Every function
/// that needs a phase reverts with `WrongPhase` in any other; both name the round.
/// @dev Warning: the contract records claims. It sees no data, no model and no sample. It cannot tell two identities of
/// one organisation apart, nor detect a committee whose majority lies together.
interface ITask is IErrors {
    // ------------------------------------------------------- events of the task

    /// @notice The managers approved the task; members enrol until `startBy`.
    /// @param budget Amount that `start` moves from the pool.
    /// @param committee Named for round 0, in the order of their seats; empty if it is drawn at the start.
    event TaskApproved(uint256 budget, address[] committee, uint256 startBy);
    /// @notice The managers added `amount`; `budget` is the new total, spent or not.
    event TaskFunded(uint256 amount, uint256 budget);
    /// @notice Nobody enrols until round 0 has opened. It is drawn by the hash of this block, `number`, which is known from
    /// the next one on.
    event EnrolmentClosed(uint256 number);
    /// @notice Round 0 opens with `seed`.
    event TaskStarted(bytes32 seed);
    /// @notice The task could not start by `startBy`.
    event TaskExpired();
    /// @notice The proposer withdrew the task before the approval, or the managers before the start.
    event TaskCancelled();
    /// @notice The task is over after `round`; `released` is the unspent budget that returned to the pool.
    event TaskFinished(uint256 indexed round, uint256 released);

    // ------------------------------------------------- events of participants

    /// @notice `member` takes part from round `since` on. `number` is its enrolment number, from 1; it keeps that
    /// number when it enrols again after leaving the federation.
    event MemberEnrolled(address indexed member, uint256 number, uint256 since);
    /// @notice `member` is no longer a member of the federation and was counted out.
    event MemberRetired(address indexed member);
    /// @notice `member` was struck; `strikes` is its number of strikes now. The one that suspends is counted. Reasons: 0
    /// Update (it was a fault), 1 Absence (of its seat), 2 Minority (it attested another pointer than the agreed one).
    event MemberStruck(uint256 indexed round, address indexed member, StrikeReason reason, uint256 strikes);
    /// @notice An update that passed took an earlier strike off; `strikes` are left.
    event StrikeCleared(uint256 indexed round, address indexed member, uint256 strikes);
    /// @notice `account` hands on keys of encrypted blobs; the blob under `pointer` has them, each for its recipient.
    event KeysShared(address indexed account, bytes32 pointer);
    /// @notice `member` may act again from round `until` on.
    event MemberSuspended(uint256 indexed round, address indexed member, uint256 until);

    // ------------------------------------------------------- events of a round

    /// @notice A round opened.
    /// @param seats Who holds them: the first `committee` judge, the others only attest.
    /// @param fillers `fillers[i]` is true if seat i was a vacancy; that counts towards `maxTerms`.
    /// @param eligible Number of participants that train.
    /// @param sampled Whether these are still to be sampled, because more could.
    event RoundOpened(
        uint256 indexed round, address[] seats, uint256 committee, bool[] fillers, uint256 eligible, bool sampled
    );
    /// @notice `trainers` may train; `left` are still to be sampled.
    event TrainersSampled(uint256 indexed round, address[] trainers, uint256 left);
    /// @notice The deadline was set or moved; this one replaces all earlier ones.
    /// @param deadline Of Revealing, before which Committing ends by `revealingWindow`, and Training by `committingWindow`
    /// more; once the round is settled, of Aggregating.
    /// @param milestone The last one that the round has reached; the window that opened with it lasts until `endBlock` at
    /// least.
    event DeadlineSet(uint256 indexed round, uint256 attempt, Milestone milestone, uint256 deadline, uint256 endBlock);
    /// @notice Update number `index` of the round, from 0.
    /// @param samples As claimed, clamped to 2^32 - 1.
    event UpdateSubmitted(
        uint256 indexed round, address indexed author, uint256 index, bytes32 pointer, uint256 samples
    );
    /// @notice A seat committed to its scores.
    event ScoresCommitted(uint256 indexed round, address indexed member, uint256 attempt, bytes32 commitment);
    /// @notice A seat revealed its scores, in the order of the updates: 16 a word, see `revealScores`.
    event ScoresRevealed(
        uint256 indexed round, address indexed member, uint256 attempt, uint256 baseline, uint256[] words, bytes32 salt
    );
    /// @notice The verdicts of a round.
    /// @param baseline Upper median of the seats' baselines; a missing one counts as 10000.
    /// @param authors One for each update, in the order of submission.
    /// @param scores In the same order; a missing voice counts as 0.
    /// @param verdicts In the same order: 0 None, 1 Fault, 2 Rejected, 3 Passed (but not among the best), 4 Accepted.
    /// @param ranking Indices of the accepted updates, best first.
    /// @param weights Reward weights in the order of `ranking`, then that of a seat that revealed, then that of a seat
    /// that attests the agreed pointer.
    event RoundSettled(
        uint256 indexed round,
        uint256 baseline,
        address[] authors,
        uint256[] scores,
        Verdict[] verdicts,
        uint256[] ranking,
        uint256[] weights
    );
    /// @notice A seat attested that the accepted updates aggregate to `pointer`.
    event AggregateAttested(uint256 indexed round, address indexed member, uint256 attempt, bytes32 pointer);
    /// @notice `pointer` becomes model `round` + 1: more than half of the aggregators attested it and, where
    /// `stakeWeighted`, more than half of their weight.
    event AggregateAgreed(uint256 indexed round, bytes32 pointer, uint256 votes);
    /// @notice An accepted update, the round's best for rank 1, is on record; it earned `amount`.
    /// @dev On record in this event: no contract reads accepted updates, and storing them cost a twentieth of a round.
    /// `updatesDigest` vouches for their pointers.
    event UpdateBlockWritten(
        uint256 indexed round, address indexed author, uint256 rank, bytes32 pointer, uint256 score, uint256 amount
    );
    /// @notice A seat did what was due and earned `amount` for reward weight `weight`.
    event SeatPaid(uint256 indexed round, address indexed member, uint256 weight, uint256 amount);
    /// @notice The ledger holds a model: the first one at the start, then one at the end of each round.
    event ModelBlockWritten(uint256 indexed round, uint256 indexed model, bytes32 pointer);
    /// @notice The round ended with a new model.
    /// @param paid Credited to authors and seats in all.
    /// @param seed The next round's.
    event RoundClosed(uint256 indexed round, uint256 indexed model, bytes32 pointer, uint256 paid, bytes32 seed);
    /// @notice The phase `reopened`, numbered as in `phase()`, starts again in the same attempt: no transaction came while
    /// it lasted, so the chain may have stood still.
    event WindowReopened(uint256 indexed round, uint256 attempt, Phase reopened);
    /// @notice The phase `stalled`, numbered as in `phase()`, starts again as attempt `attempt`.
    event RoundRecovered(uint256 indexed round, uint256 attempt, Phase stalled);
    /// @notice A recovery gave seat number `seat` to `member`.
    event SeatFilled(uint256 indexed round, uint256 indexed seat, address indexed member, address predecessor);
    /// @notice The round ended without a new model and without pay: the old model is carried forward. `emptyRounds` is
    /// the number of such rounds in a row.
    event RoundCarried(uint256 indexed round, uint256 emptyRounds);
    /// @notice The managers voided the round: model `round` + 1 is model `model` again.
    event RoundRolledBack(uint256 indexed round, uint256 indexed model, address[] committee);
    /// @notice `member`, whose seat judged in the last round, scored model `round` + 1, the task's final one. Nothing
    /// follows from it on chain: who reads the log takes the median.
    event ModelScored(uint256 indexed round, uint256 indexed model, address indexed member, uint256 score);
    /// @notice The managers paused the task until `until`.
    event TaskPaused(uint256 indexed round, uint256 until);
    /// @notice The managers ended the pause early.
    event TaskResumed(uint256 indexed round);
    /// @notice A rule reverted, ran out of its gas or answered out of bounds. A score rule that fails accepts no update
    /// of the round, an election rule that fails keeps the seats that did their duty, a reward rule that fails pays 0.
    event RuleFailed(uint256 indexed round, address indexed rule);

    // ---------------------------------------------------------------- managers
    // Only managers. Each call counts as a confirmation of itself with these arguments; it executes once `quorum`
    // managers have confirmed it (see `IFederation`). All checks run at every confirmation, so that a call that cannot
    // execute is refused at once. They revert with `NotManager` for other callers.

    /// @notice Approves the task, in Phase.Proposed. Members can enrol for `enrollingWindow` from the last
    /// confirmation.
    /// @param budget Amount that the task may pay out in all its rounds; `start` takes it from the pool.
    /// @param committee Holds the seats of round 0: from 3 to `parameters().committee` members that judge, then none or
    /// from 3 to `parameters().aggregators` that attest. Empty, where a task has at most 64 seats: they are drawn among
    /// all that have enrolled when it starts.
    /// @dev Reverts with `CommitteeOutOfBounds`, `DuplicateMember`, `NotMember`, `TooFewMembers`, `InsufficientPool`,
    /// and `InvalidParameter("budget", …)` from 2^128 on.
    /// @dev The pool is not touched, so `start` may find less in it; and members may leave.
    function approve(uint256 budget, address[] calldata committee) external;

    /// @notice Withdraws a task that has not started, in Phase.Proposed or Phase.Enrolling. Its proposer alone can do so
    /// before the approval. No money has moved.
    /// @dev Reverts with `WrongPhase`.
    function cancel() external;

    /// @notice Adds `amount` to the budget, once the task is approved. A running task takes it from the pool at once.
    /// Later rounds are paid from the larger budget; past rounds are not paid again, and their share of `amount`
    /// returns to the pool at the end.
    /// @dev Reverts with `TaskNotRunning` unless approved or running, `ZeroAmount`, `RoundClosing`, `InvalidParameter("budget", …)` if
    /// the total reaches 2^128, and on execution with `InsufficientPool`.
    function fund(uint256 amount) external;

    /// @notice Pauses the task for `duration` seconds, which begin when the call executes, in any round and phase. Open
    /// deadlines move by the length of the pause.
    /// @dev Reverts with `TaskNotRunning`, `PauseOutOfBounds` unless 0 < `duration` <= `maxPause`, and `AlreadyPaused`.
    /// @dev Names no round, so that the task cannot outrun the managers. A confirmation that is no longer meant has to
    /// be revoked.
    function pause(uint256 duration) external;

    /// @notice Ends the pause that lasts until `until`; open deadlines move back by what is left of it.
    /// @dev Reverts with `WrongPhase` unless the task is paused, and `WrongPause` if until another time.
    /// @dev A pause is named by its end, so that a confirmation counts in that pause only. Another one can have the same
    /// end only after this call has executed, and the same call is a new action then.
    function resume(uint256 until) external;

    /// @notice Voids round t, which runs when the call executes: its updates are not paid, model t + 1 is model `model`
    /// again, and the named committee judges the next round, whose training begins when a pause ends. After the last
    /// round the task finishes.
    /// @dev Reverts with `TaskNotRunning`, `CannotRollBack` once the next model is agreed, `UnknownModel` if `model` > t,
    /// `CommitteeOutOfBounds` and `DuplicateMember`. If a named account cannot act in round t + 1, reverts with
    /// `NotEnrolled`, `NotYetEligible`, `Suspended` or `NotMember`.
    /// @dev Names no round, as `pause`. Erases nothing: earlier blocks and payments stay, and so do strikes that a
    /// recovery made. The bad model itself remains in the ledger.
    function rollback(uint256 model, address[] calldata committee) external;

    // ----------------------------------------------------------------- members

    /// @notice Enrols the sender. Only members of the federation. Counts at once before the start, afterwards from the
    /// next round on. A participant that retired enrols again with its old number, strikes, stake and reputation.
    /// @dev Reverts with `TaskNotRunning` before the approval and after the end, `TaskStarting` between the calls of `start`,
    /// `NotMember`, `TaskFull` and `AlreadyEnrolled`.
    function enrol() external;

    /// @notice Submits the sender's update, in Phase.Training. Only active participants, without a seat unless
    /// `seatsTrain`; where not all of these train, only sampled ones. Training ends early with the last eligible
    /// trainer's.
    /// @param pointer Names the blob. The blob names its author, so a copied pointer is worth nothing to the copier.
    /// @param samples Claimed number of training samples, at least 1; clamped to 2^32 - 1.
    /// @dev Reverts with `WrongRound`, `WrongPhase`, `NotEnrolled`, `NotYetEligible`, `Suspended`, `NotMember`,
    /// `SeatedMembersDoNotTrain`, `AlreadySubmitted`, `NotSampled`, `ZeroBytes32` and `ZeroAmount`.
    /// @dev Warning: samples are a claim, and the contract does not check that the blob exists. Publish the blob only
    /// when Training has ended.
    function submitUpdate(uint256 round, bytes32 pointer, uint256 samples) external;

    // Callers pass their own seat index, so that the contract need not look it up. Only the holder of that seat, while
    // it is a member of the federation: `NotSeated` and `NotMember` otherwise.

    /// @notice Commits to the scores of the sender's seat, in Phase.Committing. Only seats that judge. The last seat's
    /// commitment ends the phase.
    /// @param commitment See `scoreCommitment`.
    /// @dev Reverts with `WrongRound`, `WrongPhase`, `NotSeated`, `NotMember`, `AlreadyRevealed` if the seat revealed
    /// in an earlier attempt, `AlreadyCommitted` and `ZeroBytes32`.
    /// @dev Does not prove that the scores are known, well formed or the sender's own work.
    function commitScores(uint256 round, uint256 seat, bytes32 commitment) external;

    /// @notice Reveals the sender's scores, in Phase.Revealing. Only seats that judge. The last reveal of those that
    /// committed ends the phase. In a small round, of at most 16 updates and 32 seats, it also settles.
    /// @param baseline Score of the current model, 0 to 10000, or `ABSTAINED`.
    /// @param words One score for each update in the order of submission: 0 to 10000, where 0 means that it cannot be
    /// used, or `ABSTAINED` (65535), which means that the seat could not look. What an author says of its own does not
    /// count. 16 in a word of 16 bits each, the first in the lowest bits; the bits behind the last one are zero.
    /// @param salt As committed.
    /// @dev Reverts with `WrongRound`, `WrongPhase`, `NotSeated`, `NotMember`, `AlreadyRevealed`, `NotCommitted`,
    /// `InvalidScoreCount`, `InvalidScore` and `CommitmentMismatch`.
    /// @dev Warning: the salt enters the next seed. The last seat to reveal can choose between two seeds by withholding
    /// its scores, at the price of a strike.
    function revealScores(uint256 round, uint256 seat, uint256 baseline, uint256[] calldata words, bytes32 salt)
        external;

    /// @notice Attests that the accepted updates aggregate to `pointer`, in Phase.Aggregating. Only aggregators, or the
    /// committee where there are none. The phase ends when one pointer has a majority. Attestations that agree with it
    /// are taken, and paid, until the first call of `close`. In a small round of at most 250 enrolled, the one that
    /// completes all seats also closes.
    /// @dev Reverts with `WrongRound`, `WrongPhase`, `NotSeated`, `NotMember`, `SeatDoesNotAttest`, `AlreadyAttested`,
    /// `ZeroBytes32`, and `AnotherAgreed` once a majority attested another pointer.
    /// @dev Does not check that the blob exists or is the aggregate; a majority vouches for both.
    function attest(uint256 round, uint256 seat, bytes32 pointer) external;

    /// @notice Scores the final model, in Phase.Finished. Only the last round's seats that judge, each once. Nothing follows
    /// but the event: no pay, no strike, and no deadline.
    /// @param score 0 to 10000, as of a baseline. Who cannot look at the model says nothing.
    /// @dev Reverts with `WrongPhase`, `NotSeated`, `NotMember`, `AlreadyScored` and `InvalidScore`.
    /// @dev Warning: it is open, so a later seat can copy an earlier one's score.
    function scoreModel(uint256 seat, uint256 score) external;

    // ------------------------------------------------------------------ anyone
    // Anyone may call; nothing is paid for it. `steps` limits the work of one call, so that no call need exceed
    // 16,000,000 gas. These functions revert with `ZeroAmount` if `steps` is 0.

    /// @notice Starts the task, in Phase.Enrolling, once `minEnrolled` have enrolled or `startBy` is reached. It takes two
    /// calls: the first ends the enrolment; one in a later block opens round 0, drawn by the hash of the first one's block,
    /// and moves the budget from the pool to the task. After 256 blocks without it that hash is lost, and a call ends the
    /// enrolment once more.
    /// @dev Reverts with `WrongPhase`, `TooFewEnrolled`, with `NotEnrolled` or `NotMember` for a committee member that
    /// is not enrolled or left the federation, and with `InsufficientPool`.
    /// @dev Enrolled accounts that have left the federation count as trainers until `retire`.
    function start() external;

    /// @notice Ends a task that cannot start, in Phase.Enrolling from `startBy` on. No money has moved.
    /// @dev Reverts with `WrongPhase`, `EnrolmentOpen` and `TaskCanStart`.
    function expire() external;

    /// @notice Counts out `account`, which takes part but is no longer a member of the federation. In any phase. It
    /// keeps its record, and its seat until a recovery or the next election.
    /// @dev Reverts with `NotEnrolled`, also if it is retired already, and `StillMember`.
    /// @dev Elections and recoveries retire all departed participants by themselves.
    function retire(address account) external;

    /// @notice Samples trainers by the seed, in Phase.Sampling. The last trainer found opens Training.
    /// @param steps Most draws of this call. A draw can find no trainer: see `TrainerSampling`.
    /// @dev Reverts with `ZeroAmount` and `WrongPhase`.
    /// @dev After 8 * `maxEnrolled` draws the round goes on with the trainers found so far.
    function sampleTrainers(uint256 steps) external;

    /// @notice Scores the updates, a page of 16 a step, then writes all verdicts as one more step, in Phase.Settling.
    /// @param steps Most steps of this call.
    /// @dev Reverts with `ZeroAmount`, `WrongPhase`, and `NotEnoughGas` if a rule could not get the gas it is entitled
    /// to.
    /// @dev With nothing accepted the round stalls at once and can be recovered.
    function settle(uint256 steps) external;

    /// @notice Writes blocks, strikes and payments, an update or a seat a step, then elects and opens the next round as
    /// one more step, in Phase.Closing.
    /// @param steps Most steps of this call.
    /// @dev Reverts with `ZeroAmount`, `WrongPhase`, and `NotEnoughGas` if the election rule could not get the gas it
    /// is entitled to.
    /// @dev With more than 250 enrolled, the last step can take up to six calls: retiring departed members takes one for
    /// 250 each, the election one, and opening the round another.
    function close(uint256 steps) external;

    /// @notice Strikes absent seats, refills them and restarts the phase that stalled; or carries the old model forward
    /// if another attempt cannot help. Where `minBlocks` is not 0 and no transaction came while the window was open, the
    /// chain may have stood still: the window only starts again. In Phase.Stalled.
    /// @dev Reverts with `WrongPhase`, and `NotEnoughGas` if an election rule could not get the gas it is entitled to.
    /// @dev Can take several calls if there are more than 64 seats, 250 enrolled, or 200 updates and seats to strike
    /// for. The phase stays Stalled until the last.
    function recover() external;
    /// @notice Hands on keys of encrypted blobs that the sender can read, in any phase.
    /// @param pointer Names the blob that has them, each encrypted for its recipient. Only emitted.
    /// @dev Reverts with `ZeroBytes32`.
    /// @dev Does not check that the keys open anything: who reads tries them.
    function shareKeys(bytes32 pointer) external;

    // ------------------------------------------------------------------- views
    // Anyone may read; none reverts. Those of the implementation behind the clones mean nothing.

    /// @notice The federation that created the task.
    function federation() external view returns (IFederation);
    /// @notice Who proposed the task.
    function proposer() external view returns (address);
    /// @notice The parameters as proposed.
    function parameters() external view returns (Parameters memory);
    /// @notice Amount approved and added so far, spent or not.
    function budget() external view returns (uint256);
    /// @notice The phase at this block's time: 0 Proposed, 1 Enrolling, 2 Sampling, 3 Training, 4 Committing, 5 Revealing,
    /// 6 Settling, 7 Aggregating, 8 Closing, 9 Stalled, 10 Paused, 11 Finished, 12 Expired, 13 Cancelled.
    /// @dev An `eth_call` on an idle chain uses the latest block's time, so it can show a phase that is already over.
    function phase() external view returns (Phase);
    /// @notice The phase that stalled, numbered as in `phase`; undefined unless that is Stalled.
    function stalledPhase() external view returns (Phase);
    /// @notice The running round. Milestones: 0 Proposed, 1 Approved, 2 Enrolled, 3 Seated, 4 Open, 5 Submitted, 6
    /// Committed, 7 Settled, 8 Agreed, 9 Finished, 10 Expired, 11 Cancelled.
    function round() external view returns (Round memory);
    /// @notice Counts of participants, and the budget.
    function roster() external view returns (Roster memory);
    /// @notice How far the running round has come.
    function progress() external view returns (RoundProgress memory);
    /// @notice The record of `account`; all zero if it never enrolled.
    function participant(address account) external view returns (Participant memory);
    /// @notice The account with enrolment number `number`, from 1; 0 if there is none.
    function enrolledAt(uint256 number) external view returns (address);
    /// @notice The seats of the running round; between approval and start, those named for round 0.
    function seats() external view returns (Seat[] memory);
    /// @notice Up to `count` updates of the running round from index `from`, with their pointers.
    function updates(uint256 from, uint256 count) external view returns (Update[] memory, bytes32[] memory);
    /// @notice The pointers attested in the running attempt.
    function tallies() external view returns (PointerTally[] memory);
    /// @notice The pointer of model `model`; 0 if there is none yet. Model t + 1 is what round t ended with.
    function ledger(uint256 model) external view returns (bytes32);
    /// @notice The model that the running round starts from; before the start the proposed one, after the end the last.
    function currentModel() external view returns (bytes32);
    /// @notice A running hash of all updates so far, from zero on:
    /// keccak256(abi.encode(digest, author, pointer, samples)).
    function updatesDigest() external view returns (bytes32);
    /// @notice The seed of the running round, for its sampling and its vacancies.
    /// @dev The next one is keccak256(abi.encode(salts, task, round, seed)), with `Round.salts`. The first one uses the hash of the block before the start, no later one a block value.
    function seed() external view returns (bytes32);

    /// @notice What `account` has to commit to for these scores in the running round and attempt:
    /// keccak256(abi.encode(chainid, task, round, attempt, member, updatesDigest, baseline, words, salt)).
    /// @dev Changes with every update, so it holds only once Training has ended. Does not check its arguments.
    /// @dev Warning: calling it shows the scores to the node that answers. Compute the hash locally.
    function scoreCommitment(address account, uint256 baseline, uint256[] calldata words, bytes32 salt)
        external
        view
        returns (bytes32);
}
