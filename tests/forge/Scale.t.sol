// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../../contracts/interfaces/ITask.sol";
import {PAGE} from "../../contracts/rounds/State.sol";
import {Parameters, Phase} from "../../contracts/types/TaskTypes.sol";
import {AtScale} from "./support/AtScale.sol";
import {VM} from "./support/Vm.sol";

/// @notice 1,000 members, a committee of 400, 600 updates a round: no transaction may need more than 16,000,000 gas.
contract ScaleTest is AtScale {
    uint256 private constant SEATS = 400;
    uint256 private constant UPDATES = MEMBERS - SEATS;
    uint256 private constant CLOSED = 100; // steps of closing in one transaction

    // ------------------------------------------------------------------- rounds

    /// forge-config: default.isolate = true
    function test_no_transaction_needs_more_than_16_million_gas() external {
        good = SEATS - 1; // one too few to fill the seats: all are candidates
        beginAtScale();
        play();
        depart(MEMBERS);
        nextRound();
        stall();
        reportAll();
    }

    function beginAtScale() private {
        Parameters memory p = spacious();
        (p.committee, p.updatesPerRound, p.maxUpdates, p.minUpdates) = (uint16(SEATS), uint16(SEATS), 600, 300);
        create(p);
        bytes memory approval = abi.encodeCall(ITask.approve, (1_000_000, firstMembers(SEATS)));
        send("confirm a committee of 400", managers[0], approval);
        send("approve a committee of 400", managers[1], approval);
        this.enrolAll();
        send("end the enrolment of 1,000", members[0], abi.encodeCall(ITask.start, ()));
        VM.roll(block.number + 1);
        send("start with 400 seats", members[0], abi.encodeCall(ITask.start, ()));
    }

    function play() private {
        address[] memory committee = committeeNow();
        this.submitLast(UPDATES);
        this.commitAll(committee);
        this.revealAll(firstMembers(SEATS - 1));
        revealLast(committee[SEATS - 1]);
        for (uint256 i = 0; i < UPDATES / PAGE + 1; ++i) {
            send("settle 16 of 600 updates by 400 seats", committee[0], abi.encodeCall(ITask.settle, (1)));
        }
        send("write 600 verdicts", committee[0], abi.encodeCall(ITask.settle, (1)));
        attestApart(committee);
    }

    function revealLast(address member) private {
        (uint256 baseline, uint256[] memory words, bytes32 salt) = opening(member);
        bytes memory call = abi.encodeCall(ITask.revealScores, (task.round().number, SEATS - 1, baseline, words, salt));
        send("reveal scores of 600 updates", member, call);
    }

    /// @dev The minority could not agree: each attests a pointer of its own, and all have to be passed over.
    function attestApart(address[] memory committee) private {
        uint256 minority = SEATS / 2 - 1;
        for (uint256 i = 0; i < minority; ++i) {
            address[] memory alone = new address[](1);
            alone[0] = committee[i];
            this.attestAll(alone, bytes32(i + 1));
        }
        for (uint256 i = minority; task.phase() == Phase.Aggregating; ++i) {
            send("attest after 199 others", committee[i], abi.encodeCall(ITask.attest, (0, i, nextModel())));
        }
    }

    function nextRound() private {
        (address anyone, uint256 round) = (members[0], task.round().number);
        for (uint256 closed = 0; closed < UPDATES + SEATS; closed += CLOSED) {
            send(
                closed < UPDATES ? "close 100 updates" : "close 100 seats",
                anyone,
                abi.encodeCall(ITask.close, (CLOSED))
            );
        }
        for (uint256 i = 0; task.round().number == round; ++i) {
            send("elect 400 of 1,000 candidates", anyone, abi.encodeCall(ITask.close, (1)));
        }
    }

    /// @dev 201 of 400 seats stay away from the first attempt, all 400 from the second and last.
    function stall() private {
        (address[] memory committee, uint256 round) = (committeeNow(), task.round().number);
        this.submitLast(MEMBERS);
        address[] memory dutiful = new address[](SEATS / 2 - 1);
        for (uint256 i = 0; i < dutiful.length; ++i) {
            dutiful[i] = committee[2 * i];
        }
        this.commitAll(dutiful);
        depart(MEMBERS - 1);
        recover("recover 201 absent seats, one of several calls", 1);
        depart(MEMBERS - 2);
        recover("carry a round with 400 absent seats, one of several calls", 0);
        VM.assertEq(task.round().number, round + 1, "the round was carried");
    }

    function recover(string memory what, uint256 attempt) private {
        endWindow();
        while (task.phase() == Phase.Stalled) {
            send(what, members[0], abi.encodeCall(ITask.recover, ()));
        }
        VM.assertEq(task.round().attempt, attempt, "the attempt that follows");
    }

    // ------------------------------------------------------------------- limits

    function reportAll() private {
        string[12] memory names = [
            "confirm a committee of 400",
            "approve a committee of 400",
            "start with 400 seats",
            "reveal scores of 600 updates",
            "settle 16 of 600 updates by 400 seats",
            "write 600 verdicts",
            "attest after 199 others",
            "close 100 updates",
            "close 100 seats",
            "elect 400 of 1,000 candidates",
            "recover 201 absent seats, one of several calls",
            "carry a round with 400 absent seats, one of several calls"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            report(names[i], most(names[i]));
        }
        report("largest transaction at 1,000 members", largest);
    }
}
