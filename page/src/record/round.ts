// One round as its events tell it.
import type { TaskEvent } from "../chain/events.ts";
import type { Address, Hex } from "../chain/rpc.ts";
import { fresh, type Seat } from "./seat.ts";
import type { Task } from "./task.ts";
import { ABSTAINED, MAX_SCORE, Milestone, VERDICTS, type Verdict } from "./words.ts";

type Of<N extends TaskEvent["eventName"]> = Extract<TaskEvent, { eventName: N }>;

export interface Update {
    author: Address;
    index: number;
    pointer: Hex;
    samples: number;
    score: number | null; // once settled
    verdict: Verdict;
    rank: number; // 1 is the best; 0 is not accepted
    earned: bigint;
}

export interface Strike {
    account: Address;
    reason: number;
    strikes: number;
}

export type Outcome =
    | { kind: "model"; model: number; pointer: Hex; paid: bigint }
    | { kind: "carried"; empty: number }
    | { kind: "rolled back"; model: number };

export class Round {
    readonly number: number;
    readonly seats: Seat[];
    readonly former: { account: Address; seat: number; attempt: number }[] = []; // who lost its seat in a recovery
    readonly trainers: Address[] = []; // as sampled
    readonly sampled: boolean; // whether only these train
    eligible: number;
    attempt = 0;
    reopened = 0;
    milestone: Milestone;
    deadline = 0;
    endBlock = 0;
    firstDeadline: number | null = null; // as set when its training began
    readonly updates: Update[] = [];
    settled = false;
    baseline: number | null = null; // the median, basis points; null if too few seats could measure the model
    ranking: readonly number[] = [];
    scoreRuleFailed = false;
    agreed: Hex | null = null;
    readonly strikes: Strike[] = [];
    readonly cleared: Address[] = [];
    readonly suspended: { account: Address; until: number }[] = [];
    outcome: Outcome | null = null;
    readonly transactions = new Set<Hex>();
    firstBlock: number;
    lastBlock: number;

    constructor(event: Of<"RoundOpened">) {
        const { round, seats, committee, fillers, eligible, sampled } = event.args;
        this.number = Number(round);
        this.seats = seats.map((account, index) => fresh(account, index < Number(committee), fillers[index] ?? false));
        this.eligible = Number(eligible);
        this.sampled = sampled;
        this.milestone = sampled ? Milestone.Seated : Milestone.Open;
        this.firstBlock = this.lastBlock = event.block;
    }

    get judges(): Seat[] {
        return this.seats.filter((seat) => seat.judges);
    }

    /** Who attests: the seats beside the committee or, without any, the committee. */
    get aggregators(): Seat[] {
        const beside = this.seats.filter((seat) => !seat.judges);
        return beside.length ? beside : this.seats;
    }

    get best(): number | null {
        const scores = this.settled
            ? this.updates.filter((update) => this.isScored(update)).map((update) => update.score ?? 0)
            : [];
        return scores.length ? scores.reduce((a, b) => Math.max(a, b)) : null;
    }

    /** Whether a settled update's score was measured: 0 also stands for too few voices. */
    isScored(update: Update): boolean {
        if (update.score || update.verdict !== "rejected") return true;
        const others = this.judges.filter((seat) => seat.account !== update.author);
        const voices = others.filter((seat) => seat.revealed && seat.scores[update.index] !== ABSTAINED);
        return (
            !this.scoreRuleFailed &&
            (voices.length === others.length || voices.some((seat) => seat.scores[update.index] === 0))
        );
    }

    apply(event: TaskEvent, task: Task): void {
        this.transactions.add(event.transaction);
        this.lastBlock = event.block;
        switch (event.eventName) {
            case "TrainersSampled":
                this.trainers.push(...event.args.trainers);
                if (event.args.left === 0n) this.eligible = this.trainers.length;
                return;
            case "DeadlineSet":
                return this.setDeadline(event);
            case "UpdateSubmitted": {
                const { author, index, pointer, samples } = event.args;
                const unjudged = { score: null, verdict: VERDICTS[0], rank: 0, earned: 0n };
                this.updates.push({ author, index: Number(index), pointer, samples: Number(samples), ...unjudged });
                return;
            }
            case "ScoresCommitted":
                this.seat(event.args.member).committed = Number(event.args.attempt);
                return;
            case "ScoresRevealed":
                return this.reveal(event);
            case "RoundSettled":
                return this.settle(event);
            case "AggregateAttested":
                this.seat(event.args.member).attested = {
                    attempt: Number(event.args.attempt),
                    pointer: event.args.pointer,
                };
                return;
            case "AggregateAgreed":
                this.agreed = event.args.pointer;
                this.milestone = Milestone.Agreed;
                return;
            case "UpdateBlockWritten":
                return this.payUpdate(event, task);
            case "SeatPaid":
                this.seat(event.args.member).earned += event.args.amount;
                return pay(task, event.args.member, event.args.amount);
            case "SeatFilled":
                return this.fill(event);
            case "RoundRecovered":
                return this.recover(Number(event.args.attempt));
            case "WindowReopened":
                this.reopened++;
                return;
            case "RuleFailed":
                this.scoreRuleFailed ||= !this.settled;
                return;
            default:
                return this.end(event, task);
        }
    }

