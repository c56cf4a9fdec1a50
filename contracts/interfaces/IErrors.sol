// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Membership} from "../types/Membership.sol";
import {Phase} from "../types/TaskTypes.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @title Why a call is refused
/// @notice Every contract declares all errors: what it calls, or is linked to, refuses for reasons of its own. Whoever
/// reads a reverted transaction has the ABI of the contract that it was sent to.
interface IErrors is IERC20Errors {
    /// @notice The addresses of a member's peers have more bytes than `largest`.
    error AddressesTooLong(uint256 size, uint256 largest);
    /// @notice The seat has already attested in this attempt.
    error AlreadyAttested(address member, uint256 attempt);
    /// @notice The seat has already committed in this attempt.
    error AlreadyCommitted(address member, uint256 attempt);
    /// @notice The member already takes part in the task.
    error AlreadyEnrolled(address member);
    /// @notice The address is already a manager.
    error AlreadyManager(address account);
    /// @notice The task is already paused.
    error AlreadyPaused(uint256 until);
    /// @notice The seat has already revealed in this round.
    error AlreadyRevealed(address member);
    /// @notice The seat has already scored the final model.
    error AlreadyScored(address member);
    /// @notice The trainer has already submitted in this round.
    error AlreadySubmitted(address member, uint256 round);
    /// @notice A majority has attested another pointer.
    error AnotherAgreed(bytes32 agreed);
    /// @notice The application was never made, or is already decided or withdrawn.
    error ApplicationNotOpen(uint256 application);
    /// @notice The next model is agreed, so the round can only close.
    error CannotRollBack(uint256 round);
    /// @notice The revealed values are not the committed ones.
    error CommitmentMismatch(bytes32 expected, bytes32 actual);
    /// @notice Too few or too many committee members are named.
    error CommitteeOutOfBounds(uint256 size, uint256 smallest, uint256 largest);
    /// @notice The same member is named twice.
    error DuplicateMember(address member);
    /// @notice The task cannot expire yet: members may enrol until `startBy`.
    error EnrolmentOpen(uint256 startBy);
    /// @notice The token took a fee on the transfer, so the treasury cannot keep exact accounts with it.
    error FeeOnTransfer(uint256 expected, uint256 received);
    /// @notice The pool holds less than the amount needed.
    error InsufficientPool(uint256 needed, uint256 available);
    /// @notice The named parameter is out of bounds; `reason` says what it has to be.
    error InvalidParameter(string name, uint256 value, string reason);
    /// @notice The public key is not 64 bytes that hash to the account.
    error InvalidPublicKey(address account, address derived);
    /// @notice A score or baseline exceeds 10000 basis points; or what stands behind the last score is not zero.
    error InvalidScore(uint256 value);
    /// @notice The scores do not come in as many words as those of all updates take, 16 in each.
    error InvalidScoreCount(uint256 expected, uint256 actual);
    /// @notice There is nothing to renew: the membership does not expire.
    error MembershipNeverExpires(address account);
    /// @notice A name has more bytes than `largest`.
    error NameTooLong(uint256 size, uint256 largest);
    /// @notice The seat has not committed in this attempt.
    error NotCommitted(address member, uint256 attempt);
    /// @notice Less gas is left than a rule is entitled to.
    error NotEnoughGas(uint256 needed, uint256 available);
    /// @notice The account does not take part in this task.
    error NotEnrolled(address account);
    /// @notice The caller is not the federation.
    error NotFederation(address caller);
    /// @notice Nothing is owed to the account.
    error NothingOwed(address account);
    /// @notice The manager has no confirmation of the action that counts.
    error NothingToRevoke(bytes32 action, address manager);
    /// @notice The caller, or the named account, is not a manager.
    error NotManager(address caller);
    /// @notice The account is not a member of the federation.
    error NotMember(address account);
    /// @notice The membership is paid until a later time; 0 means that it does not expire.
    error NotPastDue(address account, uint256 paidUntil);
    /// @notice The member was not sampled to train in this round.
    error NotSampled(address member, uint256 round);
    /// @notice The account does not hold this seat in this round.
    error NotSeated(address account, uint256 round);
    /// @notice The caller is not a task of this federation.
    error NotTask(address caller);
    /// @notice The address does not answer `totalSupply`, so it is no token.
    error NotToken(address token);
    /// @notice The enrolment counts from a later round on.
    error NotYetEligible(address member, uint256 since);
    /// @notice The payment would last beyond the latest time that can be paid for now.
    error PaidTooFarAhead(uint256 paidUntil, uint256 latest);
    /// @notice The pause ends too late, or not after now.
    error PauseOutOfBounds(uint256 duration, uint256 maxPause);
    /// @notice The quorum is 0 or exceeds the number of managers.
    error QuorumOutOfBounds(uint256 quorum, uint256 managers);
    /// @notice The round is closed over several calls, with the budget of the first: anyone may close it, then try again.
    error RoundClosing(uint256 round);
    /// @notice Only seats from `first` on and before `end` attest.
    error SeatDoesNotAttest(uint256 seat, uint256 first, uint256 end);
    /// @notice The member has a seat in this round, so it does not train.
    error SeatedMembersDoNotTrain(address member, uint256 round);
    /// @notice The account is still a member of the federation.
    error StillMember(address account);
    /// @notice The token has a larger supply than the treasury can count.
    error SupplyTooLarge(uint256 supply, uint256 largest);
    /// @notice The participant may act again from round `until` on.
    error Suspended(address member, uint256 until);
    /// @notice The task cannot expire: it can start.
    error TaskCanStart();
    /// @notice The task has as many participants as its parameters allow.
    error TaskFull(uint256 maxEnrolled);
    /// @notice No round of the task is under way.
    error TaskNotRunning(Phase current);
    /// @notice Enrolment is over, and round 0 has not opened: who wants to take part enrols then.
    error TaskStarting();
    /// @notice The fee is more, or the period that it pays for less, than the member accepts.
    error TermsNotAccepted(uint256 fee, uint256 period);
    /// @notice Fewer participants have enrolled than `minEnrolled`, which counts until `startBy`, or than seats and trainers
    /// need.
    error TooFewEnrolled(uint256 needed, uint256 enrolled);
    /// @notice The federation has fewer members than the task has to have seats and trainers.
    error TooFewMembers(uint256 needed, uint256 members);
    /// @notice There is no model block with that number.
    error UnknownModel(uint256 model);
    /// @notice The account's membership does not allow this.
    error WrongMembership(address account, Membership membership);
    /// @notice The task is paused until another time than the named one.
    error WrongPause(uint256 until, uint256 current);
    /// @notice The task is in another phase.
    error WrongPhase(uint256 round, Phase current, Phase required);
    /// @notice The task is in another round.
    error WrongRound(uint256 round, uint256 current);
    /// @notice An address is zero, or has no code where a contract is needed.
    error ZeroAddress();
    /// @notice An amount, a count or a number of steps is zero.
    error ZeroAmount();
    /// @notice A pointer or commitment is zero.
    error ZeroBytes32();
    /// @notice The token returned false.
    error SafeERC20FailedOperation(address token);
}
