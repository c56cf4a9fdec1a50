// What the contracts answer.
import {
    decodeFunctionResult,
    hexToString,
    size,
    encodeFunctionData,
    type Abi,
    type ContractFunctionName,
    type ContractFunctionReturnType,
} from "viem";
import { Federation, IERC20Metadata, MedianScore, Task, Treasury } from "../../generated/abis.ts";
import { NodeFault, type Address, type Hex, type Rpc } from "./rpc.ts";

type Views<A extends Abi> = ContractFunctionName<A, "view" | "pure">;

async function call<const A extends Abi, const F extends Views<A>>(rpc: Rpc, to: Address, abi: A, functionName: F) {
    const data = encodeFunctionData({ abi, functionName } as never);
    const answer = await rpc.ask<Hex>("eth_call", [{ to, data }, "latest"]);
    return decodeFunctionResult({ abi, functionName, data: answer } as never) as ContractFunctionReturnType<
        A,
        "view" | "pure",
        F
    >;
}

export type Parameters = ContractFunctionReturnType<typeof Task, "view", "parameters">;

export interface Terms {
    fee: bigint; // of an application or a renewal, the token's smallest unit
    period: number; // seconds that it pays for; 0 does not expire
    minBlocks: number;
    members: number;
}

export async function termsOf(rpc: Rpc, federation: Address): Promise<Terms> {
    const ask = <F extends Views<typeof Federation>>(name: F) => call(rpc, federation, Federation, name);
    const [fee, period, minBlocks, members] = await Promise.all([
        ask("permissionFee"),
        ask("membershipPeriod"),
        ask("minBlocks"),
        ask("memberCount"),
    ]);
    return { fee, period: Number(period), minBlocks: Number(minBlocks), members: Number(members) };
}

export interface Token {
    symbol: string;
    decimals: number;
}

export const treasuryOf = (rpc: Rpc, federation: Address) => call(rpc, federation, Federation, "treasury");

const EXECUTION = [3, -32000, -32015]; // codes by which nodes say that a contract refused

/** A token's answer to a call, read; null where it has no such function. Throws `NodeFault` for what may pass. */
async function perhaps<T>(asked: Promise<Hex>, read: (answer: Hex) => T): Promise<T | null> {
    try {
        return read(await asked);
    } catch (error) {
        if (error instanceof NodeFault && !EXECUTION.includes(error.code)) throw error;
        return null;
    }
}

/** As `folkmoot` reads it: old tokens say 32 bytes. */
function symbolIn(data: Hex): string {
    if (size(data) === 32) return hexToString(data, { size: 32 });
    return decodeFunctionResult({ abi: IERC20Metadata, functionName: "symbol", data });
}

const decimalsIn = (data: Hex): number => decodeFunctionResult({ abi: IERC20Metadata, functionName: "decimals", data });

/** The fee token, which need have neither a symbol nor decimals. Throws `NodeFault`. */
export async function tokenOf(rpc: Rpc, treasury: Address): Promise<Token> {
    const token = await call(rpc, treasury, Treasury, "token");
    const ask = (functionName: "symbol" | "decimals") =>
        rpc.ask<Hex>("eth_call", [
            { to: token, data: encodeFunctionData({ abi: IERC20Metadata, functionName }) },
            "latest",
        ]);
    const [symbol, decimals] = await Promise.all([
        perhaps(ask("symbol"), symbolIn),
        perhaps(ask("decimals"), decimalsIn),
    ]);
    return { symbol: symbol || "units", decimals: decimals ?? 0 };
}

/** What the treasury holds, the token's smallest unit. */
export interface Books {
    escrowed: bigint;
    pool: bigint;
    budgets: bigint;
    owed: bigint;
}

export async function booksOf(rpc: Rpc, treasury: Address): Promise<Books> {
    const ask = <F extends Views<typeof Treasury>>(name: F) => call(rpc, treasury, Treasury, name);
    const [escrowed, pool, budgets, owed] = await Promise.all([
        ask("escrowed"),
        ask("pool"),
        ask("budgets"),
        ask("owed"),
    ]);
    return { escrowed, pool, budgets, owed };
}

export const metricOf = (rpc: Rpc, rule: Address) => call(rpc, rule, MedianScore, "metric");
