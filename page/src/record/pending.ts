// What waits for the managers: applications to be decided, and their own calls that lack confirmations, in words.
import { decodeFunctionData, type Abi } from "viem";
import { Federation as FederationAbi, Task as TaskAbi } from "../../generated/abis.ts";
import type { Address, Hex } from "../chain/rpc.ts";
import type { Federation } from "./federation.ts";

/** A sentence of a managers' call, in parts: the view knows how accounts, tasks, amounts and times are written. */
export type Word =
    | string
    | { account: Address }
    | { accounts: readonly Address[] }
    | { target: Address }
    | { amount: bigint }
    | { period: bigint }
    | { seconds: bigint }
    | { time: bigint };

export interface PendingAction {
    action: Hex;
    target: Address;
    words: readonly Word[];
    application: number | null; // which it decides, if any
    verb: string; // of the call; empty if it is unknown
    confirmers: readonly Address[]; // whose confirmations count now
    quorum: number;
    expires: number; // when the last of these confirmations does, seconds since 1970
}

export interface Application {
    number: number;
    account: Address;
    fee: bigint; // in escrow
    period: number; // seconds that it pays for from the admission on; 0 does not expire
    block: number;
    decisions: readonly PendingAction[]; // that managers have confirmed and that lack confirmations
}

/** Actions with confirmations that count, but no quorum of them, oldest first. */
export function pendingActions(federation: Federation, now: number): PendingAction[] {
    const applicants = applicantsOf(federation);
    return [...federation.pending.values()].flatMap((action) => {
        const counted = [...action.confirmers].filter(([one, until]) => until > now && federation.managers.has(one));
        if (!counted.length) return [];
        const call = meaning(action.call);
        const number = call?.name === "admit" || call?.name === "reject" ? Number(call.args[0]) : null;
        return {
            action: action.action,
            target: action.target,
            words: inWords(call, action.target, applicants),
            application: number,
            verb: call?.name ?? "",
            confirmers: counted.map(([one]) => one),
            quorum: federation.quorum,
            expires: Math.max(...counted.map(([, until]) => until)),
        };
    });
}

/** Applications that are neither decided nor withdrawn, oldest first. */
export function openApplications(federation: Federation, actions: readonly PendingAction[]): Application[] {
    const open = new Map<number, Application>();
    const decisions = new Map<number | null, PendingAction[]>();
    for (const action of actions)
        decisions.set(action.application, [...(decisions.get(action.application) ?? []), action]);
    for (const event of federation.events) {
        if (event.eventName !== "MembershipApplied") continue;
        const number = Number(event.args.application);
        const member = federation.member(event.args.member);
        if (member.membership !== "applied" || member.application !== number) continue;
        open.set(number, {
            number,
            account: member.account,
            fee: event.args.fee,
            period: Number(event.args.period),
            block: event.block,
            decisions: decisions.get(number) ?? [],
        });
    }
    return [...open.values()];
}

interface Call {
    name: string;
    args: readonly unknown[];
}

/** What a managers' call on the federation or a task says; null for one that is none of Folkmoot's. */
function meaning(data: Hex): Call | null {
    for (const abi of [FederationAbi, TaskAbi] as Abi[]) {
        try {
            const { functionName, args } = decodeFunctionData({ abi, data });
            return functionName in SENTENCES ? { name: functionName, args: args ?? [] } : null;
        } catch {
            continue; // the other contract's, or damaged
        }
    }
    return null;
}

type Applicants = ReadonlyMap<number, Address>;
type Sentence = (args: readonly unknown[], target: Address, applicants: Applicants) => Word[];

const account = (value: unknown): Word => ({ account: value as Address });
const accounts = (value: unknown): Word => ({ accounts: value as Address[] });
const number = (value: unknown): bigint => value as bigint;
const applicant = (applicants: Applicants, application: unknown): Word => {
    const found = applicants.get(Number(application));
    return found ? { account: found } : "nobody"; // no such application was made
};

/** Who sent each application last sent by an account, or succeeded whoever did. */
function applicantsOf(federation: Federation): Applicants {
    const members = [...federation.members.values()].filter((one) => !one.successor);
    return new Map(members.map((one) => [one.application, one.account]));
}

/** The twin of offchain/folkmoot/cli/explain.py. */
const SENTENCES: Record<string, Sentence> = {
    admit: ([n], _, applicants) => ["admit ", applicant(applicants, n), ` by application ${n}`],
    reject: ([n], _, applicants) => [`reject application ${n} of `, applicant(applicants, n)],
    ban: ([who]) => ["ban ", account(who)],
    unban: ([who]) => ["unban ", account(who)],
    replaceMember: ([member, successor]) => ["replace member ", account(member), " by ", account(successor)],
    setFee: ([fee]) => ["set the fee of later applications and renewals to ", { amount: number(fee) }],
    setMinBlocks: ([blocks]) => [`set the least number of blocks in each window of later tasks to ${blocks}`],
    setMembershipPeriod: ([period]) => [
        "set the period that the fee of later applications and renewals pays for to ",
        { period: number(period) },
    ],
    addManager: ([manager]) => ["add manager ", account(manager)],
    removeManager: ([manager]) => ["remove manager ", account(manager)],
    replaceManager: ([manager, successor]) => ["replace manager ", account(manager), " by ", account(successor)],
    setQuorum: ([quorum]) => [`set the approval quorum to ${quorum}`],
    approve: ([budget, committee], target) => [
        "approve ",
        { target },
        " with a budget of ",
        { amount: number(budget) },
        ...((committee as Address[]).length
            ? [" and the committee ", accounts(committee)]
            : [" and a committee that is drawn at the start"]),
    ],
    cancel: (_, target) => ["cancel ", { target }, ", which has not started"],
    fund: ([amount], target) => ["add ", { amount: number(amount) }, " to the budget of ", { target }],
    pause: ([duration], target) => ["pause ", { target }, " for ", { seconds: number(duration) }],
    resume: ([until], target) => ["resume ", { target }, ", which is paused until ", { time: number(until) }],
    rollback: ([model, committee], target) => [
        "roll ",
        { target },
        ` back to model ${model}, with the committee `,
        accounts(committee),
    ],
};

function inWords(call: Call | null, target: Address, applicants: Applicants): Word[] {
    const sentence = call && SENTENCES[call.name];
    return sentence ? sentence(call.args, target, applicants) : ["an unknown call on ", { target }];
}
