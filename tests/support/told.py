"""What a worker's reporter was told."""

from folkmoot.errors import FolkmootError


class Told:
    """Keeps it as lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def fact(self, text: str) -> None:
        self.lines.append(text)

    def problem(self, error: FolkmootError) -> None:
        self.lines.append(f"problem: {error.message}")

    def progress(self, what: str, done: int, total: int, detail: str = "") -> None:
        self.lines.append(f"{what}: {done} of {total} {detail}")
