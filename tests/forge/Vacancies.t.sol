// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Parameters} from "../../contracts/types/TaskTypes.sol";
import {Fixture} from "./support/Fixture.sol";
import {VM} from "./support/Vm.sol";

/// @notice Who sits after others stayed away. Of 7 members, 0 to 2 sit in round 0; 3 to 5 are accepted in it and sit in
/// round 1; 6 never submits.
contract VacanciesTest is Fixture {
    function setUp() public {
        deploy();
        admitMembers(7);
        Parameters memory p = defaults();
        (p.committee, p.updatesPerRound, p.minUpdates, p.maxUpdates) = (3, 3, 1, 4);
        begin(p, 0);
        playRound();
    }

    /// @dev Too few can take the vacant seats, so the round is carried, and no participant has done a duty in it.
    function test_who_was_to_fill_a_seat_of_a_carried_round_is_still_a_stranger() public {
        for (uint256 i = 1; i <= 2; ++i) {
            VM.prank(members[i]);
            federation.leave();
        }
        submitAs(members[0]);
        endWindow();
        endWindow();
        task.recover();

        VM.assertEq(task.round().number, 2, "the round is carried");
        address[] memory committee = committeeNow();
        for (uint256 i = 0; i < committee.length; ++i) {
            VM.assertGe(task.participant(committee[i]).acceptedIn, 1, "members accepted in round 0 come first");
        }
    }
}
