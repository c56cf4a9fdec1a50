"""Every error that Witan raises on purpose, in one tree.

    WitanError
    ├── ConfigError            a setting is missing, unknown or out of range
    ├── StoreError             the blob store cannot do what was asked
    │   ├── InvalidPointer     not 32 bytes, or not a CIDv0 of 32 bytes
    │   ├── BlobMissing        no blob under this pointer
    │   ├── BlobTooLarge       more bytes than the caller allows
    │   └── BlobCorrupt        the bytes found do not hash to their pointer
    ├── CodecError             tensors or metadata that no blob may hold
    │   └── MalformedBlob      bytes that are not the canonical encoding of what was expected
    ├── DescriptorError        a task descriptor that is not valid or not canonical
    ├── AggregationError       contributions that cannot be aggregated
    │   ├── UnknownRule        no aggregation rule of this name
    │   └── DuplicateRule      a second aggregation rule of the same name
    └── LearningError          a model, data set or training run that cannot be used

Whatever else escapes is a defect of Witan, not of its use.
"""


class WitanError(Exception):
    """Root of the tree. `message` says what is wrong, `hint` what to do about it ("" where nothing helps)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class ConfigError(WitanError):
    """A setting is missing, unknown or out of range."""


# The blob store


class StoreError(WitanError):
    """The blob store cannot do what was asked."""


class InvalidPointer(StoreError):
    """Not a pointer of 32 bytes, or text that is not the CIDv0 of one."""


class BlobMissing(StoreError):
    """The store holds no blob under this pointer."""


class BlobTooLarge(StoreError):
    """The blob has more bytes than the caller allows; it was not read."""


class BlobCorrupt(StoreError):
    """The bytes found under a pointer do not hash to it."""


# Blobs and descriptors


class CodecError(WitanError):
    """Tensors or metadata that no blob may hold."""


class MalformedBlob(CodecError):
    """Bytes that are not the canonical encoding of the tensors and metadata that were expected."""


class DescriptorError(WitanError):
    """A task descriptor that is not valid or not canonical."""


# Aggregation and learning


class AggregationError(WitanError):
    """Contributions that cannot be aggregated."""


class UnknownRule(AggregationError):
    """No aggregation rule is registered under this name."""


class DuplicateRule(AggregationError):
    """A second aggregation rule claims a name that is taken."""


class LearningError(WitanError):
    """A model, data set or training run that cannot be used."""
