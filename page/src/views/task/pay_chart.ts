// Pay added up over the rounds: bands that lie on each other or, where most went to many others, a line for each.
import { areaY, line, pointerX, ruleX, text, tip, type PlotOptions } from "@observablehq/plot";
import { formatUnits } from "viem";
import type { Token } from "../../chain/calls.ts";
import type { Address } from "../../chain/rpc.ts";
import { fitting, isolated, TIP, tickWord, wholeTicks } from "../../parts/axes.ts";
import { count, plain } from "../../parts/format.ts";
import { bandsOf, type Earner } from "../../record/pay.ts";

const MOST = 8; // members with a band of their own
const LINE = 13; // pixels between names
const DASHES = ["", "8 3", "2 3", "8 3 2 3", "12 4", "5 5", "1 2", "12 3 2 3 2 3"];

type Name = (account: Address) => string;

interface Strip {
    name: string;
    band: number;
    points: { round: number; low: number; high: number; own: number; sum: bigint }[];
}

export interface PayLines {
    strips: Strip[];
    rounds: number;
    token: Token | null;
    others: number; // members in the last strip; 0 if all have their own
    stacked: boolean; // not where the others earned most
}

export function payLines(earners: readonly Earner[], rounds: number, name: Name, token: Token | null): PayLines {
    const number = (units: bigint) => Number(formatUnits(units, token?.decimals ?? 0));
    const bands = bandsOf(earners, rounds, MOST);
    const base = new Array<bigint>(rounds + 1).fill(0n);
    const others = bands.at(-1)?.account === null ? earners.length - MOST : 0;
    const strips = bands.map(({ account, sums }, band): Strip => ({
        name: account ? name(account) : `${others} others`,
        band: account ? band : MOST,
        points: sums.map((sum, round) => {
            const low = base[round] ?? 0n;
            base[round] = low + sum;
            return { round, low: number(low), high: number(low + sum), own: number(sum), sum };
        }),
    }));
    const rest = others ? (strips.at(-1)?.points.at(-1)?.sum ?? 0n) : 0n;
    return { strips, rounds, token, others, stacked: 5n * rest <= 3n * (base[rounds] ?? 0n) };
}

export function drawPay(lines: PayLines, width: number): PlotOptions {
    return lines.stacked ? drawBands(lines, width) : drawLines(lines, width);
}

function frame({ rounds, token }: PayLines, width: number, top: number, words: string): PlotOptions {
    return {
        height: heightOf(width),
        marginLeft: 56,
        marginTop: 24,
        marginRight: width < 500 ? 88 : 150,
        x: { label: "rounds", domain: [0, rounds], ticks: wholeTicks(0, rounds, width / 70), tickFormat: String },
        y: {
            label: `${words}${token ? `, ${plain(token.symbol)}` : ""}`,
            grid: true,
            domain: [0, top],
            tickFormat: tickWord,
        },
    };
}

const heightOf = (width: number): number => Math.round(Math.max(240, Math.min(360, width * 0.5)));
const roomOf = (width: number): number => (width < 500 ? 80 : 142);

function drawBands(lines: PayLines, width: number): PlotOptions {
    const { strips, rounds } = lines;
    const top = strips.at(-1)?.points.at(-1)?.high || 1;
    const ends = strips.flatMap((strip) => {
        const last = strip.points.at(-1);
        const isTall = last && ((last.high - last.low) / top) * (heightOf(width) - 54) >= LINE - 2;
        return last && isTall ? [{ name: strip.name, round: last.round, at: (last.low + last.high) / 2 }] : [];
    });
    return {
        ...frame(lines, width, top, "paid in all"),
        marks: [
            ...strips.map(({ band, points }) =>
                areaY(points, {
                    x: "round",
                    y1: "low",
                    y2: "high",
                    fill: `var(--band-${band})`,
                    stroke: "var(--card)",
                    strokeWidth: rounds > 100 ? 0.5 : 1,
                }),
            ),
            names(ends, width),
            ...hover(lines, top),
        ],
    };
}

/** A line for each of who earned most, and one for what the others earned on average. */
function drawLines(lines: PayLines, width: number): PlotOptions {
    const { strips, rounds, others } = lines;
    const alone = strips.slice(0, -1);
    const top = Math.max(...alone.map((strip) => strip.points.at(-1)?.own ?? 0)) || 1;
    const mean = (strips.at(-1)?.points ?? []).map((point) => ({ ...point, own: point.own / others }));
    const step = (top * LINE) / (heightOf(width) - 54);
    let below = Infinity;
    const ends = [
        ...alone.map((strip) => ({ name: strip.name, own: strip.points.at(-1)?.own ?? 0 })),
        { name: `mean of ${others} others`, own: mean.at(-1)?.own ?? 0 },
    ].map((end) => {
        below = Math.min(end.own, below - step);
        return { name: end.name, round: rounds, at: below };
    });
    return {
        ...frame(lines, width, top, "paid to each"),
        marks: [
            line(mean, { x: "round", y: "own", stroke: "var(--text)", strokeWidth: 3 }),
            ...alone.map(({ band, points }) =>
                line(points, {
                    x: "round",
                    y: "own",
                    stroke: `var(--band-${band})`,
                    strokeWidth: 2,
                    strokeDasharray: DASHES[band] ?? "",
                }),
            ),
            names(ends, width),
            ...hover(lines, top),
        ],
    };
}

function names(ends: readonly { name: string; round: number; at: number }[], width: number) {
    return text(ends, {
        x: "round",
        y: "at",
        text: (end: { name: string }) => fitting(end.name, roomOf(width)),
        textAnchor: "start",
        dx: 6,
        fill: "var(--text)",
    });
}

function hover({ strips, rounds }: PayLines, top: number) {
    const after = Array.from({ length: rounds + 1 }, (_, round) => round);
    const title = (round: number) =>
        [
            `after ${count(round, "round")}`,
            ...[...strips].reverse().map((strip) => {
                const sum = tickWord(strip.points[round]?.own ?? 0);
                return `${isolated(fitting(strip.name, 120))}: ${sum}`;
            }),
        ].join("\n");
    const x = (round: number) => round;
    return [
        ruleX(after, pointerX({ x, stroke: "var(--text)" })),
        tip(after, pointerX({ x, y: top / 2, title, ...TIP })),
    ];
}
