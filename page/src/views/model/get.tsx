// How to get a model: by the program, or by its CID from IPFS.
import type { Hex } from "../../chain/rpc.ts";
import { Copy, Section } from "../../parts/basic.tsx";
import { useLook } from "../../parts/context.tsx";
import { cid } from "../../parts/format.ts";

export function HowToGet({ task, model, pointer }: { task: number; model: number; pointer: Hex }) {
    const { settings } = useLook().follower;
    const looking = `folkmoot model get ${model} --task ${task} --rpc NODE --federation ${settings.federation} --store STORE`;
    return (
        <Section title="How to get it">
            <p>A member, in the folder with its settings; the file is safetensors, with the names of its state_dict:</p>
            <Command text={`folkmoot model get ${model} --task ${task}`} />
            <p>
                Anyone else, where NODE is the URL of a node of the chain and STORE the blob store that the members use:
            </p>
            <Command text={looking} />
            <p>
                Or from IPFS itself, where the members’ store is IPFS and your node is connected to theirs; this is the
                stored blob, byte for byte:
            </p>
            <Command text={`ipfs get ${cid(pointer)}`} />
            <p class="note">
                A task may encrypt its models. The chain does not say whether this one does: then only a member that
                takes part can decrypt the blob, by its own key.
            </p>
        </Section>
    );
}

function Command({ text }: { text: string }) {
    return (
        <p class="command">
            <code>{text}</code>
            <Copy text={text} what="the command" />
        </p>
    );
}
