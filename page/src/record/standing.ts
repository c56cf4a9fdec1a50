// Where an account stands in the federation at a time.
import type { Member } from "./federation.ts";

export type Standing = "member" | "past due" | "applied" | "left" | "replaced" | "banned" | "none";

/** A member that is past due stays one until anyone ends its membership. */
export function standingOf(member: Member, now: number): Standing {
    if (member.membership === "member") return member.paidUntil && now >= member.paidUntil ? "past due" : "member";
    return member.membership === "left" && member.successor ? "replaced" : member.membership;
}
