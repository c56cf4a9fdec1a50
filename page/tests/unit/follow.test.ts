// Nodes that answer as they should not, chains that change, and tokens that say little.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LogSearch } from "../../src/chain/logs.ts";
import { NodeFault, type Rpc } from "../../src/chain/rpc.ts";
import { following, Node, type Rule } from "./node.ts";

const refusal = { error: { code: -32005, message: "too many requests at once" } };

test("after a branch that could not be read, what it undid is read again", async () => {
    const node = new Node();
    await following(node, async (follower, until) => {
        await until(() => follower.status === "live");
        node.rules = [({ method }) => (method === "eth_getLogs" ? refusal : undefined)];
        node.branches = ["a", "a", "b", "b"];
        await until(() => follower.status === "away");
        node.branches = ["a", "a", "a", "a"];
        node.rules = [];
        await until(() => follower.status === "live");
        assert.equal(follower.federation.managers.size, 3);
    });
});

test("another chain in the place of a federation's is said", async () => {
    const node = new Node();
    await following(node, async (follower, until) => {
        await until(() => follower.status === "live");
        node.rules = [({ method }) => (/Code|call/.test(method) ? { result: "0x" } : undefined)];
        node.branches = ["c", "c"];
        await until(() => follower.status === "failed");
        assert.match(follower.problem, /There is no contract at/);
    });
});

test("a node that refuses for a while is not asked for few blocks at a time without end", async () => {
    let asked = 0;
    const ask = async () => {
        if (++asked <= 16) throw new NodeFault("refused", "too many requests at once");
        return [];
    };
    await new LogSearch({ ask } as unknown as Rpc).find([], 0, 99_999);
    assert.ok(asked < 200, `${asked} requests`);
});

const [SYMBOL, DECIMALS] = ["0x95d89b41", "0x313ce567"];
const MKR = `0x4d4b52${"0".repeat(58)}`;
const says =
    (selector: string, told: ReturnType<Rule>): Rule =>
    ({ method, params: [call] }) =>
        method === "eth_call" && (call as { data: string }).data === selector ? told : undefined;
const reverted = { error: { code: 3, message: "execution reverted" } };

for (const [what, rules, token] of [
    ["no symbol", [says(SYMBOL, reverted)], { symbol: "units", decimals: 18 }],
    ["no decimals", [says(DECIMALS, { result: "0x" })], { symbol: "FED", decimals: 0 }],
    ["an old symbol", [says(SYMBOL, { result: MKR })], { symbol: "MKR", decimals: 18 }],
] as const) {
    test(`the token of a federation may have ${what}`, async () => {
        const node = new Node();
        node.rules = [...rules];
        await following(node, async (follower, until) => {
            await until(() => follower.status === "live");
            assert.deepEqual(follower.token, token);
        });
    });
}

test("decimals that are refused for a while are waited for", async () => {
    const node = new Node();
    node.rules = [says(DECIMALS, refusal)];
    await following(node, async (follower, until) => {
        await until(() => follower.problem !== "");
        node.rules = [];
        await until(() => follower.status === "live");
        assert.equal(follower.token?.decimals, 18);
    });
});

test("logs that are told twice, or are of a branch that was left, count once or not at all", async () => {
    const node = new Node();
    node.rules = [
        ({ method }) => {
            const logs = node.logs(0, 3);
            const left = { ...logs[0], logIndex: "0x1", removed: true };
            return method === "eth_getLogs" ? { result: [...logs, ...logs, left] } : undefined;
        },
    ];
    await following(node, async (follower, until) => {
        await until(() => follower.status === "live");
        assert.equal(follower.federation.events.length, 3);
    });
});

for (const [method, result] of [
    ["eth_getBlockByNumber", {}],
    ["eth_getBlockByNumber", "x"],
    ["eth_getLogs", null],
    ["eth_getLogs", {}],
] as const) {
    test(`a node that answers ${JSON.stringify(result)} to ${method} is not taken for live`, async () => {
        const node = new Node();
        node.rules = [(asked) => (asked.method === method ? { result } : undefined)];
        await following(node, async (follower, until) => {
            await until(() => follower.problem !== "");
            assert.equal(follower.status, "starting");
            assert.match(follower.problem, /^(the node's block latest is none|what the node tells are no logs)$/);
        });
    });
}

test("time is the chain's as soon as a block comes, whatever the clock of who looks says", async () => {
    const node = new Node(); // its blocks are of 2023
    await following(node, async (follower, until) => {
        await until(() => follower.status === "live");
        node.branches.push("a");
        await until(() => follower.head?.number === 4);
        const late = follower.now() - (follower.head?.time ?? 0);
        assert.ok(late >= 0 && late < 5, `${late} s`);
    });
});
