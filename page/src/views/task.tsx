export function TaskView({ number, chosen }: { number: number; chosen: number | null }) {
    return (
        <main>
            <h1>
                Task {number}, round {chosen}
            </h1>
        </main>
    );
}
