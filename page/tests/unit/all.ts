// All of these tests in one process, which reads the libraries once.
import { readdirSync } from "node:fs";

const here = new URL("./", import.meta.url);
for (const name of readdirSync(here).filter((name) => name.endsWith(".test.ts")))
    await import(new URL(name, here).href);
