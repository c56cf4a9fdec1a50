// The protocol's words for the contracts' numbers, in their order there.
export const PHASES = [
    "Proposed",
    "Enrolling",
    "Sampling",
    "Training",
    "Committing",
    "Revealing",
    "Settling",
    "Aggregating",
    "Closing",
    "Stalled",
    "Paused",
    "Finished",
    "Expired",
    "Cancelled",
] as const;
export type Phase = (typeof PHASES)[number];

export enum Milestone {
    Proposed,
    Approved,
    Enrolled,
    Seated,
    Open,
    Submitted,
    Committed,
    Settled,
    Agreed,
    Finished,
    Expired,
    Cancelled,
}

export const VERDICTS = ["not settled", "fault", "rejected", "passed", "accepted"] as const;
export type Verdict = (typeof VERDICTS)[number];

export const STRIKES = ["a faulty update", "absence from its seat", "attesting in the minority"] as const;

/** In place of a score: the seat could not look. */
export const ABSTAINED = 0xffff;
export const MAX_SCORE = 10_000;
