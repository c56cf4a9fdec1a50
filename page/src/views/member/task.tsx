// One member in one task: where it stands, its scores as a chart, and a line for every round.
import type { ComponentChildren } from "preact";
import type { Address } from "../../chain/rpc.ts";
import { Badge, Facts } from "../../parts/basic.tsx";
import { useLook } from "../../parts/context.tsx";
import { Amount } from "../../parts/amount.tsx";
import { percent } from "../../parts/format.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { TaskLink } from "../../parts/task.tsx";
import { sumsOf, type Career, type MemberRound } from "../../record/career.ts";
import { STRIKES } from "../../record/words.ts";
import { link } from "../../route.ts";
import { MemberChart } from "./chart.tsx";

/** Sums are left out where the task is the account's only one, for they stand above. */
export function MemberTask({ career, account, alone }: { career: Career; account: Address; alone: boolean }) {
    const { follower } = useLook();
    const { task, participant, rounds } = career;
    const parameters = follower.parameters.get(task.proposal.task);
    const id = `in-task-${task.proposal.number}`;
    const isMember = follower.federation.member(account).membership === "member";
    const isSuspended = participant.suspendedUntil > (task.running?.number ?? 0);
    return (
        <section class="card" aria-labelledby={id}>
            <h2 id={id}>
                <TaskLink task={task} />
            </h2>
            <Facts
                facts={[
                    ["Takes part since", participant.number ? `round ${participant.since}` : "not enrolled"],
                    ["State", <State retired={participant.retired} suspended={isSuspended} member={isMember} />],
                    ["Strikes now", strikesNow(participant.strikes, parameters?.maxStrikes)],
                    [
                        "Suspended until",
                        participant.suspendedUntil
                            ? `round ${participant.suspendedUntil}${isSuspended ? "" : ", which is over"}`
                            : "never suspended",
                    ],
                    ...(alone ? [] : sumFacts(career)),
                ]}
            />
            <MemberChart career={career} account={account} />
            <Table
                label={`Rounds of task ${task.proposal.number}, newest first`}
                columns={columns(task.proposal.number)}
                rows={[...rounds].reverse()}
                id={(one) => one.number}
                empty="No round has opened yet."
                most={20}
            />
        </section>
    );
}

function sumFacts(career: Career): [string, ComponentChildren][] {
    const sums = sumsOf([career]);
    return [
        ["Updates accepted", `${sums.accepted} of ${sums.submitted} submitted`],
        ["Mean score of its updates", percent(sums.meanScore)],
        ["Pay", <Amount units={sums.earned} />],
    ];
}

function State({ retired, suspended, member }: { retired: boolean; suspended: boolean; member: boolean }) {
    if (retired) return <Badge kind="plain">counted out</Badge>;
    if (!member) return <Badge kind="warn">not a member any more</Badge>;
    return suspended ? <Badge kind="bad">suspended</Badge> : <Badge kind="good">active</Badge>;
}

function strikesNow(strikes: number, most: number | undefined): string {
    return most ? `${strikes} of the ${most} that suspend` : String(strikes);
}

function columns(task: number): Column<MemberRound>[] {
    return [
        {
            title: "Round",
            cell: (one) => (
                <>
                    <a href={link.round(task, one.number)}>{one.number}</a>
                    {one.round.outcome && one.round.outcome.kind !== "model" && (
                        <span class="soft"> {one.round.outcome.kind}</span>
                    )}
                </>
            ),
            key: (one) => one.number,
        },
        { title: "Role", cell: (one) => <Role one={one} />, key: (one) => one.role },
        { title: "Its update", cell: (one) => <Updated one={one} />, key: (one) => one.score ?? -1 },
        { title: "Scores it gave", cell: (one) => <Gave one={one} />, key: (one) => one.given },
        { title: "Its baseline", cell: (one) => <Baseline one={one} />, key: (one) => one.baseline ?? -1 },
        { title: "Attested", cell: (one) => <Attested one={one} />, key: (one) => one.attested ?? "" },
        { title: "Pay", cell: (one) => <Amount units={one.earned} />, key: (one) => one.earned, number: true },
        { title: "Strikes", cell: (one) => <Struck one={one} />, key: (one) => one.strikes.length },
    ];
}

const none = <span class="soft">–</span>;

function Role({ one }: { one: MemberRound }) {
    if (one.role === "none") return <span class="soft">{one.away}</span>;
    if (one.role === "trainer") return <>trainer{one.lostSeat && ", lost its seat in a recovery"}</>;
    return (
        <>
            {one.role}, seat {one.seat}
            {one.filler && <span class="soft"> (filled a vacancy)</span>}
        </>
    );
}

const VERDICTS = { "not settled": "plain", fault: "bad", rejected: "warn", passed: "plain", accepted: "good" } as const;

function Updated({ one }: { one: MemberRound }) {
    if (!one.update) return none;
    const { verdict, rank } = one.update;
    return (
        <>
            {one.round.settled && <>{percent(one.score)} </>}
            <Badge kind={VERDICTS[verdict]}>{verdict}</Badge>
            {rank > 0 && ` rank ${rank}`}
        </>
    );
}

function Gave({ one }: { one: MemberRound }) {
    if (one.role !== "judge") return none;
    if (!one.revealed)
        return (
            <span class="soft">{one.round.settled || one.round.outcome ? "revealed nothing" : "not revealed yet"}</span>
        );
    return (
        <>
            {one.given} of {one.given + one.abstained}
            {one.abstained > 0 && `, abstained on ${one.abstained}`}
        </>
    );
}

function Baseline({ one }: { one: MemberRound }) {
    if (!one.revealed) return none;
    if (one.baseline === null) return <span class="soft">abstained</span>;
    const median = one.round.settled ? one.round.baseline : null;
    return (
        <>
            {percent(one.baseline)}
            {median !== null && <span class="soft"> (median {percent(median)})</span>}
        </>
    );
}

const ATTESTED = {
    majority: ["good", "with the majority"],
    minority: ["bad", "against the majority"],
    open: ["plain", "no majority yet"],
    silent: ["warn", "did not attest"],
} as const;

function Attested({ one }: { one: MemberRound }) {
    if (!one.attested) return none;
    const [kind, words] = ATTESTED[one.attested];
    return <Badge kind={kind}>{words}</Badge>;
}

function Struck({ one }: { one: MemberRound }) {
    if (!one.strikes.length && !one.cleared && one.suspendedUntil === null) return none;
    return (
        <ul class="lines">
            {one.strikes.map((reason, i) => (
                <li key={i}>for {STRIKES[reason] ?? "an unknown reason"}</li>
            ))}
            {one.cleared > 0 && <li>one taken off</li>}
            {one.suspendedUntil !== null && <li>suspended until round {one.suspendedUntil}</li>}
        </ul>
    );
}
