// What a member did, round by round.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "../../src/chain/rpc.ts";
import { careerOf, sumsOf, type MemberRound } from "../../src/record/career.ts";
import { newestScore, scoresOf } from "../../src/record/summary.ts";
import { account, pointer, started, type MadeTask } from "./made.ts";

const A = account(11);
const B = account(12);
const C = account(13);
const D = account(14);
const E = account(15);

const roundsOf = (task: MadeTask, member: Address): readonly MemberRound[] => careerOf(member, task)?.rounds ?? [];

/** A, B and C judge; D is accepted, E is a fault. C abstains on the model and on E, and attests another pointer. */
function eventful(): MadeTask {
    const task = started(A, B, C, D, E)
        .open(0, [A, B, C], { fillers: [false, true, false] })
        .submit(D, E);
    task.reveal(A, 6_000, [8_000, 100]).reveal(B, 6_200, [8_200, 200]).reveal(C, null, [7_000, null]);
    task.settle(6_200, [8_000, 100], [4, 1], [0]);
    task.attest(A, pointer(2)).attest(B, pointer(2)).attest(C, pointer(3));
    task.say("AggregateAgreed", { round: 0n, pointer: pointer(2), votes: 2n });
    task.say("UpdateBlockWritten", {
        round: 0n,
        author: D,
        rank: 1n,
        pointer: pointer(100),
        score: 8_000n,
        amount: 50n,
    });
    task.say("MemberStruck", { round: 0n, member: E, reason: 0, strikes: 1n });
    task.say("MemberSuspended", { round: 0n, member: E, until: 3n });
    task.say("SeatPaid", { round: 0n, member: A, weight: 1n, amount: 5n });
    task.say("MemberStruck", { round: 0n, member: C, reason: 2, strikes: 1n });
    return task.close(pointer(2));
}

test("who never took part has no career", () => {
    assert.equal(careerOf(account(99), eventful()), null);
});

test("a judge's round tells what it gave, measured, attested and earned", () => {
    const [round] = roundsOf(eventful(), A);
    assert.deepEqual(
        [round?.role, round?.seat, round?.filler, round?.given, round?.abstained, round?.baseline, round?.attested],
        ["judge", 0, false, 2, 0, 6_000, "majority"],
    );
    assert.equal(round?.earned, 5n);
    assert.equal(roundsOf(eventful(), B)[0]?.filler, true);
});

test("abstentions are counted, and a seat in the minority is struck", () => {
    const [round] = roundsOf(eventful(), C);
    assert.deepEqual(
        [round?.given, round?.abstained, round?.baseline, round?.revealed, round?.attested, round?.strikes],
        [1, 1, null, true, "minority", [2]],
    );
});

test("a trainer's round tells its update's score, verdict, rank and pay", () => {
    const [round] = roundsOf(eventful(), D);
    assert.deepEqual(
        [round?.role, round?.score, round?.update?.verdict, round?.update?.rank, round?.earned],
        ["trainer", 8_000, "accepted", 1, 50n],
    );
});

test("a fault strikes and suspends, and the rounds missed say so", () => {
    const task = eventful();
    for (const number of [1, 2, 3]) task.open(number, [A, B, C]).repeat("RoundCarried", 1);
    assert.deepEqual(
        roundsOf(task, E).map((round) => [round.strikes, round.suspendedUntil, round.away]),
        [
            [[0], 3, ""],
            [[], null, "suspended"],
            [[], null, "suspended"],
            [[], null, "no update"],
        ],
    );
});

test("who could have trained but was not sampled is told from who sent nothing", () => {
    const task = started(A, B, C, D, E).open(0, [A, B, C], { sampled: true });
    task.say("TrainersSampled", { round: 0n, trainers: [D], left: 0n });
    assert.equal(roundsOf(task, D)[0]?.away, "no update");
    assert.equal(roundsOf(task, E)[0]?.away, "not sampled");
});

