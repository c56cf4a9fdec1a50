// The heat map of a round with many cells, as an image, and the scores that counted with their verdicts below.
import { dot, pointer, pointerX, raster, ruleX, text, tip, type PlotOptions } from "@observablehq/plot";
import type { Address } from "../../chain/rpc.ts";
import { isolated, TIP, wholeTicks } from "../../parts/axes.ts";
import { percent } from "../../parts/format.ts";
import type { HeatCell, HeatMap } from "../../record/heat.ts";
import type { Round, Update } from "../../record/round.ts";
import { words } from "./heat_cells.ts";
import { domainOf } from "./heat_scale.tsx";

const MOST_TIPS = 20_000; // cells up to which each has a tip; of more, only the updates have

const MARGINS = { marginLeft: 56, marginRight: 14 };

/** Seats by number downwards, updates by number to the right; what has no score stays empty. */
export function drawRaster(round: Round, map: HeatMap, name: (account: Address) => string, width: number): PlotOptions {
    const [rows, columns] = [map.seats.length, map.updates.length + 1];
    const height = Math.round(Math.min(560, Math.max(160, rows * 12)));
    const values = map.cells.map((cell) => (cell.kind === "score" && cell.score !== null ? cell.score : NaN));
    const silent = map.seats.flatMap((seat, row) => (seat.revealed ? [] : [row]));
    return {
        ...MARGINS,
        height,
        marginBottom: 40,
        x: {
            domain: [-1, columns - 1],
            label: "update (the first column is the model)",
            ticks: wholeTicks(0, columns - 2, width / 60),
            tickFormat: String,
        },
        y: {
            domain: [rows, 0],
            label: "seat",
            ticks: wholeTicks(0, rows - 1, height / 30),
            tickFormat: String,
        },
        color: { type: "linear", scheme: "cividis", domain: domainOf(map.low, map.high) },
        marks: [
            raster(values, {
                width: columns,
                height: rows,
                x1: -1,
                x2: columns - 1,
                y1: 0,
                y2: rows,
                imageRendering: "pixelated",
                fill: (value: number) => value,
                fillOpacity: (value: number) => (Number.isNaN(value) ? 0 : 1),
            }),
            text(silent, { x: -1, y: (row: number) => row + 0.5, text: () => "×", dx: -5, fill: "var(--text)" }),
            ...tips(round, map, name),
        ],
    };
}

/** What a cell says; with very many cells, what its column says. */
function tips(round: Round, map: HeatMap, name: (account: Address) => string) {
    if (map.cells.length <= MOST_TIPS)
        return [
            tip(
                map.cells,
                pointer({
                    x: (one: HeatCell) => one.column - 0.5,
                    y: (one: HeatCell) => one.row + 0.5,
                    title: (one: HeatCell) => words(round, map, name, one),
                    ...TIP,
                }),
            ),
        ];
    const x = (_: Update, i: number) => i + 0.5;
    const y = map.seats.length / 2;
    return [
        ruleX(map.updates, pointerX({ x, stroke: "var(--text)" })),
        tip(map.updates, pointerX({ x, y, title: (update: Update) => about(update, name), ...TIP })),
    ];
}

const SYMBOLS = { accepted: "circle", passed: "triangle", rejected: "times", fault: "square" } as const;

/** The score that counted of each update, with a sign for its verdict; at the same place as in the image above. */
export function drawCounted(map: HeatMap, name: (account: Address) => string, width: number): PlotOptions {
    const scores = map.updates.map((update) => (update.score ?? 0) / 100);
    const [low, high] = [Math.min(...scores), Math.max(...scores)];
    const margin = Math.max(1, (high - low) / 10);
    const at = {
        x: (update: Update) => map.updates.indexOf(update) + 0.5,
        y: (update: Update) => (update.score ?? 0) / 100,
    };
    return {
        ...MARGINS,
        height: 200,
        marginBottom: 40,
        x: {
            domain: [-1, map.updates.length],
            label: "update",
            ticks: wholeTicks(0, map.updates.length - 1, width / 60),
            tickFormat: String,
        },
        y: {
            label: "score that counted, %",
            grid: true,
            domain: [Math.max(0, low - margin), Math.min(100, high + margin)],
        },
        marks: [
            ...Object.entries(SYMBOLS).map(([verdict, symbol]) =>
                dot(
                    map.updates.filter((update) => update.verdict === verdict),
                    symbol === "times"
                        ? { ...at, symbol, stroke: `var(--${verdict})`, strokeWidth: 1.5, r: 3 }
                        : { ...at, symbol, fill: `var(--${verdict})`, r: 3 },
                ),
            ),
            tip(
                map.updates,
                pointerX({
                    ...at,
                    title: (update: Update) => about(update, name),
                    ...TIP,
                }),
            ),
        ],
    };
}

function about(update: Update, name: (account: Address) => string): string {
    const rank = update.rank ? `, rank ${update.rank}` : "";
    return `update ${update.index} of ${isolated(name(update.author))}\n${percent(update.score)}, ${update.verdict}${rank}`;
}
