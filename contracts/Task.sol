// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IFederation} from "./interfaces/IFederation.sol";
import {
    Ballot,
    ITask,
    Member,
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
import {ImplementationLocked, TaskNotRunning} from "./libraries/Errors.sol";
import {Members} from "./libraries/Members.sol";
import {Recovery} from "./libraries/Recovery.sol";
import {Rounds} from "./libraries/Rounds.sol";
import {Scoring} from "./libraries/Scoring.sol";
import {Settling} from "./libraries/Settling.sol";
import {State} from "./libraries/State.sol";
import {Steering} from "./libraries/Steering.sol";
import {Terms} from "./libraries/Terms.sol";
import {Training} from "./libraries/Training.sol";

/// @title One model being trained
/// @notice Cloned by the federation for each proposal, with the task's terms in the clone's code. Every function reads
/// the terms and hands over to the library of its verb.
contract Task is ITask {
    address private immutable _implementation = address(this);

    State private _state;

    // ---------------------------------------------------------------- managers

    /// @inheritdoc ITask
    function approve(uint256 budget_, address[] calldata committee) external {
        Steering.approve(_state, _terms(), msg.data, budget_, committee);
    }

    /// @inheritdoc ITask
    function fund(uint256 amount) external {
        Steering.fund(_state, _terms(), msg.data, amount);
    }

    /// @inheritdoc ITask
    function pause(uint256 round_, uint256 until) external {
        Steering.pause(_state, _terms(), msg.data, round_, until);
    }

    /// @inheritdoc ITask
    function resume(uint256 round_) external {
        Steering.resume(_state, _terms(), msg.data, round_);
    }

    /// @inheritdoc ITask
    function rollback(uint256 round_, uint256 model, address[] calldata committee) external {
        Steering.rollback(_state, _terms(), msg.data, round_, model, committee);
    }

    // ----------------------------------------------------------------- members

    /// @inheritdoc ITask
    function cancel() external {
        Steering.cancel(_state, _terms());
    }

    /// @inheritdoc ITask
    function enrol() external {
        Members.enrol(_state, _terms(), msg.sender);
    }

    /// @inheritdoc ITask
    function submitUpdate(uint256 round_, bytes32 pointer, uint256 samples) external {
        Training.submit(_state, _terms(), round_, pointer, samples);
    }

    /// @inheritdoc ITask
    function commitScores(uint256 round_, bytes32 commitment) external {
        Scoring.commit(_state, _terms(), round_, commitment);
    }

    /// @inheritdoc ITask
    function revealScores(uint256 round_, uint256 baseline, uint256[] calldata scores, bytes32 salt) external {
        Scoring.reveal(_state, _terms(), round_, baseline, scores, salt);
    }

    /// @inheritdoc ITask
    function attest(uint256 round_, bytes32 pointer) external {
        Attesting.attest(_state, _terms(), round_, pointer);
    }

    // ------------------------------------------------------------------ anyone

    /// @inheritdoc ITask
    function start() external {
        Steering.start(_state, _terms());
    }

    /// @inheritdoc ITask
    function expire() external {
        Steering.expire(_state, _terms());
    }

    /// @inheritdoc ITask
    function retire(address account) external {
        Members.retire(_state, _terms(), account);
    }

    /// @inheritdoc ITask
    function settle(uint256 steps) external {
        Settling.settle(_state, _terms(), steps);
    }

    /// @inheritdoc ITask
    function close(uint256 steps) external {
        Closing.close(_state, _terms(), steps);
    }

    /// @inheritdoc ITask
    function recover() external {
        Recovery.recover(_state, _terms());
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ITask
    function federation() external view returns (IFederation) {
        return _terms().federation;
    }

    /// @inheritdoc ITask
    function proposer() external view returns (address) {
        return _terms().proposer;
    }

    /// @inheritdoc ITask
    function parameters() external view returns (Parameters memory) {
        return _terms().parameters;
    }

    /// @inheritdoc ITask
    function budget() external view returns (uint256) {
        return _state.budget;
    }

    /// @inheritdoc ITask
    function phase() external view returns (Phase) {
        return Rounds.phase(_state, _terms().parameters);
    }

    /// @inheritdoc ITask
    function stalledPhase() external view returns (Phase) {
        return Clock.stalledPhase(_state.round, _terms().parameters.minUpdates);
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
        all = new Seat[](_state.round.seats);
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

    function _terms() private view returns (Terms memory) {
        require(address(this) != _implementation, ImplementationLocked());
        return abi.decode(Clones.fetchCloneArgs(address(this)), (Terms));
    }
}
