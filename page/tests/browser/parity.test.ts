// What the page makes of a record is what the package makes of it: the twins agree.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { getAddress } from "viem";
import { Follower } from "../../src/chain/follow.ts";
import { awaited, phaseOf, startOf } from "../../src/record/phases.ts";
import { Task } from "../../src/record/task.ts";
import { STRIKES } from "../../src/record/words.ts";
import { told } from "./support.ts";

interface Expected {
    task: string;
    rounds: {
        round: number;
        settled: boolean;
        baseline: number | null;
        best: number | null;
        submitted: number;
        accepted: number;
        attempts: number;
        started: number | null;
        struck: { member: string; reason: string; strikes: number }[];
        seats: { member: string; judges: boolean }[];
    }[];
    phases: [number, number, number, string, string[], string[], string][]; // events so far, time, block, phase, who has acted, who has not, what for
    earned: Record<string, string>;
    strikes: Record<string, number>;
    ledger: string[];
    books: Record<string, string>;
    members: number;
}

const REASONS = { update: 0, absence: 1, minority: 2 } as Record<string, number>;

test("an eventful task reads the same", async () => {
    const expected = JSON.parse(await readFile(told("EXPECTED"), "utf8")) as Expected;
    const federation = getAddress(told("FEDERATION"));
    const nothing = { chainId: null, firstBlock: 0, names: {}, contracts: {}, audit: false, recordedAt: 1 };
    const follower = new Follower({ rpc: told("NODE"), federation, ...nothing });
    await follower.run();
    const task = follower.tasks.get(getAddress(expected.task));
    const parameters = follower.parameters.get(getAddress(expected.task));
    assert.ok(task && parameters);
    assert.equal(follower.problem, "");

    const rounds = task.rounds.map((round) => ({
        round: round.number,
        settled: round.settled,
        baseline: round.baseline,
        best: round.best,
        submitted: round.updates.length,
        accepted: round.updates.filter((update) => update.verdict === "accepted").length,
        attempts: round.attempt + 1,
        started: startOf(round, parameters),
        struck: round.strikes.map((strike) => ({
            member: strike.account,
            reason: Object.keys(REASONS).find((reason) => REASONS[reason] === strike.reason),
            strikes: strike.strikes,
        })),
        seats: round.seats.map((seat) => ({ member: seat.account, judges: seat.judges })),
    }));
    assert.deepEqual(rounds, expected.rounds);
    assert.equal(STRIKES.length, Object.keys(REASONS).length);

    const phases = expected.phases.map(([count, time, block, , , , waiting]) => {
        const then = new Task(task.proposal);
        for (const event of task.events.slice(0, count)) then.apply(event);
        const phase = phaseOf(then, parameters, { time, block });
        const { what, acted, missing } = awaited(then, parameters, phase, time);
        const said = what && waiting.startsWith(what) ? waiting : what; // commands name themselves, too
        return [count, time, block, phase, acted.toSorted(), missing.toSorted(), said];
    });
    assert.deepEqual(phases, expected.phases);

    const earned = [...task.participants.values()].filter((one) => one.earned > 0n);
    assert.deepEqual(Object.fromEntries(earned.map((one) => [one.account, String(one.earned)])), expected.earned);
    const strikes = [...task.participants.values()].map((one) => [one.account, one.strikes]);
    assert.deepEqual(Object.fromEntries(strikes), expected.strikes);
    assert.deepEqual(
        task.models.map((model) => model.pointer),
        expected.ledger,
    );
    const books = Object.entries(follower.books ?? {}).map(([name, amount]) => [name, String(amount)]);
    assert.deepEqual(Object.fromEntries(books), expected.books);
    assert.equal(follower.federation.count, expected.members);
    assert.equal(follower.terms?.members, expected.members);
});
