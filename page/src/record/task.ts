// One task as its events tell it. Scores are basis points, amounts the fee token's smallest unit, times seconds since 1970.
import type { TaskEvent } from "../chain/events.ts";
import type { Address, Hex } from "../chain/rpc.ts";
import { Round } from "./round.ts";
import { ABSTAINED, Milestone } from "./words.ts";

export interface Participant {
    account: Address;
    number: number; // of its enrolment, from 1
    since: number; // first round it counts in
    retired: boolean;
    strikes: number; // that count now
    suspendedUntil: number; // first round it may act in again
    earned: bigint;
}

export interface Proposal {
    number: number;
    task: Address;
    proposer: Address;
    name: string;
    block: number;
}

export interface Model {
    number: number;
    pointer: Hex;
    block: number;
    transaction: Hex;
}

export type Ending = "finished" | "expired" | "cancelled" | null;

export class Task {
    readonly rounds: Round[] = [];
    readonly participants = new Map<Address, Participant>();
    readonly models: Model[] = []; // by number: the ledger
    readonly finalScores = new Map<Address, number>();
    readonly events: TaskEvent[] = [];
    milestone: Milestone = Milestone.Proposed; // of the task as a whole: what a round shows is in the round
    committee: readonly Address[] = []; // as named with the approval
    budget = 0n;
    paid = 0n;
    released: bigint | null = null;
    startBy = 0;
    pausedUntil = 0;
    ending: Ending = null;
    lastEnrolment: number | null = null; // when, if the node tells the times of logs

    constructor(readonly proposal: Proposal) {}

    /** The running round, or the last one. */
    get running(): Round | undefined {
        return this.rounds.at(-1);
    }

    get active(): number {
        const now = this.running?.number ?? 0;
        return [...this.participants.values()].filter((one) => !one.retired && one.suspendedUntil <= now).length;
    }

    /** The final model's score: the lower median of what its judges say, once more than half of them have. */
    get finalScore(): number | null {
        const said = [...this.finalScores.values()].sort((a, b) => a - b);
        const seats = this.running?.seats.filter((seat) => seat.judges).length ?? 0;
        return this.ending === "finished" && 2 * said.length > seats ? (said[(said.length - 1) >> 1] ?? null) : null;
    }

    apply(event: TaskEvent): void {
        this.events.push(event);
        if (!this.applyToTask(event)) this.running?.apply(event, this);
    }

    private applyToTask(event: TaskEvent): boolean {
        switch (event.eventName) {
            case "TaskApproved":
                this.milestone = Milestone.Approved;
                this.budget = event.args.budget;
                this.committee = event.args.committee;
                this.startBy = Number(event.args.startBy);
                return true;
            case "TaskFunded":
                this.budget = event.args.budget;
                return true;
            case "EnrolmentClosed":
                this.milestone = Milestone.Enrolled;
                return true;
            case "TaskExpired":
                return this.end("expired", Milestone.Expired);
            case "TaskCancelled":
                return this.end("cancelled", Milestone.Cancelled);
            case "TaskFinished":
                this.released = event.args.released;
                return this.end("finished", Milestone.Finished);
            case "TaskPaused":
                this.pausedUntil = Number(event.args.until);
                return true;
            case "TaskResumed":
                this.pausedUntil = 0;
                return true;
            case "MemberEnrolled":
                this.lastEnrolment = event.time;
                this.enrol(event.args.member, Number(event.args.number), Number(event.args.since));
                return true;
            case "MemberRetired":
                this.participant(event.args.member).retired = true;
                return true;
            case "RoundOpened":
                this.milestone = Milestone.Open;
                this.rounds.push(new Round(event));
                return true;
            case "ModelBlockWritten": {
                const { model, pointer } = event.args;
                this.models[Number(model)] = {
                    number: Number(model),
                    pointer,
                    block: event.block,
                    transaction: event.transaction,
                };
                return true;
            }
            case "ModelScored":
                this.finalScores.set(event.args.member, Number(event.args.score));
                return true;
            default:
                return false;
        }
    }

    participant(account: Address): Participant {
        return this.participants.get(account) ?? this.enrol(account, 0, 0);
    }

    private enrol(account: Address, number: number, since: number): Participant {
        const before = this.participants.get(account);
        const fresh = { account, strikes: 0, suspendedUntil: 0, earned: 0n, ...before, number, since, retired: false };
        this.participants.set(account, fresh);
        return fresh;
    }

    private end(ending: Ending, milestone: Milestone): true {
        this.ending = ending;
        this.milestone = milestone;
        return true;
    }
}

/** A score as it is shown: null where there is none, or the seat could not look. */
export function said(score: number | undefined): number | null {
    return score === undefined || score === ABSTAINED ? null : score;
}
