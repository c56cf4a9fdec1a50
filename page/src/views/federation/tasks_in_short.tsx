// The federation's tasks, a line each.
import { Section } from "../../parts/basic.tsx";
import { useLook } from "../../parts/context.tsx";
import { nth, percent } from "../../parts/format.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { currentPhase, PhaseBadge, TaskLink, useMoment } from "../../parts/task.tsx";
import { newestScore } from "../../record/summary.ts";
import type { Task } from "../../record/task.ts";
import { link } from "../../route.ts";

export function TasksInShort() {
    const { follower } = useLook();
    const now = useMoment();
    const parameters = (task: Task) => follower.parameters.get(task.proposal.task);
    const columns: Column<Task>[] = [
        { title: "Task", cell: (task) => <TaskLink task={task} />, key: (task) => task.proposal.number },
        {
            title: "State",
            cell: (task) => {
                const phase = currentPhase(task, parameters(task), now);
                return phase && <PhaseBadge phase={phase} />;
            },
            key: (task) => currentPhase(task, parameters(task), now) ?? "",
        },
        {
            title: "Round",
            cell: (task) => roundOf(task, parameters(task)?.totalRounds),
            key: (task) => task.rounds.length,
        },
        {
            title: "Score",
            cell: (task) => {
                const score = newestScore(task);
                return score ? `${percent(score.score)} (${score.of})` : <span class="soft">none yet</span>;
            },
            key: (task) => newestScore(task)?.score ?? -1,
        },
    ];
    return (
        <Section title="Tasks" note={<a href={link.tasks}>All tasks with budgets, members and who is awaited</a>}>
            <Table
                label="Tasks, newest first"
                columns={columns}
                rows={[...follower.tasks.values()].reverse()}
                id={(task) => task.proposal.number}
                empty="No tasks yet: a member or a manager proposes one."
                find={(task) => `${task.proposal.number} ${task.proposal.name}`}
                most={20}
            />
        </Section>
    );
}

/** The round by its number, which counts from 0 as everywhere in the protocol, and how many that makes. */
export function roundOf(task: Task, total: number | undefined): string {
    const round = task.running;
    if (!round) return "not started";
    return total ? `${round.number}, the ${nth(round.number + 1)} of ${total}` : String(round.number);
}
