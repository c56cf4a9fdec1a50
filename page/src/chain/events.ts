// The contracts' events, decoded by their interfaces.
import {
    decodeAbiParameters,
    getAddress,
    toEventSelector,
    type Abi,
    type AbiParameter,
    type DecodeEventLogReturnType,
} from "viem";
import { Federation, Task, Treasury } from "../../generated/abis.ts";
import type { Address, Hex, RawLog } from "./rpc.ts";

type Decoded<A extends Abi> = DecodeEventLogReturnType<A>;
type Placed = { contract: Address; block: number; index: number; transaction: Hex; time: number | null };

export type FederationEvent = Decoded<typeof Federation> & Placed;
export type TreasuryEvent = Decoded<typeof Treasury> & Placed;
export type TaskEvent = Decoded<typeof Task> & Placed;
export type Event = FederationEvent | TreasuryEvent | TaskEvent;

interface Form {
    name: string;
    indexed: readonly AbiParameter[];
    others: readonly AbiParameter[];
}

// By topic: viem's own `decodeEventLog` hashes the event's signature anew for each log, two thirds of its time.
const forms = new Map<Hex, Form>(
    [...Federation, ...Treasury, ...Task].flatMap((entry) =>
        entry.type === "event" ? [[toEventSelector(entry), form(entry)]] : [],
    ),
);

function form({ name, inputs }: { name: string; inputs: readonly (AbiParameter & { indexed: boolean })[] }): Form {
    return { name, indexed: inputs.filter((input) => input.indexed), others: inputs.filter((input) => !input.indexed) };
}

/** A log's event; null for one that is none of the contracts'. Throws for one that is damaged. */
export function decode(log: RawLog): Event | null {
    const found = forms.get(log.topics[0]);
    if (!found) return null;
    const indexed = found.indexed.map((input, i) => decodeAbiParameters([input], log.topics[i + 1] ?? "0x")[0]);
    const others = decodeAbiParameters(found.others, log.data);
    const names = [...found.indexed, ...found.others].map((input) => input.name ?? "");
    const values: unknown[] = [...indexed, ...others];
    return {
        eventName: found.name,
        args: Object.fromEntries(names.map((name, i) => [name, values[i]])),
        contract: getAddress(log.address),
        block: Number(log.blockNumber),
        index: Number(log.logIndex),
        transaction: log.transactionHash,
        time: log.blockTimestamp ? Number(log.blockTimestamp) : null,
    } as unknown as Event;
}
