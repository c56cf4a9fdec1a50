// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fixture} from "./Fixture.sol";
import {VM} from "./Vm.sol";

/// @title Gas by the name of what was done
/// @notice For tests marked as isolated: there every call is a transaction of its own, and the gas of the last one is
/// what its sender would pay for, the 21,000 and the calldata included. Between them gas is not counted: a test has
/// only so much of it.
abstract contract Meter is Fixture {
    /// @dev Forge prints it, and `tools/snapshots.py` reads it.
    event log_named_uint(string key, uint256 val);

    struct Figure {
        uint256 calls;
        uint256 total;
        uint256 most;
    }

    mapping(string what => Figure) private figures;
    uint256 internal total;
    bool private measures = true;

    /// @dev For external functions: isolated, each is one transaction for all its calls, which are then not measured.
    /// Every transaction takes a copy of the whole state, so a thousand small ones cost more than what they do.
    modifier atOnce() {
        require(msg.sender == address(this));
        VM.pauseGasMetering();
        measures = false;
        _;
        measures = true;
    }

    function sendAs(address account) internal override {
        if (!measures) return VM.prank(account);
        VM.resumeGasMetering();
        VM.resetGasMetering();
        VM.prank(account);
    }

    /// @notice Counts the last transaction under this name.
    function note(string memory what) internal {
        uint256 used = VM.lastCallGas().total;
        VM.pauseGasMetering();
        Figure storage f = figures[what];
        (f.calls, f.total) = (f.calls + 1, f.total + used);
        if (used > f.most) f.most = used;
        total += used;
    }

    function mean(string memory what) internal view returns (uint256) {
        return figures[what].total / figures[what].calls;
    }

    function most(string memory what) internal view returns (uint256) {
        return figures[what].most;
    }

    function report(string memory what, uint256 gas) internal {
        emit log_named_uint(what, gas);
    }
}
