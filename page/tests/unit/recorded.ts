// Tasks as chains recorded them. digits.txt: twelve members and six rounds, of which one member poisons its updates.
// eventful.txt: a bad update, a recovered seat, a dissenter, a pause, a roll-back, a carried round and a departure.
// Each line is a log: block, index, number of the transaction, topics, words of the data without leading zeros.
import { readFileSync } from "node:fs";
import { getAddress } from "viem";
import { decode, type TaskEvent } from "../../src/chain/events.ts";
import type { Hex, RawLog } from "../../src/chain/rpc.ts";
import { Task } from "../../src/record/task.ts";

const word = (digits: string): string => digits.padStart(64, "0");
const hex = (number: string): Hex => `0x${Number(number).toString(16)}`;

export function recordedTask(file: string): Task {
    const [address = "", ...lines] = readFileSync(new URL(file, import.meta.url), "utf8")
        .trim()
        .split("\n");
    const account = getAddress(address);
    const task = new Task({ number: 0, task: account, proposer: account, name: "", block: 0 });
    for (const line of lines) task.apply(decode(logOf(account, line)) as TaskEvent);
    return task;
}

function logOf(address: Hex, line: string): RawLog {
    const [block = "", index = "", transaction = "", topics = "", data = ""] = line.split(" ");
    return {
        address,
        blockNumber: hex(block),
        logIndex: hex(index),
        transactionHash: `0x${word(transaction)}`,
        topics: topics.split(",").map((topic): Hex => `0x${word(topic)}`) as RawLog["topics"],
        data: `0x${data.split(",").slice(0, -1).map(word).join("")}`,
    };
}
