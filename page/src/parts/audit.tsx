// What the last audit said: of the federation as a whole, and of one task.
import { Badge, Section, When } from "./basic.tsx";
import { useLook } from "./context.tsx";
import { count, grouped } from "./format.ts";

/** In a word, of everything. */
export function AuditBadge() {
    const { verdict, follower } = useLook();
    if (follower.settings.audit && !verdict) return null; // not known yet
    if (!verdict?.found) return <Badge kind="plain">not audited</Badge>;
    const ofTasks = Object.values(verdict.tasks ?? {}).flatMap((task) => task.findings);
    const findings = [...(verdict.findings ?? []), ...ofTasks].length;
    return (
        <span>
            <Holds holds={verdict.holds ?? null} findings={findings} what="audit" />
            {verdict.block !== undefined && <span class="soft"> to block {grouped(verdict.block)}</span>}
        </span>
    );
}

/** What it said of a task, or of the federation itself, with its findings; nothing where there is no verdict. */
export function Audit({ task }: { task?: string }) {
    const { verdict } = useLook();
    const tasks = new Map(Object.entries(verdict?.tasks ?? {}).map(([at, one]) => [at.toLowerCase(), one]));
    const said = task === undefined ? verdict : tasks.get(task.toLowerCase());
    if (!verdict?.found || !said) return null;
    const findings = said.findings ?? [];
    const subject = task === undefined ? "the federation" : "this task";
    const models = verdict.models === false ? " Its models were not compared: only the chain was." : "";
    return (
        <Section title="Audit">
            <p>
                <Holds holds={said.holds ?? null} findings={findings.length} what="" />{" "}
                {said.holds === true &&
                    `All of ${subject} that the audit computed again agrees with the chain.${models}`}
                {said.holds === null && "Not all of it could be seen."}{" "}
                <span class="soft">
                    {verdict.block !== undefined && `Up to block ${grouped(verdict.block)}`}
                    {verdict.at != null && (
                        <>
                            , <When time={verdict.at} />
                        </>
                    )}
                </span>
            </p>
            {findings.length > 0 && (
                <ul>
                    {findings.map((finding, i) => (
                        <li key={i}>{finding}</li>
                    ))}
                </ul>
            )}
        </Section>
    );
}

function Holds({ holds, findings, what }: { holds: boolean | null; findings: number; what: string }) {
    if (holds === null) return <Badge kind="warn">{what} could not check</Badge>;
    return holds ? (
        <Badge kind="good">{what} holds</Badge>
    ) : (
        <Badge kind="bad">{`${what} ${count(findings, "finding")}`}</Badge>
    );
}
