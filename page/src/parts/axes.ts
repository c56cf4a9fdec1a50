// What several charts share: ticks at whole numbers, and names that fit beside an axis.

/** Whole numbers from `first` to `last`, as many as there is room for. */
export function wholeTicks(first: number, last: number, most: number): number[] {
    const step = stepOf((last - first + 1) / Math.max(1, most));
    const start = Math.ceil(first / step) * step;
    return Array.from({ length: Math.max(0, Math.floor((last - start) / step) + 1) }, (_, i) => start + i * step);
}

function stepOf(least: number): number {
    const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
    return [1, 2, 5, 10].map((one) => one * power).find((step) => step >= least) ?? 10 * power;
}

/** How a tip looks. */
export const TIP = { fill: "var(--card)", stroke: "var(--line)", lineWidth: 17 } as const;

const grouped = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });

/** A number as short as an axis needs it. */
export function tickWord(value: number): string {
    if (value && Math.abs(value) < 0.01) return value.toExponential(1);
    return (Math.abs(value) < 100_000 ? grouped : compact).format(value);
}

/** A name cut to some pixels of a chart's text. */
export function fitting(name: string, pixels: number): string {
    if (widthOf(name) <= pixels) return name;
    const letters = [...name];
    while (letters.length && widthOf(`${letters.join("")}…`) > pixels) letters.pop();
    return `${letters.join("").replace(/…$/, "")}…`;
}

let pen: CanvasRenderingContext2D | null | undefined;

/** A name that does not turn the text around it, whatever way it is written. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;

/** Pixels of a chart's text. */
export function widthOf(text: string): number {
    if (pen === undefined) {
        pen = document.createElement("canvas").getContext("2d");
        if (pen) pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    }
    return pen?.measureText(text).width ?? 8 * text.length;
}
