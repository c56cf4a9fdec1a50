// All logs of some contracts, however few blocks a node searches at a time.
import { NodeFault, hex, type Address, type RawLog, type Rpc } from "./rpc.ts";

export type Progress = (share: number) => void;

const CALM = 8; // answers, after which twice as many blocks are tried

export class LogSearch {
    private step = Number.MAX_SAFE_INTEGER; // blocks that the node searches at a time, as far as is known
    private answered = 0; // since it last refused, or more were tried

    constructor(private readonly rpc: Rpc) {}

    /** Logs of blocks `first` to `last`, both included, in order. Throws `NodeFault`. */
    async find(
        contracts: readonly Address[],
        first: number,
        last: number,
        progress: Progress = () => {},
    ): Promise<RawLog[]> {
        const found: RawLog[] = [];
        for (let from = first; from <= last;) {
            const to = Math.min(last, from + this.step - 1);
            try {
                found.push(...(await this.page(contracts, from, to)));
                progress((to - first + 1) / (last - first + 1));
                from = to + 1;
                this.grow();
            } catch (error) {
                if (to === from || !(error instanceof NodeFault) || error.kind === "away") throw error;
                this.step = Math.ceil((to - from + 1) / 2);
                this.answered = 0;
            }
        }
        return [...new Map(found.filter((log) => !log.removed).map((log) => [placeOf(log), log])).values()];
    }

    /** It may have refused for another reason than how many they were. */
    private grow(): void {
        this.answered = (this.answered + 1) % CALM;
        if (!this.answered) this.step *= 2;
    }

    private async page(contracts: readonly Address[], from: number, to: number): Promise<RawLog[]> {
        const wanted = { address: contracts, fromBlock: hex(from), toBlock: hex(to) };
        const logs = await this.rpc.ask<unknown>("eth_getLogs", [wanted]);
        if (Array.isArray(logs)) return logs as RawLog[];
        throw new NodeFault("refused", "what the node tells are no logs");
    }
}

/** Some nodes tell a log twice. */
const placeOf = (log: RawLog): string => `${Number(log.blockNumber)} ${Number(log.logIndex)}`;
