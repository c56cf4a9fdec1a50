// The page by keyboard, and by a link.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { look, openBrowser, told } from "./support.ts";

const PAGE = told("PAGE");

let browser: Browser;
before(async () => void (browser = await openBrowser()));
after(() => browser.close());

test("the keyboard reaches the content, and the views before it", async () => {
    await using window = await look(browser, PAGE);
    const focused = () => window.page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    const reached: string[] = [];
    for (let i = 0; i < 4; i++) {
        await window.page.keyboard.press("Tab");
        reached.push(await focused());
    }
    assert.deepEqual(reached, ["To the content", "Folkmoot", "Federation", "Tasks"]);
    await window.page.keyboard.press("Enter");
    await window.page.waitForURL(/#\/tasks$/);
});

test("a link carries the view", async () => {
    await using window = await look(browser, `${PAGE}#/tasks`);
    assert.equal(await window.page.locator("nav a[aria-current]").textContent(), "Tasks");
});
