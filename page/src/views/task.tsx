// One task: what it is at, how its model does, who sat, scored, trained and earned, and what happened last.
import { useEffect, useRef } from "preact/hooks";
import { metricOf, type Parameters } from "../chain/calls.ts";
import { Audit } from "../parts/audit.tsx";
import { Section } from "../parts/basic.tsx";
import { useAnswer, useLook } from "../parts/context.tsx";
import { Events } from "../parts/events.tsx";
import { plain } from "../parts/format.ts";
import { Failed } from "../parts/states.tsx";
import type { Task } from "../record/task.ts";
import { Gas } from "./task/gas.tsx";
import { Ledger } from "./task/ledger.tsx";
import { Pay } from "./task/pay.tsx";
import { chosenRound, RoundView } from "./task/round.tsx";
import { ScoreCurve } from "./task/score_curve.tsx";
import { Seats } from "./task/seats.tsx";
import { TaskState } from "./task/state.tsx";

const AVAILABILITY = 1; // IScoreRule.sol: enum Metric; of the other one, only the descriptor in the store says what it measures

export function TaskView({ number, chosen }: { number: number; chosen: number | null }) {
    const { follower } = useLook();
    const proposal = follower.federation.proposals[number];
    const task = proposal && follower.tasks.get(proposal.task);
    const parameters = proposal && follower.parameters.get(proposal.task);
    if (!task || !parameters) return <Failed reason={`The federation has no task ${number}.`} />;
    return <Known task={task} parameters={parameters} chosen={chosen} />;
}

function Known({ task, parameters, chosen }: { task: Task; parameters: Parameters; chosen: number | null }) {
    const metric = useMetric(parameters);
    const round = chosenRound(task, chosen);
    const place = useRef<HTMLDivElement>(null);
    useShown(place, chosen);
    const { name, number } = task.proposal;
    return (
        <main class="task">
            <h1>
                {name ? <bdi>{plain(name)}</bdi> : `Task ${number}`}
                {name && <span class="soft"> task {number}</span>}
            </h1>
            <TaskState task={task} parameters={parameters} />
            <Audit task={task.proposal.task} />
            <div class="half">
                <ScoreCurve task={task} metric={metric} chosen={round?.number ?? null} />
            </div>
            <div class="half">
                <Pay task={task} />
            </div>
            <div ref={place}>
                <RoundView task={task} chosen={chosen} metric={metric} />
            </div>
            <Seats task={task} parameters={parameters} chosen={round?.number ?? null} />
            <Ledger task={task} parameters={parameters} />
            <Gas task={task} round={round} />
            <Section title="Last events">
                <Events events={task.events} />
            </Section>
        </main>
    );
}

/** What the scores are, as far as the score rule says. */
function useMetric(parameters: Parameters): string {
    const { follower } = useLook();
    const answer = useAnswer(() => metricOf(follower.rpc, parameters.scoreRule), [parameters.scoreRule]);
    return answer === AVAILABILITY ? "availability" : "score";
}

const DRAWN_MS = 300; // until what stands above has its height

/** Brings a round into sight that was chosen, by a link or elsewhere on the page. */
function useShown(place: { current: HTMLElement | null }, chosen: number | null): void {
    const before = useRef<number | null>(null);
    useEffect(() => {
        const isFirst = before.current === null;
        before.current = chosen;
        if (chosen === null) return;
        const show = () => place.current?.scrollIntoView({ block: isFirst ? "start" : "nearest" });
        const timer = setTimeout(show, isFirst ? DRAWN_MS : 0);
        return () => clearTimeout(timer);
    }, [chosen]);
}
