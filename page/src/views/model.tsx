// One model: its pointer, how to get it, what it was made of and by whom, what it scored, and where it comes from.
import { useMemo } from "preact/hooks";
import { Empty, Facts, Pointer, Section } from "../parts/basic.tsx";
import { useLook } from "../parts/context.tsx";
import { percent } from "../parts/format.ts";
import { AtBlock } from "../parts/at.tsx";
import { TaskLink, useRecordKeys } from "../parts/task.tsx";
import { lineage, originalOf, type TaskModel } from "../record/lineage.ts";
import type { Task } from "../record/task.ts";
import { link } from "../route.ts";
import { Contributors, Voices } from "./model/makers.tsx";
import { HowToGet } from "./model/get.tsx";
import { Lineage, Origin } from "./model/lineage.tsx";

export function ModelView({ task: number, number: wanted }: { task: number; number: number }) {
    const { follower } = useLook();
    const keys = useRecordKeys();
    const task = [...follower.tasks.values()].find((one) => one.proposal.number === number);
    const first = task && follower.parameters.get(task.proposal.task)?.model;
    const models = useMemo(() => (task ? lineage(task, first) : []), [...keys, task]);
    const model = models.find((one) => one.number === wanted);
    if (!task || !model)
        return (
            <main class="records">
                <h1>{task ? `No model ${wanted}` : `No task ${number}`}</h1>
                <Section title="Not there">
                    <Empty>
                        {task
                            ? `Task ${number} has the models 0 to ${models.length - 1} so far.`
                            : `The federation has no task ${number}.`}{" "}
                        {task ? <TaskLink task={task} /> : <a href={link.tasks}>All tasks</a>}
                    </Empty>
                </Section>
            </main>
        );
    return <Known task={task} model={model} models={models} />;
}

interface Props {
    task: Task;
    model: TaskModel;
    models: readonly TaskModel[];
}

function Known({ task, model, models }: Props) {
    const number = task.proposal.number;
    const original = originalOf(models, model);
    return (
        <main class="records">
            <h1>
                Model {model.number} of task {number}
            </h1>
            <Neighbours task={task} model={model} models={models} />
            <Section title="Model">
                <dl class="facts whole">
                    <div>
                        <dt>Pointer (CID)</dt>
                        <dd>
                            <Pointer pointer={model.pointer} whole />
                        </dd>
                    </div>
                    <div>
                        <dt>Origin</dt>
                        <dd>
                            <Origin task={number} model={model} />
                        </dd>
                    </div>
                </dl>
                <Facts
                    facts={[
                        ["Task", <TaskLink task={task} />],
                        [
                            "In the ledger since",
                            model.block === null ? "the task’s start is to come" : <AtBlock block={model.block} />,
                        ],
                        ["Score", <ScoreOf model={model} />],
                    ]}
                />
                <SameAs task={number} model={model} models={models} />
            </Section>
            <HowToGet task={number} model={model.number} pointer={model.pointer} />
            <Contributors task={task} model={original} asked={model} />
            <Voices task={number} model={model} />
            <Lineage task={number} models={models} model={model} />
        </main>
    );
}

function Neighbours({ task, model, models }: Props) {
    const number = task.proposal.number;
    const at = models.indexOf(model);
    const [previous, next] = [models[at - 1], models[at + 1]];
    return (
        <nav class="neighbours" aria-label="Models of the task">
            {previous ? (
                <a href={link.model(number, previous.number)}>← Model {previous.number}</a>
            ) : (
                <span class="soft">the first model</span>
            )}
            {next ? (
                <a href={link.model(number, next.number)}>Model {next.number} →</a>
            ) : (
                <span class="soft">the latest model</span>
            )}
        </nav>
    );
}

function ScoreOf({ model }: { model: TaskModel }) {
    if (!model.measured) return <span class="soft">{model.open ? "not scored yet" : "not scored"}</span>;
    return (
        <>
            {percent(model.score)} <span class="soft">{model.final ? "(final score)" : "(committee’s median)"}</span>
        </>
    );
}

function SameAs({ task, model, models }: { task: number; model: TaskModel; models: readonly TaskModel[] }) {
    const same = models.filter((one) => one.number !== model.number && one.pointer === model.pointer);
    if (!same.length) return null;
    return (
        <p class="note">
            The same pointer is in the ledger as{" "}
            {same.slice(0, 12).map((one, i) => (
                <span key={one.number}>
                    {i > 0 && ", "}
                    <a href={link.model(task, one.number)}>model {one.number}</a>
                </span>
            ))}
            {same.length > 12 && ` and ${same.length - 12} more`}.
        </p>
    );
}
