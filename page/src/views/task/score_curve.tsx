// How the model does from round to round: the committee's median, the best update, and the final model.
import { dot, line, pointerX, ruleX, tip, type PlotOptions } from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { TIP, wholeTicks } from "../../parts/axes.ts";
import { Empty, Section } from "../../parts/basic.tsx";
import { Chart } from "../../parts/chart.tsx";
import { count, percent } from "../../parts/format.ts";
import { Table } from "../../parts/table.tsx";
import type { Task } from "../../record/task.ts";

const DOTS = 60; // rounds up to which each has its dots

export interface CurvePoint {
    round: number;
    median: number | null; // of the model that the round starts from
    best: number | null; // of the round's updates
    ended: boolean; // whether all that the round will score is scored
    final: number | null; // only the model after the last round has one
}

export function curveOf(task: Task): CurvePoint[] {
    const points: CurvePoint[] = task.rounds.map((round) => ({
        round: round.number,
        median: round.baseline,
        best: round.best,
        ended: round.settled || round.outcome !== null,
        final: null,
    }));
    if (task.finalScore !== null)
        points.push({ round: task.rounds.length, median: null, best: null, ended: true, final: task.finalScore });
    return points;
}

export function ScoreCurve({ task, metric, chosen }: { task: Task; metric: string; chosen: number | null }) {
    const points = useMemo(() => curveOf(task), [task, task.events.length]);
    const measured = points.filter((point) => point.median !== null || point.best !== null || point.final !== null);
    const title = metric === "score" ? "Score curve" : `Score curve (${metric})`;
    if (!measured.length)
        return (
            <Section title={title}>
                <Empty>No round has been scored yet.</Empty>
            </Section>
        );
    return (
        <Section
            title={title}
            note="Each round’s committee measures on data of its own: scores differ by who sat, too."
        >
            <Chart
                label={essence(points, metric)}
                keys={[task, task.events.length, metric, chosen]}
                draw={(width) => drawn(points, metric, chosen, width)}
                legend={<Keys hasFinal={task.finalScore !== null} hasGaps={gapsOf(points).length > 0} />}
            >
                <CurveTable points={points} />
            </Chart>
        </Section>
    );
}

const isGap = (point: CurvePoint): boolean => point.ended && point.median === null && point.final === null;

/** The gaps that are marked: all, unless they are too many to be seen apart. */
function gapsOf(points: readonly CurvePoint[]): CurvePoint[] {
    const gaps = points.filter(isGap);
    return gaps.length <= DOTS ? gaps : [];
}

/** What the curve shows, in a sentence. */
export function essence(points: readonly CurvePoint[], metric: string): string {
    const scores = points.flatMap((point) => point.median ?? []);
    const final = points.at(-1)?.final ?? null;
    const from = scores.length ? `, from ${percent(scores[0] ?? null)} to ${percent(scores.at(-1) ?? null)}` : "";
    const rounds = count(points.filter((point) => point.final === null).length, "round");
    const end = final === null ? "" : `; the final model has ${percent(final)}`;
    return `Median ${metric} of the model, ${rounds}${from}${end}.`;
}

