// Tables that can be sorted, and that show a thousand rows a page at a time.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count } from "./format.ts";

export interface Column<R> {
    title: string;
    cell: (row: R) => ComponentChildren;
    key?: (row: R) => string | number | bigint; // by which to sort
    number?: boolean; // stands on the right
}

interface Props<R> {
    label: string; // what it lists, for who cannot see it
    columns: readonly Column<R>[];
    rows: readonly R[];
    id: (row: R) => string | number;
    empty: ComponentChildren;
    most?: number;
    find?: (row: R) => string; // text in which to search, where there are many rows
}

export function Table<R>({ label, columns, rows, id, empty, most = 50, find }: Props<R>) {
    const [order, setOrder] = useState<{ column: number; down: boolean } | null>(null);
    const [shown, setShown] = useState(most);
    const [sought, setSought] = useState("");
    if (!rows.length) return <p class="empty">{empty}</p>;
    const found = sought && find ? rows.filter((row) => find(row).toLowerCase().includes(sought.toLowerCase())) : rows;
    const sorted = order ? arranged(found, columns[order.column]?.key, order.down) : found;
    const turn = (column: number) => setOrder((now) => ({ column, down: now?.column === column ? !now.down : false }));
    return (
        <>
            {find && rows.length > most / 2 && (
                <label class="search">
                    Search{" "}
                    <input type="search" value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
                </label>
            )}
            <div class="scroll" tabIndex={0} role="group" aria-label={label}>
                <table>
                    <caption class="unseen">{label}</caption>
                    <thead>
                        <tr>
                            {columns.map((column, i) => (
                                <th
                                    key={column.title}
                                    scope="col"
                                    class={column.number ? "number" : ""}
                                    aria-sort={sortOf(order, i)}
                                >
                                    {column.key ? (
                                        <button type="button" class="sort" onClick={() => turn(i)}>
                                            {column.title}
                                            <span aria-hidden="true">
                                                {order?.column === i ? (order.down ? " ▾" : " ▴") : ""}
                                            </span>
                                        </button>
                                    ) : (
                                        column.title
                                    )}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {sorted.slice(0, shown).map((row) => (
                            <tr key={id(row)}>
                                {columns.map((column) => (
                                    <td key={column.title} class={column.number ? "number" : ""}>
                                        {column.cell(row)}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {sorted.length > shown && (
                <p class="more">
                    {shown} of {count(sorted.length, "row")}.{" "}
                    <button type="button" onClick={() => setShown((now) => now + 10 * most)}>
                        Show more
                    </button>
                </p>
            )}
            {sought && !found.length && <p class="empty">Nothing has “{sought}” in it.</p>}
        </>
    );
}

function sortOf(order: { column: number; down: boolean } | null, column: number) {
    return order?.column !== column ? "none" : order.down ? "descending" : "ascending";
}

function arranged<R>(rows: readonly R[], key: Column<R>["key"], down: boolean): R[] {
    const sorted = [...rows].sort((a, b) => {
        const [x, y] = [key?.(a) ?? 0, key?.(b) ?? 0];
        return x < y ? -1 : x > y ? 1 : 0;
    });
    return down ? sorted.reverse() : sorted;
}
