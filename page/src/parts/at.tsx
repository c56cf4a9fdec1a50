// When a block was, asked of the node only for blocks that are shown.
import { When } from "./basic.tsx";
import { useAnswer, useLook } from "./context.tsx";
import { grouped } from "./format.ts";

/** When a block was; its number while that is not known. */
export function At({ block }: { block: number }) {
    const time = useTime(block);
    return time === null ? <span class="soft">block {grouped(block)}</span> : <When time={time} />;
}

/** A block's number, and when it was. */
export function AtBlock({ block }: { block: number }) {
    const time = useTime(block);
    return (
        <span>
            block {grouped(block)}
            {time !== null && (
                <>
                    , <When time={time} />
                </>
            )}
        </span>
    );
}

function useTime(block: number): number | null {
    const { follower } = useLook();
    const known = follower.knownTime(block);
    const answer = useAnswer(() => (known === null ? follower.timeOf(block) : Promise.resolve(known)), [block]);
    return known ?? (typeof answer === "number" ? answer : null);
}
