// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

struct Wallet {
    address addr;
    uint256 publicKeyX;
    uint256 publicKeyY;
    uint256 privateKey;
}

/// @notice The cheat codes that these tests use.
interface Vm {
    function createWallet(uint256 privateKey) external returns (Wallet memory);
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function expectRevert(bytes calldata data) external;
    function expectRevert() external;
    function cool(address target) external;
    function assume(bool condition) external pure;
    function writeFile(string calldata path, string calldata data) external;
    function toString(uint256 value) external pure returns (string memory);
    function toString(address value) external pure returns (string memory);
    function record() external;
    function load(address target, bytes32 slot) external view returns (bytes32);
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
