"""How the contracts' custom errors read to a person: a sentence each, and a hint.

A row of the table is the error's name, a sentence with its values by their Solidity names, and what to do. In a
sentence `!a` writes an amount of the fee token, `!t` a time, `!u` an end of membership, `!p` a phase, `!m` a
membership, `!l` how long a fee pays for, `!n` a parameter's name.
Sources: `contracts/interfaces/IErrors.sol`, and OpenZeppelin for the last rows.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """How an error reads to a person."""

    sentence: str
    hint: str


_AGAIN = "nothing is left to do"
_LOOK = "look at it by: folkmoot status; try again in the right phase"
_OPERATOR = "this is a fault in Folkmoot or in its caller; please report it"

SENTENCES: dict[str, Row] = {
    "AddressesTooLong": Row("the addresses have {size} bytes, and can have {largest}", "announce fewer of them"),
    "AlreadyAttested": Row("{member} has already attested in attempt {attempt}", _AGAIN),
    "AlreadyCommitted": Row("{member} has already committed its scores in attempt {attempt}", _AGAIN),
    "AlreadyEnrolled": Row("{member} takes part in this task already", _AGAIN),
    "AlreadyManager": Row("{account} is a manager already", _AGAIN),
    "AlreadyPaused": Row("the task is paused until {until!t}", "resume it first: folkmoot manager resume"),
    "AlreadyRevealed": Row("{member} has already revealed its scores in this round", _AGAIN),
    "AlreadyScored": Row("{member} has already scored the final model", _AGAIN),
    "AlreadySubmitted": Row("{member} has already submitted an update for round {round}", _AGAIN),
    "AnotherAgreed": Row(
        "the others attested another model: {agreed}", "compute it again: the task's record says which updates count"
    ),
    "ApplicationNotOpen": Row(
        "application {application} is decided, withdrawn or was never made",
        "list the open applications: folkmoot manager pending",
    ),
    "CannotRollBack": Row(
        "round {round} cannot be rolled back while it closes",
        "workers close it: send this again once folkmoot status shows the next round",
    ),
    "CommitmentMismatch": Row(
        "the revealed scores hash to {actual}, committed was {expected}",
        "reveal what the worker's journal holds for this round and attempt; if it is that, another worker, with another"
        " journal, uses the same key: stop one of the two",
    ),
    "CommitteeOutOfBounds": Row(
        "the task takes no committee of {size}",
        "name at least 3 members, at most its `committee`; or as many, and 3 or more of its `aggregators`:"
        " folkmoot task show",
    ),
    "DuplicateMember": Row("{member} is named twice", "name every member once"),
    "FeeOnTransfer": Row(
        "the token delivered {received!a} of {expected!a}: it takes a fee on transfers",
        "deploy the federation with a token that delivers what is sent",
    ),
    "TaskFull": Row(
        "the task already has its {maxEnrolled} members", "join another task, or propose one with more places"
    ),
    "InsufficientPool": Row(
        "the pool holds {available!a}, needed are {needed!a}",
        "choose a smaller budget, or add to the pool: folkmoot deposit AMOUNT",
    ),
    "InvalidParameter": Row("{name!n} cannot be {value}: {reason}", "correct it and propose again"),
    "RoundClosing": Row(
        "round {round} is being closed", "workers close it: send this again once folkmoot status shows the next round"
    ),
    "InvalidPublicKey": Row(
        "the public key belongs to {derived}, not to {account}", "give that account's own public key, 64 bytes"
    ),
    "InvalidScore": Row(
        "{value} is not a score: scores and baselines are 0 to 10000",
        "give basis points from 0 to 10000, or 65535 to abstain",
    ),
    "InvalidScoreCount": Row(
        "{actual} words of scores, and these updates take {expected}",
        "give one score for every update, in the order they came, 16 in a word",
    ),
    "WrongMembership": Row(
        "{account} {membership!m}, which does not allow this", "look at the account: folkmoot member status"
    ),
    "NameTooLong": Row("the name has {size} bytes, and can have {largest}", "give a shorter name"),
    "NotCommitted": Row(
        "{member} has committed no scores in attempt {attempt}", "only seats that committed can reveal"
    ),
    "NotSampled": Row("{member} was not sampled to train in round {round}", "wait for the next round's sampling"),
    "NotEnoughGas": Row("a rule needs {needed} gas, {available} were left", "send it again with more gas"),
    "NotEnrolled": Row("{account} takes no part in this task", "enrol first: folkmoot task enrol"),
    "NotFederation": Row("{caller} is not the federation, and only the federation may call this", _OPERATOR),
    "NotManager": Row("{caller} is not a manager of the federation", "ask a manager, or use a manager's account"),
    "NotMember": Row(
        "{account} is not a member of the federation",
        "apply for membership and wait for admission: folkmoot member apply",
    ),
    "NotPastDue": Row(
        "the membership of {account} runs {paidUntil!u}", "only a membership that is past due can be ended"
    ),
    "StillMember": Row(
        "{account} is still a member of the federation", "only accounts that left or were banned can be retired"
    ),
    "NotSeated": Row("{account} has no seat in round {round}, or was replaced", "wait for an election"),
    "NotTask": Row("{caller} is not a task of this federation", _OPERATOR),
    "NotToken": Row("no token answers at {token}", "deploy the federation with the address of an ERC-20 token"),
    "NotYetEligible": Row("{member} enrolled for round {since} and later", "wait for that round"),
    "NothingOwed": Row("nothing is owed to {account}", "rewards can be withdrawn once a round has closed"),
    "NothingToRevoke": Row(
        "{manager} has not confirmed the action {action}", "list the pending actions: folkmoot manager pending"
    ),
    "MembershipNeverExpires": Row("the membership of {account} does not expire", "there is nothing to renew"),
    "PaidTooFarAhead": Row("{paidUntil!t} is too far ahead: one can pay until {latest!t} now", "renew it later"),
    "PauseOutOfBounds": Row(
        "a pause of {duration} seconds is not between 1 and {maxPause}", "choose a duration between these"
    ),
    "QuorumOutOfBounds": Row(
        "a quorum of {quorum} does not suit the number of managers, {managers}",
        "keep at least as many managers as the quorum",
    ),
    "SeatDoesNotAttest": Row(
        "seat {seat} does not attest: seats from {first} to before {end} do", "score this round; other seats attest"
    ),
    "SeatedMembersDoNotTrain": Row(
        "{member} has a seat in round {round}, and seats do not train", "do the seat's work in this round"
    ),
    "EnrolmentOpen": Row("members may enrol until {startBy!t}", "wait for that time"),
    "TaskStarting": Row("the task is starting: round 0 opens first", "enrol in a few blocks"),
    "TaskCanStart": Row("the task can start, so it does not expire", "start it: folkmoot task start"),
    "TooFewMembers": Row(
        "the federation has too few members: {members}, the task needs {needed}",
        "admit more, or propose a smaller task",
    ),
    "TooFewEnrolled": Row(
        "too few members are enrolled: {enrolled}, needed are {needed}",
        "wait for more, or for the end of the enrolling window",
    ),
    "Suspended": Row("{member} is suspended until round {until}", "wait for that round; passing updates clear strikes"),
    "SupplyTooLarge": Row("the supply of {supply!a} is above {largest!a}", "deploy with another token"),
    "TaskNotRunning": Row("the task is not running: it is {current!p}", "look at it by: folkmoot status"),
    "TermsNotAccepted": Row("the fee is now {fee!a} for {period!l}", "look at it again: folkmoot manager list"),
    "UnknownModel": Row("there is no model {model}", "list the models: folkmoot model list"),
    "WrongPause": Row(
        "the task is paused until {current!t}, not until {until!t}", "resume it by: folkmoot manager resume"
    ),
    "WrongPhase": Row("round {round} is in phase {current!p}, needed is {required!p}", _LOOK),
    "WrongRound": Row("the task is in round {current}, not in round {round}", _LOOK),
    "ZeroAddress": Row("the zero address belongs to no account", "give an address"),
    "ZeroAmount": Row("the amount or number is zero", "give at least 1"),
    "ZeroBytes32": Row(
        "the pointer or commitment is zero", "give the 32 bytes that name the blob or commit to the scores"
    ),
    "CloneArgumentsTooLong": Row("the task's parameters do not fit into its code", _OPERATOR),
    "ERC20InsufficientAllowance": Row(
        "{spender} may take {allowance!a} from the account, needed are {needed!a}", "approve the missing allowance"
    ),
    "ERC20InsufficientBalance": Row(
        "{sender} holds {balance!a}, needed are {needed!a}",
        "get the rest from the token's issuer; where anyone may mint it: folkmoot account faucet",
    ),
    "ERC20InvalidApprover": Row("{approver} cannot approve token transfers", "use an account of your own"),
    "ERC20InvalidReceiver": Row("{receiver} cannot receive tokens", "give another address"),
    "ERC20InvalidSender": Row("{sender} cannot send tokens", "use an account of your own"),
    "ERC20InvalidSpender": Row("{spender} cannot be allowed to move tokens", "give another address"),
    "FailedDeployment": Row("the task's contract could not be created", "send it again with more gas"),
    "InsufficientBalance": Row("the contract holds {balance} wei of the chain's coin, needed are {needed}", _OPERATOR),
    "ReentrancyGuardReentrantCall": Row("the contract was entered again from inside itself", _OPERATOR),
    "SafeCastOverflowedUintDowncast": Row("{value} does not fit into {bits} bits", "give a smaller number"),
    "SafeERC20FailedOperation": Row(
        "the token at {token} refused the transfer", "check the account's token balance and allowance"
    ),
}
