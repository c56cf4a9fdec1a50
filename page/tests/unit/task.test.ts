// A recorded task is read as `folkmoot history` reads it, and what views compute of it agrees with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { attendanceOf, seatPart } from "../../src/record/attendance.ts";
import { heatOf } from "../../src/record/heat.ts";
import { lineage } from "../../src/record/lineage.ts";
import { bandsOf, payOf } from "../../src/record/pay.ts";
import { curveOf, essence } from "../../src/views/task/score_curve.tsx";
import { recordedTask } from "./recorded.ts";

const task = recordedTask("digits.txt");
const POISONER = "0x8e97C981117A744D2FC30669Ff61d4D7558Dbf0b";
const TOKEN = 10n ** 18n;

test("rounds have the scores, updates and strikes that the chain recorded", () => {
    assert.deepEqual(
        task.rounds.map((round) => round.baseline),
        [416, 7000, 9200, 8666, 9583, 8666],
    );
    assert.deepEqual(
        task.rounds.map((round) => round.best),
        [8823, 9000, 9411, 9000, 9404, 9000],
    );
    assert.deepEqual(
        task.rounds.map((round) => round.updates.length),
        [7, 7, 7, 6, 6, 6],
    );
    for (const round of task.rounds) {
        assert.equal(round.updates.filter((update) => update.verdict === "accepted").length, 5);
        assert.equal(round.seats.length, 5);
        assert.equal(round.attempt, 0);
        assert.deepEqual([round.outcome?.kind, round.settled], ["model", true]);
    }
    assert.deepEqual(
        task.rounds.map((round) => round.strikes.map(({ account, reason, strikes }) => [account, reason, strikes])),
        [[[POISONER, 0, 1]], [[POISONER, 0, 2]], [[POISONER, 0, 3]], [], [], []],
    );
});

test("the task ended as the chain recorded", () => {
    assert.deepEqual([task.ending, task.finalScore, task.active, task.participants.size], ["finished", 8800, 11, 12]);
    assert.equal(task.participant(POISONER).suspendedUntil, 9);
    assert.equal(task.budget, 1200n * TOKEN);
    assert.equal(task.paid + (task.released ?? 0n), task.budget);
});

test("the ledger has each model with its round, score and contributors", () => {
    const ledger = lineage(task, undefined);
    assert.deepEqual(
        ledger.map((entry) => entry.score),
        [416, 7000, 9200, 8666, 9583, 8666, 8800],
    );
    assert.deepEqual([ledger[0]?.round, ledger[0]?.parent], [null, null]);
    assert.deepEqual([ledger[6]?.round, ledger[6]?.parent, ledger[6]?.repeats], [5, 5, null]);
    assert.equal(ledger[6]?.contributors.length, 5);
    assert.equal(
        ledger[6]?.contributors[0]?.author,
        task.rounds[5]?.updates.find((update) => update.rank === 1)?.author,
    );
});

test("the pay of all members is what the task paid, however it is divided into bands", () => {
    const earners = payOf(task);
    assert.equal(
        earners.reduce((sum, one) => sum + one.total, 0n),
        task.paid,
    );
    for (const most of [2, 8, 50]) {
        const bands = bandsOf(earners, task.rounds.length, most);
        assert.equal(
            bands.reduce((sum, band) => sum + (band.sums.at(-1) ?? 0n), 0n),
            task.paid,
        );
        assert.equal(bands.length, Math.min(most + 1, earners.length));
    }
    assert.ok(earners.every((one) => one.account !== POISONER));
});

test("the heat map has each seat's scores, in the order of the updates or of their scores", () => {
    const round = task.rounds[5];
    assert.ok(round);
    const map = heatOf(round);
    assert.equal(map.cells.length, 5 * 7);
    assert.deepEqual([map.low, map.high, map.revealed, map.committed], [7000, 10_000, 5, 0]);
    for (const cell of map.cells) {
        const seat = map.seats[cell.row];
        const given = cell.column ? seat?.scores[map.updates[cell.column - 1]?.index ?? -1] : seat?.baseline;
        assert.equal(cell.score, given);
    }
    const scores = heatOf(round, true).updates.map((update) => update.score ?? 0);
    assert.deepEqual(
        scores,
        [...scores].sort((a, b) => b - a),
    );
});

test("who sat, trained, was struck and suspended stands in the rounds in which it was", () => {
    const all = attendanceOf(task, 0, 6);
    assert.equal(all.length, 12);
    const poisoner = all.find((one) => one.account === POISONER);
    const of = (round: number) => poisoner?.rounds.get(round);
    assert.deepEqual(of(2), { parts: ["fault"], struck: ["a faulty update"] });
    assert.deepEqual(of(3), { parts: ["suspended"], struck: [] });
    assert.equal(all[0]?.sat, 3);
    assert.equal(attendanceOf(task, 4, 6)[0]?.rounds.size, 2);
    for (const round of task.rounds) for (const seat of round.seats) assert.equal(seatPart(round, seat), "judged");
});

test("the curve says its essence", () => {
    const points = curveOf(task);
    assert.equal(points.length, 7);
    assert.equal(
        essence(points, "accuracy"),
        "Median accuracy of the model, 6 rounds, from 4.16 % to 86.66 %; the final model has 88.00 %.",
    );
});
