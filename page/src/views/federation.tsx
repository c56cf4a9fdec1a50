// The federation: its terms, the books of its treasury, what waits for its managers, its members and tasks.
import { useMemo } from "preact/hooks";
import { Amount } from "../parts/amount.tsx";
import { Copy, Crowd, Empty, Facts, Section } from "../parts/basic.tsx";
import { useAnswer, useLook } from "../parts/context.tsx";
import { amount, byText, count, duration, grouped } from "../parts/format.ts";
import { Audit } from "../parts/audit.tsx";
import { AtBlock } from "../parts/at.tsx";
import { useRecordKeys } from "../parts/task.tsx";
import { MembersTable } from "./federation/members.tsx";
import { Pending } from "./federation/pending.tsx";
import { TasksInShort } from "./federation/tasks_in_short.tsx";

export function FederationView() {
    const { follower } = useLook();
    const { federation } = follower;
    const keys = useRecordKeys();
    const managers = useMemo(() => [...federation.managers].sort(byText), keys);
    return (
        <main class="records">
            <h1>Federation</h1>
            <div class="half">
                <Terms />
            </div>
            <div class="half">
                <Books />
            </div>
            <Pending />
            <Section
                title="Managers"
                note={`${federation.quorum} of ${count(managers.length, "manager")} have to send the same call before it is executed.`}
            >
                <Crowd accounts={managers} />
            </Section>
            <TasksInShort />
            <Audit />
            <MembersTable />
        </main>
    );
}

function Terms() {
    const { follower } = useLook();
    const { federation, terms, token, settings } = follower;
    const chain = useAnswer(() => follower.rpc.ask<`0x${string}`>("eth_chainId"), [follower]);
    const first = federation.events[0]?.block;
    return (
        <Section title="Terms">
            <Facts
                facts={[
                    ["Members", grouped(federation.count)],
                    ["Managers", grouped(federation.managers.size)],
                    ["Approval quorum", `${federation.quorum} of ${federation.managers.size}`],
                    ["Fee", terms ? amount(terms.fee, token) : "not known"],
                    [
                        "Membership lasts",
                        terms ? (terms.period ? duration(terms.period) : "does not expire") : "not known",
                    ],
                    [
                        "Blocks a window lasts at least",
                        terms ? (terms.minBlocks ? String(terms.minBlocks) : "no minimum") : "not known",
                    ],
                    ["Chain", typeof chain === "string" ? `${Number(chain)}` : "…"],
                    ["Founded", first === undefined ? "not known" : <AtBlock block={first} />],
                ]}
            />
            <dl class="facts whole">
                <div>
                    <dt>Address of the federation’s contract</dt>
                    <dd>
                        <code>{settings.federation}</code>
                        <Copy text={settings.federation} what="the federation’s address" />
                    </dd>
                </div>
            </dl>
        </Section>
    );
}

function Books() {
    const { follower } = useLook();
    const { books } = follower;
    if (!books)
        return (
            <Section title="Books of the treasury">
                <Empty>They have not been read yet.</Empty>
            </Section>
        );
    const rows = [
        ["Escrowed", books.escrowed, "fees of applications that are not decided yet"],
        ["Pool", books.pool, "fees of members and deposits; tasks get their budgets from it"],
        ["Budgets", books.budgets, "set apart for running tasks and not earned yet"],
        ["Owed", books.owed, "earned or refunded, and not withdrawn yet"],
    ] as const;
    const held = rows.reduce((sum, [, units]) => sum + units, 0n);
    return (
        <Section title="Books of the treasury">
            <dl class="facts books">
                {rows.map(([name, units, meaning]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>
                            <Amount units={units} />
                        </dd>
                        <dd class="meaning">{meaning}</dd>
                    </div>
                ))}
                <div class="sum">
                    <dt>In all</dt>
                    <dd>
                        <Amount units={held} />
                    </dd>
                    <dd class="meaning">what the treasury accounts for</dd>
                </div>
            </dl>
        </Section>
    );
}
