// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Participant, PointerTally, Roster, Round, RoundProgress, Seat, Update} from "../types/TaskTypes.sol";

/// @notice How far the end of an attempt has come, where it takes several calls. One slot.
struct Cursor {
    uint16 round; // of the attempt; the rest counts for it alone
    uint8 attempt;
    uint16 checked; // participants looked up so far, whether they are still members of the federation
    uint32 departures; // the federation's, when the first of them was
    uint16 passed; // seats that the recovery has examined
    uint16 unfilled; // of these, vacant seats of the committee that no participant could take
    uint16 elected; // seats of the next round, plus 1; 0 before the election
    uint16 committee; // of these, seats that judge
}

/// @notice Everything a task stores.
/// @dev Scratch mappings are keyed by index and reused by every round, because writing a used slot costs a quarter of a
/// fresh one. A stale entry is never read. Updates and pointers below the round's counts are always fresh,
/// and a seat is reset when it is taken. A score word counts only if its seat has revealed. Tallies and the cursor carry
/// their round and attempt; who is elected counts by the cursor.
struct State {
    // ---- the running round
    Round round;
    Roster roster;
    RoundProgress progress;
    bytes32 updatesDigest; // of all updates so far
    bytes32 seed; // for this round's sampling and its vacancies
    uint256 paid; // in this round, by earlier calls of `close`
    // ---- scratch
    mapping(uint256 index => Update) updates;
    mapping(uint256 index => bytes32) pointers;
    mapping(uint256 index => Seat) seats;
    mapping(uint256 key => uint256 word) scores; // 16 a word, by (seat, page); until they are revealed, page 0 is sealed
    mapping(uint256 index => PointerTally) tallies;
    Cursor cursor;
    mapping(uint256 index => uint256 word) elected; // 16 a word: enrolment number, and `FILLER` of a vacancy
    // ---- participants
    mapping(address account => Participant) participants;
    mapping(uint256 number => address) enrolled;
    mapping(uint256 round => uint256) returning; // participants whose suspension ends there
    // ---- the record
    mapping(uint256 model => bytes32 pointer) ledger;
}

/// @dev Scores, and elected seats, in one word.
uint256 constant PAGE = 16;

/// @dev The mark of an elected seat that is a vacancy.
uint256 constant FILLER = 1 << 15;

/// @dev Whether a round is so small that who acts last in a phase also does what anyone could do next.
function isSmall(uint256 updates, uint256 seats) pure returns (bool) {
    return updates <= PAGE && seats <= 2 * PAGE;
}

/// @dev For the running attempt.
function cursorOf(State storage s) view returns (Cursor memory c) {
    c = s.cursor;
    (uint16 round, uint8 attempt) = (s.round.number, s.round.attempt);
    if (c.round != round || c.attempt != attempt) {
        c = Cursor({
            round: round, attempt: attempt, checked: 0, departures: 0, passed: 0, unfilled: 0, elected: 0, committee: 0
        });
    }
}
