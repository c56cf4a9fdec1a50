// Follows a federation: reads its whole record once, then what each new block adds, through faults and re-organisations.
import { Federation } from "../record/federation.ts";
import { Task } from "../record/task.ts";
import type { Settings } from "../settings.ts";
import { booksOf, termsOf, tokenOf, treasuryOf, type Books, type Parameters, type Terms, type Token } from "./calls.ts";
import { decode, type Event, type FederationEvent, type TaskEvent, type TreasuryEvent } from "./events.ts";
import { LogSearch } from "./logs.ts";
import { NodeFault, Rpc, type Address, type Block, type Hex, type Receipt } from "./rpc.ts";

export type Status = "starting" | "live" | "away" | "failed";

const POLL_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;
const AWAITED_S = 10; // between two looks, so that a block that is new at the second has just come
const REMEMBERED = 256; // heads, among which a re-organisation's fork is looked for

/** What nobody can mend by waiting: said once, nothing more is asked. */
class Unusable extends Error {}

export class Follower {
    status: Status = "starting";
    problem = "";
    share = 0; // of the record, while it is read
    version = 0; // grows with every change
    head: Block | null = null;
    federation = new Federation();
    tasks = new Map<Address, Task>();
    parameters = new Map<Address, Parameters>();
    terms: Terms | null = null;
    books: Books | null = null;
    token: Token | null = null;
    readonly rpc: Rpc;
    private treasury: Address | null = null;
    private readonly search: LogSearch;
    private events: Event[] = [];
    private seen: Block[] = []; // heads, oldest first
    private seenAt = 0; // when the last one was, by this machine's clock in seconds
    private lookedAt = 0; // the same of the last look
    private skew: number | null = null; // seconds of the chain's clock before this machine's, once a block was awaited
    private readonly times = new Map<number, number>();
    private readonly receipts = new Map<Hex, Promise<Receipt>>();
    private readonly listeners = new Set<() => void>();
    private ended = false;

    constructor(
        readonly settings: Settings,
        private readonly poll = POLL_MS, // milliseconds between two looks
    ) {
        this.rpc = new Rpc(settings.rpc);
        this.search = new LogSearch(this.rpc);
    }

    /** Calls back after every change, until the returned function is called. */
    subscribe(listener: () => void): () => void {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
    }

    /** Looks until `stop`, or until something is wrong that waiting does not mend. */
    async run(): Promise<void> {
        for (let pause = this.poll; !this.ended;) {
            try {
                await this.look();
                this.set("live", "");
                pause = this.poll;
                if (this.settings.recordedAt !== null) return;
            } catch (error) {
                if (error instanceof Unusable) return this.set("failed", error.message);
                this.set(this.head ? "away" : "starting", error instanceof Error ? error.message : String(error));
                pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
            }
            await this.sleep(pause);
        }
    }

    stop(): void {
        this.ended = true;
    }

    /** The time on the chain, seconds since 1970, whatever this machine's clock says; a record's is when it was made. */
    now(): number {
        if (this.settings.recordedAt !== null) return this.settings.recordedAt;
        const local = Date.now() / 1000;
        if (!this.head) return local;
        if (this.skew !== null) return Math.max(this.head.time, local + this.skew);
        return Math.max(local, this.head.time + local - this.seenAt); // it may have come long ago
    }

    /** When a block was, as far as it is known. */
    knownTime(block: number): number | null {
        return this.times.get(block) ?? null;
    }

    /** When a block was. Throws `NodeFault`. */
    async timeOf(block: number): Promise<number> {
        const time = this.times.get(block) ?? (await this.rpc.block(block)).time;
        this.times.set(block, time);
        return time;
    }

    /** A transaction's receipt, asked for once. Throws `NodeFault`. */
    receiptOf(transaction: Hex): Promise<Receipt> {
        const asked = this.receipts.get(transaction) ?? this.rpc.receipt(transaction);
        this.receipts.set(transaction, asked);
        asked.catch(() => this.receipts.delete(transaction));
        return asked;
    }

    // ----------------------------------------------------------------- looking

    private async look(): Promise<void> {
        if (!this.treasury) await this.meet();
        const head = await this.rpc.head();
        const [before, at] = [this.lookedAt, Date.now() / 1000];
        this.lookedAt = at;
        if (this.seen.at(-1)?.hash === head.hash) return;
        const from = await this.nextBlock(head);
        if (from === null) return;
        await this.read(from, head.number);
        if (this.head && at - before < AWAITED_S) this.skew = head.time - at;
        this.remember(head, at);
        this.changed();
    }

