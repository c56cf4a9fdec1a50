// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Parameters, Phase, Update} from "../../contracts/types/TaskTypes.sol";
import {Fixture} from "./support/Fixture.sol";
import {Judge} from "./support/Judge.sol";
import {packed} from "./support/Scores.sol";
import {VM} from "./support/Vm.sol";

/// @notice What the revealed scores come to. Committee of 3; when one seat stays away, only an author is left to
/// take it.
contract SettlingTest is Fixture {
    uint256 private constant UPDATES = 20; // two pages

    mapping(address member => uint256 luck) private lucks;

    function setUp() public {
        deploy();
        admitMembers(3 + UPDATES);
        Parameters memory p = defaults();
        (p.committee, p.updatesPerRound, p.minUpdates, p.maxUpdates) = (3, 3, 1, uint16(UPDATES));
        begin(p, 0);
        trainAll();
    }

    function opening(address account) internal view override returns (uint256, uint256[] memory, bytes32) {
        uint256[] memory scores = new uint256[](UPDATES);
        for (uint256 i = 0; i < UPDATES; ++i) {
            scores[i] = scoreOf(account, i);
        }
        return (5_000, packed(scores), keccak256(abi.encode(account)));
    }

    function scoreOf(address account, uint256 update) private view returns (uint256) {
        return uint256(keccak256(abi.encode(lucks[account], update))) % 10_001;
    }

    function testFuzz_scores_are_medians_however_they_are_paged(uint128 luck, uint256 steps) external {
        address[] memory committee = committeeNow();
        for (uint256 i = 0; i < 3; ++i) {
            lucks[committee[i]] = luck % 7 + i * luck;
        }
        judgeAll();
        while (task.phase() == Phase.Settling) {
            task.settle(1 + steps % 3);
        }
        requireMedians(committee);
    }

    function testFuzz_who_sits_does_not_judge_its_own_update(uint128 luck, uint256 absent) external {
        absent %= 3;
        replace(absent);
        address[] memory committee = committeeNow();
        for (uint256 i = 0; i < 3; ++i) {
            lucks[committee[i]] = luck % 5 + i * luck;
        }
        judgeAll();
        settleRound();
        requireMedians(committee);
    }

    /// @dev Three of five reveal: the two silent ones count as 0, so the worst of the three scores is the median.
    function testFuzz_silence_never_helps_an_update(uint128 luck) external {
        address[] memory committee = committeeNow();
        for (uint256 i = 0; i < 3; ++i) {
            lucks[committee[i]] = luck % 3 + i * luck;
            commitAs(committee[i]);
        }
        revealAs(committee[0]);
        revealAs(committee[2]);
        endWindow();
        task.settle(STEPS);
        (Update[] memory updates,) = task.updates(0, UPDATES);
        for (uint256 i = 0; i < UPDATES; ++i) {
            (uint256 one, uint256 other) = (scoreOf(committee[0], i), scoreOf(committee[2], i));
            VM.assertEq(updates[i].score, one < other ? one : other, "median of two scores and a zero");
        }
        VM.assertEq(task.progress().baseline, 5_000, "median of two baselines and 10000");
    }

    /// @dev Of an author that sits the higher one of the two others.
    function requireMedians(address[] memory committee) private view {
        (Update[] memory updates,) = task.updates(0, UPDATES);
        for (uint256 i = 0; i < UPDATES; ++i) {
            uint256[] memory scores = new uint256[](3);
            for (uint256 seat = 0; seat < 3; ++seat) {
                scores[seat] = committee[seat] == updates[i].author ? type(uint256).max : scoreOf(committee[seat], i);
            }
            VM.assertEq(updates[i].score, Judge.sorted(scores)[1], "median");
        }
    }

    function replace(uint256 absent) private {
        address[] memory committee = committeeNow();
        commitAs(committee[(absent + 1) % 3]);
        endWindow();
        task.recover();
        address author = committeeNow()[absent];
        VM.assertEq(task.participant(author).submittedIn, 1, "an author took the seat");
    }
}
