// The same record is read of any node, however it has to be asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look, openBrowser, told } from "./support.ts";

test("the federation is read", async () => {
    await using browser = await openBrowser();
    await using window = await look(browser, told("PAGE"));
    const shown = (await window.page.locator("main").textContent()) ?? "";
    for (const words of JSON.parse(told("WORDS")) as string[]) assert.ok(shown.includes(words), `${words}: ${shown}`);
    assert.deepEqual(window.errors, []);
    const origins = new Set(window.requests.filter((url) => url.startsWith("http")).map((url) => new URL(url).origin));
    assert.deepEqual([...origins].sort(), [new URL(told("PAGE")).origin, new URL(told("NODE")).origin].sort());
});
