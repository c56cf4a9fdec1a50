// The contracts' events, decoded by their interfaces.
import {
    decodeEventLog,
    encodeEventTopics,
    getAddress,
    type Abi,
    type AbiEvent,
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

const known = new Map<string, AbiEvent>(
    [...Federation, ...Treasury, ...Task]
        .filter((entry) => entry.type === "event")
        .map((event) => [encodeEventTopics({ abi: [event] as Abi })[0] as string, event as unknown as AbiEvent]),
);

/** A log's event; null for one that is none of the contracts'. Throws for one that is damaged. */
export function decode(log: RawLog): Event | null {
    const event = known.get(log.topics[0]);
    if (!event) return null;
    const decoded = decodeEventLog({ abi: [event], topics: log.topics, data: log.data });
    return {
        ...decoded,
        args: decoded.args ?? {},
        contract: getAddress(log.address),
        block: Number(log.blockNumber),
        index: Number(log.logIndex),
        transaction: log.transactionHash,
        time: log.blockTimestamp === undefined ? null : Number(log.blockTimestamp),
    } as unknown as Event;
}
