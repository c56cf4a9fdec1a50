// One member: who it is, what it did in every task and round, and what came of it.
import { useMemo } from "preact/hooks";
import type { Follower } from "../chain/follow.ts";
import type { Address } from "../chain/rpc.ts";
import { Badge, Copy, Empty, Facts, Section, Who, useName } from "../parts/basic.tsx";
import { useLook, useNow } from "../parts/context.tsx";
import { count, percent, plain } from "../parts/format.ts";
import { Amount } from "../parts/amount.tsx";
import { AtBlock } from "../parts/at.tsx";
import { TaskLink, useRecordKeys } from "../parts/task.tsx";
import { careerOf, sumsOf, type Career } from "../record/career.ts";
import type { Task } from "../record/task.ts";
import { standingOf } from "../record/standing.ts";
import { MemberTask } from "./member/task.tsx";
import { PaidUntil, StandingBadge } from "./federation/members.tsx";

export function MemberView({ account }: { account: Address }) {
    const { follower } = useLook();
    const keys = useRecordKeys();
    const careers = useMemo(
        () => [...follower.tasks.values()].flatMap((task) => careerOf(account, task) ?? []).reverse(),
        [...keys, account],
    );
    const proposed = [...follower.tasks.values()].filter((task) => task.proposal.proposer === account);
    const { federation } = follower;
    const isKnown =
        federation.members.has(account) ||
        federation.managers.has(account) ||
        careers.length > 0 ||
        proposed.length > 0;
    return (
        <main class="records">
            <Title account={account} />
            {!isKnown && (
                <Section title="Unknown">
                    <Empty>
                        There is no account of this federation at <code>{account}</code>: it neither applied, nor is it
                        a manager, nor has it proposed a task.
                    </Empty>
                </Section>
            )}
            {isKnown && <About account={account} />}
            {careers.length > 0 && <Sums careers={careers} />}
            {isKnown && !careers.length && (
                <Section title="In tasks">
                    <Empty>It was never enrolled in a task.</Empty>
                </Section>
            )}
            {proposed.length > 0 && (
                <Section title="Proposed tasks">
                    <ul class="lines">
                        {proposed.map((task) => (
                            <li key={task.proposal.task}>
                                <TaskLink task={task} />
                            </li>
                        ))}
                    </ul>
                </Section>
            )}
            {careers.map((career) => (
                <MemberTask
                    key={career.task.proposal.task}
                    career={career}
                    account={account}
                    alone={careers.length === 1}
                />
            ))}
        </main>
    );
}

function Title({ account }: { account: Address }) {
    const { follower } = useLook();
    const name = useName()(account);
    const minute = Math.floor(useNow() / 60);
    const member = follower.federation.member(account);
    return (
        <h1 class="with-badges">
            <bdi>{name}</bdi> <StandingBadge standing={standingOf(member, minute * 60)} />{" "}
            {follower.federation.managers.has(account) && <Badge kind="plain">manager</Badge>}{" "}
            {suspendedIn(follower, account).map((task) => (
                <Badge kind="bad" key={task.proposal.task}>
                    suspended in task {task.proposal.number}
                </Badge>
            ))}
        </h1>
    );
}

/** Tasks that go on, in which it may not act now. */
function suspendedIn(follower: Follower, account: Address): Task[] {
    return [...follower.tasks.values()].filter((task) => {
        const until = task.participants.get(account)?.suspendedUntil ?? 0;
        return !task.ending && until > (task.running?.number ?? 0);
    });
}

function About({ account }: { account: Address }) {
    const { follower } = useLook();
    const { federation } = follower;
    const member = federation.member(account);
    const facts: [string, preact.ComponentChildren][] = [];
    if (member.name) facts.push(["Calls itself", <bdi>{plain(member.name)}</bdi>]);
    if (member.application) facts.push(["Application", `number ${member.application}`]);
    if (member.since !== null) facts.push(["Admitted", <AtBlock block={member.since} />]);
    if (member.membership === "member") facts.push(["Paid until", <PaidUntil member={member} />]);
    if (member.predecessor) facts.push(["Took the place of", <Who account={member.predecessor} />]);
    if (member.successor) facts.push(["Replaced by", <Who account={member.successor} />]);
    facts.push(
        ["Owed by the treasury", <Amount units={member.owed} />],
        ["Withdrawn", <Amount units={member.withdrawn} />],
    );
    const own = follower.settings.names[account];
    return (
        <Section title="Account">
            <dl class="facts whole">
                <div>
                    <dt>Address</dt>
                    <dd>
                        <code>{account}</code>
                        <Copy text={account} what="the address" />
                    </dd>
                </div>
            </dl>
            <Facts facts={facts} />
            {own && <p class="note">Its name is from the address book of whoever serves this page.</p>}
            {!own && member.name && (
                <p class="note">What it calls itself is checked by nobody on the chain: its address is what counts.</p>
            )}
        </Section>
    );
}

function Sums({ careers }: { careers: readonly Career[] }) {
    const sums = sumsOf(careers);
    return (
        <Section title="In all tasks">
            <Facts
                facts={[
                    ["Tasks", count(careers.length, "task")],
                    ["Rounds as judge", String(sums.judged)],
                    ["Rounds only attesting", String(sums.aggregated)],
                    ["Updates accepted", `${sums.accepted} of ${sums.submitted} submitted`],
                    ["Mean score of its updates", percent(sums.meanScore)],
                    ["Pay", <Amount units={sums.earned} />],
                    ["Strikes ever", String(sums.strikes)],
                ]}
            />
        </Section>
    );
}
