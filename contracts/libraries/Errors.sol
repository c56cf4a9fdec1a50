// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Membership} from "../interfaces/IFederation.sol";
import {Phase} from "../interfaces/ITask.sol";

// File-level, not in a library: a library named Errors would share its name with one of OpenZeppelin's.

/// @notice The seat has attested in this attempt.
error AlreadyAttested(address member, uint256 attempt);
/// @notice The seat has committed in this attempt.
error AlreadyCommitted(address member, uint256 attempt);
/// @notice The member takes part already.
error AlreadyEnrolled(address member);
/// @notice The address is a manager already.
error AlreadyManager(address account);
/// @notice The task is paused already.
error AlreadyPaused(uint256 until);
/// @notice The seat has revealed in this round.
error AlreadyRevealed(address member);
/// @notice The trainer has submitted in this round.
error AlreadySubmitted(address member, uint256 round);
/// @notice The application is decided, withdrawn or was never made.
error ApplicationNotOpen(uint256 application);
/// @notice The next model is agreed: the round can only close.
error CannotRollBack(uint256 round);
/// @notice The revealed values are not the committed ones.
error CommitmentMismatch(bytes32 expected, bytes32 actual);
/// @notice Fewer than needed, more than allowed.
error CommitteeOutOfBounds(uint256 size, uint256 smallest, uint256 largest);
/// @notice The same member is named twice.
error DuplicateMember(address member);
/// @notice The token took a fee on the way: the treasury cannot keep exact accounts with it.
error FeeOnTransfer(uint256 expected, uint256 received);
/// @notice The task holds as many members as its parameters allow.
error Full(uint256 maxEnrolled);
/// @notice The pool holds less than the budget.
error InsufficientPool(uint256 needed, uint256 available);
/// @notice The named parameter is out of bounds.
error InvalidParameter(bytes32 name, uint256 value);
/// @notice The public key is not 64 bytes that hash to the sender.
error InvalidPublicKey(address sender, address derived);
/// @notice A score or baseline above 10000 basis points.
error InvalidScore(uint256 value);
/// @notice The number of scores is not the number of updates.
error InvalidScoreCount(uint256 expected, uint256 actual);
/// @notice The membership does not allow this.
error MembershipIs(address account, Membership membership);
/// @notice The seat has not committed in this attempt.
error NotCommitted(address member, uint256 attempt);
/// @notice The draw of the round's trainers did not meet the member.
error NotDrawn(address member, uint256 round);
/// @notice Less gas than a rule is entitled to.
error NotEnoughGas(uint256 needed, uint256 available);
/// @notice The member takes no part in this task.
error NotEnrolled(address account);
/// @notice Only the federation.
error NotFederation(address caller);
/// @notice Nothing is owed to the account.
error NothingOwed(address account);
/// @notice The manager has not confirmed the action.
error NothingToRevoke(bytes32 action, address manager);
/// @notice Only managers.
error NotManager(address caller);
/// @notice Only members of the federation.
error NotMember(address account);
/// @notice The member has paid until a later time; 0 is for ever.
error NotPastDue(address account, uint256 paidUntil);
/// @notice Only the proposer.
error NotProposer(address caller, address proposer);
/// @notice The account is still a member of the federation.
error NotRetired(address account);
/// @notice The member has no seat in this round, or was replaced.
error NotSeated(address account, uint256 round);
/// @notice Only tasks of this federation.
error NotTask(address caller);
/// @notice The enrolment counts from a later round.
error NotYetEligible(address member, uint256 since);
/// @notice There is nothing to renew: the member has paid for ever.
error PaidForEver(address account);
/// @notice The pause ends too late or not after now.
error PauseOutOfBounds(uint256 until, uint256 latest);
/// @notice As many managers as there can be, or fewer than the quorum would remain.
error QuorumOutOfBounds(uint256 quorum, uint256 managers);
/// @notice Seats from `first` on and before `end` attest.
error SeatDoesNotAttest(uint256 seat, uint256 first, uint256 end);
/// @notice The member has a seat, and nobody with a seat trains.
error SeatedMembersDoNotTrain(address member, uint256 round);
/// @notice The enrolment window is still open.
error StartStillPossible(uint256 startBy);
/// @notice The enrolment window is over.
error StartTooLate(uint256 startBy);
/// @notice The member may act again from that round on.
error Suspended(address member, uint256 until);
/// @notice The task is not running.
error TaskNotRunning(Phase current);
/// @notice Too few trainers beside the committee.
error TooFewTrainers(uint256 needed, uint256 enrolled);
/// @notice No model block with that number.
error UnknownModel(uint256 model);
/// @notice The task is in another phase.
error WrongPhase(uint256 round, Phase current, Phase required);
/// @notice The task is in another round.
error WrongRound(uint256 round, uint256 current);
/// @notice The zero address.
error ZeroAddress();
/// @notice An amount, a count or a number of steps of zero.
error ZeroAmount();
/// @notice A pointer or commitment of zero.
error ZeroWord();
