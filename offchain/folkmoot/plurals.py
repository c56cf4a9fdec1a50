"""Numbers of things in sentences."""


def counted(number: int, noun: str) -> str:
    """A number of things: "1 blob", "2 blobs"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def agreeing(number: int, singular: str, plural: str) -> str:
    """The verb or pronoun that agrees with a number of things: "is" for 1, else "are"."""
    return singular if number == 1 else plural
