// Numbers, times and pointers as text.
import { base58 } from "@scure/base";
import { formatUnits, hexToBytes } from "viem";
import type { Token } from "../chain/calls.ts";
import type { Address, Hex } from "../chain/rpc.ts";

const dateTime = new Intl.DateTimeFormat("en-GB", {
    ...({
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
    } as const),
    timeZoneName: "short",
});
const ordinal = new Intl.PluralRules("en-GB", { type: "ordinal" });
const ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
export const LAST_SECOND = 8_640_000_000_000; // of all calendars
const whole = new Intl.NumberFormat("en-GB");
const UNITS = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
] as const;

/** Basis points as "93.40 %". */
export function percent(basisPoints: number | null): string {
    return basisPoints === null ? "not scored" : `${(basisPoints / 100).toFixed(2)} %`;
}

/** An amount of the token's smallest unit in whole tokens: "1,250.5 EUR". */
export function amount(units: bigint, token: Token | null): string {
    const [integer = "0", fraction] = formatUnits(units, token?.decimals ?? 0).split(".");
    const number = whole.format(BigInt(integer)) + (fraction ? `.${fraction}` : "");
    return `${integer === "-0" ? "-" + number : number} ${plain(token?.symbol ?? "")}`.trim();
}

export function count(number: number, noun: string, plural = `${noun}s`): string {
    return `${whole.format(number)} ${number === 1 ? noun : plural}`;
}

export const grouped = (number: number): string => whole.format(number);

/** "1st", "22nd". */
export const nth = (number: number): string => `${whole.format(number)}${ENDINGS[ordinal.select(number)] ?? "th"}`;

/** Seconds as its two largest units: "2 h 5 min". */
export function duration(seconds: number): string {
    let left = Math.max(0, Math.round(seconds));
    const parts: string[] = [];
    for (const [size, unit] of UNITS) {
        const number = Math.floor(left / size);
        left -= number * size;
        if (number) parts.push(`${number} ${unit}`);
        else if (parts.length) break;
    }
    return parts.slice(0, 2).join(" ") || "0 s";
}

export const timestamp = (seconds: number): string =>
    seconds > LAST_SECOND ? `second ${seconds}` : dateTime.format(seconds * 1000);

/** A moment for machines; nothing after the end of all calendars. */
export const iso = (seconds: number): string | undefined =>
    seconds > LAST_SECOND ? undefined : new Date(seconds * 1000).toISOString();

/** How long ago, or how long until. */
export function since(seconds: number, now: number): string {
    return seconds <= now ? `${duration(now - seconds)} ago` : `in ${duration(seconds - now)}`;
}

/** A pointer as the CIDv0 that it stands for: base58 of the multihash prefix of sha2-256 and the digest. */
export function cid(pointer: Hex): string {
    return base58.encode(new Uint8Array([0x12, 0x20, ...hexToBytes(pointer)]));
}

export const short = (text: string): string => (text.length > 14 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text);

/** A text from the chain on one line, without characters that hide or turn what stands around them. */
export function plain(text: string): string {
    return text.replace(/[\p{C}\u2028\u2029]/gu, "�");
}

/** What an account calls itself; empty for what could be taken for something else, as `folkmoot` does it. */
export function claim(name: string): string {
    const bytes = new TextEncoder().encode(name).length;
    const misleads =
        /^(\d+|0x.*)$/i.test(name) || /[",]/.test(name) || name !== name.trim() || /[\p{C}\p{Zl}\p{Zp}]/u.test(name);
    return misleads || bytes === 0 || bytes > 64 ? "" : name;
}

/** Says for sorting which address comes first. */
export const byText = (a: Address, b: Address): number => (a < b ? -1 : 1);
