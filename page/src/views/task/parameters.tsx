// All parameters of a task, in words.
import type { ComponentChildren } from "preact";
import type { Parameters } from "../../chain/calls.ts";
import type { Address, Hex } from "../../chain/rpc.ts";
import { Copy, Facts, Pointer } from "../../parts/basic.tsx";
import { useLook } from "../../parts/context.tsx";
import { count, duration, plain, short } from "../../parts/format.ts";

export function ParameterList({ parameters: p }: { parameters: Parameters }) {
    const facts: [string, ComponentChildren][] = [
        ["Task descriptor", <Pointer pointer={p.descriptor} />],
        ["Model 0", <Pointer pointer={p.model} />],
        ["Score rule", <Rule rule={p.scoreRule} words={p.scoreParameters} />],
        ["Election rule", <Rule rule={p.electionRule} words={p.electionParameters} />],
        ["Reward rule", <Rule rule={p.rewardRule} words={p.rewardParameters} />],
        ["Rounds", p.totalRounds],
        ["Committee", count(p.committee, "seat")],
        ["Seats that only attest", p.aggregators || "none: the committee attests"],
        ["Elections consider", p.redraw ? "all participants" : "providers of accepted updates first"],
        ["Seats train, too", p.seatsTrain ? "yes" : "no"],
        ["Attestations are weighted by stake", p.stakeWeighted ? "yes" : "no"],
        ["Take part in a round", `${p.activeShare / 100} %`],
        ["Updates accepted a round", `at most ${p.updatesPerRound}`],
        ["Updates in a round", `${p.minUpdates} to ${p.maxUpdates}`],
        ["Participants", `${p.minEnrolled} to ${p.maxEnrolled}`],
        ["Enrolling", duration(p.enrollingWindow)],
        ["Training", duration(p.trainingWindow)],
        ["Committing", duration(p.committingWindow)],
        ["Revealing", duration(p.revealingWindow)],
        ["Aggregating", duration(p.aggregatingWindow)],
        ["Longest pause", duration(p.maxPause)],
        ["Blocks of each window", p.minBlocks ? `at least ${p.minBlocks}` : "any number"],
        ["Strikes that suspend", p.maxStrikes],
        ["A suspension lasts", count(p.suspensionRounds, "round")],
        ["Attempts of one round", `at most ${p.maxAttempts}`],
        ["Empty rounds in a row that end the task", p.maxEmptyRounds],
        ["Terms in a row of who fills a vacancy", p.maxTerms],
    ];
    return (
        <details class="parameters">
            <summary>All parameters</summary>
            <Facts facts={facts} />
        </details>
    );
}

/** A rule by the name that the deployment's record gives it. */
function Rule({ rule, words }: { rule: Address; words: Hex }) {
    const { follower } = useLook();
    const name = follower.settings.contracts[rule];
    return (
        <span title={rule}>
            {name ? plain(name) : <code>{short(rule)}</code>}
            <Copy text={rule} what="the rule's address" />
            {!/^0x0*$/.test(words) && (
                <>
                    {" "}
                    <span class="soft">with</span> <code title={words}>{trimmed(words)}</code>
                </>
            )}
        </span>
    );
}

/** A word without the zeros around it. */
function trimmed(word: Hex): string {
    const digits = word
        .slice(2)
        .replace(/^(00)+/, "")
        .replace(/(00)+$/, "");
    return short(`0x${digits}`);
}
