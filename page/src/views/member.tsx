import type { Address } from "../chain/rpc.ts";
import { Who } from "../parts/basic.tsx";

export function MemberView({ account }: { account: Address }) {
    return (
        <main>
            <h1>
                <Who account={account} />
            </h1>
        </main>
    );
}
