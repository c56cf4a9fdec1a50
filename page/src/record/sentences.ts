// Every event of the contracts as a sentence: text with parts that a view shows as links, amounts or pointers.
import type { Event } from "../chain/events.ts";
import type { Address, Hex } from "../chain/rpc.ts";
import { ABSTAINED, Milestone, PHASES, STRIKES } from "./words.ts";

export type Part =
    | string
    | { kind: "account"; account: Address }
    | { kind: "accounts"; accounts: readonly Address[] }
    | { kind: "amount"; amount: bigint }
    | { kind: "contract"; contract: Address } // a rule, or the target of an action
    | { kind: "model"; task: Address; model: number }
    | { kind: "moment"; time: number }
    | { kind: "name"; text: string } // chosen by somebody: shown in quotation marks
    | { kind: "pointer"; pointer: Hex }
    | { kind: "round"; task: Address; round: number }
    | { kind: "score"; score: number | null } // basis points
    | { kind: "span"; seconds: number }
    | { kind: "task"; task: Address };

type Name = Event["eventName"];
type Of<N extends Name> = Extract<Event, { eventName: N }>;
type Sayings = { readonly [N in Name]: (args: Of<N>["args"], at: Address) => Part[] };

/** What an event says. Empty for one without a sentence, of which there is none. */
export function sentence(event: Event): Part[] {
    const saying = SAYINGS[event.eventName] as ((args: Event["args"], at: Address) => Part[]) | undefined;
    return saying?.(event.args, event.contract) ?? [];
}

/** Only the text of a sentence, with names by `name`. */
export function wording(parts: readonly Part[], name: (account: Address) => string): string {
    return parts.map((part) => (typeof part === "string" ? part : wordOf(part, name))).join("");
}

function wordOf(part: Exclude<Part, string>, name: (account: Address) => string): string {
    switch (part.kind) {
        case "account":
            return name(part.account);
        case "accounts":
            return part.accounts.map(name).join(", ") || "nobody";
        case "contract":
            return name(part.contract);
        case "model":
            return `model ${part.model}`;
        case "round":
            return `round ${part.round}`;
        case "name":
            return `“${part.text}”`;
        case "task":
            return name(part.task);
        case "pointer":
            return part.pointer;
        case "amount":
            return String(part.amount);
        case "moment":
            return String(part.time);
        case "score":
            return part.score === null ? "not scored" : `${(part.score / 100).toFixed(2)} %`;
        case "span":
            return `${part.seconds} s`;
    }
}

function say(words: TemplateStringsArray, ...parts: readonly (Part | number | bigint)[]): Part[] {
    const all = words.flatMap((word, i) => {
        const part = parts[i];
        return [word, typeof part === "number" || typeof part === "bigint" ? String(part) : (part ?? "")];
    });
    return all.filter((part) => part !== "");
}

const who = (account: Address): Part => ({ kind: "account", account });
const crowd = (accounts: readonly Address[]): Part => ({ kind: "accounts", accounts });
const money = (amount: bigint): Part => ({ kind: "amount", amount });
const contract = (address: Address): Part => ({ kind: "contract", contract: address });
const task = (address: Address): Part => ({ kind: "task", task: address });
const moment = (time: bigint): Part => ({ kind: "moment", time: Number(time) });
const pointer = (hex: Hex): Part => ({ kind: "pointer", pointer: hex });
const round = (at: Address, number: bigint): Part => ({ kind: "round", task: at, round: Number(number) });
const model = (at: Address, number: bigint): Part => ({ kind: "model", task: at, model: Number(number) });
const score = (value: bigint): Part => ({ kind: "score", score: Number(value) === ABSTAINED ? null : Number(value) });
const many = (number: number | bigint, noun: string, plural = `${noun}s`): string =>
    `${number} ${Number(number) === 1 ? noun : plural}`;
const phase = (number: number): string => PHASES[number] ?? `phase ${number}`;
const nth = (attempt: bigint): string => (attempt > 0n ? ` (attempt ${attempt + 1n})` : "");
const paid = (until: bigint): Part[] => (until ? say`, paid until ${moment(until)}` : [", which does not expire"]);
const period = (seconds: bigint): Part[] =>
    seconds ? [{ kind: "span", seconds: Number(seconds) }] : ["a time without end"];

const WINDOWS: Readonly<Partial<Record<Milestone, string>>> = {
    [Milestone.Open]: "Training has begun: the deadline of its scores",
    [Milestone.Submitted]: "The updates are in, the committee commits: the deadline of its scores",
    [Milestone.Committed]: "The commitments are in, the committee reveals: the deadline of its scores",
    [Milestone.Settled]: "Aggregating has begun: its deadline",
};

