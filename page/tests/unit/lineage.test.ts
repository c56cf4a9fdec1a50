// Where models come from: made by rounds, carried forward, rolled back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ancestry, lineage, originalOf } from "../../src/record/lineage.ts";
import { account, pointer, proposed, started, type MadeTask } from "./made.ts";

const a = account(11);
const b = account(12);
const c = account(13);
const d = account(14);
const e = account(15);
const seats = [a, b, c];

/** A round in which d is accepted second, e best, and all seats but c attest its model. */
function round(task: MadeTask, number: number, model: number): MadeTask {
    task.open(number, seats).submit(d, e);
    for (const seat of seats) task.reveal(seat, 6_000 + number, [8_000, 9_000]);
    task.settle(6_000 + number, [8_000, 9_000], [4, 4], [1, 0]);
    for (const seat of seats.slice(0, 2)) task.attest(seat, pointer(model));
    task.attest(c, pointer(999));
    return task.say("AggregateAgreed", { round: BigInt(number), pointer: pointer(model), votes: 2n });
}

test("before the start there is model 0 as proposed", () => {
    const [first, ...more] = lineage(proposed(), pointer(1));
    assert.deepEqual(more, []);
    assert.deepEqual(
        [first?.pointer, first?.block, first?.round, first?.parent, first?.measured, first?.open],
        [pointer(1), null, null, null, false, true],
    );
    assert.deepEqual(lineage(proposed(), undefined), []);
});

test("a round makes a model of its accepted updates, best first, and of who attested it", () => {
    const task = round(started(...seats), 0, 2).close(pointer(2));
    const model = lineage(task, pointer(1))[1];
    assert.deepEqual([model?.round, model?.parent, model?.repeats], [0, 0, null]);
    assert.deepEqual(
        model?.contributors.map((update) => update.author),
        [e, d],
    );
    assert.deepEqual([model?.attesters, model?.seats], [[a, b], 3]);
});

test("the round that starts from a model measures it", () => {
    const task = round(started(...seats), 0, 2)
        .close(pointer(2))
        .open(1, seats)
        .submit(d);
    task.reveal(a, 7_000, [1]).reveal(b, null, [1]);
    const [first, second] = lineage(task, pointer(1));
    assert.deepEqual([first?.score, first?.measured, first?.open], [6_000, true, false]);
    assert.deepEqual([second?.score, second?.measured, second?.open], [null, false, true]);
    assert.deepEqual([first?.missing, second?.missing], [0, 2]);
    assert.deepEqual(second?.voices, [
        { account: a, score: 7_000 },
        { account: b, score: null },
    ]);
});

test("a carried round repeats its model, and a roll-back an earlier one", () => {
    const task = round(started(...seats), 0, 2).close(pointer(2));
    round(task, 1, 3).close(pointer(3));
    task.open(2, seats).repeat("RoundCarried", 2);
    round(task, 3, 9);
    task.repeat("RoundRolledBack", 1);
    const models = lineage(task, pointer(1));
    assert.deepEqual(
        models.map((model) => [model.number, model.pointer, model.parent, model.repeats, model.carried]),
        [
            [0, pointer(1), null, null, false],
            [1, pointer(2), 0, null, false],
            [2, pointer(3), 1, null, false],
            [3, pointer(3), null, 2, true],
            [4, pointer(2), null, 1, false],
        ],
    );
    assert.deepEqual(models[4]?.contributors, []);
    assert.equal(models[3]?.open, false);
});

test("a lineage leads through repeats back to model 0", () => {
    const task = round(started(...seats), 0, 2).close(pointer(2));
    round(task, 1, 3).close(pointer(3));
    task.open(2, seats).repeat("RoundRolledBack", 1);
    task.open(3, seats).repeat("RoundCarried", 3);
    const models = lineage(task, pointer(1));
    const last = models[4];
    assert.deepEqual(
        ancestry(models, 4).map((model) => model.number),
        [4, 3, 1, 0],
    );
    assert.equal(last && originalOf(models, last).number, 1);
    assert.deepEqual(ancestry(models, 99), []);
});

test("more than half of the last committee score the final model", () => {
    const task = round(started(...seats), 0, 2).close(pointer(2));
    task.say("TaskFinished", { round: 0n, released: 0n });
    const score = (member: string, points: number) =>
        task.say("ModelScored", { round: 0n, model: 1n, member, score: BigInt(points) });
    score(a, 9_000);
    assert.deepEqual([lineage(task, pointer(1))[1]?.score, lineage(task, pointer(1))[1]?.final], [null, true]);
    score(b, 9_200);
    assert.deepEqual([lineage(task, pointer(1))[1]?.score, lineage(task, pointer(1))[1]?.missing], [9_000, 1]);
    assert.equal(lineage(task, pointer(1))[0]?.final, false);
});
