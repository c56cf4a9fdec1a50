// A task in which most of what can happen did, and scores that are missing for several reasons.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Parameters } from "../../src/chain/calls.ts";
import { tickWord, wholeTicks } from "../../src/parts/axes.ts";
import { attendanceOf, seatPart } from "../../src/record/attendance.ts";
import { heatOf } from "../../src/record/heat.ts";
import { lineage } from "../../src/record/lineage.ts";
import { deadlines } from "../../src/record/phases.ts";
import { ABSTAINED, Milestone } from "../../src/record/words.ts";
import { curveOf } from "../../src/views/task/score_curve.tsx";
import { recordedTask } from "./recorded.ts";

test("models that were carried or rolled back say so", () => {
    const models = lineage(recordedTask("eventful.txt"), undefined);
    assert.deepEqual(
        models.slice(4).map(({ round, parent, repeats, carried }) => [round, parent, repeats, carried]),
        [
            [3, null, 1, false],
            [4, null, 4, true],
            [5, 5, null, false],
        ],
    );
});

test("seats that were lost, not needed or struck are told apart", () => {
    const task = recordedTask("eventful.txt");
    const said = attendanceOf(task, 0, 7).map((one) => [...one.rounds].map(([n, there]) => `${n} ${there.parts}`));
    assert.equal(said.flat().filter((one) => one === "1 lost").length, 2);
    assert.equal(said.flat().filter((one) => one === "4 seated").length, 3);
    const dissenter = task.rounds[1]?.strikes.find((strike) => strike.reason === 2)?.account;
    const there = attendanceOf(task, 1, 2).find((one) => one.account === dissenter);
    assert.deepEqual(there?.rounds.get(1), {
        parts: ["judged", "accepted"],
        struck: ["attesting in the minority"],
    });
});

test("rounds without a score are gaps in the curve, and the running one is not over", () => {
    const points = curveOf(recordedTask("eventful.txt"));
    assert.deepEqual(
        points.map((point) => [point.median, point.ended]),
        [
            [6000, true],
            [6000, true],
            [6000, true],
            [null, true],
            [null, true],
            [6000, true],
            [null, false],
        ],
    );
});

test("a missing score says why it is missing", () => {
    const round = recordedTask("eventful.txt").rounds[1];
    assert.ok(round);
    const kinds = () => heatOf(round).cells.map((cell) => cell.kind);
    assert.equal(kinds().filter((kind) => kind === "own").length, 2);
    const [seat, other] = round.judges;
    assert.ok(seat && other);
    seat.scores = seat.scores.map(() => ABSTAINED);
    assert.equal(kinds().filter((kind) => kind === "abstained").length, round.updates.length);
    assert.equal(seatPart(round, seat), "judged", "it measured the model");
    seat.baseline = ABSTAINED;
    assert.equal(seatPart(round, seat), "abstained");
    other.revealed = false;
    assert.equal(kinds().filter((kind) => kind === "silent").length, round.updates.length + 1);
    assert.equal(seatPart(round, other), "silent");
    other.excused = true;
    assert.ok(kinds().includes("later"));
    Object.assign(other, { excused: false, committed: round.attempt });
    round.settled = false;
    assert.equal(heatOf(round).committed, 1);
    assert.ok(kinds().includes("sealed"));
});

test("an axis has as many ticks as there is room for, at whole numbers", () => {
    assert.deepEqual(wholeTicks(0, 5, 10), [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(wholeTicks(0, 499, 5), [0, 100, 200, 300, 400]);
    assert.deepEqual(wholeTicks(440, 499, 3), [440, 460, 480]);
    assert.deepEqual(wholeTicks(3, 3, 4), [3]);
    assert.deepEqual(
        [tickWord(0), tickWord(1200), tickWord(2_500_000), tickWord(4e-14)],
        ["0", "1,200", "2.5M", "4.0e-14"],
    );
});

test("the windows of a round that still lie ahead have their ends", () => {
    const round = recordedTask("eventful.txt").running;
    assert.ok(round);
    const windows = { trainingWindow: 1000, committingWindow: 1000, revealingWindow: 1000 } as Parameters;
    const ends = () => deadlines(round, windows).map(({ phase, end }) => [phase, end - round.deadline]);
    assert.deepEqual(ends(), [
        ["Training", -2000],
        ["Committing", -1000],
        ["Revealing", 0],
    ]);
    round.milestone = Milestone.Committed;
    assert.deepEqual(ends(), [["Revealing", 0]]);
    round.milestone = Milestone.Settled;
    assert.deepEqual(ends(), [["Aggregating", 0]]);
    round.milestone = Milestone.Agreed;
    assert.deepEqual(ends(), []);
});
