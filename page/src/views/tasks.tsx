import { Section } from "../parts/basic.tsx";

export function TasksView() {
    return (
        <main>
            <h1>tasks</h1>
            <Section title="To be written">…</Section>
        </main>
    );
}
