// Events made by hand, in the contracts' form.
import type { FederationEvent, TaskEvent, TreasuryEvent } from "../../src/chain/events.ts";
import type { Address, Hex } from "../../src/chain/rpc.ts";
import { Federation } from "../../src/record/federation.ts";
import { Task } from "../../src/record/task.ts";
import { ABSTAINED } from "../../src/record/words.ts";

export const account = (n: number): Address => `0x${n.toString(16).padStart(40, "0")}`;
export const pointer = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;
export const TASK = account(0xaaaa);

let clock = 0; // each event is in a block of its own

function event(eventName: string, args: object, block = ++clock) {
    return { eventName, args, contract: TASK, block, index: 0, transaction: pointer(block), time: 1_000 + block };
}

export class MadeFederation extends Federation {
    say(name: string, args: object): this {
        this.apply(event(name, args) as unknown as FederationEvent | TreasuryEvent);
        return this;
    }

    confirm(manager: Address, action: Hex, call: Hex, expires: number, target: Address = account(0xfed)): this {
        const counts = { confirmations: 1n, quorum: BigInt(this.quorum) };
        return this.say("ActionConfirmed", { action, manager, target, call, ...counts, expires: BigInt(expires) });
    }
}

/** A federation of three managers, two of whom decide. */
export function managed(): MadeFederation {
    const federation = new MadeFederation();
    for (const n of [1, 2, 3]) federation.say("ManagerAdded", { manager: account(n) });
    return federation.say("QuorumChanged", { quorum: 2n });
}

export class MadeTask extends Task {
    say(name: string, args: object): this {
        this.apply(event(name, args) as unknown as TaskEvent);
        return this;
    }

    join(...members: Address[]): this {
        for (const member of members)
            this.say("MemberEnrolled", { member, number: BigInt(this.participants.size + 1), since: 0n });
        return this;
    }

    open(
        round: number,
        seats: Address[],
        options: { committee?: number; fillers?: boolean[]; sampled?: boolean } = {},
    ) {
        const { committee = seats.length, fillers = seats.map(() => false), sampled = false } = options;
        return this.say("RoundOpened", {
            round: BigInt(round),
            seats,
            committee: BigInt(committee),
            fillers,
            eligible: 3n,
            sampled,
        });
    }

    submit(...authors: Address[]): this {
        const round = BigInt(this.running?.number ?? 0);
        for (const author of authors) {
            const index = this.running?.updates.length ?? 0;
            this.say("UpdateSubmitted", {
                round,
                author,
                index: BigInt(index),
                pointer: pointer(100 + index),
                samples: 10n,
            });
        }
        return this;
    }

    reveal(member: Address, baseline: number | null, scores: (number | null)[]): this {
        const word = scores.reduce((word, score, i) => word | (BigInt(score ?? ABSTAINED) << BigInt(16 * i)), 0n);
        return this.say("ScoresRevealed", {
            round: BigInt(this.running?.number ?? 0),
            member,
            attempt: 0n,
            baseline: BigInt(baseline ?? ABSTAINED),
            words: [word],
            salt: pointer(0),
        });
    }

    /** Verdicts by their numbers in the contract: 1 fault, 2 rejected, 3 passed, 4 accepted. */
    settle(baseline: number, scores: number[], verdicts: number[], ranking: number[]): this {
        return this.say("RoundSettled", {
            round: BigInt(this.running?.number ?? 0),
            baseline: BigInt(baseline),
            authors: this.running?.updates.map((update) => update.author),
            scores: scores.map(BigInt),
            verdicts,
            ranking: ranking.map(BigInt),
            weights: [],
        });
    }

    attest(member: Address, model: Hex): this {
        return this.say("AggregateAttested", { round: 0n, member, attempt: 0n, pointer: model });
    }

    /** Ends the round with a model that was agreed, and writes it into the ledger. */
    close(model: Hex): this {
        const number = this.running?.number ?? 0;
        const next = { round: BigInt(number), model: BigInt(number + 1), pointer: model };
        return this.say("ModelBlockWritten", next).say("RoundClosed", { ...next, paid: 0n, seed: pointer(0) });
    }

    /** Ends the round with an earlier model again. */
    repeat(how: "RoundCarried" | "RoundRolledBack", model: number): this {
        const round = BigInt(this.running?.number ?? 0);
        const pointer = this.models[model]?.pointer;
        const ended = { round, emptyRounds: 1n, model: BigInt(model), committee: [] };
        return this.say(how, ended).say("ModelBlockWritten", { round, model: round + 1n, pointer });
    }
}

export function proposed(): MadeTask {
    return new MadeTask({ number: 0, task: TASK, proposer: account(1), name: "digits", block: 1 });
}

/** A task with model 0 in its ledger. */
export function started(...members: Address[]): MadeTask {
    return proposed()
        .join(...members)
        .say("EnrolmentClosed", { number: 1n })
        .say("ModelBlockWritten", { round: 0n, model: 0n, pointer: pointer(1) });
}
