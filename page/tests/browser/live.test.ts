// A task from its start to its end, in a window that is never reloaded.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { assertSound, look, openBrowser, told } from "./support.ts";

const PAGE = told("PAGE");
const LATE_MS = 2_000;

let browser: Browser;
before(async () => void (browser = await openBrowser()));
after(() => browser.close());

async function shownBlock(page: Page): Promise<number> {
    return Number((await page.locator("header .chain").textContent())?.match(/block (\d+)/)?.[1] ?? -1);
}

async function chainsBlock(): Promise<number> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(new URL("rpc", PAGE), { method: "POST", headers, body });
    return Number(((await answer.json()) as { result: string }).result);
}

test("a live task shows each phase, and new blocks as they come", async () => {
    await using window = await look(browser, `${PAGE}#/task/0`);
    const { page } = window;
    let loads = 0;
    page.on("framenavigated", () => loads++);
    const phases = new Set<string>();
    const lags: number[] = [];
    for (const end = Date.now() + 180_000; Date.now() < end;) {
        phases.add((await page.locator(".phase .badge").first().textContent()) ?? "");
        if (phases.has("Finished")) break;
        const known = await chainsBlock();
        const since = Date.now();
        while ((await shownBlock(page)) < known && Date.now() - since < 30_000) await page.waitForTimeout(50);
        lags.push(Date.now() - since);
    }
    const late = lags.filter((lag) => lag > LATE_MS).length;
    console.log(
        `blocks were shown after ${lags
            .sort((a, b) => a - b)
            .slice(-5)
            .join(", ")} ms at most; ${phases.size} phases seen`,
    );
    assert.ok(phases.has("Finished") && phases.size >= 3, [...phases].join());
    assert.ok(late <= lags.length / 5, `${late} of ${lags.length} blocks were shown late`);
    assert.equal(loads, 0);
    await assertSound(window);
});
