// A task in a few numbers.
import type { Task } from "./task.ts";

export interface Score {
    score: number | null; // basis points
    of: string; // which model, and by whom
}

/** What the newest model that was measured scored; null before any was. */
export function newestScore(task: Task): Score | null {
    if (task.finalScore !== null) return { score: task.finalScore, of: "final model" };
    const round = task.rounds.findLast((one) => one.settled);
    return round ? { score: round.baseline, of: `median, round ${round.number}` } : null;
}

/** What each model scored, oldest first; null where it was not. */
export function scoresOf(task: Task): (number | null)[] {
    const scores = task.rounds.filter((round) => round.settled).map((round) => round.baseline);
    return task.finalScore === null ? scores : [...scores, task.finalScore];
}

/** Participants that have enrolled and were not counted out. */
export function enrolled(task: Task): number {
    return [...task.participants.values()].filter((one) => one.number > 0 && !one.retired).length;
}
