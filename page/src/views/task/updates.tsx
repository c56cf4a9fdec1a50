// The updates of a round in a table, where there are few seats with the score that each gave.
import { Badge, Pointer, useName, Who } from "../../parts/basic.tsx";
import { Amount } from "../../parts/amount.tsx";
import { grouped, percent } from "../../parts/format.ts";
import { Table, type Column } from "../../parts/table.tsx";
import { SIGNS, type HeatMap } from "../../record/heat.ts";
import type { Round, Update } from "../../record/round.ts";
import type { Verdict } from "../../record/words.ts";

const FEW = 9; // seats that have a column each

const BADGES: Readonly<Record<Verdict, "good" | "bad" | "warn" | "plain">> = {
    "not settled": "plain",
    fault: "bad",
    rejected: "warn",
    passed: "plain",
    accepted: "good",
};

export function UpdateTable({ round, map }: { round: Round; map: HeatMap }) {
    const name = useName();
    const seats = map.revealed > 0 && map.seats.length <= FEW ? map.seats : [];
    const width = map.updates.length + 1;
    const given = (row: number, update: Update) => map.cells[row * width + map.updates.indexOf(update) + 1];
    const columns: Column<Update>[] = [
        {
            title: "Update of",
            cell: (update) => <Who account={update.author} plain />,
            key: (update) => name(update.author),
        },
        ...seats.map((seat, row): Column<Update> => ({
            title: `by ${name(seat.account)}`,
            number: true,
            cell: (update) => {
                const cell = given(row, update);
                if (!cell || cell.kind === "score") return percent(cell?.score ?? null);
                return cell.kind === "own" ? "own" : cell.kind === "abstained" ? "abstained" : SIGNS[cell.kind];
            },
            key: (update) => given(row, update)?.score ?? -1,
        })),
        {
            title: "Counted",
            number: true,
            cell: (update) => (round.settled ? percent(round.isScored(update) ? update.score : null) : "not settled"),
            key: (update) => update.score ?? -1,
        },
        {
            title: "Verdict",
            cell: (update) => <Badge kind={BADGES[update.verdict]}>{update.verdict}</Badge>,
            key: (update) => update.verdict,
        },
        { title: "Rank", number: true, cell: (update) => update.rank || "–", key: (update) => update.rank || Infinity },
        {
            title: "Samples, as claimed",
            number: true,
            cell: (update) => grouped(update.samples),
            key: (update) => update.samples,
        },
        {
            title: "Earned",
            number: true,
            cell: (update) => (update.earned ? <Amount units={update.earned} /> : "–"),
            key: (update) => update.earned,
        },
        { title: "Pointer", cell: (update) => <Pointer pointer={update.pointer} /> },
    ];
    return (
        <div class="updates">
            <Table
                label={`Updates of round ${round.number}`}
                columns={columns}
                rows={map.updates}
                id={(update) => update.index}
                empty="No update has been submitted."
                most={25}
                find={(update) => `${name(update.author)} ${update.author}`}
            />
        </div>
    );
}
