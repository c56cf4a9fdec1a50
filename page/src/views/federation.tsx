import { Section } from "../parts/basic.tsx";

export function FederationView() {
    return (
        <main>
            <h1>federation</h1>
            <Section title="To be written">…</Section>
        </main>
    );
}
