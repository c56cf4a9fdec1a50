// A round's scores, seats × updates, with what counted and the verdicts.
import { useMemo, useState } from "preact/hooks";
import { Empty, useName } from "../../parts/basic.tsx";
import { Chart } from "../../parts/chart.tsx";
import { count, percent } from "../../parts/format.ts";
import type { Address } from "../../chain/rpc.ts";
import { heatOf, SIGNS, type HeatKind, type HeatMap } from "../../record/heat.ts";
import type { Round } from "../../record/round.ts";
import type { Task } from "../../record/task.ts";
import type { Verdict } from "../../record/words.ts";
import { drawCells } from "./heat_cells.ts";
import { drawCounted, drawRaster } from "./heat_raster.ts";
import { ColourScale, colourOf } from "./heat_scale.tsx";
import { UpdateTable } from "./updates.tsx";

const MOST_CELLS = 2_000; // drawn one by one, each with its sign

export const LETTERS: Readonly<Record<Verdict, string>> = {
    "not settled": "",
    fault: "F",
    rejected: "R",
    passed: "P",
    accepted: "A",
};

/** Where there are many updates, each verdict is a shape. */
const SHAPES: typeof LETTERS = { "not settled": "", fault: "■", rejected: "×", passed: "▲", accepted: "●" };

const KINDS: readonly (readonly [HeatKind, string])[] = [
    ["own", "own update: left out"],
    ["abstained", "abstained"],
    ["silent", "silent: no scores revealed"],
    ["sealed", "sealed"],
    ["later", "seated after the settling"],
];

export function HeatMapView({ task, round, metric }: { task: Task; round: Round; metric: string }) {
    const [byScore, order] = useState(false);
    const keys = [task, round, task.events.length, byScore];
    const map = useMemo(() => heatOf(round, byScore), keys);
    const name = useName();
    const cells = map.seats.length * (map.updates.length + 1);
    const isLarge = cells > MOST_CELLS;
    return (
        <>
            <h3>Scores of round {round.number}</h3>
            <Sealed round={round} map={map} />
            {map.updates.length === 0 && map.revealed === 0 && <Empty>No update has been submitted.</Empty>}
            {map.revealed > 0 && (
                <>
                    <div class="heat-legend">
                        <ColourScale low={map.low} high={map.high} words={`${metric} given`} />
                        <Signs map={map} isLarge={isLarge} />
                        {round.settled && map.updates.length > 1 && (
                            <label>
                                <input
                                    type="checkbox"
                                    checked={byScore}
                                    onChange={(event) => order(event.currentTarget.checked)}
                                />{" "}
                                updates by score
                            </label>
                        )}
                    </div>
                    <Chart
                        label={essence(round, map, name)}
                        keys={keys}
                        draw={(width) =>
                            isLarge
                                ? drawRaster(round, map, name, width)
                                : drawCells(round, map, name, width, colourOf(map))
                        }
                    >
                        {isLarge ? null : <UpdateTable round={round} map={map} />}
                    </Chart>
                    {isLarge && round.settled && (
                        <Chart
                            label={`Scores that counted and verdicts of ${count(map.updates.length, "update")}.`}
                            keys={keys}
                            draw={(width) => drawCounted(map, name, width)}
                        >
                            <UpdateTable round={round} map={map} />
                        </Chart>
                    )}
                </>
            )}
            {map.revealed === 0 && map.updates.length > 0 && <UpdateTable round={round} map={map} />}
        </>
    );
}

/** What is not known yet, and how far it is. */
function Sealed({ round, map }: { round: Round; map: HeatMap }) {
    const seats = map.seats.length;
    if (round.settled || round.outcome) {
        return map.revealed ? null : <p>No seat revealed scores in this round.</p>;
    }
    if (map.revealed > 0)
        return (
            <p>
                {map.revealed} of {count(seats, "seat")} have revealed their scores, {map.committed} more are sealed.
                What counts is known once the round is settled.
            </p>
        );
    return (
        <p>
            {map.committed} of {count(seats, "seat")} have committed to their scores. These are sealed: nobody knows
            them before the reveal.
        </p>
    );
}

function Signs({ map, isLarge }: { map: HeatMap; isLarge: boolean }) {
    const there = useMemo(() => new Set(map.cells.map((cell) => cell.kind)), [map]);
    const verdicts = new Set(map.updates.map((update) => update.verdict));
    return (
        <ul class="legend">
            {KINDS.filter(([kind]) => there.has(kind)).map(([kind, words]) => (
                <li key={kind}>
                    <span class="sign" aria-hidden="true">
                        {isLarge && kind !== "silent" ? "\u00a0" : SIGNS[kind]}
                    </span>
                    {words}
                </li>
            ))}
            {(["accepted", "passed", "rejected", "fault"] as const)
                .filter((verdict) => verdicts.has(verdict))
                .map((verdict) => (
                    <li key={verdict}>
                        <span class={`sign verdict ${verdict}`} aria-hidden="true">
                            {(isLarge ? SHAPES : LETTERS)[verdict]}
                        </span>
                        {verdict === "passed" ? "passed, but not among the best" : verdict}
                    </li>
                ))}
        </ul>
    );
}

/** What the heat map shows, in a sentence. */
function essence(round: Round, map: HeatMap, name: (account: Address) => string): string {
    const all = `Scores that ${count(map.seats.length, "seat")} gave ${count(map.updates.length, "update")} in round ${round.number}`;
    const range = map.low <= map.high ? `, from ${percent(map.low)} to ${percent(map.high)}` : "";
    const first = map.updates.find((update) => update.rank === 1);
    const best = first ? `; the best is by ${name(first.author)} with ${percent(first.score)}` : "";
    const of = (verdict: Verdict) => map.updates.filter((update) => update.verdict === verdict).length;
    const verdicts = round.settled
        ? `; ${of("accepted")} accepted, ${of("passed")} passed, ${of("rejected")} rejected, ${of("fault")} faults`
        : "";
    return `${all}${range}${best}${verdicts}.`;
}
