// A node that dies and returns while its federation is looked at.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { assertSound, look, openBrowser, told } from "./support.ts";

const PAGE = told("PAGE");
const turn = (name: string) => fetch(`${told("SWITCH")}/${name}`, { method: "POST" });

let browser: Browser;
before(async () => void (browser = await openBrowser()));
after(() => browser.close());

test("a node that is away is said, and what was read stays; when it returns, so does the page", async () => {
    await using window = await look(browser, PAGE);
    const { page } = window;
    const before = await page.locator("main").textContent();
    await page.getByText("live", { exact: true }).waitFor();
    await turn("stop");
    await page.getByText("node away").waitFor();
    assert.equal(await page.locator("main h1").count(), 1);
    assert.equal(before?.slice(0, 40), (await page.locator("main").textContent())?.slice(0, 40));
    window.errors.length = 0; // the browser itself tells of each request that failed
    await turn("start");
    await turn("join");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByText(told("JOINED")).first().waitFor();
    window.errors.length = 0;
    await assertSound(window);
});

test("a page that is opened while the node is away begins when it is back", async () => {
    await turn("stop");
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(PAGE);
    await page.getByText("Asking again").waitFor();
    await turn("start");
    await page.getByText("live", { exact: true }).waitFor();
    await context.close();
});

test("what a re-organisation undid is no longer shown, and what came in its place is", async () => {
    await using window = await look(browser, PAGE);
    const { page } = window;
    await turn("fork");
    await page.getByText(told("UNDONE")).first().waitFor();
    await turn("back");
    await page.getByText(told("INSTEAD")).first().waitFor();
    assert.equal(await page.getByText(told("UNDONE")).count(), 0);
    await assertSound(window);
});
