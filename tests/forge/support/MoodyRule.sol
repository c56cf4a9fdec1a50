// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRewardRule} from "../../../contracts/interfaces/IRewardRule.sol";

/// @title A rule that hands every call on to whichever rule it is told to be now
/// @notice Rules are pinned, so that is how a running task meets one that fails today and works tomorrow.
contract MoodyRule {
    address private _rule;
    bytes32 private _parameters;

    function become(address rule, bytes32 parameters) external {
        (_rule, _parameters) = (rule, parameters);
    }

    fallback(bytes calldata call) external returns (bytes memory) {
        (bool ok, bytes memory answer) = _rule.staticcall(withParameters(call));
        require(ok, "in a bad mood");
        return answer;
    }

    /// @dev The parameters' word is the last of a rule's arguments.
    function withParameters(bytes calldata call) private view returns (bytes memory changed) {
        changed = call;
        bool isFifth = msg.sig == IRewardRule.weights.selector;
        uint256 before = isFifth ? 128 : 96; // bytes of the other arguments
        uint256 position = 32 + 4 + before; // the array's length, the selector
        bytes32 parameters = _parameters;
        assembly ("memory-safe") {
            mstore(add(changed, position), parameters)
        }
    }
}
