// All members by name, and those who were or want to be.
import { useMemo, useState } from "preact/hooks";
import type { Address } from "../../chain/rpc.ts";
import { Badge, Section, Who, useName } from "../../parts/basic.tsx";
import { useLook, useNow } from "../../parts/context.tsx";
import { Amount } from "../../parts/amount.tsx";
import { grouped, timestamp } from "../../parts/format.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { useRecordKeys } from "../../parts/task.tsx";
import type { Member } from "../../record/federation.ts";
import { standingOf, type Standing } from "../../record/standing.ts";
import { link } from "../../route.ts";

interface Row extends Member {
    said: string; // its name as it is shown
    standing: Standing;
    tasks: readonly number[];
}

const KINDS: Partial<Record<Standing, "good" | "bad" | "warn">> = {
    member: "good",
    "past due": "warn",
    applied: "warn",
    banned: "bad",
};

export function StandingBadge({ standing }: { standing: Standing }) {
    return <Badge kind={KINDS[standing] ?? "plain"}>{standing === "none" ? "not a member" : standing}</Badge>;
}

const SHOWN = {
    members: ["Members", (one: Row) => one.membership === "member"],
    applicants: ["Applicants", (one: Row) => one.membership === "applied"],
    former: ["Former and others", (one: Row) => one.membership !== "member" && one.membership !== "applied"],
} as const;
type Shown = keyof typeof SHOWN;

export function MembersTable() {
    const [shown, setShown] = useState<Shown>("members");
    const rows = useRows();
    const columns: Column<Row>[] = [
        { title: "Name", cell: (one) => <Who account={one.account} />, key: byName },
        { title: "State", cell: (one) => <StandingBadge standing={one.standing} />, key: (one) => one.standing },
        {
            title: "Paid until",
            cell: (one) => <PaidUntil member={one} />,
            key: (one) => (one.membership === "member" ? one.paidUntil || Infinity : 0),
        },
        { title: "Tasks", cell: (one) => <Tasks numbers={one.tasks} />, key: (one) => one.tasks.length },
        { title: "Owed", cell: (one) => <Amount units={one.owed} />, key: (one) => one.owed, number: true },
        {
            title: "Withdrawn",
            cell: (one) => <Amount units={one.withdrawn} />,
            key: (one) => one.withdrawn,
            number: true,
        },
    ];
    const chosen = rows.filter(SHOWN[shown][1]);
    return (
        <Section title="Members">
            <div class="choice" role="group" aria-label="Which accounts">
                {(Object.keys(SHOWN) as Shown[]).map((one) => (
                    <button key={one} type="button" aria-pressed={one === shown} onClick={() => setShown(one)}>
                        {SHOWN[one][0]} ({grouped(rows.filter(SHOWN[one][1]).length)})
                    </button>
                ))}
            </div>
            <Table
                key={shown}
                label={`${SHOWN[shown][0]} by name`}
                columns={columns}
                rows={chosen}
                id={(one) => one.account}
                empty={EMPTY[shown]}
                find={(one) => `${one.said} ${one.account} ${one.standing}`}
                most={25}
            />
        </Section>
    );
}

const EMPTY: Record<Shown, string> = {
    members: "No members yet: an account applies, and a quorum of managers admits it.",
    applicants: "No application is open.",
    former: "Nobody has left, was banned or replaced.",
};

export function PaidUntil({ member }: { member: Member }) {
    if (member.membership !== "member") return <span class="soft">–</span>;
    return <span class="moment">{member.paidUntil ? timestamp(member.paidUntil) : "no expiry"}</span>;
}

/** For sorting: without the quotes around what an account calls itself. */
const byName = (one: Row): string => one.said.replace(/^“|”$/g, "").toLowerCase();

function Tasks({ numbers }: { numbers: readonly number[] }) {
    if (!numbers.length) return <span class="soft">none</span>;
    return (
        <>
            {numbers.slice(0, 6).map((number, i) => (
                <span key={number}>
                    {i > 0 && ", "}
                    <a href={link.task(number)}>task {number}</a>
                </span>
            ))}
            {numbers.length > 6 && ` and ${numbers.length - 6} more`}
        </>
    );
}

function useRows(): Row[] {
    const { follower } = useLook();
    const keys = useRecordKeys();
    const minute = Math.floor(useNow() / 60);
    const nameOf = useName();
    return useMemo(() => {
        const tasks = new Map<Address, number[]>();
        for (const task of follower.tasks.values())
            for (const one of task.participants.values())
                if (one.number) tasks.set(one.account, [...(tasks.get(one.account) ?? []), task.proposal.number]);
        return [...follower.federation.members.values()]
            .map((member) => ({
                ...member,
                said: nameOf(member.account),
                standing: standingOf(member, minute * 60),
                tasks: tasks.get(member.account) ?? [],
            }))
            .sort((a, b) => (byName(a) < byName(b) ? -1 : 1));
    }, [...keys, minute]);
}
