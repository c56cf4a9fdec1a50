// What waits for managers: which confirmations count, and how calls are said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFunctionData, type Abi } from "viem";
import { Federation, Task } from "../../generated/abis.ts";
import { openApplications, pendingActions } from "../../src/record/pending.ts";
import { standingOf } from "../../src/record/standing.ts";
import { account, managed, pointer, TASK, type MadeFederation } from "./made.ts";

const NOW = 1_000;
const LATER = 2_000;
const call = (functionName: string, ...args: unknown[]) =>
    encodeFunctionData({ abi: [...Federation, ...Task] as Abi, functionName, args });
const apply = (federation: MadeFederation, n: number, application: number, name = "") =>
    federation.say("MembershipApplied", {
        member: account(n),
        application: BigInt(application),
        fee: 100n,
        period: 0n,
        name,
    });
const wordsOf = (federation: MadeFederation, data: `0x${string}`, target = account(0xfed)) =>
    pendingActions(federation.confirm(account(1), pointer(9), data, LATER, target), NOW)[0]?.words;

test("an action waits while it has confirmations and no quorum", () => {
    const federation = managed().confirm(account(1), pointer(1), call("setFee", 7n), LATER);
    const [action] = pendingActions(federation, NOW);
    assert.deepEqual(action?.confirmers, [account(1)]);
    assert.equal(action?.quorum, 2);
    assert.equal(action?.expires, LATER);
    federation.confirm(account(2), pointer(1), call("setFee", 7n), LATER);
    federation.say("ActionExecuted", { action: pointer(1), target: account(0xfed) });
    assert.deepEqual(pendingActions(federation, NOW), []);
});

test("a confirmation counts until the second in which it expires", () => {
    const federation = managed().confirm(account(1), pointer(1), call("setFee", 7n), LATER);
    assert.equal(pendingActions(federation, LATER - 1).length, 1);
    assert.equal(pendingActions(federation, LATER).length, 0);
});

test("an action that expired in part counts who is left", () => {
    const federation = managed()
        .say("QuorumChanged", { quorum: 3n })
        .confirm(account(1), pointer(1), call("setFee", 7n), NOW)
        .confirm(account(2), pointer(1), call("setFee", 7n), LATER);
    assert.deepEqual(pendingActions(federation, NOW)[0]?.confirmers, [account(2)]);
});

test("a revoked confirmation does not count", () => {
    const federation = managed().confirm(account(1), pointer(1), call("setFee", 7n), LATER);
    federation.say("ActionRevoked", { action: pointer(1), manager: account(1) });
    assert.deepEqual(pendingActions(federation, NOW), []);
});

test("a former manager's confirmation does not count, not even once it is a manager again", () => {
    const federation = managed()
        .confirm(account(1), pointer(1), call("setFee", 7n), LATER)
        .say("ManagerRemoved", { manager: account(1) });
    assert.deepEqual(pendingActions(federation, NOW), []);
    federation.say("ManagerAdded", { manager: account(1) });
    assert.deepEqual(pendingActions(federation, NOW), []);
    federation.confirm(account(1), pointer(1), call("setFee", 7n), LATER);
    assert.deepEqual(pendingActions(federation, NOW)[0]?.confirmers, [account(1)]);
});

