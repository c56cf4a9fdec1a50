// Where a task's models come from: the twin of offchain/folkmoot/cli/lineage.py.
import type { Address, Hex } from "../chain/rpc.ts";
import type { Round, Update } from "./round.ts";
import { said, type Task } from "./task.ts";

export interface TaskModel {
    number: number;
    pointer: Hex;
    block: number | null; // in which the ledger got it; null for model 0 before the start
    round: number | null; // which ended with it; null for model 0
    parent: number | null; // the model that the round started from; null for one that was taken again, and for model 0
    repeats: number | null; // the model that was taken again
    carried: boolean; // then because the round ended without a new one; otherwise the managers rolled it back
    contributors: readonly Update[]; // the accepted updates it was made of, best first
    attesters: readonly Address[]; // seats that attested it
    seats: number; // that could have
    score: number | null; // basis points; null if too few seats could measure it
    measured: boolean; // whether a round, or the last committee, has tried
    open: boolean; // whether that may still come
    final: boolean; // whether it is the finished task's last one
    voices: readonly Voice[]; // of who measured it
    missing: number; // seats that did not, silent ones and those that abstained
}

/** What a seat says of a model: basis points, null if it could not look. */
export interface Voice {
    account: Address;
    score: number | null;
}

/** All models of a task so far, by their numbers. `first` is model 0's pointer as proposed. */
export function lineage(task: Task, first: Hex | undefined): TaskModel[] {
    const models: TaskModel[] = [];
    const written = new Map(task.models.filter(Boolean).map((model) => [model.number, model]));
    const last = Math.max(0, ...written.keys());
    for (let number = 0; number <= last; number++) {
        const block = written.get(number);
        const pointer = block?.pointer ?? (number ? undefined : first);
        if (pointer === undefined) continue;
        const made = number ? task.rounds[number - 1] : undefined;
        models.push({
            number,
            pointer,
            block: block?.block ?? null,
            round: number ? number - 1 : null,
            ...originOf(number, made),
            ...measured(task, number, number === last),
        });
    }
    return models;
}

/** A model and those before it that it comes from, back to model 0. */
export function ancestry(models: readonly TaskModel[], number: number): TaskModel[] {
    const byNumber = new Map(models.map((model) => [model.number, model]));
    const found: TaskModel[] = [];
    for (let model = byNumber.get(number); model; model = byNumber.get(model.repeats ?? model.parent ?? -1)) {
        if ((found.at(-1)?.number ?? Infinity) <= model.number) break; // a model comes from an earlier one
        found.push(model);
    }
    return found;
}

/** The model in which another's content was first made: itself, unless it was taken again. */
export function originalOf(models: readonly TaskModel[], model: TaskModel): TaskModel {
    return ancestry(models, model.number).find((one) => one.repeats === null) ?? model;
}

type Origin = Pick<TaskModel, "parent" | "repeats" | "carried" | "contributors" | "attesters" | "seats">;

function originOf(number: number, round: Round | undefined): Origin {
    const none = { repeats: null, carried: false, contributors: [], attesters: [], seats: 0 };
    if (!number || !round) return { parent: null, ...none };
    if (round.outcome?.kind === "carried") return { parent: null, ...none, repeats: round.number, carried: true };
    if (round.outcome?.kind === "rolled back") return { parent: null, ...none, repeats: round.outcome.model };
    return {
        parent: round.number,
        ...none,
        contributors: round.updates.filter((update) => update.rank > 0).sort((a, b) => a.rank - b.rank),
        attesters: round.aggregators
            .filter((seat) => seat.attested && seat.attested.pointer === round.agreed)
            .map((seat) => seat.account),
        seats: round.aggregators.length,
    };
}

type Measured = Pick<TaskModel, "score" | "measured" | "open" | "final" | "voices" | "missing">;

function measured(task: Task, number: number, isLast: boolean): Measured {
    const round = task.rounds[number];
    const score = (voice: Voice) => voice.score !== null;
    if (round) {
        const voices = round.judges
            .filter((seat) => seat.revealed)
            .map((seat) => ({ account: seat.account, score: said(seat.baseline ?? undefined) }));
        return {
            score: round.settled ? round.baseline : null,
            measured: round.settled,
            open: !round.settled && !round.outcome && !task.ending,
            final: false,
            voices,
            missing: round.judges.length - voices.filter(score).length,
        };
    }
    const final = task.ending === "finished" && isLast && number > 0;
    const voices = final ? [...task.finalScores].map(([account, score]) => ({ account, score: said(score) })) : [];
    return {
        score: final ? task.finalScore : null,
        measured: final,
        open: isLast && !task.ending,
        final,
        voices,
        missing: final ? (task.running?.judges.length ?? 0) - voices.filter(score).length : 0,
    };
}
