// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Ballot, Member, Roll, Round, Seat, Settlement, Update} from "../interfaces/ITask.sol";

/// @notice How far the recovery of one attempt has come, when it takes several calls.
struct Progress {
    uint16 round;
    uint8 attempt;
    uint16 passed; // seats
    uint16 unfilled; // of these, vacant seats of the committee that nobody took
}

/// @notice Everything a task stores.
/// @dev Scratch mappings are keyed by index and reused by every round, because writing a used slot costs a quarter of a
/// fresh one. A stale entry is never read: updates, pointers and commitments below the round's counts are always fresh,
/// a seat is reset when it is taken, a score word counts only if its seat has revealed, ballots and a recovery's progress
/// carry their round and attempt.
struct State {
    // ---- the running round
    Round round;
    Roll roll;
    Settlement settlement;
    bytes32 updatesDigest; // of all updates so far
    bytes32 salts; // xor of the hashes of all salts revealed so far
    bytes32 seed; // for the draws of the next election
    // ---- scratch
    mapping(uint256 index => Update) updates;
    mapping(uint256 index => bytes32) pointers;
    mapping(uint256 index => Seat) seats;
    mapping(uint256 index => bytes32) commitments; // by seat
    mapping(uint256 key => uint256 word) scores; // 16 a word, by (seat, page)
    mapping(uint256 index => Ballot) ballots;
    Progress recovery;
    // ---- members
    mapping(address account => Member) members;
    mapping(uint256 number => address) enrolled;
    mapping(uint256 round => uint256) returning; // members whose suspension ends there
    // ---- the record
    mapping(uint256 number => bytes32 pointer) ledger;
}

/// @dev Scores in one word.
uint256 constant PAGE = 16;

/// @dev The whole of `activeShare`: nobody is drawn.
uint256 constant EVERYBODY = 10_000;

/// @dev Basis points.
uint256 constant MAX_SCORE = 10_000;
