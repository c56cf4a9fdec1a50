// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Participant, PointerTally, Roster, Round, RoundProgress, Seat, Update} from "../types/TaskTypes.sol";

/// @notice How far the recovery of one attempt has come, if it takes several calls. One slot.
struct RecoveryCursor {
    uint16 round; // of the recovery
    uint8 attempt; // of the recovery
    uint16 passed; // seats examined so far
    uint16 unfilled; // of these, vacant seats of the committee that no participant could take
}

/// @notice Everything a task stores.
/// @dev Scratch mappings are keyed by index and reused by every round, because writing a used slot costs a quarter of a
/// fresh one. A stale entry is never read. Updates, pointers and commitments below the round's counts are always fresh,
/// and a seat is reset when it is taken. A score word counts only if its seat has revealed. Tallies and the recovery's
/// cursor carry their round and attempt.
struct State {
    // ---- the running round
    Round round;
    Roster roster;
    RoundProgress progress;
    bytes32 updatesDigest; // of all updates so far
    bytes32 salts; // xor of the hashes of all salts revealed so far
    bytes32 seed; // for this round's sampling and its vacancies
    // ---- scratch
    mapping(uint256 index => Update) updates;
    mapping(uint256 index => bytes32) pointers;
    mapping(uint256 index => Seat) seats;
    mapping(uint256 index => bytes32) commitments; // by seat
    mapping(uint256 key => uint256 word) scores; // 16 a word, by (seat, page)
    mapping(uint256 index => PointerTally) tallies;
    RecoveryCursor recovery;
    // ---- participants
    mapping(address account => Participant) participants;
    mapping(uint256 number => address) enrolled;
    mapping(uint256 round => uint256) returning; // participants whose suspension ends there
    // ---- the record
    mapping(uint256 number => bytes32 pointer) ledger;
}

/// @dev Scores in one word.
uint256 constant PAGE = 16;
