// Every event of the contracts has a sentence that shows what it carries.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Federation, Task, Treasury } from "../../generated/abis.ts";
import type { Event } from "../../src/chain/events.ts";
import { sentence, wording } from "../../src/record/sentences.ts";

interface Input {
    readonly name: string;
    readonly type: string;
}

const ADDRESS = "0x00000000000000000000000000000000000000A1";

function sample(type: string): unknown {
    if (type.endsWith("[]")) return [sample(type.slice(0, -2)), sample(type.slice(0, -2))];
    if (type === "address") return ADDRESS;
    if (type === "bool") return true;
    if (type === "string") return "clinic";
    if (type === "uint8") return 1;
    if (type.startsWith("uint")) return 7n;
    if (type === "bytes32") return `0x${"ab".repeat(32)}`;
    return "0x1234";
}

const all = [...Federation, ...Treasury, ...Task].filter((entry) => entry.type === "event");

for (const event of all) {
    test(`${event.name} has a sentence`, () => {
        const inputs = event.inputs as readonly Input[];
        const args = Object.fromEntries(inputs.map((input) => [input.name, sample(input.type)]));
        const made = { eventName: event.name, args, contract: ADDRESS, block: 1, index: 0 } as unknown as Event;
        const text = wording(sentence(made), () => "clinic");
        assert.match(text, /^\S.{8,}\.$/, "a sentence ends with a full stop");
        assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
        const parts = sentence(made);
        if (inputs.some((input) => input.type === "address"))
            assert.ok(
                parts.some((part) => typeof part !== "string" && ["account", "contract", "task"].includes(part.kind)),
            );
    });
}

test("what has no name of ours has no sentence", () => {
    const strange = { eventName: "Transfer", args: {}, contract: ADDRESS } as unknown as Event;
    assert.deepEqual(sentence(strange), []);
});

test("the sentences are what one would say", () => {
    const say = (eventName: string, args: object) =>
        wording(sentence({ eventName, args, contract: ADDRESS } as unknown as Event), () => "Ann");
    assert.equal(
        say("MemberStruck", { round: 3n, member: ADDRESS, reason: 1, strikes: 1n }),
        "Ann was struck in round 3 for absence from its seat: 1 strike now.",
    );
    assert.equal(
        say("ScoresRevealed", { round: 0n, member: ADDRESS, baseline: 0xffffn, words: [] }),
        "Ann revealed its scores of round 0; the round's model: not scored.",
    );
    assert.equal(say("MembershipPeriodChanged", { period: 0n }), "A fee now pays for a time without end.");
});
