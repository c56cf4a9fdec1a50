// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Candidate, Candidates, IElectionRule, Standing} from "../../contracts/interfaces/IRules.sol";
import {MultiFactorElection} from "../../contracts/rules/election/MultiFactorElection.sol";
import {RandomElection} from "../../contracts/rules/election/RandomElection.sol";
import {TopScoreElection} from "../../contracts/rules/election/TopScoreElection.sol";
import {ScoreShareReward} from "../../contracts/rules/reward/ScoreShareReward.sol";
import {MedianScore} from "../../contracts/rules/score/MedianScore.sol";
import {VM} from "./support/Vm.sol";

/// @notice The rules as the task calls them: with the gas that it grants, on as many members as there can be.
contract ElectionsTest {
    // What the task grants: `Seating` and `Settling`.
    uint256 private constant ELECTION_GAS = 100_000;
    uint256 private constant ELECTION_GAS_EACH = 5_000;
    uint256 private constant RULE_GAS = 60_000;
    uint256 private constant RULE_GAS_EACH = 2_500;

    uint256 private constant CANDIDATES = 1_000;
    uint256 private constant SEATS = 400;
    bytes32 private constant WEIGHTS = bytes32(uint256(1) | uint256(2) << 16 | uint256(3) << 32);

    IElectionRule[3] private rules;

    function setUp() external {
        rules = [
            IElectionRule(address(new TopScoreElection())),
            IElectionRule(address(new RandomElection())),
            IElectionRule(address(new MultiFactorElection()))
        ];
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
            VM.assertEq(chosen.length, SEATS, "seats");
            bool[] memory seated = new bool[](CANDIDATES);
            uint256 worst = uint256(Standing.Provider);
            for (uint256 s = 0; s < SEATS; ++s) {
                VM.assertTrue(!seated[chosen[s]], "seated twice");
                VM.assertLe(candidates[chosen[s]].standing(), worst, "by standing");
                (seated[chosen[s]], worst) = (true, candidates[chosen[s]].standing());
            }
        }
    }

    /// @dev Stakes and scores rise with the index, the order that makes the heap move most.
    function electorate(Standing from, Standing to) private pure returns (Candidate[] memory candidates) {
        candidates = new Candidate[](CANDIDATES);
        for (uint256 i = 0; i < CANDIDATES; ++i) {
            uint256 standing = uint256(from) + i % (uint256(to) - uint256(from) + 1);
            candidates[i] = Candidates.pack({standing_: standing, score_: i * 10, stake_: i, presence_: i % 11});
        }
    }

    function test_medians_and_shares_of_a_thousand_fit_into_the_granted_gas() external {
        uint256[] memory values = new uint256[](CANDIDATES);
        for (uint256 i = 0; i < CANDIDATES; ++i) {
            values[i] = 10_000 - i;
        }
        uint256 granted = RULE_GAS + RULE_GAS_EACH * CANDIDATES;
        VM.assertEq(new MedianScore().score{gas: granted}(values, values, 0), 9_500, "median");
        VM.assertEq(new ScoreShareReward().weights{gas: granted}(values, values, 0).length, CANDIDATES, "shares");
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

    /// @dev Whatever their scores and stakes, each provider has the same chance.
    function testFuzz_a_draw_asks_for_no_score(uint256 luck, bytes32 seed) external view {
        uint256[] memory one = rules[1].elect(providers(luck), 4, seed, 0);
        uint256[] memory other = rules[1].elect(providers(~luck), 4, seed, 0);
        VM.assertEq(keccak256(abi.encode(one)), keccak256(abi.encode(other)), "the same draw");
    }

    function testFuzz_each_factor_alone_orders_by_it(uint256 luck) external view {
        Candidate[] memory candidates = providers(luck);
        for (uint256 factor = 0; factor < 3; ++factor) {
            uint256[] memory chosen = rules[2].elect(candidates, 6, "seed", bytes32(uint256(1) << 16 * factor));
            for (uint256 i = 1; i < chosen.length; ++i) {
                (Candidate a, Candidate b) = (candidates[chosen[i - 1]], candidates[chosen[i]]);
                if (factor == 0) VM.assertGe(a.score(), b.score(), "score");
                if (factor == 1) VM.assertGe(a.stake(), b.stake(), "stake");
                if (factor == 2) VM.assertGe(a.presence(), b.presence(), "presence");
            }
        }
    }

    /// @dev Score 6000; the richest, 10000 of stake; presence 5 of 10, that is 5000.
    function test_factors_are_added_by_their_weights() external view {
        Candidate[] memory candidates = new Candidate[](3);
        uint256 provider = uint256(Standing.Provider);
        candidates[0] = Candidates.pack({standing_: provider, score_: 6_000, stake_: 0, presence_: 0});
        candidates[1] = Candidates.pack({standing_: provider, score_: 0, stake_: 500, presence_: 0});
        candidates[2] = Candidates.pack({standing_: provider, score_: 0, stake_: 0, presence_: 5});
        requireOrder(candidates, [uint256(1), 1, 1], [uint256(1), 0, 2]);
        requireOrder(candidates, [uint256(2), 1, 1], [uint256(0), 1, 2]);
        requireOrder(candidates, [uint256(1), 1, 3], [uint256(2), 1, 0]);
    }

    function requireOrder(Candidate[] memory candidates, uint256[3] memory weights, uint256[3] memory order)
        private
        view
    {
        bytes32 parameters = bytes32(weights[0] | weights[1] << 16 | weights[2] << 32);
        uint256[] memory chosen = rules[2].elect(candidates, 3, "seed", parameters);
        for (uint256 i = 0; i < 3; ++i) {
            VM.assertEq(chosen[i], order[i], "order");
        }
    }

    function providers(uint256 luck) private pure returns (Candidate[] memory list) {
        list = new Candidate[](12);
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 x = uint256(keccak256(abi.encode(luck, i)));
            list[i] = Candidates.pack({
                standing_: uint256(Standing.Provider),
                score_: x % 10_001,
                stake_: (x >> 16) % 10_000,
                presence_: (x >> 48) % 11
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
