// What one member did in a task, round by round, and what came of it.
import type { Address } from "../chain/rpc.ts";
import type { Round, Update } from "./round.ts";
import type { Seat } from "./seat.ts";
import { said, type Participant, type Task } from "./task.ts";
import { ABSTAINED } from "./words.ts";

export type Role = "judge" | "aggregator" | "trainer" | "none";
export type Attested = "majority" | "minority" | "open" | "silent";

export interface MemberRound {
    round: Round;
    number: number;
    role: Role; // a seat comes first; with `seatsTrain` a seat can have an update, too
    seat: number | null; // its index
    filler: boolean; // it took a vacant seat
    lostSeat: boolean; // a recovery gave its seat to another
    away: string; // why it did nothing; empty if it did
    update: Update | null;
    score: number | null; // of its update, once settled and measured
    given: number; // scores that its seat gave to others' updates
    abstained: number; // updates that its seat could not look at
    revealed: boolean;
    baseline: number | null; // what its seat measured of the model
    attested: Attested | null; // null where there was nothing for it to attest
    earned: bigint;
    strikes: readonly number[]; // reasons
    cleared: number; // strikes taken off by an update that passed
    suspendedUntil: number | null; // the first round in which it may act again
}

export interface Career {
    task: Task;
    participant: Participant;
    rounds: readonly MemberRound[]; // oldest first
}

export interface Sums {
    judged: number; // rounds with a judging seat
    aggregated: number; // rounds with a seat that only attests
    submitted: number;
    accepted: number;
    meanScore: number | null; // of its updates that were scored, basis points
    earned: bigint;
    strikes: number; // ever
}

/** What an account did in a task; null if it never took part in it. */
export function careerOf(account: Address, task: Task): Career | null {
    const participant = task.participants.get(account);
    if (!participant) return null;
    const isEnrolled = enrolments(account, task);
    let suspendedUntil = 0;
    const rounds = task.rounds.flatMap((round) => {
        const isSuspended = round.number < suspendedUntil;
        const found = roundOf(account, round, isSuspended);
        suspendedUntil = found.suspendedUntil ?? suspendedUntil;
        const acted = found.role !== "none" || found.lostSeat || found.strikes.length;
        return acted || isEnrolled(round) ? [found] : [];
    });
    return { task, participant, rounds };
}

export function sumsOf(careers: readonly Career[]): Sums {
    const rounds = careers.flatMap((career) => career.rounds);
    const scores = rounds.flatMap((one) => (one.score === null ? [] : [one.score]));
    return {
        judged: rounds.filter((one) => one.role === "judge").length,
        aggregated: rounds.filter((one) => one.role === "aggregator").length,
        submitted: rounds.filter((one) => one.update).length,
        accepted: rounds.filter((one) => one.update?.verdict === "accepted").length,
        meanScore: scores.length ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null,
        earned: careers.reduce((sum, career) => sum + career.participant.earned, 0n),
        strikes: rounds.reduce((sum, one) => sum + one.strikes.length, 0),
    };
}

/** In which rounds an account was enrolled, and no one had counted it out before they opened. */
function enrolments(account: Address, task: Task): (round: Round) => boolean {
    const spans: { since: number; retired: number }[] = []; // block of the retirement
    for (const event of task.events) {
        if (event.eventName === "MemberEnrolled" && event.args.member === account)
            spans.push({ since: Number(event.args.since), retired: Infinity });
        const last = spans.at(-1);
        if (event.eventName === "MemberRetired" && event.args.member === account && last) last.retired = event.block;
    }
    return (round) => spans.some((span) => span.since <= round.number && round.firstBlock < span.retired);
}

function roundOf(account: Address, round: Round, isSuspended: boolean): MemberRound {
    const index = round.seats.findIndex((seat) => seat.account === account);
    const seat = round.seats[index];
    const update = round.updates.find((one) => one.author === account) ?? null;
    const strikes = round.strikes.filter((strike) => strike.account === account).map((strike) => strike.reason);
    const lostSeat = round.former.some((one) => one.account === account);
    const others = seat?.scores.filter((_, i) => round.updates[i]?.author !== account) ?? [];
    const abstained = others.filter((score) => score === ABSTAINED).length;
    const role: Role = seat ? (seat.judges ? "judge" : "aggregator") : update ? "trainer" : "none";
    return {
        round,
        number: round.number,
        role,
        seat: seat ? index : null,
        filler: seat?.filler ?? false,
        lostSeat,
        away: role === "none" ? awayOf(account, round, isSuspended, lostSeat) : "",
        update,
        score: update && round.settled && round.isScored(update) ? update.score : null,
        given: others.length - abstained,
        abstained,
        revealed: seat?.revealed ?? false,
        baseline: seat?.revealed ? said(seat.baseline ?? undefined) : null,
        attested: seat ? attestedOf(seat, round) : null,
        earned: (seat?.earned ?? 0n) + (update?.earned ?? 0n),
        strikes,
        cleared: round.cleared.filter((one) => one === account).length,
        suspendedUntil: round.suspended.findLast((one) => one.account === account)?.until ?? null,
    };
}

function awayOf(account: Address, round: Round, isSuspended: boolean, lostSeat: boolean): string {
    if (lostSeat) return "lost its seat in a recovery";
    if (isSuspended) return "suspended";
    if (round.sampled && !round.trainers.includes(account)) return "not sampled";
    return "no update";
}

function attestedOf(seat: Seat, round: Round): Attested | null {
    if (!round.aggregators.includes(seat)) return null;
    if (seat.attested) return !round.agreed ? "open" : seat.attested.pointer === round.agreed ? "majority" : "minority";
    return round.agreed && round.outcome?.kind === "model" ? "silent" : null;
}
