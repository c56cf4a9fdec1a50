// The federation as its events, and its treasury's, tell it. Amounts are the fee token's smallest unit, times seconds since 1970.
import type { FederationEvent, TreasuryEvent } from "../chain/events.ts";
import type { Address, Hex } from "../chain/rpc.ts";
import type { Proposal } from "./task.ts";

export type Membership = "applied" | "member" | "left" | "banned" | "none";

export interface Member {
    account: Address;
    name: string; // as it calls itself
    membership: Membership;
    application: number; // the last one, from 1
    since: number | null; // block of its admission
    paidUntil: number; // 0 does not expire
    predecessor: Address | null;
    successor: Address | null;
    owed: bigint; // and not withdrawn
    withdrawn: bigint;
}

export interface Action {
    action: Hex;
    target: Address;
    call: Hex;
    confirmers: Map<Address, number>; // until when each confirmation counts
}

export class Federation {
    readonly members = new Map<Address, Member>();
    readonly managers = new Set<Address>();
    readonly pending = new Map<Hex, Action>();
    readonly proposals: Proposal[] = []; // by the tasks' numbers
    readonly budgets = new Map<Address, bigint>(); // what is left of each task's
    readonly events: (FederationEvent | TreasuryEvent)[] = [];
    quorum = 0;

    get count(): number {
        return [...this.members.values()].filter((member) => member.membership === "member").length;
    }

    apply(event: FederationEvent | TreasuryEvent): void {
        this.events.push(event);
        if (!this.applyToManagers(event) && !this.applyToMembers(event)) this.applyToMoney(event);
    }

    private applyToManagers(event: FederationEvent | TreasuryEvent): boolean {
        switch (event.eventName) {
            case "ActionConfirmed": {
                const { action, manager, target, call, expires } = event.args;
                const before = this.pending.get(action);
                const confirmers = new Map(before?.confirmers).set(manager, Number(expires));
                this.pending.set(action, { action, target, call, confirmers });
                return true;
            }
            case "ActionRevoked":
                this.pending.get(event.args.action)?.confirmers.delete(event.args.manager);
                return true;
            case "ActionExecuted":
                this.pending.delete(event.args.action);
                return true;
            case "ManagerAdded":
                this.managers.add(event.args.manager);
                return true;
            case "ManagerRemoved":
                this.managers.delete(event.args.manager);
                for (const action of this.pending.values()) action.confirmers.delete(event.args.manager);
                return true;
            case "QuorumChanged":
                this.quorum = Number(event.args.quorum);
                return true;
            default:
                return false;
        }
    }

    private applyToMembers(event: FederationEvent | TreasuryEvent): boolean {
        switch (event.eventName) {
            case "MembershipApplied": {
                const { member, name, application } = event.args;
                this.change(member, { membership: "applied", name, application: Number(application) });
                return true;
            }
            case "ApplicationRejected": // follows MemberBanned where an applicant is banned
                if (this.member(event.args.member).membership === "banned") return true;
                this.change(event.args.member, { membership: "none" });
                return true;
            case "ApplicationWithdrawn":
            case "MemberUnbanned":
                this.change(event.args.member, { membership: "none" });
                return true;
            case "MemberAdmitted":
                this.change(event.args.member, {
                    membership: "member",
                    paidUntil: Number(event.args.paidUntil),
                    since: event.block,
                });
                return true;
            case "MembershipRenewed":
                this.change(event.args.member, { paidUntil: Number(event.args.paidUntil) });
                return true;
            case "MembershipExpired":
            case "MemberLeft":
                this.change(event.args.member, { membership: "left" });
                return true;
            case "MemberBanned":
                this.change(event.args.member, { membership: "banned" });
                return true;
            case "MemberReplaced": {
                const { member, successor } = event.args;
                const { name, application, since, paidUntil } = this.member(member);
                this.change(successor, {
                    membership: "member",
                    name,
                    application,
                    since,
                    paidUntil,
                    predecessor: member,
                });
                this.change(member, { membership: "left", successor });
                return true;
            }
            case "TaskProposed": {
                const { number, task, proposer, name } = event.args;
                this.proposals[Number(number)] = { number: Number(number), task, proposer, name, block: event.block };
                return true;
            }
            default:
                return false;
        }
    }

    private applyToMoney(event: FederationEvent | TreasuryEvent): void {
        switch (event.eventName) {
            case "BudgetMoved":
                this.budgets.set(event.args.task, (this.budgets.get(event.args.task) ?? 0n) + event.args.amount);
                return;
            case "BudgetReleased":
                this.budgets.set(event.args.task, 0n);
                return;
            case "Credited": {
                const { task, accounts, amounts } = event.args;
                accounts.forEach((account, i) => this.owe(account, amounts[i] ?? 0n));
                this.budgets.set(
                    task,
                    amounts.reduce((left, amount) => left - amount, this.budgets.get(task) ?? 0n),
                );
                return;
            }
            case "Refunded":
                return this.owe(event.args.member, event.args.amount);
            case "Reassigned":
                this.owe(event.args.from, -event.args.amount);
                return this.owe(event.args.to, event.args.amount);
            case "Withdrawn": {
                const member = this.member(event.args.account);
                this.change(member.account, {
                    owed: member.owed - event.args.amount,
                    withdrawn: member.withdrawn + event.args.amount,
                });
            }
        }
    }

    member(account: Address): Member {
        const nothing = { name: "", application: 0, since: null, paidUntil: 0, predecessor: null, successor: null };
        return this.members.get(account) ?? { account, membership: "none", ...nothing, owed: 0n, withdrawn: 0n };
    }

    private owe(account: Address, amount: bigint): void {
        this.change(account, { owed: this.member(account).owed + amount });
    }

    private change(account: Address, changes: Partial<Member>): void {
        this.members.set(account, { ...this.member(account), ...changes });
    }
}
