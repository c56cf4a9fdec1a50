// What members earned in a task, by round. Amounts are the fee token's smallest unit.
import type { Address } from "../chain/rpc.ts";
import type { Task } from "./task.ts";

export interface Earner {
    account: Address;
    forUpdates: bigint;
    forSeats: bigint;
    total: bigint;
    paidRounds: number;
    byRound: Map<number, bigint>;
}

/** Who earned something, who earned most first. */
export function payOf(task: Task): Earner[] {
    const earners = new Map<Address, Earner>();
    const pay = (account: Address, round: number, amount: bigint, kind: "forUpdates" | "forSeats") => {
        if (!amount) return;
        const nothing = { forUpdates: 0n, forSeats: 0n, total: 0n, paidRounds: 0, byRound: new Map<number, bigint>() };
        const earner = earners.get(account) ?? { account, ...nothing };
        earners.set(account, earner);
        earner[kind] += amount;
        earner.total += amount;
        earner.byRound.set(round, (earner.byRound.get(round) ?? 0n) + amount);
    };
    for (const round of task.rounds) {
        for (const update of round.updates) pay(update.author, round.number, update.earned, "forUpdates");
        for (const seat of round.seats) pay(seat.account, round.number, seat.earned, "forSeats");
    }
    for (const earner of earners.values()) earner.paidRounds = earner.byRound.size;
    return [...earners.values()].sort((a, b) => (a.total < b.total ? 1 : a.total > b.total ? -1 : 0));
}

export interface Band {
    account: Address | null; // null: all others
    sums: bigint[]; // after so many rounds, from 0
}

/** The sums of who earned most, and of all others together. */
export function bandsOf(earners: readonly Earner[], rounds: number, most: number): Band[] {
    const alone = earners.length <= most + 1 ? earners : earners.slice(0, most);
    const rest = earners.slice(alone.length);
    const sums = (of: readonly Earner[]) => {
        const total = [0n];
        for (let round = 0; round < rounds; round++)
            total.push(of.reduce((sum, one) => sum + (one.byRound.get(round) ?? 0n), total[round] ?? 0n));
        return total;
    };
    const bands: Band[] = alone.map((one) => ({ account: one.account, sums: sums([one]) }));
    return rest.length ? [...bands, { account: null, sums: sums(rest) }] : bands;
}
