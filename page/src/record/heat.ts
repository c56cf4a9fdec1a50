// A round's scores as a grid: what each seat gave each update, and what it gave the model that the round started from.
import type { Address } from "../chain/rpc.ts";
import type { Round, Update } from "./round.ts";
import type { Seat } from "./seat.ts";
import { ABSTAINED } from "./words.ts";

/** Why there is a score, or none: `own` is left out of its author's update, `later` was seated after the settling. */
export type HeatKind = "score" | "own" | "abstained" | "silent" | "sealed" | "later";

export interface HeatCell {
    row: number; // of the seat
    column: number; // 0 is the model, then the updates as they are ordered
    kind: HeatKind;
    score: number | null; // basis points
}

export interface HeatMap {
    seats: readonly Seat[];
    updates: readonly Update[];
    cells: readonly HeatCell[]; // by rows
    low: number; // of the scores given, basis points
    high: number;
    committed: number; // seats whose scores are sealed
    revealed: number;
}

export const SIGNS: Readonly<Record<HeatKind, string>> = {
    score: "",
    own: "○",
    abstained: "–",
    silent: "×",
    sealed: "?",
    later: "+",
};

export function heatOf(round: Round, byScore = false): HeatMap {
    const seats = round.judges;
    const updates = byScore
        ? [...round.updates].sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || a.index - b.index)
        : round.updates;
    const cells = seats.flatMap((seat, row) => [
        cellOf(round, seat, row, 0, seat.baseline, null),
        ...updates.map((update, i) =>
            cellOf(round, seat, row, i + 1, seat.scores[update.index] ?? null, update.author),
        ),
    ]);
    let [low, high] = [Infinity, -Infinity];
    for (const { score } of cells) {
        if (score === null) continue;
        low = Math.min(low, score);
        high = Math.max(high, score);
    }
    const revealed = seats.filter((seat) => seat.revealed).length;
    const committed = seats.filter((seat) => !seat.revealed && isSealed(round, seat)).length;
    return { seats, updates, cells, low, high, committed, revealed };
}

/** Whether the seat has committed to scores that it may still reveal. */
function isSealed(round: Round, seat: Seat): boolean {
    return !round.settled && seat.committed === round.attempt;
}

function cellOf(
    round: Round,
    seat: Seat,
    row: number,
    column: number,
    given: number | null,
    author: Address | null,
): HeatCell {
    const empty = (kind: HeatKind): HeatCell => ({ row, column, kind, score: null });
    if (!seat.revealed) return empty(seat.excused ? "later" : isSealed(round, seat) ? "sealed" : "silent");
    if (given === null || given === ABSTAINED) return empty(author === seat.account ? "own" : "abstained");
    return { row, column, kind: author === seat.account ? "own" : "score", score: given };
}
