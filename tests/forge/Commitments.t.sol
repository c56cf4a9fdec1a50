// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../../contracts/interfaces/IErrors.sol";
import {Lanes} from "../../contracts/libraries/Lanes.sol";
import {Parameters, Phase} from "../../contracts/types/TaskTypes.sol";
import {Fixture} from "./support/Fixture.sol";
import {packed, unpacked} from "./support/Scores.sol";
import {VM} from "./support/Vm.sol";

/// @notice What a score commitment is bound to, by the formula of the specification.
contract CommitmentsTest is Fixture {
    bytes32 private digest; // of all updates so far, reckoned here

    function setUp() external {
        deploy();
        admitMembers(9);
        Parameters memory p = defaults();
        (p.committee, p.updatesPerRound) = (3, 3);
        begin(p, 0);
        playRound();
        reckon(0);
        trainAll();
        reckon(1);
    }

    /// @dev The fixture's updates of a round, in the members' order.
    function reckon(uint256 round) private {
        for (uint256 i = 0; i < members.length; ++i) {
            if (task.participant(members[i]).submittedIn != round + 1) continue;
            bytes32 pointer = keccak256(abi.encode(round, members[i]));
            digest = keccak256(abi.encode(digest, members[i], pointer, 100 + task.participant(members[i]).number));
        }
    }

    function scoreCommitment(address account, uint256 baseline, uint256[] memory words, bytes32 salt)
        private
        view
        returns (bytes32)
    {
        (uint256 round, uint256 attempt) = (task.round().number, task.round().attempt);
        return
            keccak256(abi.encode(block.chainid, address(task), round, attempt, account, digest, baseline, words, salt));
    }

    function test_updates_are_chained_over_all_rounds() external view {
        VM.assertTrue(task.phase() == Phase.Committing && task.round().number == 1, "round 1 has its updates");
        VM.assertEq(task.updatesDigest(), digest, "digest");
    }

    /// @dev All lanes are looked at together; here one by one. Lanes at the edges, and any others.
    function testFuzz_only_scores_and_abstentions_are_valid(uint256 seed, uint256 word) external pure {
        uint16[8] memory edges = [0, 1, 9_999, 10_000, 10_001, 0x7fff, 0x8000, 0xfffe];
        for (uint256 i = 0; i < 16; ++i) {
            uint256 kind = (seed >> 8 * i) % 16;
            if (kind < 8) word = word & ~(0xffff << 16 * i) | uint256(edges[kind]) << 16 * i;
            if (kind >= 8 && kind < 15) word |= 0xffff << 16 * i;
        }
        bool invalid = false;
        for (uint256 i = 0; i < 16; ++i) {
            uint256 lane = uint16(word >> 16 * i);
            if (lane > 10_000 && lane != 0xffff) invalid = true;
            VM.assertTrue(Lanes.haveInvalid(lane) == (lane > 10_000 && lane != 0xffff), "a lane alone");
        }
        VM.assertTrue(Lanes.haveInvalid(word) == invalid, "a word");
    }

    function testFuzz_commits_as_specified(address account, uint256 baseline, uint256[] calldata words, bytes32 salt)
        external
        view
    {
        VM.assertEq(
            task.scoreCommitment(account, baseline, words, salt),
            scoreCommitment(account, baseline, words, salt),
            "commitment"
        );
    }

    /// @dev Whatever is changed after the commitment: nothing but the very same values opens it.
    function testFuzz_nothing_else_opens_a_commitment(uint256 luck) external {
        address[] memory committee = committeeNow();
        (uint256 baseline, uint256[] memory words, bytes32 salt) = opening(committee[0]);
        uint256[] memory scores = unpacked(words, task.round().submitted);
        bytes32 commitment = scoreCommitment(committee[0], baseline, words, salt);
        VM.prank(committee[0]);
        task.commitScores(1, 0, commitment);
        commitAs(committee[1]);
        commitAs(committee[2]);

        (uint256 otherBaseline, bytes32 otherSalt) = (baseline, salt);
        if (luck % 3 == 0) otherBaseline = (baseline + 1 + luck % 10_000) % 10_001;
        else if (luck % 3 == 1) otherSalt = bytes32(luck);
        else scores[luck % scores.length] = (scores[luck % scores.length] + 1 + (luck >> 8) % 10_000) % 10_001;
        bytes32 actual = scoreCommitment(committee[0], otherBaseline, packed(scores), otherSalt);
        VM.prank(committee[0]);
        VM.expectRevert(abi.encodeWithSelector(IErrors.CommitmentMismatch.selector, commitment, actual));
        task.revealScores(1, 0, otherBaseline, packed(scores), otherSalt);
    }
}
