// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

struct Wallet {
    address addr;
    uint256 publicKeyX;
    uint256 publicKeyY;
    uint256 privateKey;
}

/// @notice An event as it was emitted.
struct Log {
    bytes32[] topics;
    bytes data;
    address emitter;
}

/// @notice What a call used; as a transaction, that is with its 21,000 and calldata, in tests marked as isolated.
struct GasUse {
    uint64 limit;
    uint64 total;
    uint64 memoryUsed;
    int64 refunded;
    uint64 remaining;
}

/// @notice The cheat codes that these tests use.
interface Vm {
    // the world
    function createWallet(uint256 privateKey) external returns (Wallet memory);
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function roll(uint256 number) external;
    function fee(uint256 basefee) external;
    function warp(uint256 timestamp) external;
    function setArbitraryStorage(address account) external;

    // what is expected
    function assume(bool condition) external pure;
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata data) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectEmit(address emitter) external;
    function assertTrue(bool condition, string calldata what) external pure;
    function assertEq(uint256 left, uint256 right, string calldata what) external pure;
    function assertEq(address left, address right, string calldata what) external pure;
    function assertEq(bytes32 left, bytes32 right, string calldata what) external pure;
    function assertLe(uint256 left, uint256 right, string calldata what) external pure;
    function assertGe(uint256 left, uint256 right, string calldata what) external pure;

    function toString(uint256 value) external pure returns (string memory);
    function toString(bytes calldata value) external pure returns (string memory);

    // what happened
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function lastCallGas() external view returns (GasUse memory);
    function pauseGasMetering() external;
    function resumeGasMetering() external;
    function resetGasMetering() external;
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
