// Questions to a node by JSON-RPC: several at once in one request, one by one where a node refuses that.
import { createClient, http, HttpRequestError, TimeoutError, type EIP1193RequestFn } from "viem";

export type Hex = `0x${string}`;
export type Address = `0x${string}`;

/** What went wrong: no node answers, or it refuses what was asked. */
export class NodeFault extends Error {
    constructor(
        readonly kind: "away" | "refused",
        message: string,
        readonly code = 0, // of JSON-RPC
    ) {
        super(message);
    }
}

export interface Block {
    number: number;
    hash: Hex;
    parent: Hex;
    time: number; // seconds since 1970
}

export interface RawLog {
    address: Address;
    topics: [Hex, ...Hex[]];
    data: Hex;
    blockNumber: Hex;
    logIndex: Hex;
    transactionHash: Hex;
    blockTimestamp?: Hex | null;
    removed?: boolean; // of a branch that was left
}

export interface Receipt {
    gas: number;
    block: number;
    from: Address;
}

const PATIENCE_MS = 20_000;
const MOST_BYTES = 64 * 2 ** 20; // of an answer: what is longer is asked for in parts

export class Rpc {
    private batches = true;
    private readonly together: EIP1193RequestFn;
    private readonly alone: EIP1193RequestFn;

    constructor(readonly url: string) {
        const options = { retryCount: 0, timeout: PATIENCE_MS, maxResponseBodySize: MOST_BYTES };
        this.together = createClient({ transport: http(url, { ...options, batch: { batchSize: 50, wait: 5 } }) })
            .request as EIP1193RequestFn;
        this.alone = createClient({ transport: http(url, options) }).request as EIP1193RequestFn;
    }

    /** The answer of a node. Throws `NodeFault`. */
    async ask<T>(method: string, params: readonly unknown[] = []): Promise<T> {
        const question = { method, params } as never;
        try {
            if (!this.batches) return (await this.alone(question)) as T;
            try {
                return (await this.together(question)) as T;
            } catch (error) {
                if (this.fault(error).kind === "away") throw error;
                const answer = (await this.alone(question)) as T;
                this.batches = false;
                return answer;
            }
        } catch (error) {
            throw this.fault(error);
        }
    }

    private fault(error: unknown): NodeFault {
        if (error instanceof NodeFault) return error;
        const known = error as { details?: string; shortMessage?: string; message?: string; code?: number };
        const text = known.details || known.shortMessage || known.message || String(error);
        const isUnreached = error instanceof HttpRequestError && error.cause instanceof TypeError; // as `fetch` says it
        const isGateway = error instanceof HttpRequestError && [502, 503, 504].includes(error.status ?? 0);
        const isAway = isUnreached || isGateway || error instanceof TimeoutError;
        return new NodeFault(isAway ? "away" : "refused", isUnreached ? this.unreached() : text, known.code);
    }

    /** Who does not answer: a node, or what serves the page itself. */
    private unreached(): string {
        const { origin, host } = new URL(this.url);
        const isOwn = origin === globalThis.location?.origin;
        return isOwn ? "what serves this page has ended: start `folkmoot page` again" : `nothing answers at ${host}`;
    }

    async head(): Promise<Block> {
        return this.block("latest");
    }

    /** A block's header. Throws `NodeFault` for one that the node has not got. */
    async block(number: number | "latest"): Promise<Block> {
        const which = number === "latest" ? number : hex(number);
        const block = await this.ask<{ number: Hex; hash: Hex; parentHash: Hex; timestamp: Hex } | null>(
            "eth_getBlockByNumber",
            [which, false],
        );
        if (!block) throw new NodeFault("refused", `the node has no block ${number}`);
        if (!block.hash || !Number.isSafeInteger(Number(block.number ?? NaN)))
            throw new NodeFault("refused", `the node's block ${number} is none`);
        return {
            number: Number(block.number),
            hash: block.hash,
            parent: block.parentHash,
            time: Number(block.timestamp),
        };
    }

    async receipt(transaction: Hex): Promise<Receipt> {
        const receipt = await this.ask<{ gasUsed: Hex; blockNumber: Hex; from: Address } | null>(
            "eth_getTransactionReceipt",
            [transaction],
        );
        if (!receipt) throw new NodeFault("refused", `the node has no receipt of ${transaction}`);
        return { gas: Number(receipt.gasUsed), block: Number(receipt.blockNumber), from: receipt.from };
    }
}

export function hex(number: number): Hex {
    return `0x${number.toString(16)}`;
}