    private end(event: TaskEvent, task: Task): void {
        switch (event.eventName) {
            case "RoundClosed":
                this.outcome = {
                    kind: "model",
                    model: Number(event.args.model),
                    pointer: event.args.pointer,
                    paid: event.args.paid,
                };
                return;
            case "RoundCarried":
                this.outcome = { kind: "carried", empty: Number(event.args.emptyRounds) };
                return;
            case "RoundRolledBack":
                this.outcome = { kind: "rolled back", model: Number(event.args.model) };
                return;
            case "MemberStruck": {
                const { member, reason, strikes } = event.args;
                this.strikes.push({ account: member, reason, strikes: Number(strikes) });
                task.participant(member).strikes = Number(strikes);
                return;
            }
            case "StrikeCleared":
                this.cleared.push(event.args.member);
                task.participant(event.args.member).strikes = Number(event.args.strikes);
                return;
            case "MemberSuspended":
                this.suspended.push({ account: event.args.member, until: Number(event.args.until) });
                Object.assign(task.participant(event.args.member), {
                    strikes: 0,
                    suspendedUntil: Number(event.args.until),
                });
        }
    }

    private setDeadline(event: Of<"DeadlineSet">): void {
        this.milestone = event.args.milestone;
        this.deadline = Number(event.args.deadline);
        this.endBlock = Number(event.args.endBlock);
        if (this.milestone === Milestone.Open) this.firstDeadline ??= this.deadline;
    }

    private reveal(event: Of<"ScoresRevealed">): void {
        const { member, words, baseline } = event.args;
        const scores = this.updates.map((_, i) => Number(((words[i >> 4] ?? 0n) >> BigInt(16 * (i & 15))) & 0xffffn));
        Object.assign(this.seat(member), { revealed: true, baseline: Number(baseline), scores });
    }

    private settle(event: Of<"RoundSettled">): void {
        const { scores, verdicts, ranking, baseline } = event.args;
        this.settled = true;
        this.milestone = Milestone.Settled;
        this.ranking = ranking.map(Number);
        this.updates.forEach((update, i) => {
            update.score = Number(scores[i] ?? 0);
            update.verdict = VERDICTS[verdicts[i] ?? 0] ?? VERDICTS[0];
            update.rank = this.ranking.indexOf(i) + 1;
        });
        const highestSaid = this.judges.some((seat) => seat.excused || (seat.revealed && seat.baseline === MAX_SCORE));
        this.baseline = Number(baseline) < MAX_SCORE || highestSaid ? Number(baseline) : null;
    }

    private payUpdate(event: Of<"UpdateBlockWritten">, task: Task): void {
        const update = this.updates.find(
            (one) => one.author === event.args.author && one.rank === Number(event.args.rank),
        );
        if (update) update.earned = event.args.amount;
        pay(task, event.args.author, event.args.amount);
    }

    private fill(event: Of<"SeatFilled">): void {
        const index = Number(event.args.seat);
        const before = this.seats[index];
        if (before) this.former.push({ account: before.account, seat: index, attempt: this.attempt });
        this.seats[index] = {
            ...fresh(event.args.member, before?.judges ?? true, true),
            excused: this.milestone === Milestone.Settled,
        };
    }

    private recover(attempt: number): void {
        this.attempt = attempt;
        for (const seat of this.seats) seat.attested = null;
    }

    private seat(account: Address): Seat {
        return this.seats.find((seat) => seat.account === account) ?? fresh(account, false, false);
    }
}

function pay(task: Task, account: Address, amount: bigint): void {
    task.paid += amount;
    task.participant(account).earned += amount;
}