const SAYINGS: Sayings = {
    // managers
    ActionConfirmed: (e) =>
        say`${who(e.manager)} confirmed an action on ${contract(e.target)}: ${e.confirmations} of ${e.quorum} managers, until ${moment(e.expires)}.`,
    ActionRevoked: (e) => say`${who(e.manager)} took back its confirmation of an action.`,
    ActionExecuted: (e) => say`A quorum of managers confirmed an action, and ${contract(e.target)} executed it.`,
    ManagerAdded: (e) => say`${who(e.manager)} became a manager.`,
    ManagerRemoved: (e) => say`${who(e.manager)} is no longer a manager.`,
    QuorumChanged: (e) => say`Actions now need ${many(e.quorum, "confirmation")}.`,
    FeeChanged: (e) => say`An application or a renewal now costs ${money(e.fee)}.`,
    MembershipPeriodChanged: (e) => ["A fee now pays for ", ...period(e.period), "."],
    MinBlocksChanged: (e) => say`Each window of a new task now lasts at least ${many(e.blocks, "block")}.`,
    // members
    MembershipApplied: (e) =>
        say`${who(e.member)}, which calls itself ${{ kind: "name", text: e.name }}, applied for membership (application ${e.application}) with a fee of ${money(e.fee)}.`,
    ApplicationWithdrawn: (e) => say`${who(e.member)} withdrew its application.`,
    MemberAdmitted: (e) => [...say`${who(e.member)} was admitted`, ...paid(e.paidUntil), "."],
    ApplicationRejected: (e) => say`The application of ${who(e.member)} was rejected.`,
    MembershipRenewed: (e) => [
        ...say`${who(e.member)} renewed its membership for ${money(e.fee)}`,
        ...paid(e.paidUntil),
        ".",
    ],
    MembershipExpired: (e) =>
        say`The membership of ${who(e.member)} was ended: it was past due since ${moment(e.paidUntil)}.`,
    MemberReplaced: (e) => say`The managers put ${who(e.successor)} in the place of ${who(e.member)}.`,
    MemberLeft: (e) => say`${who(e.member)} is no longer a member.`,
    MemberBanned: (e) => say`The managers banned ${who(e.member)}.`,
    MemberUnbanned: (e) => say`${who(e.member)} is no longer banned and may apply again.`,
    PeersAnnounced: (e) => {
        const lines = e.addresses.split("\n").filter((line) => line.trim()).length;
        return say`${who(e.member)} announced ${many(lines, "address", "addresses")} of its blob store's nodes.`;
    },
    TaskProposed: (e) =>
        say`${who(e.proposer)} proposed ${task(e.task)} with the name ${{ kind: "name", text: e.name }}.`,
    // the treasury
    Escrowed: (e) => say`${who(e.member)} paid a fee of ${money(e.amount)} into escrow.`,
    Deposited: (e) => say`${who(e.from)} added ${money(e.amount)} to the pool.`,
    FeeCollected: (e) => say`A fee of ${money(e.amount)} went from escrow to the pool.`,
    Refunded: (e) => say`A fee of ${money(e.amount)} is owed back to ${who(e.member)}.`,
    Reassigned: (e) => say`${money(e.amount)} that ${who(e.from)} was owed are now owed to ${who(e.to)}.`,
    BudgetMoved: (e) => say`${money(e.amount)} went from the pool to the budget of ${task(e.task)}.`,
    BudgetReleased: (e) => say`The rest of the budget of ${task(e.task)}, ${money(e.amount)}, returned to the pool.`,
    Credited: (e) => {
        const total = e.amounts.reduce((sum, one) => sum + one, 0n);
        const accounts = many(new Set(e.accounts).size, "account");
        return say`${accounts} earned ${money(total)} in ${round(e.task, e.round)} of ${task(e.task)}.`;
    },
    Withdrawn: (e) => say`${who(e.account)} withdrew ${money(e.amount)}.`,
    // a task
    TaskApproved: (e) =>
        say`The managers approved the task with a budget of ${money(e.budget)}; members may enrol until ${moment(e.startBy)}.${e.committee.length ? ` ${e.committee.length} seats of the first committee were named.` : ""}`,
    TaskFunded: (e) => say`The managers added ${money(e.amount)} to the budget, which is now ${money(e.budget)}.`,
    EnrolmentClosed: (e) => say`The enrolment was closed; the hash of block ${e.number} draws the first round.`,
    TaskStarted: () => ["The task started."],
    TaskExpired: () => ["The task expired: it could not start in time."],
    TaskCancelled: () => ["The task was cancelled."],
    TaskFinished: (e, at) =>
        say`The task finished after ${round(at, e.round)}; ${money(e.released)} of its budget returned to the pool.`,
    MemberEnrolled: (e, at) =>
        say`${who(e.member)} enrolled as number ${e.number} and takes part from ${round(at, e.since)} on.`,
    MemberRetired: (e) => say`${who(e.member)} was retired from the task: it is no longer a member of the federation.`,
    MemberStruck: (e, at) =>
        say`${who(e.member)} was struck in ${round(at, e.round)} for ${STRIKES[e.reason] ?? `reason ${e.reason}`}: ${many(e.strikes, "strike")} now.`,
    StrikeCleared: (e, at) =>
        say`An update that passed in ${round(at, e.round)} took a strike off ${who(e.member)}: ${e.strikes} left.`,
    KeysShared: (e) => say`${who(e.account)} handed on keys of encrypted blobs, in ${pointer(e.pointer)}.`,
    MemberSuspended: (e, at) =>
        say`${who(e.member)} was suspended in ${round(at, e.round)}, until round ${e.until} begins.`,
    RoundOpened: (e, at) =>
        say`Opened: ${round(at, e.round)}, with ${many(e.committee, "seat")} that judge${e.seats.length > Number(e.committee) ? `, ${e.seats.length - Number(e.committee)} that only attest` : ""} and ${many(e.eligible, "trainer")}${e.sampled ? " to be sampled" : ""}.`,
    TrainersSampled: (e, at) =>
        say`${many(e.trainers.length, "trainer")} sampled for ${round(at, e.round)}; ${e.left} still to be sampled.`,
    DeadlineSet: (e, at) =>
        say`${WINDOWS[e.milestone as Milestone] ?? "A window opened: its deadline"} in ${round(at, e.round)}${nth(e.attempt)} is ${moment(e.deadline)}.`,
    UpdateSubmitted: (e, at) =>
        say`${who(e.author)} submitted update ${e.index} of ${round(at, e.round)}, trained on ${many(e.samples, "sample")} as it says.`,
    ScoresCommitted: (e, at) =>
        say`${who(e.member)} committed to its scores of ${round(at, e.round)}${nth(e.attempt)}.`,
    ScoresRevealed: (e, at) =>
        say`${who(e.member)} revealed its scores of ${round(at, e.round)}; the round's model: ${score(e.baseline)}.`,
    RoundSettled: (e, at) =>
        say`Settled: ${round(at, e.round)}, with ${e.ranking.length} of ${many(e.authors.length, "update")} accepted.`,
    AggregateAttested: (e, at) =>
        say`${who(e.member)} attested the next model of ${round(at, e.round)}${nth(e.attempt)} as ${pointer(e.pointer)}.`,
    AggregateAgreed: (e, at) =>
        say`Agreed with ${many(e.votes, "vote")}: the next model of ${round(at, e.round)} is ${pointer(e.pointer)}.`,
    UpdateBlockWritten: (e, at) =>
        say`The update of ${who(e.author)} in ${round(at, e.round)}, of rank ${e.rank} with ${score(e.score)}, earned ${money(e.amount)}.`,
    SeatPaid: (e, at) => say`${who(e.member)} earned ${money(e.amount)} for its seat in ${round(at, e.round)}.`,
    ModelBlockWritten: (e, at) => say`The ledger holds ${model(at, e.model)}: ${pointer(e.pointer)}.`,
    RoundClosed: (e, at) =>
        say`Closed: ${round(at, e.round)}, with ${model(at, e.model)}; ${money(e.paid)} went to authors and seats.`,
    WindowReopened: (e, at) =>
        say`${phase(e.reopened)} starts again in ${round(at, e.round)}${nth(e.attempt)}: no transaction had come while it lasted.`,
    RoundRecovered: (e, at) =>
        say`${phase(e.stalled)} had stalled in ${round(at, e.round)} and starts again as attempt ${e.attempt + 1n}.`,
    SeatFilled: (e, at) =>
        say`${who(e.member)} got seat ${e.seat} of ${round(at, e.round)}, which ${who(e.predecessor)} lost.`,
    RoundCarried: (e, at) =>
        say`Ended without a new model or pay: ${round(at, e.round)}; the old model is carried forward (${many(e.emptyRounds, "such round")} in a row).`,
    RoundRolledBack: (e, at) => [
        ...say`The managers voided ${round(at, e.round)} and went back to ${model(at, e.model)}`,
        ...(e.committee.length ? say`, with a new committee: ${crowd(e.committee)}.` : ["."]),
    ],
    ModelScored: (e, at) => say`${who(e.member)} scored the final ${model(at, e.model)}: ${score(e.score)}.`,
    TaskPaused: (e, at) => say`The managers paused the task in ${round(at, e.round)} until ${moment(e.until)}.`,
    TaskResumed: (e, at) => say`The managers ended the pause in ${round(at, e.round)}.`,
    RuleFailed: (e, at) =>
        say`A rule failed in ${round(at, e.round)}: ${contract(e.rule)} reverted, ran out of gas or answered out of bounds.`,
};
