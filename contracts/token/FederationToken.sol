// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A fee token for local networks
/// @dev Warning: anyone may mint. A production federation names an existing ERC-20 instead.
contract FederationToken is ERC20 {
    constructor() ERC20("Federation Token", "FED") {}

    /// @notice Gives `to` new tokens.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}
