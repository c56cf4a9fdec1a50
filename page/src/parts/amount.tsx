// An amount that can be read at a glance: rounded to at most four decimals; the whole is in its title.
import { formatUnits, parseUnits } from "viem";
import { useLook } from "./context.tsx";
import { amount } from "./format.ts";

const DECIMALS = 4;

export function Amount({ units }: { units: bigint }) {
    const { token } = useLook().follower;
    const decimals = token?.decimals ?? 0;
    const size = decimals > DECIMALS ? 10n ** BigInt(decimals - DECIMALS) : 1n;
    const rest = units % size;
    const whole = amount(units, token);
    if (!rest) return <span class="amount">{whole}</span>;
    const near = units - rest + (2n * rest >= size ? size : 0n);
    const least = parseUnits(formatUnits(1n, DECIMALS), decimals);
    return (
        <span class="amount" title={whole}>
            {near ? amount(near, token) : `< ${amount(least, token)}`}
        </span>
    );
}
