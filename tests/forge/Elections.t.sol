// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../contracts/interfaces/IElectionRule.sol";
import {IRewardRule} from "../../contracts/interfaces/IRewardRule.sol";
import {IScoreRule} from "../../contracts/interfaces/IScoreRule.sol";
import {PAGE} from "../../contracts/rounds/State.sol";
import {Lanes} from "../../contracts/libraries/Lanes.sol";
import {MultiFactorElection} from "../../contracts/rules/election/MultiFactorElection.sol";
import {RandomElection} from "../../contracts/rules/election/RandomElection.sol";
import {RedrawElection} from "../../contracts/rules/election/RedrawElection.sol";
import {TopScoreElection} from "../../contracts/rules/election/TopScoreElection.sol";
import {ContestReward} from "../../contracts/rules/reward/ContestReward.sol";
import {FlatReward} from "../../contracts/rules/reward/FlatReward.sol";
import {ScoreShareReward} from "../../contracts/rules/reward/ScoreShareReward.sol";
import {StakeReward} from "../../contracts/rules/reward/StakeReward.sol";
import {Availability} from "../../contracts/rules/score/Availability.sol";
import {MajorityVote} from "../../contracts/rules/score/MajorityVote.sol";
import {MedianScore} from "../../contracts/rules/score/MedianScore.sol";
import {Candidate, Candidates, Standing} from "../../contracts/types/Candidate.sol";
import {VM} from "./support/Vm.sol";