test("calls are said with whom and what they are about", () => {
    const federation = apply(managed(), 7, 1);
    assert.deepEqual(wordsOf(federation, call("admit", 1n)), ["admit ", { account: account(7) }, " by application 1"]);
    assert.deepEqual(wordsOf(managed(), call("admit", 5n)), ["admit ", "nobody", " by application 5"]);
    assert.deepEqual(wordsOf(managed(), call("ban", account(8))), ["ban ", { account: account(8) }]);
    assert.deepEqual(wordsOf(managed(), call("setQuorum", 3n)), ["set the approval quorum to 3"]);
    assert.deepEqual(wordsOf(managed(), call("setMembershipPeriod", 0n))?.at(-1), { period: 0n });
    assert.deepEqual(wordsOf(managed(), call("pause", 60n), TASK), [
        "pause ",
        { target: TASK },
        " for ",
        { seconds: 60n },
    ]);
    assert.deepEqual(wordsOf(managed(), call("approve", 5n, []), TASK), [
        "approve ",
        { target: TASK },
        " with a budget of ",
        { amount: 5n },
        " and a committee that is drawn at the start",
    ]);
    assert.deepEqual(wordsOf(managed(), call("rollback", 2n, [account(1)]), TASK), [
        "roll ",
        { target: TASK },
        " back to model 2, with the committee ",
        { accounts: [account(1)] },
    ]);
});

test("every managers' call has a sentence", () => {
    const calls = {
        reject: [1n],
        unban: [account(1)],
        replaceMember: [account(1), account(2), `0x${"00".repeat(64)}`],
        setFee: [1n],
        setMinBlocks: [1n],
        addManager: [account(1)],
        removeManager: [account(1)],
        replaceManager: [account(1), account(2)],
        cancel: [],
        fund: [1n],
        resume: [2n ** 255n],
    };
    for (const [name, args] of Object.entries(calls)) {
        const words = wordsOf(managed(), call(name, ...args), TASK) ?? [];
        assert.notEqual(words[0], "an unknown call on ", name);
    }
});

test("a call that is none of Folkmoot's is unknown, and so is a damaged one", () => {
    for (const data of ["0xdeadbeef", "0x", call("setFee", 7n).slice(0, 20)] as `0x${string}`[])
        assert.deepEqual(wordsOf(managed(), data), ["an unknown call on ", { target: account(0xfed) }]);
});

test("an application is open until it is decided, withdrawn or made anew", () => {
    const federation = managed();
    apply(federation, 7, 1);
    apply(federation, 8, 2);
    apply(federation, 9, 3);
    federation.say("ApplicationWithdrawn", { application: 1n, member: account(7) });
    federation.say("MemberAdmitted", { application: 2n, member: account(8), paidUntil: 0n });
    apply(federation, 7, 4);
    federation.confirm(account(1), pointer(1), call("reject", 4n), LATER);
    const open = openApplications(federation, pendingActions(federation, NOW));
    assert.deepEqual(
        open.map((one) => [one.number, one.account, one.decisions.map((action) => action.verb)]),
        [
            [3, account(9), []],
            [4, account(7), ["reject"]],
        ],
    );
});

test("an applicant that is banned stays banned, though its application is rejected with that", () => {
    const federation = apply(managed(), 7, 1);
    federation.say("MemberBanned", { member: account(7) });
    federation.say("ApplicationRejected", { application: 1n, member: account(7) });
    assert.equal(federation.member(account(7)).membership, "banned");
    federation.say("MemberUnbanned", { member: account(7) });
    assert.equal(federation.member(account(7)).membership, "none");
});

test("a member is past due from the second until which it has paid", () => {
    const federation = apply(managed(), 7, 1);
    federation.say("MemberAdmitted", { application: 1n, member: account(7), paidUntil: 500n });
    assert.equal(standingOf(federation.member(account(7)), 499), "member");
    assert.equal(standingOf(federation.member(account(7)), 500), "past due");
    federation.say("MembershipRenewed", { member: account(7), fee: 1n, paidUntil: 0n });
    assert.equal(standingOf(federation.member(account(7)), 500), "member");
});

test("who was replaced is told from who left", () => {
    const federation = apply(managed(), 7, 1);
    federation.say("MemberAdmitted", { application: 1n, member: account(7), paidUntil: 0n });
    federation.say("MemberReplaced", { member: account(7), successor: account(8), publicKey: "0x" });
    federation.say("MemberLeft", { member: account(7) });
    assert.equal(standingOf(federation.member(account(7)), 0), "replaced");
    assert.equal(standingOf(federation.member(account(8)), 0), "member");
});
