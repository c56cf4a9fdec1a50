// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {VacancyOrder} from "../../contracts/libraries/VacancyOrder.sol";
import {Candidate, Candidates, Standing} from "../../contracts/types/Candidate.sol";
import {VM} from "./support/Vm.sol";

contract VacancyOrderTest {
    function testFuzz_seats_the_best_and_none_twice(uint256 luck, uint256 size, uint256 seats) external pure {
        (Candidate[] memory candidates, uint256[] memory keys) = electorate(luck, size % 30);
        uint256[] memory chosen = VacancyOrder.seat(candidates, keys, bytes32(luck), seats % 33);
        VM.assertEq(chosen.length, min(seats % 33, candidates.length), "as many as there are seats or candidates");
        bool[] memory seated = new bool[](candidates.length);
        for (uint256 i = 0; i < chosen.length; ++i) {
            VM.assertTrue(!seated[chosen[i]], "seated twice");
            seated[chosen[i]] = true;
            if (i == 0) continue;
            VM.assertTrue(precedes(candidates, keys, luck, chosen[i - 1], chosen[i]), "seated in this order");
        }
        for (uint256 i = 0; i < candidates.length && chosen.length > 0; ++i) {
            if (seated[i]) continue;
            VM.assertTrue(precedes(candidates, keys, luck, chosen[chosen.length - 1], i), "left out");
        }
    }

    /// @dev Whatever stakes and draws say.
    function testFuzz_no_stranger_before_a_proven_member(uint256 luck, uint256 stake) external pure {
        (Candidate[] memory candidates, uint256[] memory keys) = electorate(luck, 20);
        for (uint256 i = 0; i < 20; ++i) {
            candidates[i] = i % 2 == 0
                ? Candidates.pack(i, uint256(Standing.Stranger), 0, type(uint48).max, 0, 0)
                : Candidates.pack(i, uint256(Standing.Proven), 0, stake % 2, 0, 0);
        }
        uint256[] memory chosen = VacancyOrder.seat(candidates, keys, bytes32(luck), 10);
        for (uint256 i = 0; i < 10; ++i) {
            VM.assertEq(chosen[i] % 2, 1, "a stranger was seated before a proven member");
        }
    }

    function test_ties_go_to_the_earlier() external pure {
        Candidate[] memory candidates = new Candidate[](6);
        for (uint256 i = 0; i < 6; ++i) {
            candidates[i] = Candidates.pack(i, uint256(Standing.Sitting), 0, 7, 0, 0);
        }
        uint256[] memory chosen = VacancyOrder.seat(candidates, new uint256[](6), 0, 6);
        for (uint256 i = 0; i < 6; ++i) {
            VM.assertEq(chosen[i], i, "in order");
        }
    }

    /// @dev A key out of bounds must not spill into the standing above it.
    function testFuzz_no_key_outweighs_a_standing(uint256 key) external pure {
        Candidate[] memory candidates = new Candidate[](2);
        candidates[0] = Candidates.pack(0, uint256(Standing.Sitting), 0, type(uint48).max, 0, 0);
        candidates[1] = Candidates.pack(0, uint256(Standing.Provider), 0, 0, 0, 0);
        uint256[] memory keys = new uint256[](2);
        VM.assertEq(VacancyOrder.seat(candidates, keys, 0, 1)[0], 1, "the provider");
        (candidates[0], keys[1]) = (Candidates.pack(0, uint256(Standing.Provider) + 1, 0, 0, 0, 0), key);
        VM.assertEq(VacancyOrder.seat(candidates, keys, 0, 1)[0], 0, "the higher standing");
    }

    function testFuzz_every_seed_orders_strangers_anew(uint256 seed) external pure {
        Candidate[] memory strangers = new Candidate[](64);
        uint256[] memory keys = new uint256[](64);
        for (uint256 i = 0; i < 64; ++i) {
            strangers[i] = Candidates.pack(i, uint256(Standing.Stranger), 0, 0, 0, 0);
        }
        uint256[] memory once = VacancyOrder.seat(strangers, keys, bytes32(seed), 8);
        uint256[] memory again = VacancyOrder.seat(strangers, keys, bytes32(seed), 8);
        uint256[] memory other = VacancyOrder.seat(strangers, keys, keccak256(abi.encode(seed)), 8);
        VM.assertEq(keccak256(abi.encode(once)), keccak256(abi.encode(again)), "the same draw");
        VM.assertTrue(keccak256(abi.encode(once)) != keccak256(abi.encode(other)), "another draw");
    }

    /// @dev Who is not a candidate any more moves nobody else.
    function testFuzz_without_one_candidate_the_others_keep_their_order(uint256 luck, uint256 gone) external pure {
        (Candidate[] memory candidates, uint256[] memory keys) = electorate(luck, 20);
        gone %= 20;
        uint256[] memory whole = VacancyOrder.seat(candidates, keys, bytes32(luck), 20);
        (Candidate[] memory fewer, uint256[] memory fewerKeys) = (new Candidate[](19), new uint256[](19));
        for (uint256 i = 0; i < 19; ++i) {
            uint256 from = i < gone ? i : i + 1;
            (fewer[i], fewerKeys[i]) = (candidates[from], keys[from]);
        }
        uint256[] memory left = VacancyOrder.seat(fewer, fewerKeys, bytes32(luck), 19);
        uint256 place = 0;
        for (uint256 i = 0; i < 20; ++i) {
            if (whole[i] == gone) continue;
            VM.assertEq(fewer[left[place++]].number(), candidates[whole[i]].number(), "the others' order");
        }
    }

    // ------------------------------------------------------------------- order

    /// @dev The order as the interface tells it, by comparison instead of by packed keys.
    function precedes(Candidate[] memory c, uint256[] memory keys, uint256 luck, uint256 one, uint256 other)
        private
        pure
        returns (bool)
    {
        if (c[one].standing() != c[other].standing()) return c[one].standing() > c[other].standing();
        (uint256 left, uint256 right) = (c[one].stake(), c[other].stake());
        if (c[one].standing() == uint256(Standing.Provider)) (left, right) = (keys[one], keys[other]);
        if (c[one].standing() == uint256(Standing.Stranger)) (left, right) = (keyOf(luck, one), keyOf(luck, other));
        return left != right ? left > right : one < other;
    }

    function keyOf(uint256 luck, uint256 i) private pure returns (uint256) {
        return uint128(uint256(keccak256(abi.encode(luck, i))));
    }

    function electorate(uint256 luck, uint256 size)
        private
        pure
        returns (Candidate[] memory candidates, uint256[] memory keys)
    {
        (candidates, keys) = (new Candidate[](size), new uint256[](size));
        for (uint256 i = 0; i < size; ++i) {
            uint256 x = uint256(keccak256(abi.encode("electorate", luck, i)));
            candidates[i] = Candidates.pack(i, x % 5, 0, (x >> 8) % 6, 0, 0);
            keys[i] = (x >> 16) % 6;
        }
    }

    function min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
