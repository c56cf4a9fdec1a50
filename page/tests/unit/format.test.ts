// Numbers and times as text, whatever a node tells.
import assert from "node:assert/strict";
import { test } from "node:test";
import { iso, timestamp } from "../../src/parts/format.ts";

test("a time after the end of all calendars is a number of seconds, and no fault", () => {
    assert.equal(timestamp(0xffffffffffff), "second 281474976710655");
    assert.equal(iso(0xffffffffffff), undefined);
    assert.equal(iso(0), "1970-01-01T00:00:00.000Z");
});
