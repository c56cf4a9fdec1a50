// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../../contracts/interfaces/IElectionRule.sol";
import {IFederation} from "../../../contracts/interfaces/IFederation.sol";
import {Membership} from "../../../contracts/types/Membership.sol";
import {IRewardRule} from "../../../contracts/interfaces/IRewardRule.sol";
import {IScoreRule} from "../../../contracts/interfaces/IScoreRule.sol";
import {ITask} from "../../../contracts/interfaces/ITask.sol";
import {FaultyRule, Misdeed} from "../../../contracts/mocks/FaultyRule.sol";
import {MultiFactorElection} from "../../../contracts/rules/election/MultiFactorElection.sol";
import {RandomElection} from "../../../contracts/rules/election/RandomElection.sol";
import {RedrawElection} from "../../../contracts/rules/election/RedrawElection.sol";
import {TopScoreElection} from "../../../contracts/rules/election/TopScoreElection.sol";
import {ContestReward} from "../../../contracts/rules/reward/ContestReward.sol";
import {FlatReward} from "../../../contracts/rules/reward/FlatReward.sol";
import {ScoreShareReward} from "../../../contracts/rules/reward/ScoreShareReward.sol";
import {StakeReward} from "../../../contracts/rules/reward/StakeReward.sol";
import {Availability} from "../../../contracts/rules/score/Availability.sol";
import {MajorityVote} from "../../../contracts/rules/score/MajorityVote.sol";
import {MedianScore} from "../../../contracts/rules/score/MedianScore.sol";
import {ABSTAINED, Milestone, Parameters, Participant, Phase, Round} from "../../../contracts/types/TaskTypes.sol";
import {Chronicle} from "./Chronicle.sol";
import {Judge} from "./Judge.sol";
import {MoodyRule} from "./MoodyRule.sol";
import {packed} from "./Scores.sol";
import {VM, Wallet} from "./Vm.sol";

