// One seat of a round.
import type { Address, Hex } from "../chain/rpc.ts";

export interface Seat {
    account: Address;
    judges: boolean; // the others only attest
    filler: boolean; // of a vacancy
    excused: boolean; // seated after the settling, when nothing was left to reveal
    committed: number | null; // the attempt in which it did
    revealed: boolean;
    baseline: number | null; // as revealed, basis points or `ABSTAINED`
    scores: readonly number[]; // of the updates in their order, basis points or `ABSTAINED`
    attested: { attempt: number; pointer: Hex } | null;
    earned: bigint;
}

/** A seat that has done nothing yet. */
export function fresh(account: Address, judges: boolean, filler: boolean): Seat {
    const nothing = {
        excused: false,
        committed: null,
        revealed: false,
        baseline: null,
        scores: [],
        attested: null,
        earned: 0n,
    };
    return { account, judges, filler, ...nothing };
}
