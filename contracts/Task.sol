// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "./interfaces/IFederation.sol";
import {ITask} from "./interfaces/ITask.sol";
import {ImmutableArgs} from "./libraries/ImmutableArgs.sol";
import {Phases} from "./libraries/Phases.sol";
import {Attestation} from "./rounds/Attestation.sol";
import {Closing} from "./rounds/Closing.sol";
import {Enrolment} from "./rounds/Enrolment.sol";
import {Governance} from "./rounds/Governance.sol";
import {Lifecycle} from "./rounds/Lifecycle.sol";
import {Recovery} from "./rounds/Recovery.sol";
import {RoundOpening} from "./rounds/RoundOpening.sol";
import {Scoring} from "./rounds/Scoring.sol";
import {Settling} from "./rounds/Settling.sol";
import {State} from "./rounds/State.sol";
import {Submission} from "./rounds/Submission.sol";
import {TrainerSampling} from "./rounds/TrainerSampling.sol";
import {
    Milestone,
    Parameters,
    Participant,
    Phase,
    PointerTally,
    Roster,
    Round,
    RoundProgress,
    Seat,
    Update
} from "./types/TaskTypes.sol";

/// @title One model being trained
/// @notice The federation clones this contract for each proposal, with the task's arguments in the clone's code. The
/// contract holds the state and answers views; every other function hands over to the library of its verb in rounds/,
/// which reads the arguments (`ImmutableArgs`), checks the phase and the caller, and writes the state.
/// @dev One contract with all verbs would exceed 24,576 bytes. So the libraries whose functions are `external` are
/// deployed once and linked: Lifecycle, Governance, TrainerSampling, Settling, Closing and Recovery. They run by
/// delegatecall on the task's own state, for 2,600 gas more a transaction. What participants call every round
/// (Enrolment, Submission, Scoring, Attestation) is `internal` and inlined, to be cheap. So is what these share, and
/// everything in libraries/, also in the linked libraries themselves.
contract Task is ITask {
    State private _state;

    /// @dev Locks the implementation behind the clones: a constructor runs for it alone.
    constructor() {
        _state.round.milestone = Milestone.Cancelled;
    }

    // ---------------------------------------------------------------- managers

    /// @inheritdoc ITask
    function approve(uint256 budget_, address[] calldata committee) external {
        Lifecycle.approve(_state, msg.data, budget_, committee);
    }

    /// @inheritdoc ITask
    function fund(uint256 amount) external {
        Governance.fund(_state, msg.data, amount);
    }

    /// @inheritdoc ITask
    function pause(uint256 duration) external {
        Governance.pause(_state, msg.data, duration);
    }

    /// @inheritdoc ITask
    function resume(uint256 until) external {
        Governance.resume(_state, msg.data, until);
    }

    /// @inheritdoc ITask
    function rollback(uint256 model, address[] calldata committee) external {
        Governance.rollback(_state, msg.data, model, committee);
    }

    // ----------------------------------------------------------------- members

    /// @inheritdoc ITask
    function cancel() external {
        Lifecycle.cancel(_state, msg.data);
    }

    /// @inheritdoc ITask
    function enrol() external {
        Enrolment.enrol(_state, msg.sender);
    }

    /// @inheritdoc ITask
    function submitUpdate(uint256 round_, bytes32 pointer, uint256 samples) external {
        Submission.submit(_state, round_, pointer, samples);
    }

    /// @inheritdoc ITask
    function commitScores(uint256 round_, uint256 seat, bytes32 commitment) external {
        Scoring.commit(_state, round_, seat, commitment);
    }

    /// @inheritdoc ITask
    function revealScores(uint256 round_, uint256 seat, uint256 baseline, uint256[] calldata words, bytes32 salt)
        external
    {
        bool settles = Scoring.reveal(_state, round_, seat, baseline, words, salt);
        if (settles) Settling.settle(_state, type(uint256).max);
    }

    /// @inheritdoc ITask
    function attest(uint256 round_, uint256 seat, bytes32 pointer) external {
        bool closes = Attestation.attest(_state, round_, seat, pointer);
        if (closes) Closing.close(_state, type(uint256).max);
    }

    /// @inheritdoc ITask
    function scoreModel(uint256 seat, uint256 score) external {
        Lifecycle.scoreModel(_state, seat, score);
    }

    // ------------------------------------------------------------------ anyone

    /// @inheritdoc ITask
    function start() external {
        Lifecycle.start(_state);
    }

    /// @inheritdoc ITask
    function expire() external {
        Lifecycle.expire(_state);
    }

    /// @inheritdoc ITask
    function retire(address account) external {
        Enrolment.retire(_state, account);
    }

    /// @inheritdoc ITask
    function sampleTrainers(uint256 steps) external {
        TrainerSampling.sample(_state, steps);
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

    /// @inheritdoc ITask
    function shareKeys(bytes32 pointer) external {
        require(pointer != 0, ZeroBytes32());
        emit KeysShared(msg.sender, pointer);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ITask
    function federation() external view returns (IFederation) {
        return ImmutableArgs.reader()().federation;
    }

    /// @inheritdoc ITask
    function proposer() external view returns (address) {
        return ImmutableArgs.reader()().proposer;
    }

    /// @inheritdoc ITask
    function parameters() external view returns (Parameters memory) {
        return ImmutableArgs.reader()().parameters;
    }

    /// @inheritdoc ITask
    function budget() external view returns (uint256) {
        return _state.roster.budget;
    }

    /// @inheritdoc ITask
    function phase() external view returns (Phase) {
        return Phases.current(_state.round, ImmutableArgs.reader()().parameters);
    }

    /// @inheritdoc ITask
    function stalledPhase() external view returns (Phase) {
        return Phases.stalledPhase(_state.round, ImmutableArgs.reader()().parameters.minUpdates);
    }

    /// @inheritdoc ITask
    function round() external view returns (Round memory) {
        return _state.round;
    }

    /// @inheritdoc ITask
    function roster() external view returns (Roster memory) {
        return _state.roster;
    }

    /// @inheritdoc ITask
    function progress() external view returns (RoundProgress memory) {
        return _state.progress;
    }

    /// @inheritdoc ITask
    function participant(address account) external view returns (Participant memory) {
        return _state.participants[account];
    }

    /// @inheritdoc ITask
    function enrolledAt(uint256 number) external view returns (address) {
        return _state.enrolled[number];
    }

    /// @inheritdoc ITask
    function seats() external view returns (Seat[] memory all) {
        (, uint256 count) = RoundOpening.attesting(_state, ImmutableArgs.reader()().parameters, _state.round);
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
    function tallies() external view returns (PointerTally[] memory) {
        return Attestation.current(_state);
    }

    /// @inheritdoc ITask
    function ledger(uint256 model) external view returns (bytes32) {
        return _state.ledger[model];
    }

    /// @inheritdoc ITask
    function currentModel() external view returns (bytes32) {
        (Milestone m, uint256 number) = (_state.round.milestone, _state.round.number);
        if (m == Milestone.Finished) return _state.ledger[number + 1];
        return Phases.isRunning(m) ? _state.ledger[number] : ImmutableArgs.reader()().parameters.model;
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
    function scoreCommitment(address account, uint256 baseline, uint256[] calldata words, bytes32 salt)
        external
        view
        returns (bytes32)
    {
        return Scoring.commitmentOf(_state, _state.round, account, baseline, words, salt);
    }
}
