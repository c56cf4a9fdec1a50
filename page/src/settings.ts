// Which federation is looked at, and by which node: from settings.json beside the page, or from the page's own address.
import { getAddress, isAddress } from "viem";
import type { Address } from "./chain/rpc.ts";

export interface Settings {
    rpc: string;
    chainId: number | null; // null: any
    federation: Address;
    firstBlock: number;
    names: Readonly<Record<Address, string>>; // of the member's own address book
    contracts: Readonly<Record<Address, string>>; // names of rules and the like
    audit: boolean; // whether audit.json is served
    recordedAt: number | null; // seconds since 1970, of a record; null for a node
}

const ASK = "open the page by `folkmoot page`, or add ?rpc=http://…&federation=0x… to its address";

/**
 * The settings: a page's own, or those in its address where it has none, so that nobody's link makes a page show another
 * node's word, or a part of the record, under its own name. Throws `Error` with a sentence for whoever looks.
 */
export async function readSettings(address: URL): Promise<Settings> {
    const file = await served(new URL("settings.json", address));
    const given = file.rpc ? new URLSearchParams() : address.searchParams;
    const federation = given.get("federation") ?? file.federation ?? "";
    const rpc = given.get("rpc") ?? file.rpc;
    if (!rpc) throw new Error(`The page was not told which node to ask: ${ASK}.`);
    if (!isAddress(federation, { strict: false }))
        throw new Error(`The page was not told a federation's address: ${ASK}.`);
    return {
        rpc: nodeAddress(rpc, address),
        chainId: file.chainId ?? null,
        federation: getAddress(federation),
        firstBlock: natural(given.get("firstBlock") ?? file.firstBlock),
        names: byAddress(file.names),
        contracts: byAddress(file.contracts),
        audit: file.audit ?? false,
        recordedAt: file.recordedAt ?? null,
    };
}

async function served(url: URL): Promise<Partial<Settings>> {
    if (!url.protocol.startsWith("http")) return {};
    const answer = await fetch(url).catch(() => null);
    return answer?.ok ? ((await answer.json().catch(() => ({}))) as Partial<Settings>) : {};
}

function natural(text: unknown): number {
    const number = Number(text);
    return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

function nodeAddress(rpc: string, page: URL): string {
    const url = URL.canParse(rpc, page.href) ? new URL(rpc, page.href) : null;
    if (!url || !/^https?:$/.test(url.protocol))
        throw new Error(`${rpc} is no address of a node: it starts with http:// or https://.`);
    return url.href;
}

function byAddress(names: Readonly<Record<string, unknown>> | undefined): Record<Address, string> {
    const pairs = Object.entries(names ?? {}).filter(
        ([address, name]) => isAddress(address, { strict: false }) && typeof name === "string",
    );
    return Object.fromEntries(pairs.map(([address, name]) => [getAddress(address), name as string]));
}
