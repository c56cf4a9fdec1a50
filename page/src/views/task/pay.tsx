// What members earned, added up over the rounds.
import { useMemo } from "preact/hooks";
import type { Address } from "../../chain/rpc.ts";
import { Empty, Section, useName, Who } from "../../parts/basic.tsx";
import { Chart } from "../../parts/chart.tsx";
import { Amount } from "../../parts/amount.tsx";
import { useLook } from "../../parts/context.tsx";
import { amount, count } from "../../parts/format.ts";
import { Table } from "../../parts/table.tsx";
import { payOf, type Earner } from "../../record/pay.ts";
import type { Task } from "../../record/task.ts";
import { drawPay, payLines } from "./pay_chart.ts";

type Name = (account: Address) => string;

export function Pay({ task }: { task: Task }) {
    const { follower } = useLook();
    const token = follower.token;
    const name = useName();
    const earners = useMemo(() => payOf(task), [task, task.events.length]);
    const lines = useMemo(() => payLines(earners, task.rounds.length, name, token), [earners]);
    if (!earners.length)
        return (
            <Section title="Pay">
                <Empty>Nobody has earned anything yet.</Empty>
            </Section>
        );
    const first = earners[0];
    const essence = `Pay added up over ${count(task.rounds.length, "round")}: ${amount(task.paid, token)} to ${count(earners.length, "member")}${first ? `; most to ${name(first.account)}, ${amount(first.total, token)}` : ""}.`;
    return (
        <Section title="Pay">
            <Chart label={essence} keys={[task, task.events.length]} draw={(width) => drawPay(lines, width)}>
                <PayTable earners={earners} name={name} />
            </Chart>
        </Section>
    );
}

function PayTable({ earners, name }: { earners: readonly Earner[]; name: Name }) {
    const total = earners.reduce((sum, one) => sum + one.total, 0n);
    const sum = (of: (one: Earner) => bigint) => earners.reduce((all, one) => all + of(one), 0n);
    return (
        <>
            <p class="note">
                In all <Amount units={total} />: <Amount units={sum((one) => one.forUpdates)} /> for updates,{" "}
                <Amount units={sum((one) => one.forSeats)} /> for seats.
            </p>
            <Table
                label="Pay by member"
                rows={earners}
                id={(one) => one.account}
                empty="Nobody has earned anything yet."
                most={20}
                find={(one) => `${name(one.account)} ${one.account}`}
                columns={[
                    {
                        title: "Member",
                        cell: (one) => <Who account={one.account} plain />,
                        key: (one) => name(one.account),
                    },
                    { title: "Paid rounds", number: true, cell: (one) => one.paidRounds, key: (one) => one.paidRounds },
                    {
                        title: "For updates",
                        number: true,
                        cell: (one) => <Amount units={one.forUpdates} />,
                        key: (one) => one.forUpdates,
                    },
                    {
                        title: "For seats",
                        number: true,
                        cell: (one) => <Amount units={one.forSeats} />,
                        key: (one) => one.forSeats,
                    },
                    {
                        title: "Total",
                        number: true,
                        cell: (one) => <Amount units={one.total} />,
                        key: (one) => one.total,
                    },
                    {
                        title: "Share",
                        number: true,
                        cell: (one) => `${((100 * Number(one.total)) / Number(total || 1n)).toFixed(1)} %`,
                    },
                ]}
            />
        </>
    );
}
