// Where a model comes from, back to the one that was proposed with the task.
import { Section } from "../../parts/basic.tsx";
import { count, percent } from "../../parts/format.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { ancestry, type TaskModel } from "../../record/lineage.ts";
import { link } from "../../route.ts";

/** In words, with links. */
export function Origin({ task, model }: { task: number; model: TaskModel }) {
    const to = (number: number) => <a href={link.model(task, number)}>model {number}</a>;
    const round = model.round !== null && <a href={link.round(task, model.round)}>round {model.round}</a>;
    if (model.repeats !== null && model.carried)
        return (
            <>
                the same as {to(model.repeats)}: {round} ended without a new model and carried it forward
            </>
        );
    if (model.repeats !== null)
        return (
            <>
                the same as {to(model.repeats)}: the managers voided {round} and rolled back to it
            </>
        );
    if (model.parent === null) return <>proposed with the task</>;
    return (
        <>
            made by {round} from {to(model.parent)}
        </>
    );
}

export function Lineage({ task, models, model }: { task: number; models: readonly TaskModel[]; model: TaskModel }) {
    const chain = ancestry(models, model.number);
    const columns: Column<TaskModel>[] = [
        {
            title: "Model",
            cell: (one) =>
                one.number === model.number ? (
                    <strong>{one.number} (this one)</strong>
                ) : (
                    <a href={link.model(task, one.number)}>{one.number}</a>
                ),
        },
        {
            title: "Origin",
            cell: (one) => (
                <span class="sentence">
                    <Origin task={task} model={one} />
                </span>
            ),
        },
        {
            title: "Updates",
            cell: (one) => (one.parent === null ? <span class="soft">–</span> : one.contributors.length),
            number: true,
        },
        {
            title: "Score",
            cell: (one) =>
                one.measured ? (
                    percent(one.score)
                ) : (
                    <span class="soft">{one.open ? "not scored yet" : "not scored"}</span>
                ),
            number: true,
        },
    ];
    return (
        <Section
            title="Lineage"
            note={`${count(chain.length, "model")}, from this one back to the one that was proposed with the task.`}
        >
            <Table
                label="Models, from this one back"
                columns={columns}
                rows={chain}
                id={(one) => one.number}
                empty="It comes from no other model."
                most={20}
            />
        </Section>
    );
}