/// @title Whatever members, managers, strangers and the clock may do, in any order
/// @notice Calls that the specification allows must succeed; the others are tried as well and must not.
abstract contract Handler is Chronicle {
    uint256 private constant MEMBERS = 14;

    uint256 private constant FEWEST = 7; // members that always remain

    uint256 private constant GOOD = 6_000; // honest updates score more, current models less

    MoodyRule private _score;
    MoodyRule private _election;
    MoodyRule private _reward;
    address private _faulty;
    address[3] private _scores;
    address[4] private _elections;
    address[4] private _rewards;
    Parameters private _parameters;

    /// @dev What went in less what came out, as those who paid and were paid see it; gifts belong to no account.
    uint256 internal received;
    uint256 internal gifts;
    bool internal unmetered;
    bool internal comparesStakes; // the election rule: who leaves moves others

    struct Secret {
        uint256 baseline;
        uint256[] scores;
        bytes32 salt;
    }

    mapping(address member => Secret) private _secrets;
    uint256 private _entropy;

    // ------------------------------------------------------------------ set-up

    function setUp() public {
        deploy();
        admitMembers(MEMBERS);
        received = MEMBERS * FEE;
        (_score, _election, _reward) = (new MoodyRule(), new MoodyRule(), new MoodyRule());
        _faulty = address(new FaultyRule());
        _scores = [address(new MedianScore()), address(new MajorityVote()), address(new Availability())];
        _elections = [
            address(new TopScoreElection()),
            address(new RandomElection()),
            address(new MultiFactorElection()),
            address(new RedrawElection())
        ];
        _rewards = [
            address(new ScoreShareReward()),
            address(new FlatReward()),
            address(new StakeReward()),
            address(new ContestReward())
        ];
        Parameters memory p = defaults();
        (p.scoreRule, p.electionRule) = (IScoreRule(address(_score)), IElectionRule(address(_election)));
        p.rewardRule = IRewardRule(address(_reward));
        (p.totalRounds, p.committee, p.updatesPerRound, p.minUpdates) = (6, 4, 4, 2);
        (p.maxUpdates, p.maxEnrolled, p.maxStrikes, p.suspensionRounds) = (6, uint16(MEMBERS), 2, 2);
        p.minEnrolled = 5;
        (p.maxTerms, p.maxEmptyRounds, p.maxAttempts) = (2, 3, 3);
        _parameters = p;
        renew(0);
    }

    /// @dev Another task, of a shape of its own, approved and waiting for members.
    function renew(uint256 seed) private {
        Parameters memory p = _parameters;
        (p.redraw, p.stakeWeighted) = (random(seed) % 2 == 0, random(seed) % 2 == 0);
        if (random(seed) % 4 > 0) p.aggregators = 3;
        (p.seatsTrain, p.maxUpdates) = (random(seed) % 3 == 0, uint16(4 + random(seed) % 6));
        if (random(seed) % 2 == 0) p.activeShare = uint16(random(seed) % 2 == 0 ? 9_000 : 1 + random(seed) % 9_000);
        p.minBlocks = uint8(random(seed) % 3);
        VM.fee(random(seed) % 4 == 0 ? 1_000 : 1 + random(seed) % 6); // for `tools.fuzz`, the size of pages
        address proposer = managers[seed % managers.length];
        VM.prank(proposer);
        task = ITask(federation.proposeTask("digits", p));
        tasks.push(task);
        uint256 standard = random(seed) % 3;
        bytes32[3] memory scoring = [bytes32(uint256(5_000 | 10_000 << 16)), bytes32(uint256(500)), 0];
        (tales[task].scoreRule, tales[task].scoreParameters) = (IScoreRule(_scores[standard]), scoring[standard]);
        tales[task].takesMedians = standard == 0;
        beHonest(seed);
        address[] memory committee = new address[](p.aggregators > 0 && seed % 4 > 0 ? 7 : 3 + seed % 2);
        if (random(seed) % 5 == 0) committee = new address[](0); // drawn at the start
        else if (committee.length + p.minUpdates > membersNow()) committee = new address[](3);
        for ((uint256 i, uint256 count) = (seed % members.length, 0); count < committee.length; ++i) {
            address member = members[i % members.length];
            if (federation.isMember(member)) committee[count++] = member;
        }
        bool done = manage(address(task), abi.encodeCall(ITask.approve, (treasury.pool() / (1 + seed % 3), committee)));
        VM.assertTrue(done, "a task is approved");
    }

    // --------------------------------------------------------------- by the book

    /// @notice The next thing that is due, by one of those who may do it; if none may, time passes.
    function act(uint256 seed) public {
        if (task.phase() > Phase.Paused) {
            tales[task].last = fingerprint(task);
            renew(random(seed));
        } else if (!play(random(seed))) {
            passTime();
        }
    }

    function finishPhase(uint256 seed) public {
        Phase phase = task.phase();
        for (uint256 i = 0; i < 40 && task.phase() == phase; ++i) {
            act(random(seed));
        }
    }

    function finishRound(uint256 seed) external {
        (ITask here, uint256 round) = (task, task.round().number);
        for (uint256 i = 0; i < 30 && task == here && task.round().number == round; ++i) {
            finishPhase(random(seed));
        }
    }

    function play(uint256 seed) private watched returns (bool) {
        Phase phase = task.phase();
        if (phase == Phase.Enrolling) return enrolOrStart(seed);
        if (phase == Phase.Sampling && seed % 4 == 0) leave(seed);
        else if (phase == Phase.Sampling) task.sampleTrainers(1 + seed % 8);
        if (phase == Phase.Training) return train(seed);
        if (phase == Phase.Committing) return commit(seed);
        if (phase == Phase.Revealing) return reveal(seed);
        if (phase == Phase.Aggregating) return seed % 6 > 0 && attest(seed); // some are too late
        if (phase == Phase.Settling) task.settle(1 + seed % 3);
        else if (phase == Phase.Closing && (seed % 4 > 0 || !attest(seed))) task.close(1 + seed % 12);
        else if (phase == Phase.Stalled) task.recover();
        return phase != Phase.Paused;
    }

    function enrolOrStart(uint256 seed) private returns (bool) {
        bool early = seed % 64 == 0 && canStart(); // some stay away, and can enrol later
        early = early || task.round().milestone == Milestone.Enrolled;
        for (uint256 i = 0; i < members.length && !early; ++i) {
            address member = members[(seed + i) % members.length];
            if (task.participant(member).number > 0 || !federation.isMember(member)) continue;
            VM.prank(member);
            task.enrol();
            return true;
        }
        if (canStart()) task.start();
        else if (block.timestamp >= task.roster().startBy && !isReady()) task.expire();
        return task.phase() != Phase.Enrolling;
    }

    function canStart() private view returns (bool) {
        uint256 able = 0;
        for (uint256 i = 0; i < members.length; ++i) {
            if (isActive(members[i], 0)) ++able;
        }
        bool due = task.roster().active >= task.parameters().minEnrolled || block.timestamp >= task.roster().startBy;
        return isReady() && able >= 3 && due;
    }

    /// @dev As far as the task knows, and but for the time.
    function isReady() private view returns (bool) {
        (address[] memory committee, Parameters memory p) = (sitting(), task.parameters());
        for (uint256 i = 0; i < committee.length; ++i) {
            if (!isActive(committee[i], 0)) return false;
        }
        uint256 seats = committee.length == 0 ? 3 : committee.length;
        bool enough = task.roster().active >= (p.seatsTrain ? seats : seats + p.minUpdates);
        return enough && task.budget() <= treasury.pool();
    }

    function train(uint256 seed) private returns (bool) {
        uint256 round = task.round().number;
        for (uint256 i = 0; i < members.length; ++i) {
            address member = members[(seed + i) % members.length];
            if (!maySubmit(member)) continue;
            VM.prank(member);
            task.submitUpdate(round, keccak256(abi.encode(task, round, member)), 1 + seed % 1_000);
            return true;
        }
        return false;
    }

    function commit(uint256 seed) private returns (bool) {
        (uint256 round, address[] memory committee) = (task.round().number, sitting());
        for (uint256 i = 0; i < committee.length; ++i) {
            uint256 seat = (seed + i) % committee.length;
            address member = committee[seat];
            if (!mayCommit(member, seat)) continue;
            bytes32 commitment = invent(member, seed);
            VM.prank(member);
            task.commitScores(round, seat, commitment);
            return true;
        }
        return false;
    }

    /// @dev Scores of every kind: of an update that is nothing, that ruins the model, that could not be had, good ones.
    /// Who is honest finds the updates of other honest authors good.
    function invent(address member, uint256 seed) private returns (bytes32) {
        (Secret storage x, address[] storage authors) = (_secrets[member], tales[task].authors[task.round().number]);
        bool honest = isHonest(member);
        (x.baseline, x.salt) = (random(seed) % (honest ? GOOD : 10_001), bytes32(random(seed)));
        if (x.baseline % 8 == 0) x.baseline = ABSTAINED;
        delete x.scores;
        for (uint256 i = 0; i < authors.length; ++i) {
            uint256 score = random(seed);
            uint256 least = honest && isHonest(authors[i]) ? GOOD : 0;
            uint256[4] memory rare = [least, least + score % 2_000, least + score % 2_000, ABSTAINED];
            x.scores.push(score % 8 < 4 ? rare[score % 8] : 4_000 + least / 3 + score % (6_001 - least / 3));
        }
        return task.scoreCommitment(member, x.baseline, packed(x.scores), x.salt);
    }

    function reveal(uint256 seed) private returns (bool) {
        (uint256 round, address[] memory committee) = (task.round().number, sitting());
        for (uint256 i = 0; i < committee.length; ++i) {
            uint256 seat = (seed + i) % committee.length;
            address member = committee[seat];
            if (!mayReveal(member, seat)) continue;
            Secret memory x = _secrets[member];
            VM.prank(member);
            task.revealScores(round, seat, x.baseline, packed(x.scores), x.salt);
            return true;
        }
        return false;
    }

    /// @dev One in four attests something else.
    function attest(uint256 seed) private returns (bool) {
        (uint256 round, address[] memory committee) = (task.round().number, sitting());
        for (uint256 i = 0; i < committee.length; ++i) {
            uint256 seat = (seed + i) % committee.length;
            address member = committee[seat];
            if (!mayAttest(member, seat)) continue;
            bytes32 pointer = seed % 4 == 0 ? keccak256(abi.encode(seed % 3)) : nextModel();
            if (task.phase() == Phase.Closing) pointer = tales[task].agreed[round];
            VM.prank(member);
            task.attest(round, seat, pointer);
            return true;
        }
        return false;
    }

    // -------------------------------------------------------------- who may what

    function maySubmit(address account) private view returns (bool) {
        uint256 round = task.round().number;
        if (isIn(tales[task].authors[round], account) || task.phase() != Phase.Training) return false;
        if (!isActive(account, round)) return false;
        if (isIn(sitting(), account) && !task.parameters().seatsTrain) return false;
        return !tales[task].sampling || tales[task].sampled[round][account];
    }

    function mayCommit(address account, uint256 seat) private view returns (bool) {
        return task.phase() == Phase.Committing && !isOpen(seat) && !hasCommitted(seat) && judges(account, seat);
    }

    function mayReveal(address account, uint256 seat) private view returns (bool) {
        return task.phase() == Phase.Revealing && !isOpen(seat) && hasCommitted(seat) && judges(account, seat);
    }

    function mayAttest(address account, uint256 seat) internal view returns (bool) {
        Round memory r = task.round();
        bool attested = tales[task].attested[r.number][r.attempt][seat] != 0;
        bool late = task.phase() == Phase.Closing && task.progress().closed == 0;
        if (attested || seat < firstAttesting() || (task.phase() != Phase.Aggregating && !late)) return false;
        return holds(account, seat);
    }

    function judges(address account, uint256 seat) private view returns (bool) {
        return holds(account, seat) && seat < task.round().seats;
    }

    function holds(address account, uint256 seat) private view returns (bool) {
        address[] memory seats = sitting();
        return seat < seats.length && seats[seat] == account && federation.isMember(account);
    }

    function isOpen(uint256 seat) private view returns (bool) {
        return tales[task].openings[task.round().number][seat].done;
    }

    function hasCommitted(uint256 seat) private view returns (bool) {
        Round memory r = task.round();
        return tales[task].committedBy[r.number][r.attempt][seat];
    }

    // ---------------------------------------------------------------- the clock

    /// @dev Time ends a window or a pause, and leads into no earlier phase.
    modifier forwards() {
        Phase before = task.phase();
        _;
        Phase then = task.phase();
        bool later = then > before && before >= Phase.Training && then <= Phase.Stalled;
        VM.assertTrue(
            then == before || later || (before == Phase.Paused && then < before), "monotone time: it goes back"
        );
    }

    /// @notice Time passes: a while, or to a deadline, the second before it or the second after.
    function wait(uint256 seed) external forwards {
        seed = random(seed);
        uint256[] memory deadlines = allDeadlines();
        uint256 target = deadlines[seed % deadlines.length] + (seed >> 16) % 3;
        if ((seed >> 32) % 4 == 0) target = block.timestamp + 1 + (seed >> 64) % 1 hours;
        if (target > block.timestamp + 1) VM.warp(target - 1);
        // A chain may also stand still meanwhile.
        VM.roll(block.number + (seed >> 96) % 4);
    }

    /// @dev To where the running phase ends.
    function passTime() private forwards {
        uint256 next = type(uint256).max;
        uint256[] memory deadlines = allDeadlines();
        for (uint256 i = 0; i < deadlines.length; ++i) {
            if (deadlines[i] > block.timestamp && deadlines[i] < next) next = deadlines[i];
        }
        if (next < type(uint256).max) VM.warp(next);
        VM.roll(block.number + 1);
    }

    function allDeadlines() internal view returns (uint256[] memory list) {
        (Round memory r, Parameters memory p) = (task.round(), task.parameters());
        list = new uint256[](5);
        (list[0], list[1]) = (Judge.end(r, p, Phase.Training), Judge.end(r, p, Phase.Committing));
        (list[2], list[3], list[4]) = (r.deadline, r.pausedUntil, task.roster().startBy);
    }

    // ----------------------------------------------------- anyone tries anything

    /// @notice Calls on the task by anyone, with arguments that may be wrong.
    function meddle(uint256 seed) external {
        for (uint256 i = 0; i < 4; ++i) {
            address actor = anyone(random(seed));
            (bytes memory call, bool allowed) = idea(actor, random(seed));
            tryOut(actor, call, allowed);
        }
        if (tasks.length > 1) disturb(tasks[random(seed) % (tasks.length - 1)], random(seed));
    }

    /// @dev An ended task refuses everything but scores of its final model, and to count out who left.
    function disturb(ITask ended, uint256 seed) private {
        ITask running = task;
        task = ended;
        address actor = anyone(seed);
        (bytes memory call, bool allowed) = idea(actor, random(seed));
        bool scores = bytes4(call) == ITask.scoreModel.selector;
        VM.assertTrue(scores || !allowed, "final end: something is left to do");
        tryOut(actor, call, allowed);
        retire(members[seed % members.length]);
        VM.assertEq(fingerprint(ended), tales[ended].last, "final end: an ended task changed");
        task = running;
    }

    function tryOut(address actor, bytes memory call, bool allowed) private watched {
        VM.prank(actor);
        (bool ok,) = address(task).call(call);
        if (!ok) VM.recordLogs(); // anew: what was logged is undone
        string memory what = VM.toString(abi.encodePacked(bytes4(call)));
        VM.assertTrue(
            ok == allowed,
            string.concat(allowed ? "roles: refused what is allowed, " : "roles: allowed what is refused, ", what)
        );
    }

    function anyone(uint256 seed) private view returns (address) {
        address[] memory seats = sitting();
        if (seed % 3 == 0 && seats.length > 0) return seats[(seed >> 16) % seats.length];
        if (seed % 16 == 1) return managers[0];
        return seed % 16 == 2 ? address(0xdead) : members[(seed >> 16) % members.length];
    }

    function idea(address actor, uint256 seed) private returns (bytes memory call, bool allowed) {
        Phase phase = task.phase();
        uint256 kind = (seed >> 24) % 2 == 0 ? fitting(phase) : seed % 14;
        if (kind < 4) return turn(actor, kind, random(seed));
        if (kind == 4) return (abi.encodeCall(ITask.settle, (seed % 2)), phase == Phase.Settling && seed % 2 > 0);
        if (kind == 5) {
            return (abi.encodeCall(ITask.close, (seed / 2 % 3)), phase == Phase.Closing && seed / 2 % 3 > 0);
        }
        if (kind == 6) return (abi.encodeCall(ITask.recover, ()), phase == Phase.Stalled);
        if (kind == 7) return (abi.encodeCall(ITask.start, ()), phase == Phase.Enrolling && canStart());
        if (kind == 8) return (abi.encodeCall(ITask.enrol, ()), mayEnrol(actor));
        if (kind == 9) {
            return (abi.encodeCall(ITask.cancel, ()), phase == Phase.Enrolling && federation.isManager(actor));
        }
        if (kind == 10) {
            return (abi.encodeCall(ITask.pause, (1)), mayPause(actor));
        }
        if (kind == 11) {
            return (abi.encodeCall(ITask.sampleTrainers, (seed % 4)), phase == Phase.Sampling && seed % 4 > 0);
        }
        if (kind == 13) return finalScore(actor, random(seed));
        bool late = phase == Phase.Enrolling && block.timestamp >= task.roster().startBy;
        return (abi.encodeCall(ITask.expire, ()), late && !isReady());
    }

    /// @dev By the right seat or another, and now and then too high.
    function finalScore(address actor, uint256 seed) private view returns (bytes memory call, bool allowed) {
        uint256 seat = seed % 8 == 0 ? seed / 8 % 8 : task.participant(actor).seat;
        uint256 score = (seed >> 8) % 12_000;
        allowed = task.phase() == Phase.Finished && judges(actor, seat) && !tales[task].scored[seat];
        return (abi.encodeCall(ITask.scoreModel, (seat, score)), allowed && score <= 10_000);
    }

    /// @dev What there is to do in this phase.
    function fitting(Phase phase) private pure returns (uint256) {
        if (phase == Phase.Finished) return 13;
        if (phase == Phase.Committing) return 1;
        if (phase == Phase.Revealing) return 2;
        if (phase == Phase.Aggregating) return 3;
        if (phase == Phase.Sampling) return 11;
        return phase == Phase.Enrolling ? 8 : 0;
    }

    /// @dev The four things that are done for one round: by the right one or not, for this round or another.
    function turn(address actor, uint256 kind, uint256 seed) private returns (bytes memory call, bool allowed) {
        uint256 round = task.round().number + (seed % 8 == 0 ? 1 : 0);
        uint256 seat = seed % 8 == 1 ? seed / 8 % 8 : task.participant(actor).seat;
        bool whole = seed % 8 != 2;
        allowed = whole && seed % 8 != 0;
        if (kind == 0) {
            call = abi.encodeCall(ITask.submitUpdate, (round, bytes32(seed), whole ? seed : 0));
            return (call, allowed && maySubmit(actor));
        }
        if (kind == 1) {
            bytes32 commitment = whole && mayCommit(actor, seat) ? invent(actor, seed) : bytes32(0);
            return (abi.encodeCall(ITask.commitScores, (round, seat, commitment)), allowed && mayCommit(actor, seat));
        }
        if (kind == 2) {
            Secret memory x = _secrets[actor];
            bytes32 salt = whole ? x.salt : bytes32(seed);
            call = abi.encodeCall(ITask.revealScores, (round, seat, x.baseline, packed(x.scores), salt));
            return (call, allowed && mayReveal(actor, seat));
        }
        call = abi.encodeCall(ITask.attest, (round, seat, whole ? nextModel() : bytes32(0)));
        bool agrees = task.phase() != Phase.Closing || tales[task].agreed[task.round().number] == nextModel();
        return (call, allowed && agrees && mayAttest(actor, seat));
    }

    /// @dev That is, confirm it: alone it changes nothing.
    function mayPause(address account) private view returns (bool) {
        return federation.isManager(account) && isRunning() && task.phase() != Phase.Paused;
    }

    function mayEnrol(address account) internal view returns (bool) {
        Phase phase = task.phase();
        bool open = phase >= Phase.Enrolling && phase <= Phase.Paused && task.round().milestone != Milestone.Enrolled;
        Participant memory m = task.participant(account);
        return open && federation.isMember(account) && (m.number == 0 || m.retired);
    }

    // ----------------------------------------------------------------- managers

    function govern(uint256 seed) external watched {
        seed = random(seed);
        uint256 kind = seed % 8;
        if (kind < 2) pause(seed);
        else if (kind < 5) resume();
        else if (kind < 7) fund(1 + seed % 1_000);
        else rollBack(seed);
    }

    function pause(uint256 seed) private {
        uint256 duration = 1 + seed % _parameters.maxPause;
        bool allowed = isRunning() && task.phase() != Phase.Paused;
        bool done = manage(address(task), abi.encodeCall(ITask.pause, (duration)));
        VM.assertTrue(done == allowed, "pause");
        if (done) VM.assertEq(task.round().pausedUntil, block.timestamp + duration, "as long as decided");
    }

    function resume() private {
        bool allowed = task.phase() == Phase.Paused;
        VM.assertTrue(
            manage(address(task), abi.encodeCall(ITask.resume, (task.round().pausedUntil))) == allowed, "resume"
        );
    }

    function fund(uint256 amount) private {
        bool waiting = task.phase() == Phase.Enrolling;
        bool paying = task.round().milestone == Milestone.Agreed && task.progress().closed > 0;
        bool allowed = waiting || (isRunning() && !paying && treasury.pool() >= amount);
        VM.assertTrue(manage(address(task), abi.encodeCall(ITask.fund, (amount))) == allowed, "fund");
    }

    function rollBack(uint256 seed) private {
        Round memory r = task.round();
        uint256 seats = _parameters.committee + task.parameters().aggregators;
        address[] memory committee = new address[](3 + (seed >> 8) % (seats - 2));
        uint256 count = 0;
        for (uint256 i = 0; i < members.length && count < committee.length; ++i) {
            address member = members[((seed >> 16) + i) % members.length];
            if (isActive(member, r.number + 1)) committee[count++] = member;
        }
        if (count < committee.length) return;
        uint256 model = (seed >> 32) % (uint256(r.number) + 1);
        bool decides = count <= _parameters.committee || count >= uint256(_parameters.committee) + 3;
        bool allowed = isRunning() && r.milestone != Milestone.Agreed && decides;
        bytes memory call = abi.encodeCall(ITask.rollback, (model, committee));
        VM.assertTrue(manage(address(task), call) == allowed, "rollback");
    }

    function isRunning() private view returns (bool) {
        return task.phase() >= Phase.Sampling && task.phase() <= Phase.Paused;
    }

    /// @return done Whether the quorum's call went through.
    function manage(address target, bytes memory call) private returns (bool done) {
        for (uint256 i = 0; i < 2; ++i) {
            VM.prank(managers[i]);
            (done,) = target.call(call);
        }
    }

    // ------------------------------------------------------------ coming and going

    function come(uint256 seed) external watched {
        seed = random(seed);
        address member = members[seed % members.length];
        Membership status = federation.accountOf(member).membership;
        if (status == Membership.Banned) manage(address(federation), abi.encodeCall(IFederation.unban, (member)));
        else if (status == Membership.Applied) decide(member, seed);
        else if (status != Membership.Admitted) applyAs(seed % members.length);
        else if (mayEnrol(member)) enrolAs(member);
        else subscribe(member);
    }

    /// @dev A membership that expires may be renewed, at most two periods ahead.
    function subscribe(address member) private {
        (uint256 fee, uint256 until) = (provide(member), federation.accountOf(member).paidUntil);
        uint256 period = federation.membershipPeriod();
        VM.prank(member);
        (bool ok,) = address(federation).call(abi.encodeCall(IFederation.renew, (fee, period)));
        bool near = period == 0 || until <= block.timestamp + period;
        VM.assertTrue(ok == (until > 0 && near), "only a membership that expires is renewed, and not far ahead");
        if (!ok) return;
        received += fee;
        uint256 paidUntil = federation.accountOf(member).paidUntil;
        VM.assertTrue(paidUntil == 0 || paidUntil > until, "a renewal adds");
    }

    function applyAs(uint256 index) private {
        Wallet memory w = VM.createWallet(index + 1);
        received += provide(w.addr);
        VM.prank(w.addr);
        federation.applyForMembership(abi.encodePacked(w.publicKeyX, w.publicKeyY), "General Hospital");
    }

    function decide(address member, uint256 seed) private {
        uint256 application = federation.accountOf(member).application;
        bool done;
        if (seed % 5 == 0) {
            VM.prank(member);
            federation.withdrawApplication();
        } else if (seed % 5 == 1) {
            done = manage(address(federation), abi.encodeCall(IFederation.reject, (application)));
        } else {
            done = manage(address(federation), abi.encodeCall(IFederation.admit, (application)));
        }
    }

    function enrolAs(address member) internal {
        VM.prank(member);
        task.enrol();
    }

    function go(uint256 seed) external watched {
        leave(seed);
    }

    function leave(uint256 seed) private {
        // While trainers are sampled, so many that too few may be left.
        bool sampling = task.phase() == Phase.Sampling;
        for (uint256 i = 0; i < (sampling ? 4 : 1); ++i) {
            seed = random(seed);
            address member = members[(seed >> 16) % members.length];
            bool here = federation.isMember(member);
            if (!here || !isPastDue(member)) requireExpiry(member, false);
            if (here) depart(member, seed);
            if (!here || sampling) retire(member);
        }
    }

    function retire(address member) private {
        Participant memory m = task.participant(member);
        if (m.number > 0 && !m.retired && !federation.isMember(member)) task.retire(member);
    }

    function depart(address member, uint256 seed) private {
        if (membersNow() <= FEWEST) return;
        if (seed % 5 == 0 && replace(member, random(seed))) return;
        if (isPastDue(member)) {
            requireExpiry(member, true);
        } else if (seed % 2 == 0) {
            manage(address(federation), abi.encodeCall(IFederation.ban, (member)));
        } else {
            VM.prank(member);
            federation.leave();
        }
    }

    function membersNow() internal view returns (uint256 count) {
        for (uint256 i = 0; i < members.length; ++i) {
            if (federation.isMember(members[i])) ++count;
        }
    }

    /// @dev By somebody who is free to be a member, if there is anyone.
    function replace(address member, uint256 seed) private returns (bool) {
        for (uint256 i = 0; i < members.length; ++i) {
            uint256 index = (seed % members.length + i) % members.length;
            Membership status = federation.accountOf(members[index]).membership;
            if (status != Membership.None && status != Membership.Left) continue;
            Wallet memory w = VM.createWallet(index + 1);
            uint256 owed = treasury.owedTo(member) + treasury.owedTo(w.addr);
            uint256 until = federation.accountOf(member).paidUntil;
            bytes memory key = abi.encodePacked(w.publicKeyX, w.publicKeyY);
            manage(address(federation), abi.encodeCall(IFederation.replaceMember, (member, w.addr, key)));
            VM.assertEq(federation.accountOf(w.addr).paidUntil, until, "a successor has what was paid");
            VM.assertEq(treasury.owedTo(w.addr), owed, "conservation: and is owed what both were");
            return true;
        }
        return false;
    }

    function isPastDue(address member) private view returns (bool) {
        uint256 until = federation.accountOf(member).paidUntil;
        return until > 0 && until <= block.timestamp;
    }

    function requireExpiry(address member, bool allowed) private {
        (bool ok,) = address(federation).call(abi.encodeCall(IFederation.expireMembership, (member)));
        VM.assertTrue(ok == allowed, "a membership expires if, and only if, it is past due");
    }

    // --------------------------------------------------------------------- money

    function pay(uint256 seed) external watched {
        seed = random(seed);
        uint256 amount = 1 + seed % 5_000;
        token.mint(address(this), amount);
        if (seed % 4 == 0) {
            token.transfer(address(treasury), amount);
            gifts += amount;
        } else if (seed % 4 == 1) {
            token.approve(address(treasury), amount);
            treasury.deposit(amount);
            received += amount;
        } else if (seed % 16 == 2) {
            manage(address(federation), abi.encodeCall(IFederation.setFee, (seed % 2_000)));
        } else if (seed % 16 == 6) {
            uint256 period = seed % 3 == 0 ? 0 : 1 + (seed >> 16) % 1 hours;
            manage(address(federation), abi.encodeCall(IFederation.setMembershipPeriod, (period)));
        } else {
            withdrawForOne(seed);
        }
    }

    function withdrawForOne(uint256 seed) private {
        for (uint256 i = 0; i < members.length; ++i) {
            address member = members[(seed + i) % members.length];
            (uint256 due, uint256 held) = (treasury.owedTo(member), token.balanceOf(member));
            if (due == 0) continue;
            VM.prank(member);
            treasury.withdraw();
            VM.assertEq(token.balanceOf(member), held + due, "conservation: who withdraws gets what it is owed");
            received -= due;
            return;
        }
    }

    // --------------------------------------------------------------------- rules

    /// @dev Updates of one task are judged by one standard; by what is elected and paid may change.
    function beHonest(uint256 seed) public {
        _score.become(address(tales[task].scoreRule), tales[task].scoreParameters);
        uint256 election = seed % (task.parameters().redraw ? 4 : 3);
        comparesStakes = election == 2;
        _election.become(_elections[election], bytes32(uint256(1) | 1 << 16 | 1 << 32 | 1 << 48));
        bytes32[4] memory paying =
            [bytes32(0), bytes32(uint256(3) | 2 << 16 | 1 << 32), bytes32(uint256(1) | 1 << 16), bytes32(uint256(2))];
        uint256 reward = random(seed) % 4;
        _reward.become(_rewards[reward], paying[reward]);
    }

    /// @dev Answers too long, too short or doubled are a matter of arrays, that is, not of the score rule.
    function beFaulty(uint256 seed) external {
        MoodyRule rule = [_score, _election, _reward][seed % 3];
        uint256 misdeed = random(seed) % (rule == _score ? 5 : 8);
        // Where gas is not counted it would burn without end.
        if (unmetered && misdeed == uint256(Misdeed.BurnGas)) misdeed = uint256(Misdeed.Revert);
        rule.become(_faulty, bytes32(misdeed));
        if (rule == _election) comparesStakes = false;
    }

    // ---------------------------------------------------------------------- luck

    /// @dev The fuzzer likes small and repeated numbers.
    function random(uint256 seed) internal returns (uint256) {
        return uint128(uint256(keccak256(abi.encode(seed, ++_entropy))));
    }
}
