// The phase as a pure function of the record, the time and the block: the twin of contracts/libraries/Phases.sol.
import type { Parameters } from "../chain/calls.ts";
import type { Address } from "../chain/rpc.ts";
import type { Round } from "./round.ts";
import type { Seat } from "./seat.ts";
import type { Task } from "./task.ts";
import { Milestone, type Phase } from "./words.ts";

export interface Now {
    time: number; // seconds since 1970
    block: number;
}

const MIN_COMMITTEE = 3;

export function phaseOf(task: Task, p: Parameters, now: Now): Phase {
    if (task.ending)
        return ({ finished: "Finished", expired: "Expired", cancelled: "Cancelled" } as const)[task.ending];
    const round = task.running;
    if (task.milestone === Milestone.Proposed) return "Proposed";
    if (!round) return "Enrolling";
    if (now.time < task.pausedUntil) return "Paused";
    if (round.milestone === Milestone.Seated) return "Sampling";
    if (round.milestone === Milestone.Agreed) return "Closing";
    if (round.milestone === Milestone.Settled)
        return isOpen(round, Milestone.Settled, round.deadline, now) ? "Aggregating" : "Stalled";
    return judgingPhase(round, p, now);
}

/** Which phase stalled, of a round that did. */
export function stalledPhase(round: Round, p: Parameters): Phase {
    if (round.milestone === Milestone.Settled) return "Aggregating";
    if (!isJudgeable(round, p)) return "Training";
    return isMajority(committed(round).length, round.judges.length) ? "Revealing" : "Committing";
}

/** When a phase ends by time; null if time does not end it. */
export function phaseEnd(task: Task, p: Parameters, phase: Phase): number | null {
    if (phase === "Enrolling") return task.startBy;
    if (phase === "Paused") return task.pausedUntil;
    const timed = ["Training", "Committing", "Revealing", "Aggregating"].includes(phase);
    return timed && task.running ? windowEnd(task.running, p, phase) : null;
}

/** When the windows of a running round end that are not over for another reason, in their order. */
export function deadlines(round: Round, p: Parameters): { phase: Phase; end: number }[] {
    if (round.outcome || !round.deadline || round.milestone === Milestone.Agreed) return [];
    if (round.milestone === Milestone.Settled) return [{ phase: "Aggregating", end: round.deadline }];
    const phases = (["Training", "Committing", "Revealing"] as const).slice(
        Math.max(0, round.milestone - Milestone.Open),
    );
    return phases.map((phase) => ({ phase, end: windowEnd(round, p, phase) }));
}

/** When a round's training began; null where that is not known. */
export function startOf(round: Round, p: Parameters): number | null {
    return round.firstDeadline === null
        ? null
        : round.firstDeadline - p.trainingWindow - p.committingWindow - p.revealingWindow;
}

export interface Awaited {
    what: string; // empty when the task is over
    acted: Address[];
    missing: Address[];
}

/** Who has acted in a phase, who has not, and what it waits for. */
export function awaited(task: Task, p: Parameters, phase: Phase, time: number): Awaited {
    const round = task.running;
    const nobody = (what: string): Awaited => ({ what, acted: [], missing: [] });
    switch (phase) {
        case "Proposed":
            return nobody("the managers to approve the task");
        case "Enrolling":
            return enrolling(task, p, time);
        case "Sampling":
            return nobody("anyone to sample the trainers");
        case "Training":
            return {
                what: `updates: ${round?.updates.length} of ${round?.eligible} trainers have submitted`,
                ...split(trainers(task, p), hasSubmitted(round)),
            };
        case "Committing":
            return {
                what: "the committee to commit to its scores",
                ...seats(round?.judges, (seat) => seat.revealed || seat.committed === round?.attempt),
            };
        case "Revealing":
            return {
                what: "the committee to reveal its scores",
                ...seats(round && committed(round), (seat) => seat.revealed),
            };
        case "Settling":
            return nobody("anyone to settle the round");
        case "Aggregating":
            return {
                what: "the aggregators to attest the next model",
                ...seats(round?.aggregators, (seat) => seat.attested !== null),
            };
        case "Closing":
            return nobody("anyone to close the round");
        case "Stalled":
            return nobody("anyone to recover the round");
        case "Paused":
            return nobody("the end of the pause");
        default:
            return nobody("");
    }
}

