// What several views show of a task: its name with a link, and its phase.
import type { Parameters } from "../chain/calls.ts";
import type { Address } from "../chain/rpc.ts";
import { phaseOf, type Now } from "../record/phases.ts";
import type { Task } from "../record/task.ts";
import type { Phase } from "../record/words.ts";
import { link } from "../route.ts";
import { Badge } from "./basic.tsx";
import { useLook, useNow } from "./context.tsx";
import { plain, short } from "./format.ts";

const KINDS: Partial<Record<Phase, "good" | "bad" | "warn">> = {
    Finished: "good",
    Stalled: "bad",
    Expired: "bad",
    Cancelled: "bad",
    Paused: "warn",
    Proposed: "warn",
    Enrolling: "warn",
};

export function PhaseBadge({ phase }: { phase: Phase }) {
    return <Badge kind={KINDS[phase] ?? "plain"}>{phase}</Badge>;
}

/** A task by its number and name, linked to its view. */
export function TaskLink({ task, inSentence = false }: { task: Task; inSentence?: boolean }) {
    const name = plain(task.proposal.name);
    return (
        <a href={link.task(task.proposal.number)} title={task.proposal.task}>
            {inSentence ? "task" : "Task"} {task.proposal.number}
            {name && (
                <>
                    : <bdi>{name}</bdi>
                </>
            )}
        </a>
    );
}

/** A task by its address; the address where it is none of this federation's. */
export function TaskAt({ address, inSentence = false }: { address: Address; inSentence?: boolean }) {
    const { follower } = useLook();
    const task = follower.tasks.get(address);
    return task ? <TaskLink task={task} inSentence={inSentence} /> : <code title={address}>{short(address)}</code>;
}

/** The time and the block at which phases are looked at; anew every second. */
export function useMoment(): Now {
    const { follower } = useLook();
    const time = useNow();
    return { time, block: follower.head?.number ?? 0 };
}

export function currentPhase(task: Task, parameters: Parameters | undefined, now: Now): Phase | null {
    return parameters ? phaseOf(task, parameters, now) : null;
}

/** Changes with the record of the federation and its tasks, and with nothing else. */
export function useRecordKeys(): readonly unknown[] {
    const { follower } = useLook();
    let events = 0;
    for (const task of follower.tasks.values()) events += task.events.length;
    return [follower.federation, follower.federation.events.length, events];
}
