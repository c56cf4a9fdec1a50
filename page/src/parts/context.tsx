// What every view looks at: the follower, and a clock that ticks.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Follower } from "../chain/follow.ts";

export interface Verdict {
    found: boolean;
    holds?: boolean | null;
    at?: number | null; // seconds since 1970
    block?: number;
    findings?: string[];
    models?: boolean; // whether models were compared, not only what the chain has
    tasks?: Record<string, { holds: boolean | null; findings: string[] }>;
}

export interface Look {
    follower: Follower;
    verdict: Verdict | null; // the audit's; null before it is known
}

export const Looking = createContext<Look | null>(null);

export function useLook(): Look {
    const look = useContext(Looking);
    if (!look) throw new Error("a view stands outside of the page");
    return look;
}

/** The time on the chain in seconds since 1970, anew every second. */
export function useNow(): number {
    const { follower } = useLook();
    const [, tick] = useState(0);
    useEffect(() => {
        if (follower.settings.recordedAt !== null) return;
        const timer = setInterval(() => tick((n) => n + 1), 1_000);
        return () => clearInterval(timer);
    }, [follower]);
    return follower.now();
}

/** What a promise comes to: undefined while it is waited for. It is asked for again when `keys` change. */
export function useAnswer<T>(ask: () => Promise<T>, keys: readonly unknown[]): T | Error | undefined {
    const [answer, setAnswer] = useState<T | Error | undefined>(undefined);
    useEffect(() => {
        let isOld = false;
        const keep = (value: T | Error) => isOld || setAnswer(() => value);
        ask().then(keep, (error: unknown) => keep(error instanceof Error ? error : new Error(String(error))));
        return () => void (isOld = true);
    }, keys);
    return answer;
}
