"""Every error that Folkmoot raises on purpose, in one tree.

    FolkmootError
    ├── ConfigError            a setting is missing, unknown or out of range
    ├── StoreError             the blob store cannot do what was asked
    │   ├── InvalidPointer     not 32 bytes, or not a CIDv0 of 32 bytes
    │   ├── BlobFault          of one blob, while the store itself is well
    │   │   ├── BlobMissing    no blob under this pointer
    │   │   ├── BlobTooLarge   more bytes than the caller allows
    │   │   └── BlobCorrupt    the bytes found do not hash to their pointer
    │   └── KeyMissing         a blob is encrypted, and nobody has handed on its key
    ├── CodecError             tensors or metadata that no blob may hold
    │   └── MalformedBlob      bytes that are not the canonical encoding of what was expected
    ├── DescriptorError        a task descriptor that is not valid or not canonical
    ├── AggregationError       contributions that cannot be aggregated
    │   ├── UnknownRule        no aggregation rule of this name
    │   └── DuplicateRule      a second aggregation rule of the same name
    ├── LearningError          a model, data set or training run that cannot be used
    │   └── DuplicateModel     a second model of the same name
    ├── AccountError           a keystore file is missing, taken, damaged or locked by another password
    └── ChainError             the chain did not do what was asked
        ├── ConnectionFailed   no node answers
        ├── NotDeployed        there is no record of a federation on this chain
        ├── ChainGone          what a deployment record names is not on this chain
        ├── DeadlinePassed     the chain's time ran out before it was done
        ├── ContractError      a contract refused; its subclasses bear the names of IErrors.sol
        └── TransactionFailed  refused by a node, or failed on chain without a named error
            ├── NonceTaken
            ├── FeeTooLow
            ├── InsufficientFunds
            ├── OutOfGas
            └── NotPermitted

Whatever else escapes is a defect of Folkmoot, not of its use.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class FolkmootError(Exception):
    """Root of the tree. `message` says what is wrong, `hint` what to do about it ("" where nothing helps)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class ConfigError(FolkmootError):
    """A setting is missing, unknown or out of range."""


# The blob store


class StoreError(FolkmootError):
    """The blob store cannot do what was asked."""


class InvalidPointer(StoreError):
    """Not a pointer of 32 bytes, or text that is not the CIDv0 of one."""


class BlobFault(StoreError):
    """A fault of one blob: the store itself is well."""


class BlobMissing(BlobFault):
    """The store holds no blob under this pointer."""


class BlobTooLarge(BlobFault):
    """The blob has more bytes than the caller allows; it was not read."""


class BlobCorrupt(BlobFault):
    """The bytes found under a pointer do not hash to it."""


class KeyMissing(StoreError):
    """A blob is encrypted, and nobody has handed its key on to its reader."""


# Blobs and descriptors


class CodecError(FolkmootError):
    """Tensors or metadata that no blob may hold."""


class MalformedBlob(CodecError):
    """Bytes that are not the canonical encoding of the tensors and metadata that were expected."""


class DescriptorError(FolkmootError):
    """A task descriptor that is not valid or not canonical."""


# Aggregation and learning


class AggregationError(FolkmootError):
    """Contributions that cannot be aggregated."""


class UnknownRule(AggregationError):
    """No aggregation rule is registered under this name."""


class DuplicateRule(AggregationError):
    """A second aggregation rule claims a name that is taken."""


class LearningError(FolkmootError):
    """A model, data set or training run that cannot be used."""


class DuplicateModel(LearningError):
    """A second model claims a name that is taken."""


# Accounts and the chain


class AccountError(FolkmootError):
    """A keystore file that is missing, taken, damaged or locked by another password."""


class ChainError(FolkmootError):
    """The chain did not do what was asked."""


class ConnectionFailed(ChainError):
    """No node answers."""


class NotDeployed(ChainError):
    """There is no record of a federation on this chain."""


class ChainGone(ChainError):
    """What a deployment record names is not on this chain."""


class DeadlinePassed(ChainError):
    """The chain's time ran out before it was done."""


class ContractError(ChainError):
    """A contract refused, by one of its named errors.

    Each of these has a class of its own name in `folkmoot.chain.contract_errors`; `name` tells it without an import.
    `values` are the offending values by their names in Solidity.
    """

    def __init__(self, message: str, hint: str = "", *, values: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, hint)
        self.values = dict(values or {})

    @property
    def name(self) -> str:
        """The error's name in Solidity."""
        return type(self).__name__


class TransactionFailed(ChainError):
    """Refused by a node, or failed on chain without a named error."""


class NonceTaken(TransactionFailed):
    """Another transaction of the account came first, with the same nonce."""


class FeeTooLow(TransactionFailed):
    """The node asks for more than was offered for gas."""


class InsufficientFunds(TransactionFailed):
    """The account cannot pay for the gas."""


class OutOfGas(TransactionFailed):
    """The transaction needs more gas than it had or than a block allows."""


class NotPermitted(TransactionFailed):
    """The account is not on the validators' allow-list."""


# Files

_REASONS: Mapping[type[Exception], str] = MappingProxyType(
    {
        FileExistsError: "a part of its path is a file",  # where its folder was to be made
        FileNotFoundError: "there is no such file",
        IsADirectoryError: "it is a folder",
        NotADirectoryError: "a part of its path is a file",
        PermissionError: "its owner or mode does not allow it",
    }
)


def reason(error: OSError | ValueError) -> str:
    """Why a file cannot be read or written, in words instead of an error number."""
    return _REASONS.get(type(error)) or getattr(error, "strerror", None) or str(error)
