// Members × rounds: who sat, only attested, trained, was struck or suspended, stayed silent, abstained or lost its seat.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Parameters } from "../../chain/calls.ts";
import { Empty, Section, useName, Who } from "../../parts/basic.tsx";
import { count, grouped } from "../../parts/format.ts";
import { attendanceOf, PARTS, SIGN, WORDS, type Attendance, type Attender } from "../../record/attendance.ts";
import type { Task } from "../../record/task.ts";
import { link } from "../../route.ts";

const WIDE = 60; // rounds at a time
const FIRST = 30; // members
const MORE = 100;

type Order = "sat" | "name" | "number";

export function Seats({ task, parameters, chosen }: { task: Task; parameters: Parameters; chosen: number | null }) {
    const [picked, pick] = useState<number | null>(null);
    const [most, setMost] = useState(FIRST);
    const [order, setOrder] = useState<Order>("sat");
    const name = useName();
    const rounds = task.rounds.length;
    const end = Math.min(rounds, picked ?? (chosen !== null && chosen < rounds - WIDE ? chosen + WIDE / 2 : rounds));
    const first = Math.max(0, end - WIDE);
    const members = useMemo(() => attendanceOf(task, first, end), [task, task.events.length, first, end]);
    const sorted = useMemo(() => arranged(task, members, order, name), [members, order]);
    const shown = sorted.slice(0, most);
    const grid = useMemo(
        () => <Grid task={task} members={shown} first={first} end={end} chosen={chosen} />,
        [sorted, most, first, end, chosen],
    );
    if (!rounds)
        return (
            <Section title="Seats over rounds">
                <Empty>No round has begun yet.</Empty>
            </Section>
        );
    return (
        <Section title="Seats over rounds">
            <div class="chooser">
                {rounds > WIDE && (
                    <>
                        <button
                            type="button"
                            disabled={first === 0}
                            aria-label="Earlier rounds"
                            onClick={() => pick(Math.max(WIDE, end - WIDE))}
                        >
                            ◂<span class="word"> earlier rounds</span>
                        </button>
                        <span>
                            rounds {first} to {end - 1} of {grouped(rounds)}
                        </span>
                        <button
                            type="button"
                            disabled={end === rounds}
                            aria-label="Later rounds"
                            onClick={() => pick(end + WIDE >= rounds ? null : end + WIDE)}
                        >
                            <span class="word">later rounds </span>▸
                        </button>
                    </>
                )}
                <label>
                    First{" "}
                    <select value={order} onChange={(event) => setOrder(event.currentTarget.value as Order)}>
                        <option value="sat">who sat most</option>
                        <option value="name">by name</option>
                        <option value="number">who enrolled first</option>
                    </select>
                </label>
            </div>
            <Signs members={members} />
            {grid}
            {sorted.length > most && (
                <p class="more">
                    {most} of {count(sorted.length, "member")}.{" "}
                    <button type="button" onClick={() => setMost((now) => now + MORE)}>
                        Show more members
                    </button>
                </p>
            )}
            <p class="note">
                {count(parameters.maxStrikes, "strike")} {parameters.maxStrikes === 1 ? "suspends" : "suspend"} for{" "}
                {count(parameters.suspensionRounds, "round")}.
            </p>
        </Section>
    );
}

function arranged(task: Task, members: readonly Attender[], order: Order, name: (a: Attender["account"]) => string) {
    if (order === "sat") return members;
    const key = (one: Attender) =>
        order === "name" ? name(one.account).toLowerCase() : (task.participants.get(one.account)?.number ?? 0);
    return [...members].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The signs that occur, with their words. */
function Signs({ members }: { members: readonly Attender[] }) {
    const there = useMemo(() => {
        const all = members.flatMap((one) => [...one.rounds.values()]);
        return { parts: new Set(all.flatMap((one) => one.parts)), struck: all.some((one) => one.struck.length) };
    }, [members]);
    return (
        <ul class="legend">
            {PARTS.filter(([part]) => there.parts.has(part)).map(([part, sign, words]) => (
                <li key={part}>
                    <span class={`sign at-${part}`} aria-hidden="true">
                        {sign}
                    </span>
                    {words}
                </li>
            ))}
            {there.struck && (
                <li>
                    <span class="sign at-struck" aria-hidden="true">
                        !
                    </span>
                    struck
                </li>
            )}
        </ul>
    );
}

interface GridProps {
    task: Task;
    members: readonly Attender[];
    first: number;
    end: number;
    chosen: number | null;
}

function Grid({ task, members, first, end, chosen }: GridProps) {
    const place = useRef<HTMLDivElement>(null);
    useEffect(() => place.current?.scrollTo(place.current.scrollWidth, 0), [first, end]); // to the latest rounds
    const numbers = Array.from({ length: end - first }, (_, i) => first + i);
    return (
        <div class="scroll" tabIndex={0} role="region" aria-label="What each member did, by round" ref={place}>
            <table class={`grid ${end > 100 ? "tall" : ""}`}>
                <caption class="unseen">
                    What each member did in rounds {first} to {end - 1}
                </caption>
                <thead>
                    <tr>
                        <th scope="col">Member</th>
                        <th scope="col" class="number">
                            Sat
                        </th>
                        {numbers.map((round) => (
                            <th key={round} scope="col" class={round === chosen ? "at-chosen" : ""}>
                                <a href={link.round(task.proposal.number, round)} aria-label={`Round ${round}`}>
                                    {round}
                                </a>
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {members.map((one) => (
                        <tr key={one.account}>
                            <th scope="row">
                                <Who account={one.account} plain />
                            </th>
                            <td class="number">{one.sat}</td>
                            {numbers.map((round) => (
                                <Cell key={round} there={one.rounds.get(round)} round={round} />
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function Cell({ there, round }: { there: Attendance | undefined; round: number }) {
    if (!there) return <td />;
    const { parts, struck } = there;
    const words = [...parts.map((part) => WORDS[part]), ...struck.map((reason) => `struck for ${reason}`)];
    const kind = `at-${parts[0] ?? "struck"}${struck.length ? " at-marked" : ""}`;
    return (
        <td class={kind} title={`round ${round}: ${words.join(", ")}`}>
            {parts.map((part) => SIGN[part]).join("")}
            {struck.length > 0 && "!"}
        </td>
    );
}
