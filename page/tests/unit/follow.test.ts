// Nodes that answer as they should not, chains that change, and tokens that say little.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LogSearch } from "../../src/chain/logs.ts";
import { NodeFault, type Rpc } from "../../src/chain/rpc.ts";
import { following, Node } from "./node.ts";

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

test("a node that refuses for a while is not asked for few blocks at a time for ever", async () => {
    let asked = 0;
    const ask = async () => {
        if (++asked <= 16) throw new NodeFault("refused", "too many requests at once");
        return [];
    };
    await new LogSearch({ ask } as unknown as Rpc).find([], 0, 99_999);
    assert.ok(asked < 200, `${asked} requests`);
});
