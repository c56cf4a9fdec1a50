// What the audit said about one task, where its checkpoint is there.
import { Badge, Section, When } from "../../parts/basic.tsx";
import { useLook } from "../../parts/context.tsx";
import { count } from "../../parts/format.ts";
import type { Task } from "../../record/task.ts";

export function AuditFindings({ task }: { task: Task }) {
    const { verdict } = useLook();
    if (!verdict?.found) return null;
    const address = task.proposal.task.toLowerCase();
    const found = Object.entries(verdict.tasks ?? {}).find(([one]) => one.toLowerCase() === address)?.[1];
    if (!found) return null;
    return (
        <Section title="Audit">
            <p>
                {found.holds ? (
                    <Badge kind="good">holds</Badge>
                ) : (
                    <Badge kind="bad">{count(found.findings.length, "finding")}</Badge>
                )}{" "}
                {found.holds ? "Everything of this task that the audit recomputed agrees with the chain" : ""}
                {verdict.block !== undefined && ` up to block ${verdict.block}`}
                {verdict.at !== undefined && verdict.at !== null && (
                    <span class="soft">
                        {" "}
                        (<When time={verdict.at} />)
                    </span>
                )}
            </p>
            {found.findings.length > 0 && (
                <ul>
                    {found.findings.map((finding, i) => (
                        <li key={i}>{finding}</li>
                    ))}
                </ul>
            )}
        </Section>
    );
}
