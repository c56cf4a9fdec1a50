// The last events in sentences, newest first.
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { Event } from "../chain/events.ts";
import { sentence, type Part } from "../record/sentences.ts";
import { link } from "../route.ts";
import { Amount } from "./amount.tsx";
import { At } from "./at.tsx";
import { Empty, Pointer, Who } from "./basic.tsx";
import { useLook } from "./context.tsx";
import { duration, grouped, percent, plain, short, iso, timestamp } from "./format.ts";

const FIRST = 30;
const MORE = 100;
const CROWD = 6;

/** Events in the order in which they came; the newest are shown first. */
export function Events({ events, empty = "Nothing has happened yet." }: { events: readonly Event[]; empty?: string }) {
    const [most, setMost] = useState(FIRST);
    if (!events.length) return <Empty>{empty}</Empty>;
    const shown = events.slice(-most).reverse();
    return (
        <>
            <ol class="events" reversed start={events.length}>
                {shown.map((event) => (
                    <li key={`${event.block} ${event.index}`}>
                        <span class="event-time">
                            <At block={event.block} />
                        </span>
                        <span>
                            <Sentence event={event} />
                        </span>
                    </li>
                ))}
            </ol>
            {events.length > most && (
                <p class="more">
                    {grouped(most)} of {grouped(events.length)} events.{" "}
                    <button type="button" onClick={() => setMost((now) => now + MORE)}>
                        Show more events
                    </button>
                </p>
            )}
        </>
    );
}

export function Sentence({ event }: { event: Event }) {
    return (
        <>
            {sentence(event).map((part, i) => (
                <Fragment key={i}>{typeof part === "string" ? part : <Shown part={part} />}</Fragment>
            ))}
        </>
    );
}

function Shown({ part }: { part: Exclude<Part, string> }) {
    const { follower } = useLook();
    const number = "task" in part ? follower.tasks.get(part.task)?.proposal.number : undefined;
    switch (part.kind) {
        case "account":
            return <Who account={part.account} plain />;
        case "accounts":
            return (
                <>
                    {part.accounts.slice(0, CROWD).map((account, i) => (
                        <Fragment key={account}>
                            {i > 0 && ", "}
                            <Who account={account} plain />
                        </Fragment>
                    ))}
                    {part.accounts.length > CROWD && ` and ${part.accounts.length - CROWD} more`}
                </>
            );
        case "amount":
            return <Amount units={part.amount} />;
        case "contract": {
            const task = follower.tasks.get(part.contract)?.proposal.number;
            if (task !== undefined) return <a href={link.task(task)}>task {task}</a>;
            const isFederation = part.contract === follower.settings.federation;
            const name = isFederation ? "the federation" : follower.settings.contracts[part.contract];
            return <span title={part.contract}>{name ? plain(name) : <code>{short(part.contract)}</code>}</span>;
        }
        case "model":
            return number === undefined ? (
                <>model {part.model}</>
            ) : (
                <a href={link.model(number, part.model)}>model {part.model}</a>
            );
        case "round":
            return number === undefined ? (
                <>round {part.round}</>
            ) : (
                <a href={link.round(number, part.round)}>round {part.round}</a>
            );
        case "task":
            return number === undefined ? (
                <code>{short(part.task)}</code>
            ) : (
                <a href={link.task(number)}>task {number}</a>
            );
        case "moment":
            return <time dateTime={iso(part.time)}>{timestamp(part.time)}</time>;
        case "name":
            return (
                <>
                    “<bdi>{plain(part.text)}</bdi>”
                </>
            );
        case "pointer":
            return <Pointer pointer={part.pointer} />;
        case "score":
            return <>{percent(part.score)}</>;
        case "span":
            return <>{duration(part.seconds)}</>;
    }
}
