// A real Chromium that looks at the page, and what every view must be: no error, nothing cut off, nothing that axe finds.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a test is told by whoever starts it. */
export function told(name: string): string {
    const value = process.env[name];
    if (!value) throw new Error(`${name} is not set: these tests are started by tests/page`);
    return value;
}

export interface Window extends AsyncDisposable {
    page: Page;
    errors: string[]; // of scripts, of the console, and refusals of the content security policy
    requests: string[]; // addresses asked for
}

/** Opens an address of the page, and waits until the record is read. */
export async function look(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Window> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const errors: string[] = [];
    const requests: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
        const isPlain = message.location().url.endsWith("/settings.json"); // is missing beside plain files
        if (message.type() === "error" && !isPlain) errors.push(message.text());
    });
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(address);
    await page.locator("main:not([aria-busy])").waitFor();
    return { page, errors, requests, [Symbol.asyncDispose]: () => context.close() };
}

export async function openBrowser(): Promise<Browser> {
    return chromium.launch({ executablePath: told("CHROMIUM"), args: ["--no-sandbox"] });
}

/** Fails for what a person would stumble over in a view as it is now. */
export async function assertSound({ page, errors }: Window): Promise<void> {
    await page.waitForTimeout(300); // until what is drawn has its size
    assert.deepEqual(errors, []);
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= room, `${page.url()} is ${wide} px wide in a window of ${room}`);
    await page.evaluate(axe); // by the debugging protocol, which the page's policy does not bind
    const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
        return (await axe.run()).violations.map(
            (one) =>
                `${one.id}: ${one.nodes
                    .map((node) => node.html)
                    .slice(0, 3)
                    .join(" ")}`,
        );
    });
    assert.deepEqual(found, [], page.url());
}

interface Violation {
    id: string;
    nodes: { html: string }[];
}

/** The address of one of each kind of view: one of those that the views before it link to. */
export async function views(window: Window, address: string): Promise<string[]> {
    const found = new Set([address, `${address}#/tasks`, `${address}#/nothing`]);
    for (const kind of ["#/task/", "#/member/"]) await addLinks(window, kind, found);
    const task = [...found].find((one) => one.includes("#/task/"));
    if (task) await window.page.goto(task);
    for (const kind of ["/model/", "/round/"]) await addLinks(window, kind, found);
    return [...found];
}

async function addLinks({ page }: Window, kind: string, found: Set<string>): Promise<void> {
    await page.waitForTimeout(300);
    const links = await page
        .locator(`a[href*="${kind}"]`)
        .evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
    const middle = links[links.length >> 1];
    if (middle) found.add(middle);
}
