// Gas a round, from the receipts of its transactions: asked for only when looked at, some at a time.
import { barY, pointerX, text, tip, type PlotOptions } from "@observablehq/plot";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { NodeFault, type Hex } from "../../chain/rpc.ts";
import { TIP, wholeTicks } from "../../parts/axes.ts";
import { Section } from "../../parts/basic.tsx";
import { Chart } from "../../parts/chart.tsx";
import { useLook } from "../../parts/context.tsx";
import { count, grouped } from "../../parts/format.ts";
import { Table } from "../../parts/table.tsx";
import type { Round } from "../../record/round.ts";
import type { Task } from "../../record/task.ts";

const ROUNDS = 20; // at a time
const RECEIPTS = 300; // at a time
const BATCH = 50;
const WIDEST = 90; // pixels of a bar

interface RoundGas {
    round: number;
    transactions: number;
    read: number; // receipts
    gas: number; // of these
}

export function Gas({ task, round }: { task: Task; round: Round | undefined }) {
    const isRecord = useLook().follower.settings.recordedAt !== null;
    const [pages, setPages] = useState(isRecord ? 1 : 0); // no node is asked before it is looked at
    const place = useRef<HTMLDivElement>(null);
    useSeen(place, () => setPages((now) => now || 1));
    const recent = task.rounds.slice(-ROUNDS * Math.max(1, pages)).reverse();
    const rounds = round && !recent.includes(round) ? [round, ...recent] : recent;
    const wanted = [
        ...new Set([...(round ? [...round.transactions] : []), ...rounds.flatMap((r) => [...r.transactions])]),
    ];
    const { gas, lost, isReading, problem } = useReceipts(task, wanted, pages * RECEIPTS);
    const sums = rounds.map((one) => sumOf(one, gas)).sort((a, b) => a.round - b.round);
    const whole = sums.filter((one) => one.transactions > 0 && one.read === one.transactions);
    const part = sums.find((one) => one.round === round?.number && one.read > 0 && one.read < one.transactions);
    const unread = wanted.filter((one) => !gas.has(one) && !lost.has(one)).length;
    const key = whole.map((one) => `${one.round} ${one.gas}`).join();
    return (
        <Section title="Gas a round">
            <div ref={place}>
                {whole.length > 0 && (
                    <Chart
                        label={essence(whole)}
                        keys={[key, round?.number]}
                        draw={(width) => drawn(whole, round?.number ?? null, width)}
                    >
                        <GasTable sums={whole} />
                    </Chart>
                )}
                <p class="note" role="status">
                    {isReading && `Reading receipts: ${gas.size} of ${Math.min(wanted.length, pages * RECEIPTS)} …`}
                    {part &&
                        `Round ${part.round}: ${grouped(part.gas)} gas in ${part.read} of ${count(part.transactions, "transaction")}. `}
                    {!isReading && sums.length === 0 && "No round has begun yet."}
                    {pages === 0 && sums.length > 0 && "Receipts are read once this comes into sight."}
                    {!isReading &&
                        whole.length < sums.length &&
                        pages > 0 &&
                        `Not all receipts are read of ${count(sums.length - whole.length, "round")}. `}
                    {lost.size > 0 &&
                        `The node has no receipts of ${count(lost.size, "transaction")}: it may not keep old ones. `}
                    {problem && `The node did not answer: ${problem} `}
                </p>
                {!isReading && (unread > 0 || recent.length < task.rounds.length || problem) && (
                    <p class="more">
                        <button type="button" onClick={() => setPages((now) => now + 1)}>
                            Read more receipts
                        </button>
                    </p>
                )}
            </div>
        </Section>
    );
}

function sumOf(round: Round, gas: ReadonlyMap<Hex, number>): RoundGas {
    const read = [...round.transactions].filter((one) => gas.has(one));
    return {
        round: round.number,
        transactions: round.transactions.size,
        read: read.length,
        gas: read.reduce((sum, one) => sum + (gas.get(one) ?? 0), 0),
    };
}

interface Receipts {
    gas: ReadonlyMap<Hex, number>;
    lost: ReadonlySet<Hex>; // the node has not got
    isReading: boolean;
    problem: string;
}

