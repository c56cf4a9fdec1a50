// Measures how soon a view is there, and what the page asks for while it stands open. Prints one line of JSON.
import { look, openBrowser, told } from "./support.ts";

const TIMES = 5;
const OPEN_MS = 20_000;

await using browser = await openBrowser();
const first: number[] = [];
for (let i = 0; i < TIMES; i++) {
    const begun = performance.now();
    await using window = await look(browser, told("PAGE"));
    await window.page.locator("main svg.plot, main table").first().waitFor();
    first.push(Math.round(performance.now() - begun));
}
await using window = await look(browser, told("PAGE"));
await window.page.waitForTimeout(2_000);
const before = window.requests.length;
await window.page.waitForTimeout(OPEN_MS);
const minutely = Math.round(((window.requests.length - before) * 60_000) / OPEN_MS);
console.log(JSON.stringify({ first: first.sort((a, b) => a - b), opening: before, minutely }));
