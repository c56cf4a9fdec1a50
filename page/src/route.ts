// What is looked at, in the part of the page's address behind the #, so that a link to it can be sent.
import { getAddress, isAddress } from "viem";
import type { Address } from "./chain/rpc.ts";

export type Route =
    | { view: "federation" }
    | { view: "tasks" }
    | { view: "task"; task: number; round: number | null } // null: the latest
    | { view: "model"; task: number; model: number }
    | { view: "member"; account: Address }
    | { view: "nothing" };

/** The view that a fragment names: "#/task/0/round/3". */
export function parse(fragment: string): Route {
    const [view = "", first = "", second, third = ""] = fragment.replace(/^#\/?/, "").split("/");
    if (view === "") return { view: "federation" };
    if (view === "tasks" && !first) return { view: "tasks" };
    if (view === "member" && isAddress(first, { strict: false })) return { view: "member", account: getAddress(first) };
    if (view === "task" && isNumber(first)) {
        if (second === undefined) return { view: "task", task: Number(first), round: null };
        if (second === "round" && isNumber(third)) return { view: "task", task: Number(first), round: Number(third) };
        if (second === "model" && isNumber(third)) return { view: "model", task: Number(first), model: Number(third) };
    }
    return { view: "nothing" };
}

const isNumber = (text: string): boolean => /^\d{1,9}$/.test(text);

export const link = {
    federation: "#/",
    tasks: "#/tasks",
    task: (task: number) => `#/task/${task}`,
    round: (task: number, round: number) => `#/task/${task}/round/${round}`,
    model: (task: number, model: number) => `#/task/${task}/model/${model}`,
    member: (account: Address) => `#/member/${account}`,
};
