// What stands around every view: where one is, whether the chain goes on, what the audit said.
import type { ComponentChildren } from "preact";
import { link, type Route } from "../route.ts";
import { AuditBadge } from "./audit.tsx";
import { Badge } from "./basic.tsx";
import { useLook, useNow } from "./context.tsx";
import { duration, short, timestamp } from "./format.ts";

const STILL_S = 120; // without a block, after which it is said

export function Frame({ route, children }: { route: Route; children: ComponentChildren }) {
    const { follower } = useLook();
    const at = (view: Route["view"]) => (route.view === view ? { "aria-current": "page" as const } : {});
    return (
        <>
            <a
                class="skip"
                href="#content"
                onClick={(event) => (event.preventDefault(), document.getElementById("content")?.focus())}
            >
                To the content
            </a>
            <header>
                <a class="brand" href={link.federation}>
                    <img src="icon.svg" alt="" width="24" height="24" /> Folkmoot
                </a>
                <nav aria-label="Views">
                    <a href={link.federation} {...at("federation")}>
                        Federation
                    </a>
                    <a href={link.tasks} {...at("tasks")}>
                        Tasks
                    </a>
                </nav>
                <ChainState />
            </header>
            <div id="content" tabIndex={-1}>
                {children}
            </div>
            <footer>
                Federation <code>{short(follower.settings.federation)}</code>. This page only looks: it has no key and
                sends nothing to the chain. <a href="licenses.txt">Licences</a>
            </footer>
        </>
    );
}

function ChainState() {
    const { follower } = useLook();
    const { head, status, problem, settings } = follower;
    return (
        <div class="chain">
            <AuditBadge />
            <span role="status">
                {status === "away" && <Badge kind="bad">node away</Badge>}
                {status === "live" && settings.recordedAt !== null && (
                    <Badge kind="plain">record of {timestamp(settings.recordedAt)}</Badge>
                )}
                {status === "live" && settings.recordedAt === null && <Age />}
            </span>
            {head && (
                <span class="soft" title={timestamp(head.time)}>
                    block {head.number}
                </span>
            )}
            {status === "away" && <span class="problem">What is shown may be old. {problem}</span>}
        </div>
    );
}

function Age() {
    const { follower } = useLook();
    const now = useNow();
    const age = now - (follower.head?.time ?? now);
    if (age <= STILL_S) return <Badge kind="good">live</Badge>;
    const isAtWork = [...follower.tasks.values()].some((task) => task.rounds.length > 0 && !task.ending);
    return <Badge kind={isAtWork ? "warn" : "plain"}>no block for {duration(age)}</Badge>;
}
