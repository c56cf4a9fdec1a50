"""The global model's accuracy over the rounds, as a picture."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter


def draw(accuracies: Sequence[float], path: Path) -> None:
    """Draw the accuracies (0 to 1) of models 0, 1, … on the test set into a PNG file."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="model", ylabel="accuracy on the test set", ylim=(0, 1.02))
    axes.plot(accuracies, marker="o")
    axes.set_xlim(right=len(accuracies) - 0.4)  # the last label stands to the right of its point
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(alpha=0.3)
    for number, accuracy in enumerate(accuracies):
        axes.annotate(f"{accuracy:.1%}", (number, accuracy), xytext=(4, -14), textcoords="offset points")
    figure.savefig(path, dpi=150)
