// A line of scores as small as a word, from 0 to 100 %, with gaps where nothing was scored.

const WIDTH = 120;
const HEIGHT = 28;
const MAX = 10_000; // basis points

export function Sparkline({ scores, label }: { scores: readonly (number | null)[]; label: string }) {
    const x = (i: number) => (scores.length > 1 ? (i * (WIDTH - 6)) / (scores.length - 1) + 3 : WIDTH / 2);
    const y = (score: number) => HEIGHT - 3 - (score * (HEIGHT - 6)) / MAX;
    let path = "";
    scores.forEach((score, i) => {
        if (score !== null) path += `${scores[i - 1] == null ? "M" : "L"}${x(i).toFixed(1)} ${y(score).toFixed(1)}`;
    });
    const last = scores.findLastIndex((score) => score !== null);
    const at = scores[last];
    return (
        <svg class="sparkline" role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
            <path class="ground" d={`M0 ${y(0)}H${WIDTH}`} />
            <path class="line" d={path} />
            {typeof at === "number" && <circle cx={x(last)} cy={y(at)} r="3" />}
        </svg>
    );
}
