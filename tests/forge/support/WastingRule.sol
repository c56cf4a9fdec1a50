// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRewardRule} from "../../../contracts/interfaces/IRewardRule.sol";
import {IScoreRule, Judgement, Metric} from "../../../contracts/interfaces/IScoreRule.sol";

/// @notice Correct rules that take all the gas they may: every update but the first, a fault, passes.
contract WastingRule is IScoreRule, IRewardRule {
    uint256 private constant LAST_GAS = 20_000;
    uint256 private constant LAST_GAS_EACH = 100;

    function metric() external pure returns (Metric) {
        return Metric.Accuracy;
    }

    function scores(uint256[] calldata, uint256[] calldata, uint256 updates, bytes32)
        external
        view
        returns (uint256[] memory list)
    {
        list = new uint256[](updates);
        for (uint256 i = 0; i < updates; ++i) {
            list[i] = 9_000;
        }
        waste(0);
    }

    function judge(uint256[] calldata scores_, uint256, uint256, bytes32)
        external
        view
        returns (Judgement[] memory list)
    {
        list = new Judgement[](scores_.length);
        for (uint256 i = 1; i < scores_.length; ++i) {
            list[i] = Judgement.Passed;
        }
        waste(scores_.length);
    }

    function weights(uint256[] calldata scores_, uint256[] calldata, uint256, uint256, bytes32)
        external
        view
        returns (uint256[] memory list)
    {
        list = new uint256[](scores_.length + 2);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = 1_000;
        }
        waste(scores_.length);
    }

    function waste(uint256 answers) private view {
        while (gasleft() > LAST_GAS + LAST_GAS_EACH * answers) {}
    }
}
