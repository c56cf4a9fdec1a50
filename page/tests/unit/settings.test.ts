// A page that has settings of its own is not told others by a link.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings } from "../../src/settings.ts";

const [OWN, OTHER] = ["0x00000000000000000000000000000000000000AA", "0x00000000000000000000000000000000000000bb"];
const link = (query: string) => new URL(`https://page.example.org/alder/?${query}#/tasks`);

async function read(file: object | null, query: string) {
    const real = globalThis.fetch;
    globalThis.fetch = async () => (file ? Response.json(file) : new Response("", { status: 404 }));
    try {
        return await readSettings(link(query));
    } finally {
        globalThis.fetch = real;
    }
}

test("a link does not make a page show another node, federation or part of the record", async () => {
    const file = { rpc: "rpc", federation: OWN, firstBlock: 7, audit: true };
    const found = await read(file, `rpc=https://evil.example&federation=${OTHER}&firstBlock=999`);
    assert.deepEqual(
        [found.rpc, found.federation, found.firstBlock, found.audit],
        ["https://page.example.org/alder/rpc", OWN, 7, true],
    );
});

test("a page without settings of its own is told them by its address", async () => {
    const found = await read(null, `rpc=https://node.example&federation=${OTHER.toLowerCase()}&firstBlock=12`);
    assert.deepEqual(
        [found.rpc, found.firstBlock, found.federation.toLowerCase()],
        ["https://node.example/", 12, OTHER.toLowerCase()],
    );
    for (const odd of ["-5", "1e99", "0.5", "many", ""]) {
        const { firstBlock } = await read(null, `rpc=http://node&federation=${OTHER}&firstBlock=${odd}`);
        assert.equal(firstBlock, 0, odd);
    }
});
