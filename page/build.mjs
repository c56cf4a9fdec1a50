// Builds the page into offchain/folkmoot/page/files. `--check` says instead whether these files are current.
import { readFile, mkdir, mkdtemp, readdir, rm, writeFile, copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const BUILT = join(HERE, "../offchain/folkmoot/page/files");
const ABIS = join(HERE, "../offchain/folkmoot/chain/abis");
const MOST = 300_000; // bytes of all files, each compressed

// What is read of each contract; events are all taken, and so are the calls that managers confirm.
const FUNCTIONS = {
    Federation: [
        ...["treasury", "permissionFee", "membershipPeriod", "minBlocks", "memberCount"],
        ...["admit", "reject", "ban", "unban", "replaceMember", "setFee", "setMembershipPeriod", "setMinBlocks"],
        ...["addManager", "removeManager", "replaceManager", "setQuorum"],
    ],
    Treasury: ["token", "escrowed", "pool", "budgets", "owed"],
    IERC20Metadata: ["symbol", "decimals"],
    Task: ["parameters", "approve", "cancel", "fund", "pause", "resume", "rollback"],
    MedianScore: ["metric"],
};

async function writeAbis() {
    const lines = ["// Made by build.mjs of the exported interfaces."];
    for (const [name, functions] of Object.entries(FUNCTIONS)) {
        const abi = JSON.parse(await readFile(join(ABIS, `${name}.json`), "utf8"));
        const kept = abi.filter(
            (entry) => entry.type === "event" || (entry.type === "function" && functions.includes(entry.name)),
        );
        const missing = functions.filter((one) => !kept.some((entry) => entry.name === one));
        if (missing.length) throw new Error(`${name}.json has no ${missing}`);
        lines.push(`export const ${name} = ${JSON.stringify(kept.map(bare))} as const;`);
    }
    await mkdir(join(HERE, "generated"), { recursive: true });
    await writeFile(join(HERE, "generated/abis.ts"), lines.join("\n") + "\n");
}

function bare(entry) {
    const { internalType, anonymous, components, inputs, outputs, ...rest } = entry;
    const inner = Object.entries({ components, inputs, outputs }).filter(([, list]) => list);
    return { ...rest, ...Object.fromEntries(inner.map(([key, list]) => [key, list.map(bare)])) };
}

async function bundle(folder) {
    await mkdir(folder, { recursive: true });
    const built = await build({
        absWorkingDir: HERE,
        entryPoints: { app: "src/main.tsx" },
        outdir: folder,
        bundle: true,
        minify: true,
        format: "iife",
        target: "es2022",
        jsx: "automatic",
        jsxImportSource: "preact",
        legalComments: "none",
        metafile: true,
        logLevel: "warning",
    });
    await build({
        absWorkingDir: HERE,
        entryPoints: { app: "src/style.css" },
        outdir: folder,
        bundle: true,
        minify: true,
        logLevel: "warning",
    });
    await writeFile(join(folder, "licenses.txt"), await licenses(Object.keys(built.metafile.inputs)));
    for (const name of ["index.html", "icon.svg"]) await copyFile(join(HERE, "src", name), join(folder, name));
}

// The terms of what is inside the bundle, each text once.
async function licenses(inputs) {
    const places = new Set(inputs.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
    const texts = new Map();
    for (const place of [...places].sort()) {
        const about = JSON.parse(await readFile(join(HERE, place, "package.json"), "utf8"));
        const file = (await readdir(join(HERE, place))).find((name) => /^licen[cs]e/i.test(name));
        const text = file ? (await readFile(join(HERE, place, file), "utf8")).trim() : `Licence: ${about.license}`;
        texts.set(text, [...(texts.get(text) ?? []), `${about.name} ${about.version}`]);
    }
    return [...texts].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`);
}

async function sizes(folder) {
    const names = (await readdir(folder)).sort();
    return Promise.all(
        names.map(async (name) => [name, gzipSync(await readFile(join(folder, name)), { level: 9 }).length]),
    );
}

async function differing(one, other) {
    const names = new Set([...(await readdir(one)), ...(await readdir(other).catch(() => []))]);
    const text = (folder, name) => readFile(join(folder, name), "utf8").catch(() => null);
    const pairs = await Promise.all(
        [...names].map(async (name) => [name, await text(one, name), await text(other, name)]),
    );
    return pairs.filter(([, a, b]) => a !== b).map(([name]) => name);
}

await writeAbis();
if (process.argv.includes("--abis")) process.exit(0);
const check = process.argv.includes("--check");
const folder = check ? await mkdtemp(join(tmpdir(), "folkmoot-page-")) : BUILT;
try {
    if (!check) await rm(BUILT, { recursive: true, force: true });
    await bundle(folder);
    const all = await sizes(folder);
    const total = all.reduce((sum, [, size]) => sum + size, 0);
    console.log(all.map(([name, size]) => `${name} ${size}`).join(", "), `- ${total} bytes compressed`);
    if (total > MOST) throw new Error(`${total} bytes are more than ${MOST}`);
    const old = check ? await differing(folder, BUILT) : [];
    if (old.length)
        throw new Error(`not current in offchain/folkmoot/page/files: ${old.join(", ")}. Build them: make page`);
} catch (error) {
    console.error(String(error.message ?? error));
    process.exitCode = 1;
} finally {
    if (check) await rm(folder, { recursive: true, force: true });
}
