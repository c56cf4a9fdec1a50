// The page: reads its settings, follows the federation, and shows the view that the address names.
import { render } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import { Follower } from "./chain/follow.ts";
import { nameOf } from "./parts/basic.tsx";
import { Looking, type Verdict } from "./parts/context.tsx";
import { plain } from "./parts/format.ts";
import { Frame } from "./parts/frame.tsx";
import { Failed, Loading } from "./parts/states.tsx";
import { parse, type Route } from "./route.ts";
import { readSettings } from "./settings.ts";
import { FederationView } from "./views/federation.tsx";
import { MemberView } from "./views/member.tsx";
import { ModelView } from "./views/model.tsx";
import { TaskView } from "./views/task.tsx";
import { TasksView } from "./views/tasks.tsx";

const AUDIT_MS = 30_000;

function App({ follower }: { follower: Follower }) {
    const [, redraw] = useState(0);
    const [verdict, setVerdict] = useState<Verdict | null>(null);
    const route = useRoute();
    useEffect(() => follower.subscribe(() => redraw((n) => n + 1)), [follower]);
    useEffect(() => watchAudit(follower, setVerdict), [follower]);
    const isRead = follower.head !== null && follower.status !== "failed";
    const title = titleOf(route, follower);
    useEffect(() => void (document.title = title), [title]);
    return (
        <Looking.Provider value={{ follower, verdict }}>
            <Frame route={route}>
                {isRead ? <Drawn route={route} key={subjectOf(route)} /> : <Beginning follower={follower} />}
            </Frame>
        </Looking.Provider>
    );
}

/** What the browser calls the view. */
function titleOf(route: Route, follower: Follower): string {
    const task = "task" in route ? follower.federation.proposals[route.task] : undefined;
    const named = task ? `${plain(task.name) || "task"} ${task.number}` : "";
    const views: Record<Route["view"], string> = {
        federation: "Federation",
        tasks: "Tasks",
        task: route.view === "task" && route.round !== null ? `Round ${route.round} of ${named}` : named,
        model: route.view === "model" ? `Model ${route.model} of ${named}` : "",
        member: route.view === "member" ? nameOf(follower, route.account) : "",
        nothing: "",
    };
    return [views[route.view], "Folkmoot"].filter(Boolean).join(" – ");
}

function Beginning({ follower }: { follower: Follower }) {
    if (follower.status === "failed") return <Failed reason={follower.problem} />;
    return <Loading share={follower.share} problem={follower.problem} />;
}

/** A view, or why it cannot be drawn: the others still can. */
function Drawn({ route }: { route: Route }) {
    const [fault] = useErrorBoundary();
    return fault ? <Failed reason={`This view cannot be drawn: ${fault}.`} /> : <View route={route} />;
}

function View({ route }: { route: Route }) {
    switch (route.view) {
        case "federation":
            return <FederationView />;
        case "tasks":
            return <TasksView />;
        case "task":
            return <TaskView number={route.task} chosen={route.round} key={route.task} />;
        case "model":
            return <ModelView task={route.task} number={route.model} />;
        case "member":
            return <MemberView account={route.account} key={route.account} />;
        default:
            return <Failed reason="There is nothing at this address. Begin with the federation." />;
    }
}

function useRoute(): Route {
    const [route, setRoute] = useState(parse(location.hash));
    useEffect(() => {
        let before = parse(location.hash);
        const follow = () => {
            const next = parse(location.hash);
            if (!isSameView(before, next)) scrollTo(0, 0);
            setRoute((before = next));
        };
        addEventListener("hashchange", follow);
        return () => removeEventListener("hashchange", follow);
    }, []);
    return route;
}

/** Whether only another round of the same task is looked at. */
function isSameView(one: Route, other: Route): boolean {
    return one.view === "task" && subjectOf(one) === subjectOf(other);
}

function subjectOf(route: Route): string {
    return Object.entries(route)
        .map(([name, value]) => (name === "round" ? "" : value))
        .join(" ");
}

/** Asks now and then what the audit said, where the page's server has it. */
function watchAudit(follower: Follower, tell: (verdict: Verdict) => void): (() => void) | void {
    if (!follower.settings.audit) return;
    const ask = () =>
        fetch("audit.json")
            .then((answer) => answer.json() as Promise<Verdict>)
            .then(tell, () => {});
    void ask();
    if (follower.settings.recordedAt !== null) return;
    const timer = setInterval(ask, AUDIT_MS);
    return () => clearInterval(timer);
}

async function begin(place: HTMLElement): Promise<void> {
    try {
        const follower = new Follower(await readSettings(new URL(location.href)));
        render(<App follower={follower} />, place);
        await follower.run();
    } catch (error) {
        render(<Failed reason={error instanceof Error ? error.message : String(error)} />, place);
    }
}

const place = document.getElementById("page");
if (place) void begin(place);
