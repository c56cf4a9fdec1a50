// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../../contracts/interfaces/IErrors.sol";
import {RuleCall} from "../../contracts/libraries/RuleCall.sol";
import {VM} from "./support/Vm.sol";

/// @notice Answers whatever it was told to, byte for byte.
contract Answer {
    bytes private _answer;

    function give(bytes calldata answer) external {
        _answer = answer;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        return _answer;
    }
}

contract Misbehaviour {
    uint256 private _slot;

    function burn() external pure {
        while (true) {}
    }

    function refuse() external pure {
        revert("no");
    }

    function write() external {
        _slot = 1;
    }

    /// @dev As many zero bytes as the gas buys; the caller would have to copy them.
    function flood(uint256 size) external pure {
        assembly {
            return(0, size)
        }
    }

    function gas() external view returns (uint256) {
        return gasleft();
    }

    function gases() external view returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = gasleft();
    }
}

contract RuleCallTest {
    uint256 private constant ALLOWANCE = 100_000;
    uint256 private constant MOST = 4; // words in an array

    Answer private answer;
    Misbehaviour private rule;

    function setUp() external {
        (answer, rule) = (new Answer(), new Misbehaviour());
    }

    // -------------------------------------------------------------------- word

    function testFuzz_a_word_is_read(uint256 value) external {
        (bool ok, uint256 read) = wordOf(abi.encode(value));
        VM.assertTrue(ok, "ok");
        VM.assertEq(read, value, "value");
    }

    function testFuzz_what_follows_the_word_is_left(uint256 value, bytes calldata rest) external {
        (bool ok, uint256 read) = wordOf(abi.encodePacked(value, rest));
        VM.assertTrue(ok, "ok");
        VM.assertEq(read, value, "value");
    }

    function test_less_than_a_word_is_no_answer() external {
        for (uint256 size = 0; size < 32; ++size) {
            (bool ok,) = wordOf(new bytes(size));
            VM.assertTrue(!ok, "a short answer");
        }
    }

    // ------------------------------------------------------------------- words

    function testFuzz_an_array_is_read(uint256[] memory values) external {
        (bool ok, uint256[] memory read) = wordsOf(abi.encode(values));
        VM.assertTrue(ok == (values.length <= MOST), "ok up to the bound");
        bytes32 expected = keccak256(abi.encode(ok ? values : new uint256[](0)));
        VM.assertEq(keccak256(abi.encode(read)), expected, "values");
    }

    function test_arrays_of_every_length_around_the_bound() external {
        for (uint256 length = 0; length <= MOST + 2; ++length) {
            (bool ok, uint256[] memory read) = wordsOf(abi.encode(new uint256[](length)));
            VM.assertTrue(ok == (length <= MOST), "ok up to the bound");
            VM.assertEq(read.length, ok ? length : 0, "length");
        }
    }

    function test_a_truncated_array_is_no_answer() external {
        for (uint256 size = 0; size < 64 + 32 * 2; ++size) {
            bytes memory whole = abi.encode(new uint256[](2));
            assembly ("memory-safe") {
                mstore(whole, size)
            }
            (bool ok,) = wordsOf(whole);
            VM.assertTrue(!ok, "a truncated array");
        }
    }

    function testFuzz_another_offset_is_no_answer(uint256 offset) external {
        VM.assume(offset != 32);
        (bool ok,) = wordsOf(abi.encode(offset, uint256(1), uint256(7)));
        VM.assertTrue(!ok, "offset");
    }

    function testFuzz_a_length_that_is_not_there_is_no_answer(uint256 length) external {
        VM.assume(length > 1);
        (bool ok,) = wordsOf(abi.encode(uint256(32), length, uint256(7)));
        VM.assertTrue(!ok, "length");
        (ok,) = wordsOf(abi.encode(uint256(32), type(uint256).max / 32 + 1, uint256(7)));
        VM.assertTrue(!ok, "a length whose bytes overflow to nothing");
    }

    function testFuzz_memory_behind_stays(bytes calldata noise) external {
        uint256[3] memory behind = [uint256(1), 2, 3];
        wordsOf(noise);
        VM.assertTrue(behind[0] == 1 && behind[1] == 2 && behind[2] == 3, "memory behind");
    }

    // ------------------------------------------------------------- misbehaviour

    function test_a_failing_rule_is_not_ok() external view {
        bytes[4] memory calls = [
            abi.encodeCall(rule.burn, ()),
            abi.encodeCall(rule.refuse, ()),
            abi.encodeCall(rule.write, ()),
            abi.encodeCall(rule.flood, (2 ** 64))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool ok,) = RuleCall.word(address(rule), ALLOWANCE, calls[i]);
            VM.assertTrue(!ok, "word");
            (ok,) = RuleCall.words(address(rule), ALLOWANCE, calls[i], MOST);
            VM.assertTrue(!ok, "words");
        }
    }

    function test_an_account_without_code_is_not_ok() external view {
        (bool ok,) = RuleCall.word(address(0xdead), ALLOWANCE, "");
        VM.assertTrue(!ok, "word");
        (ok,) = RuleCall.words(address(0xdead), ALLOWANCE, "", MOST);
        VM.assertTrue(!ok, "words");
    }

    /// @dev 200,000 bytes cost a rule 96,000 gas of memory, and so they would its caller.
    function test_a_bomb_costs_no_more_than_the_allowance() external view {
        bytes memory call = abi.encodeCall(rule.flood, (200_000));
        uint256 before = gasleft();
        (bool ok,) = RuleCall.word(address(rule), ALLOWANCE, call);
        VM.assertTrue(ok, "zero, and then many zeros");
        (ok,) = RuleCall.words(address(rule), ALLOWANCE, call, MOST);
        VM.assertTrue(!ok, "no array");
        VM.assertLe(before - gasleft(), 2 * ALLOWANCE + 6_000, "gas");
    }

    function test_burnt_gas_is_bounded() external view {
        uint256 before = gasleft();
        RuleCall.word(address(rule), ALLOWANCE, abi.encodeCall(rule.burn, ()));
        VM.assertLe(before - gasleft(), ALLOWANCE + 6_000, "gas");
    }

    // --------------------------------------------------------------------- gas

    function test_less_gas_than_the_rule_is_entitled_to_is_refused() external {
        bytes memory call = abi.encodeCall(this.gasOfWord, ());
        (bool ok, bytes memory reason) = address(this).call{gas: ALLOWANCE + 50_000}(call);
        VM.assertTrue(!ok && bytes4(reason) == IErrors.NotEnoughGas.selector, "refused by name");
        (ok,) = address(this).call{gas: ALLOWANCE + 60_000}(call);
        VM.assertTrue(ok, "enough");
    }

    /// @dev However little a caller sends: the whole allowance reaches the rule, or nothing happens at all.
    function testFuzz_no_caller_can_starve_a_rule(uint256 gas) external {
        gas = ALLOWANCE / 2 + gas % (2 * ALLOWANCE);
        (bool ok, bytes memory given) = address(this).call{gas: gas}(abi.encodeCall(this.gasOfWord, ()));
        if (ok) VM.assertGe(abi.decode(given, (uint256)), ALLOWANCE - 500, "a word's rule was starved");
        (ok, given) = address(this).call{gas: gas}(abi.encodeCall(this.gasOfWords, ()));
        if (ok) VM.assertGe(abi.decode(given, (uint256)), ALLOWANCE - 1_000, "an array's rule was starved");
    }

    function gasOfWord() external view returns (uint256 given) {
        bool ok;
        (ok, given) = RuleCall.word(address(rule), ALLOWANCE, abi.encodeCall(rule.gas, ()));
        require(ok, "a rule that had enough gas failed");
    }

    function gasOfWords() external view returns (uint256) {
        (bool ok, uint256[] memory list) =
            RuleCall.words(address(rule), ALLOWANCE, abi.encodeCall(rule.gases, ()), MOST);
        require(ok, "a rule that had enough gas failed");
        return list[0];
    }

    // ------------------------------------------------------------------- tools

    function wordOf(bytes memory given) private returns (bool, uint256) {
        answer.give(given);
        return RuleCall.word(address(answer), 1_000_000, "");
    }

    function wordsOf(bytes memory given) private returns (bool, uint256[] memory) {
        answer.give(given);
        return RuleCall.words(address(answer), 1_000_000, "", MOST);
    }
}
