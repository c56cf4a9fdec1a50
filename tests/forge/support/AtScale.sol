// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../../../contracts/interfaces/ITask.sol";
import {MultiFactorElection} from "../../../contracts/rules/election/MultiFactorElection.sol";
import {Parameters, Phase, Round} from "../../../contracts/types/TaskTypes.sol";
import {Meter} from "./Meter.sol";
import {packed} from "./Scores.sol";
import {VM} from "./Vm.sol";

/// @notice 1,000 members, and transactions that may use 16,000,000 gas.
abstract contract AtScale is Meter {
    uint256 internal constant MEMBERS = 1_000;
    uint256 internal constant LIMIT = 16_000_000;

    uint256 internal largest;
    uint256 internal good = type(uint256).max; // so many updates get good scores
    uint256[] private opinion; // of all seats, packed

    /// @dev Memory costs more than its size; what is forgotten can be used again.
    modifier forgetful() {
        uint256 free;
        assembly {
            free := mload(0x40)
        }
        _;
        assembly {
            mstore(0x40, free)
        }
    }

    function setUp() external {
        VM.pauseGasMetering();
        deploy();
        admitMembers(MEMBERS);
    }

    /// @dev With the costliest election.
    function spacious() internal returns (Parameters memory p) {
        p = defaults();
        (p.maxEnrolled, p.maxStrikes, p.maxAttempts) = (uint16(MEMBERS), 2, 2);
        p.electionRule = new MultiFactorElection();
        p.electionParameters = bytes32(uint256(1) | uint256(1) << 16 | uint256(1) << 32);
    }

    function opening(address account) internal view override returns (uint256, uint256[] memory, bytes32) {
        Round memory r = task.round();
        return (5_000, opinion, keccak256(abi.encode(account, r.number, r.attempt)));
    }

    /// @dev One opinion of all seats: what judging costs depends little on the scores.
    function think() private {
        uint256[] memory scores = new uint256[](task.round().submitted);
        uint256 luck = uint256(keccak256(abi.encode(scores.length)));
        for (uint256 i = 0; i < scores.length; ++i) {
            scores[i] = i < good ? 6_000 + (luck >> i % 200) % 4_001 : (luck >> i % 200) % 2_000;
        }
        opinion = packed(scores);
    }

    function firstMembers(uint256 count) internal view returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = members[i];
        }
    }

    function enrolAll() external atOnce {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            VM.prank(members[i]);
            task.enrol();
        }
    }

    function mayTrain(address member) private view forgetful returns (bool) {
        uint256 mark = uint256(task.round().number) + 1;
        bool chosen = !task.round().sampled || task.participant(member).sampledIn == mark;
        return chosen && task.participant(member).seatedIn != mark && federation.isMember(member);
    }

    function submit(address member) internal forgetful {
        submitAs(member);
    }

    function commit(address member) private forgetful {
        commitAs(member);
    }

    function depart(uint256 number) internal {
        address member = task.enrolledAt(number);
        VM.prank(member);
        federation.leave();
    }

    function send(string memory what, address sender, bytes memory call) internal {
        uint256 intrinsic = 21_000 + 16 * call.length; // a byte of zero costs less: 4
        sendAs(sender);
        (bool ok, bytes memory reason) = address(task).call{gas: LIMIT - intrinsic}(call);
        note(what);
        VM.assertTrue(ok, string.concat("gas bound: ", what, ": ", VM.toString(reason)));
        if (most(what) > largest) largest = most(what);
    }

    // ------------------------------------------------------------------- rounds

    function commence(Parameters memory p, uint256 first) internal {
        create(p);
        bytes memory approval = abi.encodeCall(ITask.approve, (0, firstMembers(first)));
        send("confirm", managers[0], approval);
        send("approve a task of 400 seats", managers[1], approval);
        this.enrolAll();
        startTask();
    }

    /// @dev Of the members who may train, from the last one on.
    function submitLast(uint256 count) external atOnce {
        if (task.phase() == Phase.Sampling) task.sampleTrainers(STEPS);
        for (uint256 i = MEMBERS; i > 0 && count > 0; --i) {
            if (!mayTrain(members[i - 1])) continue;
            submit(members[i - 1]);
            --count;
        }
        if (task.phase() == Phase.Training) endWindow();
    }

    function judge(uint256 seats) internal {
        this.commitAll(firstMembers(seats));
        if (task.phase() == Phase.Committing) endWindow();
        this.revealAll(firstMembers(seats));
    }

    function commitAll(address[] memory seats) external atOnce {
        think();
        for (uint256 i = 0; i < seats.length; ++i) {
            commit(seats[i]);
        }
    }

    function revealAll(address[] memory seats) external atOnce {
        for (uint256 i = 0; i < seats.length; ++i) {
            reveal(seats[i]);
        }
    }

    function reveal(address member) private forgetful {
        revealAs(member);
    }

    function attest(uint256 seats) internal {
        this.attestAll(firstMembers(seats / 2 + 1), nextModel());
    }

    function attestAll(address[] memory seats, bytes32 pointer) external atOnce {
        for (uint256 i = 0; i < seats.length; ++i) {
            attestAs(seats[i], pointer);
        }
    }

    function settleAll(string memory what) internal {
        while (task.phase() == Phase.Settling) {
            send(what, members[0], abi.encodeCall(ITask.settle, (1)));
        }
        report(what, most(what));
    }

    function closeAll(string memory what) internal {
        uint256 items = task.round().submitted + task.seats().length;
        for (uint256 closed = 0; closed < items; closed += 100) {
            send("close", members[0], abi.encodeCall(ITask.close, (items - closed < 100 ? items - closed : 100)));
        }
        while (task.phase() == Phase.Closing) {
            send(what, members[0], abi.encodeCall(ITask.close, (1)));
        }
        report(what, most(what));
    }

    function recoverAll(string memory what) internal {
        while (task.phase() == Phase.Stalled) {
            send(what, members[0], abi.encodeCall(ITask.recover, ()));
        }
        report(what, most(what));
    }
}
