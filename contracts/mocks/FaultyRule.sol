// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../interfaces/IElectionRule.sol";
import {IRewardRule} from "../interfaces/IRewardRule.sol";
import {IScoreRule, Judgement, Metric} from "../interfaces/IScoreRule.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {Candidate} from "../types/Candidate.sol";

/// @notice How a rule goes wrong.
enum Misdeed {
    Revert,
    BurnGas,
    AnswerNothing,
    AnswerTooMuch, // 100,000 bytes
    AnswerOutOfBounds, // a score above 10000, an unknown judgement, an index past the candidates, a weight of 2^24
    AnswerTooFew, // one element less than asked for
    AnswerTooMany, // one element more than asked for
    RepeatAnAnswer, // one candidate twice
    WasteGas // answers as it should, with the last of its gas
}

/// @notice The rule reverted, as its parameters say.
error Misbehaved();

/// @title A rule of every kind that goes wrong in the way its parameters say
/// @dev Parameters: bits 0-7 the misdeed; bit 8 keeps `scores` honest, so that only `judge` goes wrong; with bit 9 `judge`
/// lets everything pass, so that only `scores` goes wrong.
contract FaultyRule is IScoreRule, IElectionRule, IRewardRule {
    uint256 private constant LAST_GAS = 300_000;
    uint256 private constant BOMB = 100_000; // bytes; more would cost more memory than the rule's gas buys

    /// @inheritdoc IScoreRule
    function metric() external pure returns (Metric) {
        return Metric.Accuracy;
    }

    /// @inheritdoc IScoreRule
    function scores(uint256[] calldata, uint256[] calldata votes, uint256 updates, bytes32 parameters)
        external
        view
        returns (uint256[] memory list)
    {
        bool isHonest = uint256(parameters) & 0x100 != 0;
        if (!isHonest) misbehave(parameters);
        list = new uint256[](isHonest ? updates : lengthOf(updates, parameters));
        for (uint256 i = 0; i < updates && i < list.length; ++i) {
            list[i] = Lanes.at(votes[0], i);
        }
        if (!isHonest && misdeedOf(parameters) == Misdeed.AnswerOutOfBounds) list[0] = 10_001;
    }

    /// @inheritdoc IScoreRule
    function judge(uint256[] calldata scores_, uint256, uint256, bytes32 parameters)
        external
        view
        returns (Judgement[] memory list)
    {
        if (uint256(parameters) & 0x200 != 0) return allPassed(scores_.length);
        misbehave(parameters);
        list = new Judgement[](lengthOf(scores_.length, parameters));
        if (misdeedOf(parameters) != Misdeed.AnswerOutOfBounds) return list;
        assembly ("memory-safe") {
            mstore(add(list, 32), 3) // Solidity would not let a judgement be three.
        }
        bytes memory answer = abi.encode(asWords(list));
        assembly ("memory-safe") {
            return(add(answer, 32), mload(answer))
        }
    }

    /// @inheritdoc IElectionRule
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32, bytes32 parameters)
        external
        view
        returns (uint256[] memory chosen)
    {
        misbehave(parameters);
        chosen = new uint256[](lengthOf(seats, parameters));
        for (uint256 i = 0; i < chosen.length; ++i) {
            chosen[i] = i;
        }
        Misdeed misdeed = misdeedOf(parameters);
        if (misdeed == Misdeed.AnswerOutOfBounds) chosen[0] = candidates.length;
        if (misdeed == Misdeed.RepeatAnAnswer) chosen[0] = 1;
    }

    /// @inheritdoc IRewardRule
    function weights(uint256[] calldata accepted, uint256[] calldata, uint256, uint256, bytes32 parameters)
        external
        view
        returns (uint256[] memory list)
    {
        misbehave(parameters);
        list = new uint256[](lengthOf(accepted.length + 2, parameters));
        if (misdeedOf(parameters) == Misdeed.AnswerOutOfBounds) list[0] = 1 << 24;
    }

    function allPassed(uint256 count) private pure returns (Judgement[] memory list) {
        list = new Judgement[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = Judgement.Passed;
        }
    }

    function asWords(Judgement[] memory list) private pure returns (uint256[] memory words) {
        assembly ("memory-safe") {
            words := list
        }
    }

    function misdeedOf(bytes32 parameters) private pure returns (Misdeed) {
        return Misdeed(uint8(uint256(parameters)));
    }

    function lengthOf(uint256 asked, bytes32 parameters) private pure returns (uint256) {
        Misdeed misdeed = misdeedOf(parameters);
        if (misdeed == Misdeed.AnswerTooFew) return asked - 1;
        return misdeed == Misdeed.AnswerTooMany ? asked + 1 : asked;
    }

    function misbehave(bytes32 parameters) private view {
        Misdeed misdeed = misdeedOf(parameters);
        require(misdeed != Misdeed.Revert, Misbehaved());
        while (misdeed == Misdeed.BurnGas) {}
        while (misdeed == Misdeed.WasteGas && gasleft() > LAST_GAS) {}
        uint256 size = misdeed == Misdeed.AnswerTooMuch ? BOMB : 0;
        if (size == 0 && misdeed != Misdeed.AnswerNothing) return;
        assembly {
            mstore(0, not(0)) // a bomb with a first word that is out of any bounds
            return(0, size)
        }
    }
}
