// When a block was, asked of the node only for blocks that are shown.
import { When } from "./basic.tsx";
import { useAnswer, useLook } from "./context.tsx";

export function At({ block }: { block: number }) {
    const { follower } = useLook();
    const known = follower.knownTime(block);
    const answer = useAnswer(() => (known === null ? follower.timeOf(block) : Promise.resolve(known)), [block]);
    const time = known ?? (typeof answer === "number" ? answer : null);
    if (time !== null) return <When time={time} />;
    return <span class="soft">block {block}</span>;
}
