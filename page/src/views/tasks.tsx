// All tasks, newest first: where each stands, what its model scores, who takes part, and its money.
import { useState } from "preact/hooks";
import type { Parameters } from "../chain/calls.ts";
import type { Address } from "../chain/rpc.ts";
import { Empty, Facts, TimeLeft, Who } from "../parts/basic.tsx";
import { useLook } from "../parts/context.tsx";
import { Amount } from "../parts/amount.tsx";
import { count, percent, plain } from "../parts/format.ts";
import { Sparkline } from "../parts/sparkline.tsx";
import { PhaseBadge, useMoment } from "../parts/task.tsx";
import { awaited, phaseEnd, phaseOf, type Now } from "../record/phases.ts";
import { enrolled, newestScore, scoresOf } from "../record/summary.ts";
import type { Task } from "../record/task.ts";
import type { Phase } from "../record/words.ts";
import { link } from "../route.ts";
import { roundOf } from "./federation/tasks_in_short.tsx";

const MOST = 24; // cards at first
const NAMED = 3; // of whom is awaited
const MANY = 12; // from which on one can search

export function TasksView() {
    const { follower } = useLook();
    const [sought, setSought] = useState("");
    const [most, setMost] = useState(MOST);
    const now = useMoment();
    const all = [...follower.tasks.values()].reverse();
    const named = (task: Task) => `${task.proposal.number} ${task.proposal.name}`.toLowerCase();
    const found = sought ? all.filter((task) => named(task).includes(sought.toLowerCase())) : all;
    return (
        <main>
            <h1>Tasks</h1>
            {!all.length && <Empty>No tasks yet: a member or a manager of the federation proposes one.</Empty>}
            {all.length > MANY && (
                <label class="search">
                    Search{" "}
                    <input type="search" value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
                </label>
            )}
            {all.length > 0 && !found.length && <Empty>No task has “{sought}” in its number or name.</Empty>}
            {found.length > 0 && (
                <ul class="cards">
                    {found.slice(0, most).map((task) => (
                        <li key={task.proposal.task}>
                            <Card task={task} parameters={follower.parameters.get(task.proposal.task)} now={now} />
                        </li>
                    ))}
                </ul>
            )}
            {found.length > most && (
                <p class="more">
                    {most} of {count(found.length, "task")}.{" "}
                    <button type="button" onClick={() => setMost((before) => before + MOST)}>
                        Show more
                    </button>
                </p>
            )}
        </main>
    );
}

function Card({ task, parameters, now }: { task: Task; parameters: Parameters | undefined; now: Now }) {
    const { number, name } = task.proposal;
    const phase = parameters ? phaseOf(task, parameters, now) : null;
    const title = `task-${number}`;
    return (
        <article class="card task-card" aria-labelledby={title}>
            <h2 id={title}>
                <a href={link.task(number)}>
                    Task {number}
                    {name && (
                        <>
                            : <bdi>{plain(name)}</bdi>
                        </>
                    )}
                </a>
            </h2>
            <p class="state-line">
                {phase && <PhaseBadge phase={phase} />} {task.running && <span class="soft">Round </span>}
                {roundOf(task, parameters?.totalRounds)}
            </p>
            <Score task={task} />
            <Facts
                facts={[
                    ["Members", `${task.active} of ${enrolled(task)} active`],
                    ["Budget", <Amount units={task.budget} />],
                    ["Paid", <Amount units={task.paid} />],
                ]}
            />
            {phase && parameters && <Awaits task={task} parameters={parameters} phase={phase} />}
        </article>
    );
}

function Missing({ accounts }: { accounts: readonly Address[] }) {
    const shown = accounts.slice(0, NAMED);
    return (
        <>
            ; {accounts.length === 1 ? "missing is" : "missing are"}{" "}
            {shown.map((account, i) => (
                <span key={account}>
                    {i > 0 && ", "}
                    <Who account={account} plain />
                </span>
            ))}
            {accounts.length > shown.length && ` and ${accounts.length - shown.length} more`}
        </>
    );
}

function Score({ task }: { task: Task }) {
    const newest = newestScore(task);
    if (!newest) return <p class="score-line soft">No model was scored yet.</p>;
    const scores = scoresOf(task);
    const known = scores.filter((score) => score !== null);
    const label = known.length
        ? `Scores of ${count(scores.length, "model")}, from ${percent(known[0] ?? null)} to ${percent(known.at(-1) ?? null)}`
        : `${count(scores.length, "model")}, none of which could be scored`;
    return (
        <p class="score-line">
            <span>
                <strong>{percent(newest.score)}</strong> <span class="soft">{newest.of}</span>
            </span>
            <Sparkline scores={scores} label={label} />
        </p>
    );
}

function Awaits({ task, parameters, phase }: { task: Task; parameters: Parameters; phase: Phase }) {
    const { what, missing } = awaited(task, parameters, phase, useMoment().time);
    const end = phaseEnd(task, parameters, phase);
    if (!what) return <p class="awaits soft">Over: nothing is awaited.</p>;
    return (
        <p class="awaits">
            Waits for {what}
            {missing.length > 0 && <Missing accounts={missing} />}
            {end !== null && (
                <>
                    {" "}
                    (<TimeLeft until={end} />)
                </>
            )}
            .
        </p>
    );
}
