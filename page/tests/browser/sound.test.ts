// Every kind of view of a federation, wide and light, narrow and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { assertSound, look, openBrowser, told, views } from "./support.ts";

const PAGE = told("PAGE");
const ORIGINS = [new URL(PAGE).origin, ...(process.env.NODE ? [new URL(process.env.NODE).origin] : [])];
const WINDOWS = [
    { viewport: { width: 1600, height: 1000 }, colorScheme: "light" },
    { viewport: { width: 360, height: 740 }, colorScheme: "dark", isMobile: true, hasTouch: true },
] as const;

let browser: Browser;
before(async () => void (browser = await openBrowser()));
after(() => browser.close());

for (const options of WINDOWS) {
    test(`each view is sound at ${options.viewport.width} px`, async () => {
        await using window = await look(browser, PAGE, options);
        const addresses = await views(window, PAGE);
        for (const address of addresses) {
            await window.page.goto(address);
            await window.page.locator("h1").waitFor();
            await assertSound(window);
        }
        const foreign = window.requests.filter(
            (url) => !url.startsWith("data:") && !ORIGINS.includes(new URL(url).origin),
        );
        assert.deepEqual(foreign, [], "nothing is fetched from elsewhere");
        assert.ok(addresses.length >= Number(process.env.VIEWS ?? 3), `${addresses.length} views`);
    });
}

const names = process.env.NAMES ? (JSON.parse(process.env.NAMES) as string[]) : [];
test("names from the chain and the address book stay text", { skip: !names.length }, async () => {
    await using window = await look(browser, PAGE);
    const shown = (await window.page.locator("main").textContent()) ?? "";
    for (const name of names) assert.ok(shown.includes(name), `${name} is not in the view`);
    assert.equal(await window.page.locator("main script, main img, main iframe").count(), 0);
    assert.equal(await window.page.evaluate(() => (globalThis as { hacked?: boolean }).hacked ?? false), false);
});
