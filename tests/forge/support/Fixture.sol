// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Federation} from "../../../contracts/Federation.sol";
import {Task} from "../../../contracts/Task.sol";
import {ITask} from "../../../contracts/interfaces/ITask.sol";
import {ITreasury} from "../../../contracts/interfaces/ITreasury.sol";
import {TopScoreElection} from "../../../contracts/rules/election/TopScoreElection.sol";
import {ScoreShareReward} from "../../../contracts/rules/reward/ScoreShareReward.sol";
import {MedianScore} from "../../../contracts/rules/score/MedianScore.sol";
import {FederationToken} from "../../../contracts/token/FederationToken.sol";
import {Parameters, Phase, Round, Seat} from "../../../contracts/types/TaskTypes.sol";
import {Judge} from "./Judge.sol";
import {VM, Wallet} from "./Vm.sol";
import {packed} from "./Scores.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice A federation with members, and rounds walked phase by phase.
abstract contract Fixture {
    uint256 internal constant FEE = 1_000;
    uint256 internal constant STEPS = 10_000;

    Federation internal federation;
    ITreasury internal treasury;
    FederationToken internal token;
    ITask internal task;
    address[] internal managers;
    address[] internal members;

    // ------------------------------------------------------------------ set-up

    function deploy() internal {
        VM.warp(1_700_000_000);
        for (uint256 i = 0; i < 3; ++i) {
            managers.push(address(uint160(0x1000 + i)));
        }
        token = new FederationToken();
        federation = new Federation({
            managers_: managers,
            quorum_: 2,
            fee: FEE,
            period_: 0,
            minBlocks_: 0,
            token: IERC20(address(token)),
            taskImplementation_: address(new Task())
        });
        treasury = federation.treasury();
    }

    /// @notice Gives a member what the fee is now, and the treasury leave to take it.
    function provide(address member) internal returns (uint256 fee) {
        fee = federation.permissionFee();
        token.mint(member, fee);
        VM.prank(member);
        token.approve(address(treasury), fee);
    }

    function admitMembers(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) {
            Wallet memory w = VM.createWallet(members.length + 1);
            provide(w.addr);
            VM.prank(w.addr);
            uint256 application =
                federation.applyForMembership(abi.encodePacked(w.publicKeyX, w.publicKeyY), "General Hospital");
            for (uint256 m = 0; m < 2; ++m) {
                VM.prank(managers[m]);
                federation.admit(application);
            }
            members.push(w.addr);
        }
    }

    function defaults() internal returns (Parameters memory p) {
        p.descriptor = keccak256("descriptor");
        p.model = keccak256("model 0");
        p.scoreRule = new MedianScore();
        p.electionRule = new TopScoreElection();
        p.rewardRule = new ScoreShareReward();
        p.scoreParameters = bytes32(uint256(5_000) | uint256(10_000) << 16);
        (p.totalRounds, p.committee, p.updatesPerRound, p.minUpdates) = (8, 5, 5, 3);
        (p.maxUpdates, p.minEnrolled, p.maxEnrolled, p.activeShare) = (10, 8, 100, 10_000);
        (p.enrollingWindow, p.trainingWindow, p.committingWindow) = (1 hours, 10 minutes, 5 minutes);
        (p.revealingWindow, p.aggregatingWindow, p.maxPause) = (4 minutes, 3 minutes, 1 days);
        (p.suspensionRounds, p.maxAttempts, p.maxEmptyRounds, p.maxStrikes, p.maxTerms) = (4, 3, 4, 3, 3);
    }

    /// @notice The first members are the first committee, the next ones its aggregators.
    function propose(Parameters memory p, uint256 budget) internal {
        create(p);
        address[] memory committee = new address[](p.committee + p.aggregators);
        for (uint256 i = 0; i < committee.length; ++i) {
            committee[i] = members[i];
        }
        for (uint256 m = 0; m < 2; ++m) {
            VM.prank(managers[m]);
            task.approve(budget, committee);
        }
    }

    /// @notice Not approved yet; starts with as few as can do a round.
    function create(Parameters memory p) internal {
        p.minEnrolled = 3 + p.minUpdates;
        VM.prank(members[0]);
        task = ITask(federation.proposeTask("digits", p));
    }

    function begin(Parameters memory p, uint256 budget) internal {
        propose(p, budget);
        for (uint256 i = 0; i < members.length; ++i) {
            VM.prank(members[i]);
            task.enrol();
        }
        startTask();
    }

    /// @notice The block after the enrolment's end tells the seed.
    function startTask() internal {
        task.start();
        VM.roll(block.number + 1);
        task.start();
    }

    // ------------------------------------------------------------------- round

    /// @dev Who sends the next call. It comes last, when everything that has to be asked is known.
    function sendAs(address account) internal virtual {
        VM.prank(account);
    }

    function isSeated(address account) internal view returns (bool) {
        Round memory r = task.round();
        return task.participant(account).seatedIn == r.number + 1
            && task.seats()[task.participant(account).seat].account == account;
    }

    /// @notice The seats that judge.
    function committeeNow() internal view returns (address[] memory) {
        return seated(0, task.round().seats);
    }

    /// @notice The seats that attest.
    function aggregatorsNow() internal view returns (address[] memory) {
        (uint256 judging, uint256 all) = (task.round().seats, task.seats().length);
        return seated(all > judging ? judging : 0, all);
    }

    function seated(uint256 from, uint256 to) private view returns (address[] memory accounts) {
        Seat[] memory seats = task.seats();
        accounts = new address[](to - from);
        for (uint256 i = from; i < to; ++i) {
            accounts[i - from] = seats[i].account;
        }
    }

    /// @notice Opens and ends a round in which all do what is due.
    function playRound() internal {
        if (task.phase() == Phase.Sampling) task.sampleTrainers(STEPS);
        trainAll();
        judgeAll();
        settleRound();
        attestAll();
        if (task.phase() == Phase.Closing) task.close(STEPS);
    }

    /// @notice Unless the last reveal did.
    function settleRound() internal {
        if (task.phase() == Phase.Settling) task.settle(STEPS);
    }

    function submitAs(address account) internal {
        (uint256 round, uint256 samples) = (task.round().number, 100 + task.participant(account).number);
        sendAs(account);
        task.submitUpdate(round, keccak256(abi.encode(round, account)), samples);
    }

    function trains(address account) internal view returns (bool) {
        if (isSeated(account) && !task.parameters().seatsTrain) return false;
        return !task.round().sampled || task.participant(account).sampledIn == task.round().number + 1;
    }

    /// @notice In the members' order, until the phase ends.
    function trainAll() internal {
        for (uint256 i = 0; i < members.length && task.phase() == Phase.Training; ++i) {
            if (trains(members[i])) submitAs(members[i]);
        }
        if (task.phase() == Phase.Training) endWindow();
    }

    /// @notice Lets the running phase end by time.
    function endWindow() internal {
        VM.warp(Judge.end(task.round(), task.parameters(), task.phase()));
    }

    function judgeAll() internal {
        address[] memory committee = committeeNow();
        for (uint256 i = 0; i < committee.length; ++i) {
            commitAs(committee[i]);
        }
        for (uint256 i = 0; i < committee.length; ++i) {
            revealAs(committee[i]);
        }
    }

    /// @notice Until a majority agrees.
    function attestAll() internal {
        address[] memory aggregators = aggregatorsNow();
        for (uint256 i = 0; task.phase() == Phase.Aggregating; ++i) {
            attestAs(aggregators[i], nextModel());
        }
    }

    /// @dev What a seat says: its baseline, its scores in words, its salt.
    function opening(address account)
        internal
        view
        virtual
        returns (uint256 baseline, uint256[] memory words, bytes32 salt)
    {
        Round memory r = task.round();
        uint256[] memory scores = new uint256[](r.submitted);
        for (uint256 i = 0; i < scores.length; ++i) {
            scores[i] = 7_000 + uint256(keccak256(abi.encode(account, i, r.number))) % 2_000;
        }
        return (6_000, packed(scores), keccak256(abi.encode(account, r.number, r.attempt)));
    }

    function commitAs(address account) internal {
        (uint256 baseline, uint256[] memory words, bytes32 salt) = opening(account);
        bytes32 commitment = task.scoreCommitment(account, baseline, words, salt);
        (uint256 round, uint256 seat) = (task.round().number, task.participant(account).seat);
        sendAs(account);
        task.commitScores(round, seat, commitment);
    }

    function revealAs(address account) internal {
        (uint256 baseline, uint256[] memory words, bytes32 salt) = opening(account);
        (uint256 round, uint256 seat) = (task.round().number, task.participant(account).seat);
        sendAs(account);
        task.revealScores(round, seat, baseline, words, salt);
    }

    function attestAs(address account, bytes32 pointer) internal {
        (uint256 round, uint256 seat) = (task.round().number, task.participant(account).seat);
        sendAs(account);
        task.attest(round, seat, pointer);
    }

    function nextModel() internal view returns (bytes32) {
        return keccak256(abi.encode("model", task.round().number + 1));
    }
}
