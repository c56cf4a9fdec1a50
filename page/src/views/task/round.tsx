// The chosen round of a task: what came of it, and its scores as a heat map.
import type { ComponentChildren } from "preact";
import { Badge, Crowd, Empty, Facts, Section, Who } from "../../parts/basic.tsx";
import { count, percent } from "../../parts/format.ts";
import { At } from "../../parts/at.tsx";
import type { Round } from "../../record/round.ts";
import type { Task } from "../../record/task.ts";
import { STRIKES } from "../../record/words.ts";
import { link } from "../../route.ts";
import { HeatMapView } from "./heat_map.tsx";

const SHOWN = 6; // strikes, suspensions and lost seats of a round

/** The round of that number or, without one, the latest that is settled, or else the latest. */
export function chosenRound(task: Task, chosen: number | null): Round | undefined {
    if (chosen !== null) return task.rounds[chosen];
    return task.rounds.findLast((round) => round.settled) ?? task.running;
}

export function RoundView({ task, chosen, metric }: { task: Task; chosen: number | null; metric: string }) {
    const round = chosenRound(task, chosen);
    return (
        <Section title="Round">
            {task.rounds.length > 0 && <Chooser task={task} round={round} isFollowing={chosen === null} />}
            {round && (
                <>
                    <RoundFacts task={task} round={round} />
                    <HeatMapView task={task} round={round} metric={metric} />
                </>
            )}
            {!round && (
                <Empty>{chosen === null ? "No round has begun yet." : `Round ${chosen} has not begun yet.`}</Empty>
            )}
        </Section>
    );
}

function Chooser({ task, round, isFollowing }: { task: Task; round: Round | undefined; isFollowing: boolean }) {
    const number = task.proposal.number;
    const at = round?.number ?? -1;
    const go = (to: number) => void (location.hash = link.round(number, to));
    const step = (to: number, words: string, sign: ComponentChildren) => (
        <button type="button" disabled={!task.rounds[to]} onClick={() => go(to)} aria-label={words}>
            {sign}
        </button>
    );
    return (
        <div class="chooser" role="group" aria-label="Choose a round">
            {step(
                at - 1,
                "Previous round",
                <>
                    ◂<span class="word"> previous</span>
                </>,
            )}
            <label>
                Round{" "}
                <select value={String(at)} onChange={(event) => go(Number(event.currentTarget.value))}>
                    {!round && <option value="-1">…</option>}
                    {task.rounds.map((one) => (
                        <option key={one.number} value={String(one.number)}>
                            {one.number}
                            {one.settled ? "" : one.outcome ? " (not settled)" : " (running)"}
                        </option>
                    ))}
                </select>
            </label>
            {step(
                at + 1,
                "Next round",
                <>
                    <span class="word">next </span>▸
                </>,
            )}
            {isFollowing ? (
                <span class="soft">{task.ending ? "the last one" : "follows the latest settled round"}</span>
            ) : (
                <a href={link.task(number)}>the latest</a>
            )}
        </div>
    );
}

function RoundFacts({ task, round }: { task: Task; round: Round }) {
    const accepted = round.updates.filter((update) => update.verdict === "accepted").length;
    const unsettled = round.outcome ? "not settled" : "not settled yet";
    const facts: [string, ComponentChildren][] = [
        ["Outcome", <Outcome task={task} round={round} />],
        ["Began", <At block={round.firstBlock} />],
        ["Updates", `${round.updates.length} of ${count(round.eligible, "trainer")}`],
        ["Accepted", round.settled ? accepted : unsettled],
        [`Median of model ${round.number}`, round.settled ? percent(round.baseline) : unsettled],
        ["Best update", round.settled ? percent(round.best) : unsettled],
    ];
    if (round.attempt > 0) facts.push(["Attempts", round.attempt + 1]);
    const aggregators = round.seats.filter((seat) => !seat.judges).map((seat) => seat.account);
    if (aggregators.length) facts.push(["Seats that only attest", <Crowd accounts={aggregators} most={6} />]);
    return (
        <>
            <Facts facts={facts} />
            <Remarks round={round} />
        </>
    );
}

function Outcome({ task, round }: { task: Task; round: Round }) {
    const number = task.proposal.number;
    const to = (model: number) => <a href={link.model(number, model)}>model {model}</a>;
    if (!round.outcome) return task.ending ? <>none</> : <Badge kind="plain">running</Badge>;
    if (round.outcome.kind === "model") return to(round.outcome.model);
    if (round.outcome.kind === "carried") return <>carried: {to(round.number + 1)} is the old model</>;
    return <>rolled back to {to(round.outcome.model)}</>;
}

/** Strikes, suspensions and lost seats of the round. */
function Remarks({ round }: { round: Round }) {
    const { strikes, suspended, former } = round;
    if (!strikes.length && !suspended.length && !former.length && !round.scoreRuleFailed) return null;
    return (
        <ul class="remarks">
            {round.scoreRuleFailed && <li>The score rule failed: no update was accepted.</li>}
            {strikes.slice(0, SHOWN).map((strike, i) => (
                <li key={`strike ${i}`}>
                    <Who account={strike.account} /> was struck for {STRIKES[strike.reason] ?? "another reason"}:{" "}
                    {count(strike.strikes, "strike")}.
                </li>
            ))}
            {strikes.length > SHOWN && <li>And {count(strikes.length - SHOWN, "more strike")}.</li>}
            {suspended.slice(0, SHOWN).map((one) => (
                <li key={`suspended ${one.account}`}>
                    <Who account={one.account} /> was suspended until round {one.until}.
                </li>
            ))}
            {suspended.length > SHOWN && <li>And {count(suspended.length - SHOWN, "more suspension")}.</li>}
            {former.slice(0, SHOWN).map((one) => (
                <li key={`former ${one.seat} ${one.attempt}`}>
                    <Who account={one.account} /> lost seat {one.seat} in a recovery.
                </li>
            ))}
            {former.length > SHOWN && <li>And {count(former.length - SHOWN, "more lost seat")}.</li>}
        </ul>
    );
}
