// The ledger of a task: its models, the newest first.
import { useMemo } from "preact/hooks";
import type { Parameters } from "../../chain/calls.ts";
import { At } from "../../parts/at.tsx";
import { Pointer, Section } from "../../parts/basic.tsx";
import { percent } from "../../parts/format.ts";
import { Table } from "../../parts/table.tsx";
import { lineage, type TaskModel } from "../../record/lineage.ts";
import type { Task } from "../../record/task.ts";
import { link } from "../../route.ts";

export function Ledger({ task, parameters }: { task: Task; parameters: Parameters }) {
    const models = useMemo(
        () => lineage(task, parameters.model).filter(isWritten).reverse(),
        [task, task.events.length],
    );
    const number = task.proposal.number;
    return (
        <Section title="Ledger">
            <div class="ledger">
                <Table
                    label="Models of the task, the newest first"
                    rows={models}
                    id={(model) => model.number}
                    empty="The ledger begins with model 0 when the task starts."
                    most={20}
                    columns={[
                        {
                            title: "Model",
                            cell: (model) => <a href={link.model(number, model.number)}>model {model.number}</a>,
                            key: (model) => model.number,
                        },
                        { title: "Lineage", cell: (model) => <Origin model={model} task={number} /> },
                        {
                            title: "Score",
                            number: true,
                            cell: (model) => scoreOf(task, model),
                            key: (model) => model.score ?? -1,
                        },
                        {
                            title: "Contributors",
                            number: true,
                            cell: (model) => model.contributors.length || "–",
                            key: (model) => model.contributors.length,
                        },
                        { title: "Pointer", cell: (model) => <Pointer pointer={model.pointer} /> },
                        { title: "Block", number: true, cell: (model) => model.block, key: (model) => model.block },
                        { title: "Time", cell: (model) => <At block={model.block} /> },
                    ]}
                />
            </div>
        </Section>
    );
}

type Written = TaskModel & { block: number };

function isWritten(model: TaskModel): model is Written {
    return model.block !== null;
}

/** A model's score, or whether it can still get one. */
function scoreOf(task: Task, model: Written): string {
    const round = task.rounds[model.number];
    const isAwaited = round ? !round.settled && !round.outcome : true;
    return model.score === null && isAwaited ? "not yet" : percent(model.score);
}

/** Where a model came from, in a word. */
function Origin({ model, task }: { model: TaskModel; task: number }) {
    if (model.round === null) return <>the first one</>;
    const round = <a href={link.round(task, model.round)}>round {model.round}</a>;
    const from = model.repeats ?? model.parent ?? 0;
    const source = <a href={link.model(task, from)}>model {from}</a>;
    if (model.carried)
        return (
            <>
                carried by {round}: is {source}
            </>
        );
    if (model.repeats !== null)
        return (
            <>
                {round} rolled back to {source}
            </>
        );
    return (
        <>
            made by {round} from {source}
        </>
    );
}
