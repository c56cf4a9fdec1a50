// The heat map of a round with few cells: each with its score or sign, and rows of what counted and of the verdicts.
import { cell, pointer, text, tip, type PlotOptions } from "@observablehq/plot";
import type { Address } from "../../chain/rpc.ts";
import { fitting, isolated, TIP, widthOf } from "../../parts/axes.ts";
import { percent } from "../../parts/format.ts";
import { SIGNS, type HeatCell, type HeatMap } from "../../record/heat.ts";
import type { Round } from "../../record/round.ts";
import { LETTERS } from "./heat_map.tsx";
import { onColour, type Colour } from "./heat_scale.tsx";

type Name = (account: Address) => string;
type Mark = { column: number; row: number };

const WIDEST = 110; // pixels of a cell
const WITH_NUMBER = 30; // pixels of a cell from which its score stands in it
const WITH_SIGN = 9;

export function drawCells(round: Round, map: HeatMap, name: Name, width: number, colour: Colour): PlotOptions {
    const { seats, updates, cells } = map;
    const isNarrow = width < 500;
    const room = isNarrow ? 76 : 150;
    const countedName = isNarrow ? "counted" : "score that counted";
    const marginLeft = 16 + widest([countedName, ...seats.map((seat) => fitting(name(seat.account), room))]);
    const size = Math.min(WIDEST, (width - marginLeft) / (updates.length + 1));
    const height = seats.length > 30 ? 16 : 26;
    const [gap, counted, verdict] = [seats.length, seats.length + 1, seats.length + 2];
    const rows = [...seats.keys(), ...(round.settled ? [gap, counted, verdict] : [])];
    const isFlat = size >= 96; // the updates' names stand level
    const rowName = (row: number) =>
        row === counted
            ? countedName
            : row === verdict
              ? "verdict"
              : row === gap
                ? ""
                : fitting(name(seats[row]?.account ?? "0x"), room);
    const columnName = (column: number) =>
        column === 0
            ? `model ${round.number}`
            : fitting(name(updates[column - 1]?.author ?? "0x"), isFlat ? size - 8 : room);
    const below = isFlat ? 28 : 14 + widest([0, ...updates.map((_, i) => i + 1)].map(columnName));
    const everyRow = Math.ceil(rows.length / 60);
    const everyColumn = Math.max(1, Math.ceil(13 / size));
    const scored = cells.filter((one) => one.score !== null && one.kind === "score");
    const signed = cells.filter((one) => one.kind !== "score");
    const counts = round.settled
        ? [
              { column: 0, row: counted, score: round.baseline },
              ...updates.map((update, i) => ({
                  column: i + 1,
                  row: counted,
                  score: round.isScored(update) ? update.score : null,
              })),
          ]
        : [];
    const verdicts = round.settled ? updates.map((update, i) => ({ column: i + 1, row: verdict, update })) : [];
    const at = { x: "column", y: "row" } as const;
    const number = (score: number | null) => (score === null ? "" : String(Math.round(score / 100)));
    const fill = (one: { score: number | null }) => (one.score === null ? "var(--ground)" : colour(one.score));
    return {
        marginLeft,
        marginRight: Math.max(4, width - marginLeft - size * (updates.length + 1)),
        marginBottom: below,
        marginTop: 6,
        height: rows.length * height + below + 6,
        x: {
            type: "band",
            domain: [0, ...updates.map((_, i) => i + 1)],
            label: null,
            tickFormat: (column: number) => (column % everyColumn ? "" : columnName(column)),
            tickRotate: isFlat ? 0 : -90,
            tickSize: 0,
            padding: 0.06,
        },
        y: {
            type: "band",
            domain: rows,
            label: null,
            tickFormat: (row: number) => (row % everyRow && row < gap ? "" : rowName(row)),
            tickSize: 0,
            padding: 0.06,
        },
        color: { type: "identity" },
        marks: [
            cell(scored, { ...at, fill }),
            cell(signed, { ...at, fill: "var(--ground)", stroke: "var(--line)" }),
            cell(counts, { ...at, fill, stroke: "var(--line)" }),
            cell(verdicts, { ...at, fill: (one: { update: { verdict: string } }) => `var(--${one.update.verdict})` }),
            ...(size >= WITH_NUMBER
                ? [
                      text([...scored, ...counts.filter((one) => one.score !== null)], {
                          ...at,
                          text: (one: HeatCell) => number(one.score),
                          fill: (one: HeatCell) => onColour(fill(one)),
                      }),
                  ]
                : []),
            ...(size >= WITH_SIGN
                ? [
                      text(signed, { ...at, text: (one: HeatCell) => SIGNS[one.kind], fill: "var(--text)" }),
                      text(
                          counts.filter((one) => one.score === null),
                          { ...at, text: () => "×", fill: "var(--text)" },
                      ),
                      text(verdicts, {
                          ...at,
                          text: (one: { update: { verdict: keyof typeof LETTERS } }) => LETTERS[one.update.verdict],
                          fill: (one: { update: { verdict: string } }) => `var(--on-${one.update.verdict})`,
                          fontWeight: "bold",
                      }),
                  ]
                : []),
            tip(
                [...cells, ...counts, ...verdicts] as Mark[],
                pointer({
                    ...at,
                    title: (one: Mark) => words(round, map, name, one),
                    ...TIP,
                    maxRadius: 60,
                }),
            ),
        ],
    };
}

const widest = (texts: readonly string[]): number => Math.max(...texts.map(widthOf));

/** What a cell says when it is pointed at. */
export function words(round: Round, map: HeatMap, name: Name, { column, row }: Mark): string {
    const update = map.updates[column - 1];
    const what = update ? `update ${update.index} of\n${isolated(name(update.author))}` : `model ${round.number}`;
    const seat = map.seats[row];
    if (seat) {
        const found = map.cells[row * (map.updates.length + 1) + column];
        return `${isolated(name(seat.account))}\non ${what}:\n${found ? said(found) : ""}`;
    }
    if (!update) return `${what}: median ${percent(round.baseline)}`;
    const score = round.isScored(update) ? percent(update.score) : "not scored";
    return `${what}:\n${score}, ${update.verdict}${update.rank ? `, rank ${update.rank}` : ""}`;
}

function said(one: HeatCell): string {
    switch (one.kind) {
        case "own":
            return `its own, left out${one.score === null ? "" : ` (${percent(one.score)})`}`;
        case "abstained":
            return "abstained";
        case "silent":
            return "silent: revealed no scores";
        case "sealed":
            return "sealed";
        case "later":
            return "seated after the settling";
        default:
            return percent(one.score);
    }
}
