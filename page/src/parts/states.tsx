// What is shown while there is nothing to show.

export function Loading({ share, problem }: { share: number; problem: string }) {
    return (
        <main class="state" aria-busy="true">
            <h1>Reading the chain …</h1>
            <progress max={1} value={share || undefined} aria-label="Of the record read" />
            {problem && <p role="alert">The node does not answer: {problem}. Asking again.</p>}
        </main>
    );
}

export function Failed({ reason }: { reason: string }) {
    return (
        <main class="state">
            <h1>Nothing to show</h1>
            <p role="alert">{reason}</p>
        </main>
    );
}
