// What waits for the managers, in sentences.
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { Crowd, Empty, Section, Who } from "../../parts/basic.tsx";
import { useLook, useNow } from "../../parts/context.tsx";
import type { Address } from "../../chain/rpc.ts";
import { Amount } from "../../parts/amount.tsx";
import { amount, claim, duration, LAST_SECOND, plain, short, timestamp } from "../../parts/format.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { AtBlock } from "../../parts/at.tsx";
import { TaskAt, TaskLink, useRecordKeys } from "../../parts/task.tsx";
import {
    openApplications,
    pendingActions,
    type Application,
    type PendingAction,
    type Word,
} from "../../record/pending.ts";
import type { Task } from "../../record/task.ts";
import { Milestone } from "../../record/words.ts";

const STEP_S = 10; // in which what has expired is looked for

export function Pending() {
    const { follower } = useLook();
    const keys = useRecordKeys();
    const now = Math.floor(useNow() / STEP_S) * STEP_S;
    const { federation } = follower;
    const actions = useMemo(() => pendingActions(federation, now), [...keys, now]);
    const applications = useMemo(() => openApplications(federation, actions), [...keys, actions]);
    const proposals = [...follower.tasks.values()].filter(
        (task) => task.milestone === Milestone.Proposed && !task.ending,
    );
    const nothing = !actions.length && !applications.length && !proposals.length;
    return (
        <Section title="What waits for the managers">
            {nothing && (
                <Empty>
                    Nothing: no application is open, no task is to be approved, and no action lacks confirmations.
                </Empty>
            )}
            {applications.length > 0 && <Applications applications={applications} />}
            {proposals.length > 0 && <Proposals tasks={proposals} actions={actions} />}
            {actions.length > 0 && <Actions actions={actions} />}
        </Section>
    );
}

function Applications({ applications }: { applications: readonly Application[] }) {
    const columns: Column<Application>[] = [
        { title: "Number", cell: (one) => one.number, key: (one) => one.number },
        { title: "Applicant", cell: (one) => <Applicant account={one.account} /> },
        { title: "Fee in escrow", cell: (one) => <Amount units={one.fee} />, key: (one) => one.fee, number: true },
        { title: "Pays for", cell: (one) => (one.period ? duration(one.period) : "no expiry") },
        { title: "Applied", cell: (one) => <AtBlock block={one.block} />, key: (one) => one.block },
        { title: "Confirmed so far", cell: (one) => <Decisions decisions={one.decisions} /> },
    ];
    return (
        <>
            <h3>Applications to be decided</h3>
            <Table
                label="Open applications"
                columns={columns}
                rows={applications}
                id={(one) => one.number}
                empty="No open applications."
                most={20}
            />
        </>
    );
}

/** With what it calls itself, also where that is not taken for its name. */
function Applicant({ account }: { account: Address }) {
    const { follower } = useLook();
    const name = plain(follower.federation.member(account).name);
    const isShown = !name || (claim(name) && !follower.settings.names[account]);
    return (
        <>
            <Who account={account} />
            {!isShown && (
                <div class="soft claimed">
                    calls itself “<bdi>{name}</bdi>”
                </div>
            )}
        </>
    );
}

function Proposals({ tasks, actions }: { tasks: readonly Task[]; actions: readonly PendingAction[] }) {
    const columns: Column<Task>[] = [
        { title: "Task", cell: (one) => <TaskLink task={one} />, key: (one) => one.proposal.number },
        { title: "Proposed by", cell: (one) => <Who account={one.proposal.proposer} /> },
        { title: "Proposed", cell: (one) => <AtBlock block={one.proposal.block} />, key: (one) => one.proposal.block },
        {
            title: "Confirmed so far",
            cell: (one) => <Decisions decisions={actions.filter((action) => action.target === one.proposal.task)} />,
        },
    ];
    return (
        <>
            <h3>Tasks to be approved</h3>
            <Table
                label="Proposed tasks"
                columns={columns}
                rows={tasks}
                id={(one) => one.proposal.number}
                empty="No task is proposed."
                most={20}
            />
        </>
    );
}

function Decisions({ decisions }: { decisions: readonly PendingAction[] }) {
    if (!decisions.length) return <span class="soft">nothing yet</span>;
    return (
        <>
            {decisions.map((one) => (
                <div key={one.action}>
                    {one.verb}: {one.confirmers.length} of {one.quorum}
                </div>
            ))}
        </>
    );
}

function Actions({ actions }: { actions: readonly PendingAction[] }) {
    const columns: Column<PendingAction>[] = [
        { title: "Action", cell: (one) => <Sentence words={one.words} /> },
        {
            title: "Confirmations",
            cell: (one) => `${one.confirmers.length} of ${one.quorum}`,
            key: (one) => one.confirmers.length,
        },
        {
            title: "Confirmed by",
            cell: (one) => <Crowd accounts={one.confirmers} most={4} />,
        },
        {
            title: "Until",
            cell: (one) => <span class="moment">{timestamp(one.expires)}</span>,
            key: (one) => one.expires,
        },
        { title: "Name", cell: (one) => <code title={one.action}>{one.action.slice(0, 10)}</code> },
    ];
    return (
        <>
            <h3>Actions that lack confirmations</h3>
            <Table
                label="Managers’ actions that lack confirmations"
                columns={columns}
                rows={actions}
                id={(one) => one.action}
                empty="No pending actions."
                most={20}
            />
        </>
    );
}

function Sentence({ words }: { words: readonly Word[] }) {
    return (
        <span class="sentence">
            {words.map((word, i) => (
                <span key={i}>
                    <Said word={word} />
                </span>
            ))}
        </span>
    );
}

function Said({ word }: { word: Word }): ComponentChildren {
    const { tasks, token } = useLook().follower;
    if (typeof word === "string") return word;
    if ("account" in word) return <Who account={word.account} />;
    if ("accounts" in word)
        return word.accounts.map((account, i) => (
            <span key={account}>
                {i > 0 && ", "}
                <Who account={account} />
            </span>
        ));
    if ("target" in word)
        return tasks.has(word.target) ? <TaskAt address={word.target} inSentence /> : <code>{short(word.target)}</code>;
    if ("amount" in word) return amount(word.amount, token);
    if ("period" in word) return word.period ? duration(Number(word.period)) : "no expiry";
    if ("seconds" in word) return duration(Number(word.seconds));
    return word.time > LAST_SECOND ? `second ${word.time}` : timestamp(Number(word.time));
}
