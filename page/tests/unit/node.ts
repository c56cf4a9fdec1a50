// A node of a federation with managers alone, in place of what `fetch` reaches. Its blocks and answers can be changed.
import { encodeAbiParameters, encodeEventTopics, encodeFunctionResult, toFunctionSelector, type Abi } from "viem";
import { Federation, IERC20Metadata, Treasury } from "../../generated/abis.ts";
import { Follower } from "../../src/chain/follow.ts";
import type { Address, Hex } from "../../src/chain/rpc.ts";

const LOOK_MS = 30; // between two looks of a page that is tested

interface Asked {
    id: number;
    method: string;
    params: readonly unknown[];
}

export type Rule = (asked: Asked) => { result: unknown } | { error: { code: number; message: string } } | undefined;

export const account = (number: number): Address => `0x${number.toString(16).padStart(40, "0")}`;
export const FEDERATION = account(0xfed);
const [TREASURY, TOKEN] = [account(0x12ea), account(0x70)];

const SAYS: [Abi, string, unknown][] = [
    [Federation, "treasury", TREASURY],
    ...["permissionFee", "membershipPeriod", "minBlocks", "memberCount"].map((name): [Abi, string, unknown] => [
        Federation,
        name,
        0n,
    ]),
    [Treasury, "token", TOKEN],
    ...["escrowed", "pool", "budgets", "owed"].map((name): [Abi, string, unknown] => [Treasury, name, 0n]),
    [IERC20Metadata, "symbol", "FED"],
    [IERC20Metadata, "decimals", 18],
];

const CALLS = new Map(
    SAYS.map(([abi, functionName, result]): [string, Hex] => {
        const entry = abi.find((one) => one.type === "function" && one.name === functionName);
        if (entry?.type !== "function") throw new Error(functionName);
        return [toFunctionSelector(entry), encodeFunctionResult({ abi: [entry], functionName, result } as never)];
    }),
);

export class Node {
    rules: Rule[] = []; // what they answer to nothing is answered as it is
    asked: string[] = []; // methods
    /** The hash of each block: its branch and its number. */
    branches: string[] = ["a", "a", "a", "a"];

    /** The log of a manager added in each block but the first. */
    logs(from: number, to: number): object[] {
        return this.branches.flatMap((_, number) => {
            const is = number > 0 && number >= from && number <= to;
            const args = { manager: account(number) };
            const topics = encodeEventTopics({ abi: Federation, eventName: "ManagerAdded", args });
            const log = { address: FEDERATION, topics, data: encodeAbiParameters([], []), logIndex: "0x0" };
            return is ? [{ ...log, blockNumber: hex(number), transactionHash: this.hash(number) }] : [];
        });
    }

    answer(asked: Asked): object {
        this.asked.push(asked.method);
        for (const rule of this.rules) {
            const told = rule(asked);
            if (told) return { jsonrpc: "2.0", id: asked.id, ...told };
        }
        return { jsonrpc: "2.0", id: asked.id, result: this.result(asked) };
    }

    private result({ method, params: [first] }: Asked): unknown {
        if (method === "eth_chainId") return "0x7";
        if (method === "eth_getCode") return "0x60";
        if (method === "eth_call") return CALLS.get((first as { data: string }).data) ?? "0x";
        if (method === "eth_getBlockByNumber") return this.block(first as string);
        const { fromBlock, toBlock } = first as { fromBlock: string; toBlock: string };
        return this.logs(Number(fromBlock), Number(toBlock));
    }

    private block(which: string): object | null {
        const number = which === "latest" ? this.branches.length - 1 : Number(which);
        if (number >= this.branches.length) return null;
        const [hash, parentHash] = [this.hash(number), this.hash(number - 1)];
        return { number: hex(number), hash, parentHash, timestamp: hex(1_700_000_000 + number) };
    }

    private hash(number: number): Hex {
        return `0x${(this.branches[number] ?? "0").padEnd(32, "0")}${number.toString(16).padStart(32, "0")}`;
    }
}

const hex = (number: number): Hex => `0x${number.toString(16)}`;

/** Follows a node while `use` runs. */
export async function following(node: Node, use: (follower: Follower, until: Until) => Promise<void>): Promise<void> {
    const real = globalThis.fetch;
    globalThis.fetch = async (_, options) => {
        const asked = JSON.parse(String(options?.body)) as Asked | Asked[];
        const answer = Array.isArray(asked) ? asked.map((one) => node.answer(one)) : node.answer(asked);
        return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
    };
    const settings = { chainId: null, firstBlock: 0, names: {}, contracts: {}, audit: false, recordedAt: null };
    const follower = new Follower({ rpc: "http://node", federation: FEDERATION, ...settings }, LOOK_MS);
    const running = follower.run();
    try {
        await use(follower, until);
    } finally {
        follower.stop();
        await running;
        globalThis.fetch = real;
    }
}

export type Until = typeof until;

/** Waits until something holds. Throws after a while. */
async function until(holds: () => boolean): Promise<void> {
    for (let waited = 0; !holds(); waited += 20) {
        if (waited > 10_000) throw new Error(`it never held: ${holds}`);
        await new Promise((done) => setTimeout(done, 20));
    }
}
