// The colours of scores: cividis, which people with any colour vision see alike, from the lowest score given to the highest.
import { scale } from "@observablehq/plot";
import type { HeatMap } from "../../record/heat.ts";
import { percent } from "../../parts/format.ts";

const STOPS = 12;

export type Colour = (score: number) => string;

/** The domain of a map's colours, never empty. */
export function domainOf(low: number, high: number): [number, number] {
    if (low > high) return [0, 10_000];
    return low < high ? [low, high] : [Math.max(0, low - 100), Math.min(10_000, high + 100)];
}

export function colourOf({ low, high }: Pick<HeatMap, "low" | "high">): Colour {
    const made = scale({ color: { type: "linear", scheme: "cividis", domain: domainOf(low, high) } });
    return (score) => String(made?.apply(score));
}

/** Black or white, whichever reads better on a colour "rgb(r, g, b)". */
export function onColour(colour: string): string {
    const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map((one) => (Number(one) / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#111" : "#fff";
}

export function ColourScale({ low, high, words }: { low: number; high: number; words: string }) {
    if (low > high) return null;
    const colour = colourOf({ low, high });
    const [from, to] = domainOf(low, high);
    return (
        <div class="colour-scale">
            <span>{percent(from)}</span>
            <svg viewBox={`0 0 ${STOPS} 1`} preserveAspectRatio="none" role="img" aria-label={`Colours of ${words}`}>
                {Array.from({ length: STOPS }, (_, i) => (
                    <rect
                        key={i}
                        x={i}
                        y={0}
                        width={1.05}
                        height={1}
                        fill={colour(from + ((to - from) * i) / (STOPS - 1))}
                    />
                ))}
            </svg>
            <span>{percent(to)}</span>
            <span class="soft">{words}</span>
        </div>
    );
}