/** Gas of the first `most` of some transactions, read in batches, one after the other. */
function useReceipts(task: Task, wanted: readonly Hex[], most: number): Receipts {
    const { follower } = useLook();
    const store = useMemo(() => ({ gas: new Map<Hex, number>(), lost: new Set<Hex>() }), [task]);
    const [reading, setReading] = useState({ is: false, problem: "" });
    useEffect(() => {
        let isOld = false;
        const todo = wanted.slice(0, most).filter((one) => !store.gas.has(one) && !store.lost.has(one));
        const read = async () => {
            for (let i = 0; i < todo.length; i += BATCH) {
                setReading({ is: true, problem: "" });
                const batch = todo.slice(i, i + BATCH);
                const answers = await Promise.allSettled(batch.map((one) => follower.receiptOf(one)));
                if (isOld) return;
                const problem = keep(store, batch, answers);
                if (problem) return setReading({ is: false, problem });
            }
            setReading({ is: false, problem: "" });
        };
        if (todo.length) void read();
        return () => void (isOld = true);
    }, [store, most, wanted.join()]);
    return { ...store, isReading: reading.is, problem: reading.problem };
}

/** Keeps what was answered; says what went wrong if the node is away. */
function keep(
    store: { gas: Map<Hex, number>; lost: Set<Hex> },
    batch: readonly Hex[],
    answers: readonly PromiseSettledResult<{ gas: number }>[],
): string {
    let problem = "";
    answers.forEach((answer, i) => {
        const transaction = batch[i];
        if (!transaction) return;
        if (answer.status === "fulfilled") store.gas.set(transaction, answer.value.gas);
        else if (answer.reason instanceof NodeFault && answer.reason.kind === "refused") store.lost.add(transaction);
        else problem = String((answer.reason as Error).message);
    });
    return problem;
}

/** Calls once when a place comes into sight. */
function useSeen(place: { current: HTMLElement | null }, see: () => void): void {
    useEffect(() => {
        if (!place.current) return;
        const watch = new IntersectionObserver(
            ([entry]) => {
                if (!entry?.isIntersecting) return;
                watch.disconnect();
                see();
            },
            { rootMargin: "200px" },
        );
        watch.observe(place.current);
        return () => watch.disconnect();
    }, []);
}

function essence(sums: readonly RoundGas[]): string {
    const total = sums.reduce((sum, one) => sum + one.gas, 0);
    return `Gas of ${count(sums.length, "round")}: ${grouped(Math.round(total / sums.length))} a round on average.`;
}

function drawn(sums: readonly RoundGas[], chosen: number | null, width: number): PlotOptions {
    const [first, last] = [sums[0]?.round ?? 0, sums.at(-1)?.round ?? 0];
    const ticks = wholeTicks(first, last, width / 40);
    return {
        height: 230,
        marginLeft: 50,
        marginTop: 24,
        marginBottom: 40,
        marginRight: Math.max(14, width - 50 - WIDEST * sums.length),
        x: {
            type: "band",
            label: "round",
            domain: sums.map((one) => one.round),
            tickFormat: (round: number) => (ticks.includes(round) ? String(round) : ""),
            tickSize: 0,
        },
        y: { label: "million gas", grid: true, insetTop: 14 },
        marks: [
            barY(sums, {
                x: "round",
                y: (one: RoundGas) => one.gas / 1e6,
                fill: (one: RoundGas) => (one.round === chosen ? "var(--best)" : "var(--median)"),
            }),
            text(
                sums.filter((one) => one.round === chosen),
                { x: "round", y: (one: RoundGas) => one.gas / 1e6, text: () => "chosen", dy: -8, fill: "var(--text)" },
            ),
            tip(
                sums,
                pointerX({
                    x: "round",
                    y: (one: RoundGas) => one.gas / 1e6,
                    title: (one: RoundGas) =>
                        `round ${one.round}\n${grouped(one.gas)} gas\n${count(one.transactions, "transaction")}`,
                    ...TIP,
                }),
            ),
        ],
    };
}

function GasTable({ sums }: { sums: readonly RoundGas[] }) {
    return (
        <Table
            label="Gas by round"
            rows={[...sums].reverse()}
            id={(one) => one.round}
            empty="No receipt has been read."
            most={20}
            columns={[
                { title: "Round", cell: (one) => one.round, key: (one) => one.round },
                { title: "Gas", number: true, cell: (one) => grouped(one.gas), key: (one) => one.gas },
                {
                    title: "Transactions",
                    number: true,
                    cell: (one) => grouped(one.transactions),
                    key: (one) => one.transactions,
                },
                {
                    title: "Gas each",
                    number: true,
                    cell: (one) => grouped(Math.round(one.gas / one.transactions)),
                    key: (one) => one.gas / one.transactions,
                },
            ]}
        />
    );
}
