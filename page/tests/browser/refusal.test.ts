// What the page says where it can show nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSound, look, openBrowser, told } from "./support.ts";

for (const [address, words] of Object.entries(JSON.parse(told("CASES")) as Record<string, string>)) {
    test(`at ${address} it says: ${words}`, async () => {
        await using browser = await openBrowser();
        await using window = await look(browser, address);
        const said = await window.page.locator("[role=alert]").textContent();
        assert.ok(said?.includes(words), `${said}`);
        window.errors.length = 0; // settings.json is missing beside plain files, and the browser tells so
        await assertSound(window);
    });
}
