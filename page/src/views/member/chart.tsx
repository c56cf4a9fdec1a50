// A member's scores over the rounds of a task: of its updates, and its judging beside the committee's median.
import { dot, lineY, ruleY, type PlotOptions } from "@observablehq/plot";
import type { Address } from "../../chain/rpc.ts";
import { useName } from "../../parts/basic.tsx";
import { Chart, Legend } from "../../parts/chart.tsx";
import { count, percent } from "../../parts/format.ts";
import type { Career, MemberRound } from "../../record/career.ts";

export function MemberChart({ career, account }: { career: Career; account: Address }) {
    const name = useName()(account);
    const { task, rounds } = career;
    const updates = rounds.filter((one) => one.score !== null);
    const judged = rounds.filter((one) => one.baseline !== null);
    if (!updates.length && !judged.length) return null;
    return (
        <Chart
            label={labelOf(name, updates, judged)}
            keys={[task, task.events.length, account]}
            legend={
                <Legend
                    entries={[
                        ["median", "line: the committee’s median of the model"],
                        ...(updates.length ? [["best", "circles: its updates, filled where accepted"] as const] : []),
                        ...(judged.length
                            ? [["third", "triangles: what its own seat measured of the model"] as const]
                            : []),
                    ]}
                />
            }
            draw={(width) => drawing(career, width)}
        />
    );
}

function drawing({ task, rounds }: Career, width: number): PlotOptions {
    const share = (score: number | null) => (score === null ? NaN : score / 100);
    const room = width / Math.max(1, task.rounds.length); // pixels for a round
    const r = Math.min(5, Math.max(1.5, room / 2));
    const isDense = r < 3;
    const medians = task.rounds.map((round) => ({
        number: round.number,
        median: round.settled ? round.baseline : null,
    }));
    const updates = rounds.filter((one) => one.score !== null);
    const accepted = updates.filter((one) => one.update?.verdict === "accepted");
    const others = updates.filter((one) => one.update?.verdict !== "accepted");
    const judged = rounds.filter((one) => one.baseline !== null);
    const line = lineY(medians, {
        x: "number",
        y: (one: { median: number | null }) => share(one.median),
        stroke: "var(--median)",
        strokeWidth: isDense ? 1.5 : 2,
        ...(isDense ? {} : { marker: "dot" as const }),
    });
    const score = { x: "number", y: (one: MemberRound) => share(one.score), r, stroke: "var(--best)" };
    const measured = { x: "number", y: (one: MemberRound) => share(one.baseline), r, symbol: "triangle" } as const;
    const dots = [
        dot(judged, { ...measured, stroke: "var(--third)", fill: "var(--third)" }),
        dot(others, { ...score, strokeWidth: isDense ? 1 : 2 }),
        dot(accepted, { ...score, fill: "var(--best)" }),
    ];
    return {
        height: width < 500 ? 200 : 240,
        marginLeft: 44,
        marginBottom: 42,
        x: { label: "round", labelOffset: 38, ticks: ticks(task.rounds.length, width), tickFormat: "d", inset: 8 },
        y: { label: "score, %", domain: [0, 100], grid: true },
        marks: [ruleY([0]), ...(isDense ? [...dots, line] : [line, ...dots])],
    };
}

/** Whole rounds, no more than there is room for. */
function ticks(rounds: number, width: number): number[] {
    const least = rounds / Math.max(2, Math.floor(width / 56));
    const size = 10 ** Math.floor(Math.log10(Math.max(1, least)));
    const step = [1, 2, 5, 10].map((times) => times * size).find((one) => one >= least) ?? 1;
    return Array.from({ length: Math.ceil(rounds / step) }, (_, i) => i * step);
}

function labelOf(name: string, updates: readonly MemberRound[], judged: readonly MemberRound[]): string {
    const range = (scores: number[]) =>
        `between ${percent(scores.reduce((a, b) => Math.min(a, b)))} and ${percent(scores.reduce((a, b) => Math.max(a, b)))}`;
    const parts = [
        updates.length && `${count(updates.length, "update")} scored ${range(updates.map((one) => one.score ?? 0))}`,
        judged.length &&
            `${count(judged.length, "model")} that its seat measured ${range(judged.map((one) => one.baseline ?? 0))}`,
    ].filter(Boolean);
    return `Scores of ${name} over the rounds beside the committee’s median: ${parts.join("; ")}.`;
}