function enrolling(task: Task, p: Parameters, time: number): Awaited {
    const acted = [...task.participants.values()]
        .filter((one) => one.number > 0 && !one.retired)
        .map((one) => one.account);
    const missing = task.committee.filter((account) => !acted.includes(account));
    const least = leastActive(p, task.committee.length);
    const canStart = !missing.length && task.active >= least;
    const isLate = time >= task.startBy;
    const named = task.committee.length ? ", the committee among them" : "";
    const members = `members to enrol: ${acted.length} of at least ${Math.max(least, p.minEnrolled)}${named}`;
    const isDue = canStart && (isLate || task.active >= p.minEnrolled);
    return {
        what: isDue ? "anyone to start the task" : isLate ? "anyone to expire the task" : members,
        acted,
        missing,
    };
}

/** The participants without whom a task cannot start whose managers named so many seats. */
function leastActive(p: Parameters, named: number): number {
    const seats = Math.max(named, MIN_COMMITTEE);
    return p.seatsTrain ? Math.max(seats, p.minUpdates) : seats + p.minUpdates;
}

/** Who may submit in the running round, or has. */
export function trainers(task: Task, p: Parameters): Address[] {
    const round = task.running;
    if (!round) return [];
    const has = hasSubmitted(round);
    const seated = new Set(round.seats.map((seat) => seat.account));
    const sampled = new Set(round.trainers);
    return [...task.participants.values()]
        .filter((one) => {
            const may =
                one.number > 0 && !one.retired && one.since <= round.number && one.suspendedUntil <= round.number;
            return (
                has(one.account) ||
                (may && (p.seatsTrain || !seated.has(one.account)) && (!round.sampled || sampled.has(one.account)))
            );
        })
        .map((one) => one.account);
}

function hasSubmitted(round: Round | undefined): (account: Address) => boolean {
    const authors = new Set(round?.updates.map((update) => update.author));
    return (account) => authors.has(account);
}

function committed(round: Round): Seat[] {
    return round.judges.filter((seat) => seat.revealed || seat.committed === round.attempt);
}

function seats(all: Seat[] | undefined, has: (seat: Seat) => boolean): Omit<Awaited, "what"> {
    const by = new Map((all ?? []).map((seat) => [seat.account, has(seat)]));
    return split([...by.keys()], (account) => by.get(account) ?? false);
}

function split(accounts: Address[], has: (account: Address) => boolean): Omit<Awaited, "what"> {
    return { acted: accounts.filter(has), missing: accounts.filter((account) => !has(account)) };
}

function judgingPhase(round: Round, p: Parameters, now: Now): Phase {
    const judges = round.judges.length;
    const revealed = round.judges.filter((seat) => seat.revealed).length;
    const stages = [
        ["Training", Milestone.Open, isJudgeable(round, p)],
        ["Committing", Milestone.Submitted, isMajority(committed(round).length, judges)],
        ["Revealing", Milestone.Committed, isMajority(revealed, judges)],
    ] as const;
    for (const [phase, opening, enough] of stages) {
        if (isOpen(round, opening, windowEnd(round, p, phase), now)) return phase;
        if (!enough) return "Stalled";
    }
    return "Settling";
}

function windowEnd(round: Round, p: Parameters, phase: Phase): number {
    if (phase === "Training") return round.deadline - p.committingWindow - p.revealingWindow;
    return phase === "Committing" ? round.deadline - p.revealingWindow : round.deadline;
}

function isOpen(round: Round, opening: Milestone, end: number, now: Now): boolean {
    return round.milestone <= opening && (now.time < end || now.block < round.endBlock);
}

function isJudgeable(round: Round, p: Parameters): boolean {
    return round.updates.length >= p.minUpdates && round.judges.length >= MIN_COMMITTEE;
}

function isMajority(count: number, seats: number): boolean {
    return 2 * count > seats;
}
