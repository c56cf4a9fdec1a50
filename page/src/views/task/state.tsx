// What a task is at: its phase, how long that lasts, who is awaited, and its numbers.
import type { ComponentChildren } from "preact";
import { Amount } from "../../parts/amount.tsx";
import { At } from "../../parts/at.tsx";
import { PhaseBadge, useMoment } from "../../parts/task.tsx";
import type { Parameters } from "../../chain/calls.ts";
import { Crowd, Facts, Section, TimeLeft, Who } from "../../parts/basic.tsx";
import { count, grouped, percent, timestamp } from "../../parts/format.ts";
import { awaited, deadlines, phaseEnd, phaseOf, stalledPhase } from "../../record/phases.ts";
import type { Task } from "../../record/task.ts";
import type { Phase } from "../../record/words.ts";
import { roundOf } from "../federation/tasks_in_short.tsx";
import { ParameterList } from "./parameters.tsx";

export function TaskState({ task, parameters }: { task: Task; parameters: Parameters }) {
    const phase = phaseOf(task, parameters, useMoment());
    const end = phaseEnd(task, parameters, phase);
    return (
        <Section title="State">
            <p class="phase">
                <PhaseBadge phase={phase} />
                {end !== null && (
                    <span title={timestamp(end)}>
                        <TimeLeft until={end} />
                    </span>
                )}
                <span>{story(task, parameters, phase)}</span>
            </p>
            <Awaited task={task} parameters={parameters} phase={phase} />
            <Numbers task={task} parameters={parameters} phase={phase} />
            <ParameterList parameters={parameters} />
        </Section>
    );
}

/** What the phase means, in a sentence; empty where who is awaited says it all. */
function story(task: Task, parameters: Parameters, phase: Phase): string {
    const round = task.running;
    switch (phase) {
        case "Stalled":
            return round
                ? `${stalledPhase(round, parameters)} ended and too few had acted. Anyone can recover the round; every running worker does.`
                : "";
        case "Paused":
            return `by the managers, until ${timestamp(task.pausedUntil)}.`;
        case "Finished":
            return `after ${count(task.rounds.length, "round")}.`;
        case "Expired":
            return "It could not start in time.";
        case "Cancelled":
            return "It was withdrawn before it started.";
        default:
            return "";
    }
}

function Awaited({ task, parameters, phase }: { task: Task; parameters: Parameters; phase: Phase }) {
    const { what, acted, missing } = awaited(task, parameters, phase, useMoment().time);
    if (phase === "Finished") return <FinalScorers task={task} />;
    if (!what) return null;
    const isEnrolling = phase === "Enrolling";
    const facts: [string, ComponentChildren][] = [];
    if (missing.length || !isEnrolling)
        facts.push([
            `${isEnrolling ? "Named for the committee, not enrolled" : "Not yet"} (${missing.length})`,
            <Crowd accounts={missing} />,
        ]);
    facts.push([`${isEnrolling ? "Enrolled" : "Done"} (${acted.length})`, <Crowd accounts={acted} />]);
    return (
        <div class="awaited">
            <p>Awaited: {what}.</p>
            {acted.length + missing.length > 0 && <Facts facts={facts} />}
        </div>
    );
}

/** Who of the last round's judges has scored the final model. */
function FinalScorers({ task }: { task: Task }) {
    const judges = task.running?.judges.map((seat) => seat.account) ?? [];
    const missing = judges.filter((account) => !task.finalScores.has(account));
    if (!missing.length) return null;
    return (
        <div class="awaited">
            <p>
                {judges.length - missing.length} of {judges.length} judges of the last round have scored the final
                model; its score is known once more than half of them have. Still to come:
            </p>
            <Crowd accounts={missing} />
        </div>
    );
}

function Numbers({ task, parameters, phase }: { task: Task; parameters: Parameters; phase: Phase }) {
    const round = task.running;
    const now = round?.number ?? 0;
    const everybody = [...task.participants.values()].filter((one) => one.number > 0);
    const retired = everybody.filter((one) => one.retired).length;
    const suspended = everybody.filter((one) => !one.retired && one.suspendedUntil > now);
    const money = (units: bigint) => <Amount units={units} />;
    const left = task.released ?? (phase === "Proposed" ? 0n : task.budget - task.paid);
    const isOver = task.ending !== null;
    const facts: [string, ComponentChildren][] = [
        ["Round", round ? roundOf(task, parameters.totalRounds) : `none of ${parameters.totalRounds} yet`],
        ...((round && round.attempt > 0 && !isOver
            ? [["Attempt", `${round.attempt + 1} of at most ${parameters.maxAttempts}`]]
            : []) as [string, string][]),
        [isOver ? "Final model's score" : "Model's score", <LastScore task={task} />],
        [
            "Members",
            `${grouped(task.active)} active of ${grouped(everybody.length)} enrolled${retired ? `, ${grouped(retired)} retired` : ""}`,
        ],
        ["Budget", money(task.budget)],
        ["Paid", money(task.paid)],
        ...((round || isOver
            ? [[task.released === null ? "Left" : "Returned to the pool", money(left)]]
            : [["Budget comes", "from the pool, at the start"]]) as [string, ComponentChildren][]),
        [
            "Committee",
            `at most ${count(parameters.committee, "seat")}${parameters.aggregators ? ` and ${parameters.aggregators} that attest` : ""}`,
        ],
        ["Accepted a round", `at most ${count(parameters.updatesPerRound, "update")}`],
        ...windows(task, parameters),
        ["Proposed by", <Who account={task.proposal.proposer} />],
        ["Proposed", <At block={task.proposal.block} />],
    ];
    return (
        <>
            <Facts facts={facts} />
            {suspended.length > 0 && (
                <div class="awaited">
                    <p>Suspended ({suspended.length}):</p>
                    <ul class="crowd">
                        {suspended.slice(0, 30).map((one) => (
                            <li key={one.account}>
                                <Who account={one.account} /> until round {one.suspendedUntil}
                            </li>
                        ))}
                    </ul>
                </div>
            )}
        </>
    );
}

/** When the windows of the running round end. */
function windows(task: Task, parameters: Parameters): [string, ComponentChildren][] {
    if (task.ending || !task.running) return [];
    return deadlines(task.running, parameters).map(({ phase, end }) => [`${phase} until`, timestamp(end)]);
}

/** The final model's score or, before it is known, that of the last model that was measured. */
function LastScore({ task }: { task: Task }) {
    if (task.finalScore !== null) return <>{percent(task.finalScore)}</>;
    const last = task.rounds.findLast((round) => round.baseline !== null);
    if (!last) return <span class="soft">not scored yet</span>;
    return (
        <>
            {task.ending === "finished" && "not known yet; "}
            {percent(last.baseline)} <span class="soft">(model {last.number})</span>
        </>
    );
}
