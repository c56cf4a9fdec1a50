// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "./interfaces/IFederation.sol";
import {
    Ballot,
    ITask,
    Member,
    Milestone,
    Parameters,
    Phase,
    Roll,
    Round,
    Seat,
    Settlement,
    Update
} from "./interfaces/ITask.sol";
import {Attesting} from "./libraries/Attesting.sol";
import {Clock} from "./libraries/Clock.sol";
import {Closing} from "./libraries/Closing.sol";
import {Drawing} from "./libraries/Drawing.sol";
import {Members} from "./libraries/Members.sol";
import {Recovery} from "./libraries/Recovery.sol";
import {Rounds} from "./libraries/Rounds.sol";
import {Scoring} from "./libraries/Scoring.sol";
import {Settling} from "./libraries/Settling.sol";
import {State} from "./libraries/State.sol";
import {Steering} from "./libraries/Steering.sol";
import {Pinned} from "./libraries/Terms.sol";
import {Training} from "./libraries/Training.sol";

/// @title One model being trained
/// @notice Cloned by the federation for each proposal, with the task's terms in the clone's code. Every function reads
/// the terms and hands over to the library of its verb.
contract Task is ITask {
    State private _state;

    /// @dev Locks the implementation behind the clones: a constructor runs for it alone.
    constructor() {
        _state.round.milestone = Milestone.Cancelled;
    }

    // ---------------------------------------------------------------- managers

    /// @inheritdoc ITask
    function approve(uint256 budget_, address[] calldata committee) external {
        Steering.approve(_state, msg.data, budget_, committee);
    }

    /// @inheritdoc ITask
    function fund(uint256 amount) external {
        Steering.fund(_state, msg.data, amount);
    }

    /// @inheritdoc ITask
    function pause(uint256 round_, uint256 until) external {
        Steering.pause(_state, msg.data, round_, until);
    }

    /// @inheritdoc ITask
    function resume(uint256 round_) external {
        Steering.resume(_state, msg.data, round_);
    }

    /// @inheritdoc ITask
    function rollback(uint256 round_, uint256 model, address[] calldata committee) external {
        Steering.rollback(_state, msg.data, round_, model, committee);
    }

    // ----------------------------------------------------------------- members

    /// @inheritdoc ITask
    function cancel() external {
        Steering.cancel(_state);
    }

    /// @inheritdoc ITask
    function enrol() external {
        Members.enrol(_state, msg.sender);
    }

    /// @inheritdoc ITask
    function submitUpdate(uint256 round_, bytes32 pointer, uint256 samples) external {
        Training.submit(_state, round_, pointer, samples);
    }

    /// @inheritdoc ITask
    function commitScores(uint256 round_, uint256 seat, bytes32 commitment) external {
        Scoring.commit(_state, round_, seat, commitment);
    }

    /// @inheritdoc ITask
    function revealScores(uint256 round_, uint256 seat, uint256 baseline, uint256[] calldata scores, bytes32 salt)
        external
    {
        Scoring.reveal(_state, round_, seat, baseline, scores, salt);
    }

    /// @inheritdoc ITask
    function attest(uint256 round_, uint256 seat, bytes32 pointer) external {
        Attesting.attest(_state, round_, seat, pointer);
    }

    // ------------------------------------------------------------------ anyone

    /// @inheritdoc ITask
    function start() external {
        Steering.start(_state);
    }

    /// @inheritdoc ITask
    function expire() external {
        Steering.expire(_state);
    }

    /// @inheritdoc ITask
    function retire(address account) external {
        Members.retire(_state, account);
    }

    /// @inheritdoc ITask
    function draw(uint256 steps) external {
        Drawing.draw(_state, steps);
    }

    /// @inheritdoc ITask
    function settle(uint256 steps) external {
        Settling.settle(_state, steps);
    }

    /// @inheritdoc ITask
    function close(uint256 steps) external {
        Closing.close(_state, steps);
    }

    /// @inheritdoc ITask
    function recover() external {
        Recovery.recover(_state);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ITask
    function federation() external view returns (IFederation) {
        return Pinned.terms().federation;
    }

    /// @inheritdoc ITask
    function proposer() external view returns (address) {
        return Pinned.terms().proposer;
    }

    /// @inheritdoc ITask
    function parameters() external view returns (Parameters memory) {
        return Pinned.terms().parameters;
    }

    /// @inheritdoc ITask
    function budget() external view returns (uint256) {
        return _state.roll.budget;
    }

    /// @inheritdoc ITask
    function phase() external view returns (Phase) {
        return Rounds.phase(_state, Pinned.terms().parameters);
    }

    /// @inheritdoc ITask
    function stalledPhase() external view returns (Phase) {
        return Clock.stalledPhase(_state.round, Pinned.terms().parameters.minUpdates);
    }

    /// @inheritdoc ITask
    function round() external view returns (Round memory) {
        return _state.round;
    }

    /// @inheritdoc ITask
    function roll() external view returns (Roll memory) {
        return _state.roll;
    }

    /// @inheritdoc ITask
    function settlement() external view returns (Settlement memory) {
        return _state.settlement;
    }

    /// @inheritdoc ITask
    function member(address account) external view returns (Member memory) {
        return _state.members[account];
    }

    /// @inheritdoc ITask
    function enrolledAt(uint256 number) external view returns (address) {
        return _state.enrolled[number];
    }

    /// @inheritdoc ITask
    function seats() external view returns (Seat[] memory all) {
        (, uint256 count) = Rounds.attesting(_state, Pinned.terms().parameters, _state.round);
        all = new Seat[](count);
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = _state.seats[i];
        }
    }

    /// @inheritdoc ITask
    function updates(uint256 from, uint256 count)
        external
        view
        returns (Update[] memory list, bytes32[] memory pointers)
    {
        uint256 submitted = _state.round.submitted;
        if (from > submitted) from = submitted;
        if (count > submitted - from) count = submitted - from;
        (list, pointers) = (new Update[](count), new bytes32[](count));
        for (uint256 i = 0; i < count; ++i) {
            (list[i], pointers[i]) = (_state.updates[from + i], _state.pointers[from + i]);
        }
    }

    /// @inheritdoc ITask
    function ballots() external view returns (Ballot[] memory) {
        return Attesting.current(_state);
    }

    /// @inheritdoc ITask
    function ledger(uint256 number) external view returns (bytes32) {
        return _state.ledger[number];
    }

    /// @inheritdoc ITask
    function updatesDigest() external view returns (bytes32) {
        return _state.updatesDigest;
    }

    /// @inheritdoc ITask
    function seed() external view returns (bytes32) {
        return _state.seed;
    }

    /// @inheritdoc ITask
    function sealOf(address account, uint256 baseline, uint256[] calldata scores, bytes32 salt)
        external
        view
        returns (bytes32)
    {
        return Scoring.sealOf(_state, _state.round, account, baseline, scores, salt);
    }
}
