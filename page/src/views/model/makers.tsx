// Who made a model, who attested it, and who measured it.
import { Crowd, Empty, Facts, Pointer, Section, Who } from "../../parts/basic.tsx";
import { Amount } from "../../parts/amount.tsx";
import { count, grouped, percent } from "../../parts/format.ts";
import { Table, type Column } from "../../parts/table.tsx";
import type { TaskModel, Voice } from "../../record/lineage.ts";
import type { Update } from "../../record/round.ts";
import type { Task } from "../../record/task.ts";
import { link } from "../../route.ts";

/** Of the model in which the content was first made; `asked` is the one looked at. */
export function Contributors({ task, model, asked }: { task: Task; model: TaskModel; asked: TaskModel }) {
    const number = task.proposal.number;
    if (model.round === null || model.parent === null)
        return (
            <Section title="Contributors">
                <Empty>
                    {asked === model
                        ? "It was proposed with the task, so no update is in it."
                        : `It is model ${model.number} again, which was proposed with the task: no update is in it.`}
                </Empty>
            </Section>
        );
    const columns: Column<Update>[] = [
        { title: "Rank", cell: (one) => one.rank, key: (one) => one.rank },
        { title: "Author", cell: (one) => <Who account={one.author} /> },
        { title: "Score", cell: (one) => percent(one.score), key: (one) => one.score ?? -1, number: true },
        {
            title: "Samples (claimed)",
            cell: (one) => grouped(one.samples),
            key: (one) => one.samples,
            number: true,
        },
        { title: "Pay", cell: (one) => <Amount units={one.earned} />, key: (one) => one.earned, number: true },
        { title: "Update (CID)", cell: (one) => <Pointer pointer={one.pointer} /> },
    ];
    return (
        <Section
            title="Contributors"
            note={
                <>
                    The updates that <a href={link.round(number, model.round)}>round {model.round}</a> accepted and
                    aggregated{asked !== model && `, for it is model ${model.number} again`}.
                </>
            }
        >
            <Table
                label="Accepted updates, best first"
                columns={columns}
                rows={model.contributors}
                id={(one) => one.index}
                empty="No accepted update is on record."
                most={20}
            />
            <h3>
                Attested by {model.attesters.length} of {model.seats} seats
            </h3>
            <Crowd accounts={model.attesters} />
        </Section>
    );
}

export function Voices({ task, model }: { task: number; model: TaskModel }) {
    const by = model.final ? (
        "the last round’s committee, once the task was over"
    ) : (
        <>
            the committee of <a href={link.round(task, model.number)}>round {model.number}</a>, which started from it
        </>
    );
    const voices = [...model.voices].sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
    const scores = voices.flatMap((voice) => (voice.score === null ? [] : [voice.score]));
    const columns: Column<Voice>[] = [
        { title: "Seat of", cell: (one) => <Who account={one.account} /> },
        {
            title: "Measured",
            cell: (one) => (one.score === null ? <span class="soft">abstained</span> : percent(one.score)),
            key: (one) => one.score ?? -1,
            number: true,
        },
    ];
    return (
        <Section title="Score" note={model.measured || voices.length ? <>By {by}.</> : undefined}>
            {!model.measured && !voices.length && (
                <Empty>
                    {model.open
                        ? "Nobody has measured it yet: the round that starts from it does."
                        : "Nobody has measured it: the round that started from it ended before its scores were settled."}
                </Empty>
            )}
            {(model.measured || voices.length > 0) && (
                <Facts
                    facts={[
                        ["Median", model.measured ? percent(model.score) : "not settled yet"],
                        ["Highest", percent(scores[0] ?? null)],
                        ["Lowest", percent(scores.at(-1) ?? null)],
                        ["Did not measure it", count(model.missing, "seat")],
                    ]}
                />
            )}
            {model.missing > 0 && model.measured && (
                <p class="note">
                    {model.final
                        ? "The median is of those that have, once more than half of the seats have."
                        : "In the median, a seat that abstained or was silent counts as if it had said the highest."}
                </p>
            )}
            {voices.length > 0 && (
                <details>
                    <summary>What each seat measured</summary>
                    <Table
                        label="What each seat measured"
                        columns={columns}
                        rows={voices}
                        id={(one) => one.account}
                        empty="Nobody has measured it."
                        most={20}
                    />
                </details>
            )}
        </Section>
    );
}
