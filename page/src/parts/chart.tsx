// Charts by Observable Plot: SVG that takes the page's colours, scales with its place and has words for who cannot see it.
import { plot, type PlotOptions } from "@observablehq/plot";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
    label: string; // what it shows, in a sentence
    keys: readonly unknown[]; // it is drawn anew when these change
    draw: (width: number) => PlotOptions;
    legend?: ComponentChildren;
    children?: ComponentChildren; // the same as a table
}

export function Chart({ label, keys, draw, legend, children }: Props) {
    const place = useRef<HTMLDivElement>(null);
    const width = useWidth(place);
    useEffect(() => {
        if (!place.current || !width) return;
        const drawn = plot({ width, className: "plot", ...draw(width) });
        for (const inside of drawn.querySelectorAll("style")) inside.remove(); // the page's own stylesheet has these rules
        drawn.setAttribute("aria-hidden", "true"); // the figure says what it shows
        place.current.replaceChildren(drawn);
    }, [width, ...keys]);
    return (
        <figure class="chart">
            {legend}
            <div role="img" aria-label={label} ref={place} />
            {children && (
                <details>
                    <summary>The same as a table</summary>
                    {children}
                </details>
            )}
        </figure>
    );
}

/** Colours with their words. */
export function Legend({ entries }: { entries: readonly (readonly [string, string])[] }) {
    return (
        <ul class="legend">
            {entries.map(([kind, words]) => (
                <li key={kind}>
                    <span class={`swatch ${kind}`} aria-hidden="true" />
                    {words}
                </li>
            ))}
        </ul>
    );
}

function useWidth(place: { current: HTMLElement | null }): number {
    const [width, setWidth] = useState(0);
    useEffect(() => {
        if (!place.current) return;
        const watch = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
        watch.observe(place.current);
        return () => watch.disconnect();
    }, []);
    return width;
}