function drawn(points: readonly CurvePoint[], metric: string, chosen: number | null, width: number): PlotOptions {
    const last = points.at(-1)?.round ?? 0;
    const scores = points.flatMap((point) => [point.median ?? [], point.best ?? [], point.final ?? []].flat());
    const [low, high] = [Math.min(...scores) / 100, Math.max(...scores) / 100];
    const margin = Math.max(2, (high - low) / 12);
    const at = (score: number | null) => (score === null ? NaN : score / 100);
    const isAlone = (key: "median" | "best") => (point: CurvePoint, i: number) =>
        point[key] !== null &&
        (last < DOTS || ((points[i - 1]?.[key] ?? null) === null && (points[i + 1]?.[key] ?? null) === null));
    return {
        height: Math.round(Math.max(220, Math.min(360, width * 0.5))),
        marginLeft: 46,
        marginTop: 24,
        x: { label: "round", domain: [-0.2, last + 0.2], ticks: wholeTicks(0, last, width / 50), tickFormat: String },
        y: { label: `${metric}, %`, domain: [Math.max(0, low - margin), Math.min(100, high + margin)], grid: true },
        marks: [
            ruleX(chosen === null ? [] : [chosen], { stroke: "var(--soft)", strokeDasharray: "2 3" }),
            line(points, {
                x: "round",
                y: (p: CurvePoint) => at(p.best),
                stroke: "var(--best)",
                strokeWidth: 2,
                strokeDasharray: "6 4",
            }),
            line(points, { x: "round", y: (p: CurvePoint) => at(p.median), stroke: "var(--median)", strokeWidth: 2.5 }),
            dot(points.filter(isAlone("best")), {
                x: "round",
                y: (p: CurvePoint) => at(p.best),
                stroke: "var(--best)",
                fill: "var(--card)",
                symbol: "triangle",
                r: 4,
            }),
            dot(points.filter(isAlone("median")), {
                x: "round",
                y: (p: CurvePoint) => at(p.median),
                fill: "var(--median)",
                r: 3.5,
            }),
            dot(gapsOf(points), {
                x: "round",
                frameAnchor: "bottom",
                dy: -6,
                symbol: "times",
                stroke: "var(--soft)",
                r: 4,
            }),
            dot(
                points.filter((point) => point.final !== null),
                { x: "round", y: (p: CurvePoint) => at(p.final), fill: "var(--final)", symbol: "star", r: 7 },
            ),
            ruleX(points, pointerX({ x: "round", stroke: "var(--line)" })),
            tip(
                points,
                pointerX({
                    x: "round",
                    y: (p: CurvePoint) => at(p.median ?? p.final ?? p.best ?? Math.round(low * 100)),
                    title: words,
                    ...TIP,
                }),
            ),
        ],
    };
}

function words(point: CurvePoint): string {
    if (point.final !== null) return `final model ${point.round}\n${percent(point.final)}`;
    if (!point.ended) return `round ${point.round}\nnot settled yet`;
    return `round ${point.round}\nmedian of model ${point.round}: ${percent(point.median)}\nbest update: ${percent(point.best)}`;
}

/** The lines with their words, each with its own dash and sign. */
function Keys({ hasFinal, hasGaps }: { hasFinal: boolean; hasGaps: boolean }) {
    return (
        <ul class="legend">
            <li>
                <svg class="key median" viewBox="0 0 32 12" aria-hidden="true">
                    <path d="M0 6H32" />
                    <circle cx="16" cy="6" r="3.5" />
                </svg>
                committee median of the round’s model
            </li>
            <li>
                <svg class="key best" viewBox="0 0 32 12" aria-hidden="true">
                    <path d="M0 6H32" stroke-dasharray="6 4" />
                    <path class="sign" d="M16 1.5L20.5 10H11.5Z" />
                </svg>
                best update
            </li>
            {hasFinal && (
                <li>
                    <svg class="key final" viewBox="0 0 32 12" aria-hidden="true">
                        <path
                            class="sign"
                            d="M16 0l1.5 4h4.3l-3.5 2.6 1.4 4.4L16 8.400l-3.700 2.600 1.400-4.400L10.200 4h4.300z"
                        />
                    </svg>
                    final model
                </li>
            )}
            {hasGaps && <li>× model not scored</li>}
        </ul>
    );
}

function CurveTable({ points }: { points: readonly CurvePoint[] }) {
    return (
        <Table
            label="Scores by round"
            rows={points}
            id={(point) => point.round}
            empty="No round yet."
            columns={[
                {
                    title: "Round",
                    cell: (point) => (point.final === null ? point.round : `final model ${point.round}`),
                    key: (point) => point.round,
                },
                {
                    title: "Median of its model",
                    number: true,
                    cell: (point) => (point.ended ? percent(point.median ?? point.final) : "not settled yet"),
                    key: (point) => point.median ?? point.final ?? -1,
                },
                {
                    title: "Best update",
                    number: true,
                    cell: (point) => (point.final === null && point.ended ? percent(point.best) : ""),
                    key: (point) => point.best ?? -1,
                },
            ]}
        />
    );
}
