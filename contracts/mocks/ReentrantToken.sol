// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title A token that calls back during a transfer
contract ReentrantToken is ERC20 {
    address private _target;
    bytes private _call;

    constructor() ERC20("Reentrant Token", "AGAIN") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Makes the next transfer, and no later one, call `target`.
    function arm(address target, bytes calldata call) external {
        (_target, _call) = (target, call);
    }

    function allow(address spender, uint256 amount) external {
        _approve(address(this), spender, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        address target = _target;
        if (target == address(0) || from == address(0)) return;
        _target = address(0);
        Address.functionCall(target, _call);
    }
}
