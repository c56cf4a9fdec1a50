// Small parts of which views are made.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Follower } from "../chain/follow.ts";
import type { Address, Hex } from "../chain/rpc.ts";
import { link } from "../route.ts";
import { useLook, useNow } from "./context.tsx";
import { cid, claim, duration, iso, short, since, timestamp } from "./format.ts";

/** A part of a view with a heading of its own, which can be linked to. */
export function Section({
    title,
    note,
    children,
}: {
    title: string;
    note?: ComponentChildren;
    children: ComponentChildren;
}) {
    const id = title.toLowerCase().replaceAll(/[^a-z]+/g, "-");
    return (
        <section aria-labelledby={id} class="card">
            <h2 id={id}>{title}</h2>
            {note && <p class="note">{note}</p>}
            {children}
        </section>
    );
}

/** Facts with their names, side by side where there is room. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
    return (
        <dl class="facts">
            {facts.map(([name, value]) => (
                <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
        </dl>
    );
}

export function Empty({ children }: { children: ComponentChildren }) {
    return <p class="empty">{children}</p>;
}

/** A mark with a word in it; never by colour alone. */
export function Badge({ kind, children }: { kind: "good" | "bad" | "warn" | "plain"; children: ComponentChildren }) {
    return <span class={`badge ${kind}`}>{children}</span>;
}

/** An account's name in plain text: of the address book, as it calls itself, or its address. */
export function useName(): (account: Address) => string {
    const { follower } = useLook();
    return (account) => nameOf(follower, account);
}

export function nameOf(follower: Follower, account: Address): string {
    const claimed = claim(follower.federation.members.get(account)?.name ?? "");
    return follower.settings.names[account] ?? (claimed ? `“${claimed}”` : short(account));
}

/** An account by name, with its address, linked to its view. What it calls itself is quoted. */
export function Who({ account, plain = false }: { account: Address; plain?: boolean }) {
    const { follower } = useLook();
    const name = useName()(account);
    const isNamed = name !== short(account);
    return (
        <a class="who" href={link.member(account)} title={account}>
            <bdi>{name}</bdi>
            {isNamed && !plain && !follower.settings.names[account] && <code class="soft"> {short(account)}</code>}
        </a>
    );
}

/** Many accounts, the first few until all are asked for. */
export function Crowd({ accounts, most = 12 }: { accounts: readonly Address[]; most?: number }) {
    const [all, setAll] = useState(false);
    const shown = all ? accounts : accounts.slice(0, most);
    if (!accounts.length) return <span class="soft">nobody</span>;
    return (
        <ul class="crowd">
            {shown.map((account) => (
                <li key={account}>
                    <Who account={account} />
                </li>
            ))}
            {accounts.length > shown.length && (
                <li>
                    <button type="button" onClick={() => setAll(true)}>
                        and {accounts.length - shown.length} more
                    </button>
                </li>
            )}
        </ul>
    );
}

/** A blob's pointer as its CID, with a button that copies it. */
export function Pointer({ pointer, whole = false }: { pointer: Hex; whole?: boolean }) {
    const text = cid(pointer);
    return (
        <span class="pointer">
            <code title={text}>{whole ? text : short(text)}</code>
            <Copy text={text} what="the CID" />
        </span>
    );
}

export function Copy({ text, what }: { text: string; what: string }) {
    const [said, setSaid] = useState("copy");
    const copy = () =>
        navigator.clipboard.writeText(text).then(
            () => setSaid("copied"),
            () => setSaid("not allowed"),
        );
    return (
        <button
            type="button"
            class="copy"
            aria-label={`Copy ${what} ${text}`}
            onClick={copy}
            onBlur={() => setSaid("copy")}
        >
            {said}
        </button>
    );
}

/** A moment: how long ago it was or, in a record, when. */
export function When({ time }: { time: number | null }) {
    const { follower } = useLook();
    const now = useNow();
    if (time === null) return <span class="soft">not known</span>;
    const isRecord = follower.settings.recordedAt !== null;
    return (
        <time dateTime={iso(time)} title={timestamp(time)}>
            <span class={isRecord ? "" : "on-screen"}>{isRecord ? timestamp(time) : since(time, now)}</span>
            {!isRecord && <span class="on-paper">{timestamp(time)}</span>}
        </time>
    );
}

/** How long is left until a moment. */
export function TimeLeft({ until }: { until: number }) {
    const now = useNow();
    return (
        <span class="time-left">
            {until > now ? `${duration(until - now)} left` : `over since ${duration(now - until)}`}
        </span>
    );
}
