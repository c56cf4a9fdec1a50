// Who did what in which round: sat, attested, trained, was struck or suspended, stayed silent or lost its seat.
import type { Address } from "../chain/rpc.ts";
import type { Round } from "./round.ts";
import type { Seat } from "./seat.ts";
import type { Task } from "./task.ts";
import { ABSTAINED, STRIKES } from "./words.ts";

export type Part =
    | "judged"
    | "attested"
    | "abstained"
    | "silent"
    | "lost"
    | "seated" // and the round did not need it, or has not yet
    | "accepted"
    | "unaccepted"
    | "fault"
    | "submitted" // not settled
    | "suspended";

export const PARTS: readonly (readonly [Part, string, string])[] = [
    ["judged", "J", "judged"],
    ["attested", "A", "only attested"],
    ["abstained", "–", "abstained from all"],
    ["silent", "×", "silent: did not commit, reveal or attest"],
    ["lost", "L", "lost its seat in a recovery"],
    ["seated", "·", "had a seat, not due (yet)"],
    ["accepted", "✓", "update accepted"],
    ["unaccepted", "○", "update not accepted"],
    ["fault", "F", "update a fault"],
    ["submitted", "u", "update not settled"],
    ["suspended", "S", "suspended"],
];

export const SIGN = Object.fromEntries(PARTS.map(([part, sign]) => [part, sign])) as Record<Part, string>;
export const WORDS = Object.fromEntries(PARTS.map(([part, , words]) => [part, words])) as Record<Part, string>;

export interface Attendance {
    parts: Part[]; // the seat's first
    struck: string[]; // for what
}

export interface Attender {
    account: Address;
    sat: number; // rounds of the whole task
    rounds: Map<number, Attendance>;
}

/** Members that occur in the rounds from `first` to before `end`; who sat most comes first. */
export function attendanceOf(task: Task, first: number, end: number): Attender[] {
    const found = new Map<Address, Attender>();
    const at = (account: Address, round: number): Attendance => {
        const member = found.get(account) ?? { account, sat: 0, rounds: new Map() };
        found.set(account, member);
        const there = member.rounds.get(round) ?? { parts: [], struck: [] };
        member.rounds.set(round, there);
        return there;
    };
    const sat = new Map<Address, number>();
    for (const round of task.rounds) {
        for (const account of new Set(round.seats.map((seat) => seat.account)))
            sat.set(account, (sat.get(account) ?? 0) + 1);
        if (round.number >= first && round.number < end) note(round, (account) => at(account, round.number));
        for (const { account, until } of round.suspended) {
            const last = Math.min(until, end, task.rounds.length);
            for (let number = Math.max(first, round.number + 1); number < last; number++)
                at(account, number).parts.push("suspended");
        }
    }
    for (const member of found.values()) member.sat = sat.get(member.account) ?? 0;
    return [...found.values()].sort((a, b) => b.sat - a.sat || b.rounds.size - a.rounds.size);
}

function note(round: Round, at: (account: Address) => Attendance): void {
    for (const seat of round.seats) at(seat.account).parts.push(seatPart(round, seat));
    for (const { account } of round.former) at(account).parts.push("lost");
    for (const { author, verdict } of round.updates)
        at(author).parts.push(
            verdict === "not settled"
                ? "submitted"
                : verdict === "accepted" || verdict === "fault"
                  ? verdict
                  : "unaccepted",
        );
    for (const { account, reason } of round.strikes) at(account).struck.push(STRIKES[reason] ?? "another reason");
}

/** What came of a seat. */
export function seatPart(round: Round, seat: Seat): Part {
    if (seat.revealed) {
        const isBlind = seat.baseline === ABSTAINED && seat.scores.every((score) => score === ABSTAINED);
        return isBlind ? "abstained" : "judged";
    }
    if (seat.attested && (!seat.judges || seat.excused)) return "attested";
    const isStruck = round.strikes.some(({ account, reason }) => account === seat.account && reason === 1);
    return isStruck || (seat.judges && !seat.excused && round.settled) ? "silent" : "seated";
}