test("a seat that a recovery gave away was lost", () => {
    const task = started(A, B, C, D, E).open(0, [A, B, C]).submit(E);
    task.say("SeatFilled", { round: 0n, seat: 1n, member: D, predecessor: B });
    task.say("MemberStruck", { round: 0n, member: B, reason: 1, strikes: 1n });
    const [lost] = roundsOf(task, B);
    assert.deepEqual(
        [lost?.role, lost?.lostSeat, lost?.strikes, lost?.away],
        ["none", true, [1], "lost its seat in a recovery"],
    );
    assert.deepEqual([roundsOf(task, D)[0]?.role, roundsOf(task, D)[0]?.filler], ["judge", true]);
});

test("seats beside the committee attest, and the committee then does not", () => {
    const task = started(A, B, C, D, E).open(0, [A, B, C, D, E], { committee: 3 });
    task.attest(D, pointer(2));
    assert.deepEqual([roundsOf(task, D)[0]?.role, roundsOf(task, D)[0]?.attested], ["aggregator", "open"]);
    assert.deepEqual([roundsOf(task, A)[0]?.role, roundsOf(task, A)[0]?.attested], ["judge", null]);
    task.say("AggregateAgreed", { round: 0n, pointer: pointer(2), votes: 3n }).close(pointer(2));
    assert.equal(roundsOf(task, D)[0]?.attested, "majority");
    assert.equal(roundsOf(task, E)[0]?.attested, "silent");
});

test("a judge's own update is none of those it scores", () => {
    const task = started(A, B, C).open(0, [A, B, C]).submit(A, B);
    task.reveal(A, 6_000, [9_999, 7_000]).reveal(B, 6_000, [7_000, null]);
    assert.deepEqual([roundsOf(task, A)[0]?.given, roundsOf(task, A)[0]?.abstained], [1, 0]);
    assert.deepEqual([roundsOf(task, B)[0]?.given, roundsOf(task, B)[0]?.abstained], [1, 0]);
});

test("rounds before the enrolment and after the departure are left out", () => {
    const task = eventful();
    task.open(1, [A, B, C]);
    task.say("MemberEnrolled", { member: account(20), number: 6n, since: 2n }).repeat("RoundCarried", 1);
    task.open(2, [A, B, C]).repeat("RoundCarried", 2);
    task.say("MemberRetired", { member: account(20) });
    task.open(3, [A, B, C]).repeat("RoundCarried", 3);
    task.open(4, [A, B, C]);
    task.say("MemberEnrolled", { member: account(20), number: 6n, since: 5n }).repeat("RoundCarried", 4);
    task.open(5, [A, B, C]);
    assert.deepEqual(
        roundsOf(task, account(20)).map((round) => round.number),
        [2, 5],
    );
});

test("sums go over all tasks; scores that were not measured do not count", () => {
    const careers = [careerOf(D, eventful()), careerOf(D, eventful())].filter((one) => one !== null);
    assert.deepEqual(sumsOf(careers), {
        judged: 0,
        aggregated: 0,
        submitted: 2,
        accepted: 2,
        meanScore: 8_000,
        earned: 100n,
        strikes: 0,
    });
    const silent = started(A, B, C, D).open(0, [A, B, C]).submit(D);
    silent.settle(10_000, [0], [2], []);
    const career = careerOf(D, silent);
    assert.equal(career && sumsOf([career]).meanScore, null);
});

test("a task's newest score is its newest median, and at last the final one", () => {
    const task = eventful();
    assert.equal(newestScore(started(A)), null);
    assert.deepEqual(newestScore(task), { score: 6_200, of: "median, round 0" });
    task.say("TaskFinished", { round: 0n, released: 0n });
    for (const member of [A, B]) task.say("ModelScored", { round: 0n, model: 1n, member, score: 9_000n });
    assert.deepEqual(newestScore(task), { score: 9_000, of: "final model" });
    assert.deepEqual(scoresOf(task), [6_200, 9_000]);
});