    /** Makes sure that the federation is there. */
    private async meet(): Promise<void> {
        const { federation, chainId } = this.settings;
        const found = Number(await this.rpc.ask<Hex>("eth_chainId"));
        if (chainId !== null && found !== chainId) {
            throw new Unusable(
                `The node serves chain ${found}, and the federation is on chain ${chainId}: name another node.`,
            );
        }
        const code = await this.rpc.ask<Hex>("eth_getCode", [federation, "latest"]);
        if (code === "0x")
            throw new Unusable(
                `There is no contract at ${federation} on chain ${found}: check the address and the node.`,
            );
        const treasury = await treasuryOf(this.rpc, federation).catch((error: unknown) => {
            if (error instanceof NodeFault && error.kind === "away") throw error;
            throw new Unusable(`The contract at ${federation} is not a Folkmoot federation.`);
        });
        this.token = await tokenOf(this.rpc, treasury);
        this.treasury = treasury;
    }

    /** The first block to read up to a new head; null if the node is only behind. Forgets what is no longer on the chain. */
    private async nextBlock(head: Block): Promise<number | null> {
        const last = this.seen.at(-1);
        if (!last || head.parent === last.hash) return last ? head.number : this.settings.firstBlock;
        if (this.seen.some((block) => block.hash === head.hash)) return null;
        while (this.seen.length) {
            const known = this.seen.at(-1) as Block;
            const now = known.number <= head.number ? await this.rpc.block(known.number) : null;
            if (now?.hash === known.hash) break;
            this.seen.pop();
        }
        if (!this.seen.length) await this.meet(); // perhaps it is another chain
        const fork = this.seen.at(-1)?.number ?? this.settings.firstBlock - 1;
        if (this.events.some((event) => event.block > fork))
            this.rebuild(this.events.filter((event) => event.block <= fork));
        return fork + 1;
    }

    private async read(from: number, to: number): Promise<void> {
        const treasury = this.treasury as Address;
        const isFirst = !this.seen.length;
        const report = (base: number, part: number) => (share: number) => isFirst && this.progress(base + part * share);
        const known = [this.settings.federation, treasury, ...this.tasks.keys()];
        const logs = await this.search.find(known, from, to, report(0, 0.3));
        const events = logs.map(decode).filter((event) => event !== null);
        const fresh = events.flatMap((event) => (event.eventName === "TaskProposed" ? [event] : []));
        if (fresh.length) {
            const first = Math.min(...fresh.map((event) => event.block));
            const later = await this.search.find(
                fresh.map((event) => event.args.task),
                first,
                to,
                report(0.3, 0.7),
            );
            events.push(...later.map(decode).filter((event) => event !== null));
        }
        const isOurs = (event: Event) => event.contract === this.settings.federation || event.contract === treasury;
        if (isFirst || events.some(isOurs)) {
            [this.terms, this.books] = await Promise.all([
                termsOf(this.rpc, this.settings.federation),
                booksOf(this.rpc, treasury),
            ]);
        }
        events.sort((a, b) => a.block - b.block || a.index - b.index);
        for (const event of events) this.apply(event);
    }

    private apply(event: Event): void {
        this.events.push(event);
        if (event.time !== null) this.times.set(event.block, event.time);
        const task = this.tasks.get(event.contract);
        if (task) return task.apply(event as TaskEvent);
        this.federation.apply(event as FederationEvent | TreasuryEvent);
        if (event.eventName !== "TaskProposed") return;
        const proposal = this.federation.proposals.at(-1);
        if (proposal) this.tasks.set(event.args.task, new Task(proposal));
        this.parameters.set(event.args.task, event.args.parameters);
    }

    private rebuild(events: Event[]): void {
        this.federation = new Federation();
        this.tasks = new Map();
        this.events = [];
        this.times.clear();
        this.receipts.clear();
        for (const event of events) this.apply(event);
    }

    private remember(head: Block, at: number): void {
        this.head = head;
        this.times.set(head.number, head.time);
        this.seenAt = at;
        this.seen = [...this.seen, head].slice(-REMEMBERED);
    }

    // ----------------------------------------------------------------- telling

    private progress(share: number): void {
        this.share = share;
        this.changed();
    }

    private set(status: Status, problem: string): void {
        if (status === this.status && problem === this.problem) return;
        this.status = status;
        this.problem = problem;
        this.changed();
    }

    private changed(): void {
        this.version++;
        for (const listener of this.listeners) listener();
    }

    private sleep(milliseconds: number): Promise<void> {
        return new Promise((done) => setTimeout(done, milliseconds));
    }
}