/// @notice The rules as the task calls them: with the gas that it grants, on as many members as there can be.
contract ElectionsTest {
    // What the task grants: `Elections` and `Settling`.
    uint256 private constant ELECTION_GAS = 100_000;
    uint256 private constant ELECTION_GAS_EACH = 5_000;
    uint256 private constant RULE_GAS = 60_000;
    uint256 private constant SCORE_GAS_EACH = 800;
    uint256 private constant WEIGHT_GAS_EACH = 2_500;

    uint256 private constant CANDIDATES = 1_000;
    uint256 private constant SEATS = 400;
    bytes32 private constant WEIGHTS = bytes32(uint256(1) | uint256(2) << 16 | uint256(3) << 32);

    IElectionRule[3] private rules;
    IElectionRule private redraw;

    function setUp() external {
        rules = [
            IElectionRule(address(new TopScoreElection())),
            IElectionRule(address(new RandomElection())),
            IElectionRule(address(new MultiFactorElection()))
        ];
        redraw = new RedrawElection();
    }

    // ------------------------------------------------------------ 1,000 candidates

    function test_a_thousand_providers_fit_into_the_granted_gas() external view {
        requireElected(electorate(Standing.Provider, Standing.Provider));
    }

    function test_a_thousand_strangers_fit_into_the_granted_gas() external view {
        requireElected(electorate(Standing.Stranger, Standing.Stranger));
    }

    function test_a_thousand_of_every_standing_fit_into_the_granted_gas() external view {
        requireElected(electorate(Standing.Stranger, Standing.Provider));
    }

    function requireElected(Candidate[] memory candidates) private view {
        uint256 granted = ELECTION_GAS + ELECTION_GAS_EACH * CANDIDATES;
        for (uint256 i = 0; i < rules.length; ++i) {
            uint256[] memory chosen = rules[i].elect{gas: granted}(candidates, SEATS, "seed", WEIGHTS);
            requireDistinct(chosen, SEATS, CANDIDATES);
            uint256 worst = uint256(Standing.Provider);
            for (uint256 s = 0; s < SEATS; ++s) {
                VM.assertLe(candidates[chosen[s]].standing(), worst, "by standing");
                worst = candidates[chosen[s]].standing();
            }
        }
    }

    function test_a_redraw_of_a_thousand_fits_into_the_granted_gas() external view {
        Candidate[] memory candidates = electorate(Standing.Stranger, Standing.Provider);
        uint256 granted = ELECTION_GAS + ELECTION_GAS_EACH * CANDIDATES;
        requireDistinct(redraw.elect{gas: granted}(candidates, SEATS, "seed", 0), SEATS, CANDIDATES);
    }

    function requireDistinct(uint256[] memory chosen, uint256 seats, uint256 candidates) private pure {
        VM.assertEq(chosen.length, seats, "seats");
        bool[] memory seated = new bool[](candidates);
        for (uint256 i = 0; i < seats; ++i) {
            VM.assertTrue(!seated[chosen[i]], "seated twice");
            seated[chosen[i]] = true;
        }
    }

    /// @dev Stakes and scores rise with the index, the order that makes the heap move most.
    function electorate(Standing from, Standing to) private pure returns (Candidate[] memory candidates) {
        candidates = new Candidate[](CANDIDATES);
        for (uint256 i = 0; i < CANDIDATES; ++i) {
            uint256 standing = uint256(from) + i % (uint256(to) - uint256(from) + 1);
            candidates[i] = Candidates.pack({
                number_: i, standing_: standing, score_: i * 10, stake_: i, presence_: i % 11, reputation_: 0
            });
        }
    }

    /// @dev Of the largest committee and of the smallest.
    function test_medians_and_shares_fit_into_the_granted_gas() external {
        IScoreRule[3] memory scores = [IScoreRule(new MedianScore()), new MajorityVote(), new Availability()];
        for (uint256 seats = 3; seats <= SEATS; seats += SEATS - 3) {
            (uint256[] memory baselines, uint256[] memory votes) = (new uint256[](seats), new uint256[](seats));
            for (uint256 i = 0; i < seats; ++i) {
                (baselines[i], votes[i]) = (10_000 - i, Lanes.ONES * (10_000 - i));
            }
            uint256 granted = RULE_GAS + SCORE_GAS_EACH * seats * PAGE;
            for (uint256 i = 0; i < scores.length; ++i) {
                VM.assertEq(scores[i].scores{gas: granted}(baselines, votes, PAGE, 0).length, PAGE, "scores");
            }
        }
    }

    function test_weights_of_a_thousand_fit_into_the_granted_gas() external {
        uint256[] memory values = new uint256[](CANDIDATES);
        for (uint256 i = 0; i < CANDIDATES; ++i) {
            values[i] = 10_000 - i;
        }
        uint256 granted = RULE_GAS + WEIGHT_GAS_EACH * CANDIDATES;
        IRewardRule[4] memory rewards =
            [IRewardRule(new ScoreShareReward()), new FlatReward(), new StakeReward(), new ContestReward()];
        bytes32 parameters = bytes32(uint256(CANDIDATES) | 1 << 16);
        for (uint256 i = 0; i < rewards.length; ++i) {
            uint256[] memory weights = rewards[i].weights{gas: granted}(values, values, 0, 0, parameters);
            VM.assertEq(weights.length, CANDIDATES + 2, "weights");
        }
    }

    // ------------------------------------------------------------------ their keys

    function testFuzz_top_score_seats_the_best_providers(uint256 luck) external view {
        Candidate[] memory candidates = providers(luck);
        uint256[] memory chosen = rules[0].elect(candidates, 4, "seed", 0);
        for (uint256 i = 1; i < 4; ++i) {
            VM.assertGe(candidates[chosen[i - 1]].score(), candidates[chosen[i]].score(), "best first");
        }
        for (uint256 i = 0; i < candidates.length; ++i) {
            if (isIn(chosen, i)) continue;
            VM.assertLe(candidates[i].score(), candidates[chosen[3]].score(), "a better one was left out");
        }
    }

    /// @dev Nor does the redraw, of whatever standing candidates are.
    function testFuzz_a_redraw_asks_for_no_mark(uint256 luck, bytes32 seed, uint256 seats) external view {
        Candidate[] memory candidates = providers(luck);
        uint256[] memory chosen = redraw.elect(candidates, seats % 13, seed, 0);
        requireDistinct(chosen, seats % 13, 12);
        for (uint256 i = 0; i < candidates.length; ++i) {
            candidates[i] = Candidate.wrap(uint96(uint256(keccak256(abi.encode(luck, i)))) | i << 96);
        }
        uint256[] memory other = redraw.elect(candidates, seats % 13, seed, 0);
        VM.assertEq(keccak256(abi.encode(chosen)), keccak256(abi.encode(other)), "the same draw");
    }

    /// @dev Of 12 candidates 4 are drawn 3,000 times: each in 1,000 of these, 250 times for each of the seats. So many
    /// are six standard deviations (25.8, 15.1).
    function test_a_redraw_is_fair() external {
        VM.pauseGasMetering();
        Candidate[] memory candidates = providers(0);
        uint256[4][12] memory times;
        for (uint256 seed = 0; seed < 3_000; ++seed) {
            uint256[] memory chosen = redraw.elect(candidates, 4, keccak256(abi.encode(seed)), 0);
            for (uint256 i = 0; i < 4; ++i) {
                ++times[chosen[i]][i];
            }
        }
        for (uint256 i = 0; i < 12; ++i) {
            requireNear(times[i][0] + times[i][1] + times[i][2] + times[i][3], 1_000, 155);
            for (uint256 seat = 0; seat < 4; ++seat) {
                requireNear(times[i][seat], 250, 91);
            }
        }
    }

    function requireNear(uint256 value, uint256 expected, uint256 margin) private pure {
        VM.assertGe(value, expected - margin, "drawn too seldom");
        VM.assertLe(value, expected + margin, "drawn too often");
    }

    /// @dev Whatever their scores and stakes, each provider has the same chance.
    function testFuzz_a_draw_asks_for_no_score(uint256 luck, bytes32 seed) external view {
        uint256[] memory one = rules[1].elect(providers(luck), 4, seed, 0);
        uint256[] memory other = rules[1].elect(providers(~luck), 4, seed, 0);
        VM.assertEq(keccak256(abi.encode(one)), keccak256(abi.encode(other)), "the same draw");
    }

    function testFuzz_each_factor_alone_orders_by_it(uint256 luck) external view {
        Candidate[] memory candidates = providers(luck);
        for (uint256 factor = 0; factor < 4; ++factor) {
            uint256[] memory chosen = rules[2].elect(candidates, 6, "seed", bytes32(uint256(1) << 16 * factor));
            for (uint256 i = 1; i < chosen.length; ++i) {
                (Candidate a, Candidate b) = (candidates[chosen[i - 1]], candidates[chosen[i]]);
                if (factor == 0) VM.assertGe(a.score(), b.score(), "score");
                if (factor == 1) VM.assertGe(a.stake(), b.stake(), "stake");
                if (factor == 2) VM.assertGe(a.presence(), b.presence(), "presence");
                if (factor == 3) VM.assertGe(a.reputation(), b.reputation(), "reputation");
            }
        }
    }

    /// @dev Score 6000; the richest, 10000 of stake; presence 5 of 10, that is 5000; reputation 7000.
    function test_factors_are_added_by_their_weights() external view {
        Candidate[] memory candidates = new Candidate[](4);
        candidates[0] = provider({score: 6_000, stake: 0, presence: 0, reputation: 0});
        candidates[1] = provider({score: 0, stake: 500, presence: 0, reputation: 0});
        candidates[2] = provider({score: 0, stake: 0, presence: 5, reputation: 0});
        candidates[3] = provider({score: 0, stake: 0, presence: 0, reputation: 7_000});
        requireOrder(candidates, [uint256(1), 1, 1, 1], [uint256(1), 3, 0, 2]);
        requireOrder(candidates, [uint256(2), 1, 1, 1], [uint256(0), 1, 3, 2]);
        requireOrder(candidates, [uint256(1), 1, 3, 1], [uint256(2), 1, 3, 0]);
        requireOrder(candidates, [uint256(1), 1, 1, 2], [uint256(3), 1, 0, 2]);
    }

    function provider(uint256 score, uint256 stake, uint256 presence, uint256 reputation)
        private
        pure
        returns (Candidate)
    {
        return Candidates.pack(0, uint256(Standing.Provider), score, stake, presence, reputation);
    }

    function requireOrder(Candidate[] memory candidates, uint256[4] memory weights, uint256[4] memory order)
        private
        view
    {
        bytes32 parameters = bytes32(weights[0] | weights[1] << 16 | weights[2] << 32 | weights[3] << 48);
        uint256[] memory chosen = rules[2].elect(candidates, 4, "seed", parameters);
        for (uint256 i = 0; i < 4; ++i) {
            VM.assertEq(chosen[i], order[i], "order");
        }
    }

    function providers(uint256 luck) private pure returns (Candidate[] memory list) {
        list = new Candidate[](12);
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 x = uint256(keccak256(abi.encode(luck, i)));
            list[i] = Candidates.pack({
                number_: i,
                standing_: uint256(Standing.Provider),
                score_: x % 10_001,
                stake_: (x >> 16) % 10_000,
                presence_: (x >> 48) % 11,
                reputation_: (x >> 64) % 10_001
            });
        }
    }

    function isIn(uint256[] memory list, uint256 value) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == value) return true;
        }
        return false;
    }
}
