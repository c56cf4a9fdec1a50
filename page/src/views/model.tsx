export function ModelView({ task, number }: { task: number; number: number }) {
    return (
        <main>
            <h1>
                Model {number} of task {task}
            </h1>
        </main>
    );
}
