"""Sending contracts to explorers that verify them: Sourcify, by its API of version 2, and Blockscout.

Source: Sourcify's documentation, "API v2", and Blockscout's, "Blockscout Smart Contract Verification API".
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import requests

from folkmoot.errors import ConfigError
from folkmoot.explorers.verification import Submission

TIMEOUT_S = 60.0  # of one request
PATIENCE_S = 300.0  # for one contract, which the explorer compiles
_LOOK_S = 1.0
_TRIES, _BUSY_S = 10, 6.0  # where it has too many requests
_LICENSES = {"Apache-2.0": "apache_2_0"}


class Match(Enum):
    """How an explorer judges a contract. `EXACT`: metadata and all, `PARTIAL`: but for the metadata."""

    EXACT = "exact match"
    PARTIAL = "match, but for the metadata"
    NONE = "not verified"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An explorer's judgement, None of a contract that was not sent; `reason` says why it did not verify one."""

    match: Match | None
    reason: str = ""


class Verifier(ABC):
    """An explorer at a URL. Every method raises `ConfigError` where it does not answer as such a one does."""

    def __init__(
        self,
        url: str,
        chain_id: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url, self.chain_id = url.rstrip("/"), chain_id
        self._clock, self._sleep = clock, sleep

    @abstractmethod
    def verify(self, contract: Submission) -> Verdict:
        """Send a contract, and wait for up to five minutes until it is judged."""

    def _ask(self, method: str, path: str, **more: Any) -> tuple[int, Mapping[str, Any]]:
        """The status and the document of an answer."""
        try:
            for _ in range(_TRIES):
                answer = requests.request(method, f"{self.url}{path}", timeout=TIMEOUT_S, allow_redirects=False, **more)
                if answer.status_code != requests.codes.too_many_requests:
                    break
                self._sleep(_BUSY_S)
            document = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ConfigError(f"{self.url} does not answer: {error}", "check --api and --kind") from error
        if not isinstance(document, dict):
            raise ConfigError(f"{self.url} answers otherwise than such an explorer does", "check --api and --kind")
        return answer.status_code, document

    def _poll(self, look: Callable[[], Verdict | None]) -> Verdict:
        """What a look shows at last."""
        end = self._clock() + PATIENCE_S
        while (found := look()) is None:
            if self._clock() >= end:
                return Verdict(Match.NONE, f"it did not say within {PATIENCE_S:.0f} s")
            self._sleep(_LOOK_S)
        return found


class Sourcify(Verifier):
    """A Sourcify server, such as https://sourcify.dev/server."""

    def verify(self, contract: Submission) -> Verdict:
        """As `Verifier.verify`."""
        body = {
            "stdJsonInput": contract.standard_input,
            "compilerVersion": contract.compiler,
            "contractIdentifier": contract.identifier,
            **({"creationTransactionHash": contract.transaction} if contract.transaction else {}),
        }
        status, answer = self._ask("POST", f"/v2/verify/{self.chain_id}/{contract.address}", json=body)
        if status == requests.codes.conflict:
            return self._found(contract) or Verdict(Match.NONE, _message(answer))
        if "verificationId" not in answer:
            return Verdict(Match.NONE, _message(answer))
        return self._poll(lambda: self._judged(str(answer["verificationId"])))

    def _judged(self, job: str) -> Verdict | None:
        _, answer = self._ask("GET", f"/v2/verify/{job}")
        if not answer.get("isJobCompleted"):
            return None
        return _match(answer.get("contract")) or Verdict(Match.NONE, _message(answer.get("error")))

    def _found(self, contract: Submission) -> Verdict | None:
        _, answer = self._ask("GET", f"/v2/contract/{self.chain_id}/{contract.address}")
        return _match(answer)


class Blockscout(Verifier):
    """A Blockscout, by the URL of its pages. It tells no reason why a contract was not verified."""

    def verify(self, contract: Submission) -> Verdict:
        """As `Verifier.verify`."""
        if found := self._judged(contract):
            return found
        arguments = contract.constructor_arguments
        fields = {
            "compiler_version": f"v{contract.compiler}",
            "contract_name": contract.identifier,
            "autodetect_constructor_args": "true" if arguments is None else "false",
            "constructor_args": (arguments or b"").hex(),
            "license_type": _LICENSES[contract.described["license"]],
        }
        file = ("input.json", contract.input_text, "application/json")
        path = f"/api/v2/smart-contracts/{contract.address}/verification/via/standard-input"
        status, answer = self._ask("POST", path, data=fields, files={"files[0]": file})
        if status != requests.codes.ok:
            return Verdict(Match.NONE, _message(answer))
        return self._poll(lambda: self._judged(contract))

    def _judged(self, contract: Submission) -> Verdict | None:
        _, answer = self._ask("GET", f"/api/v2/smart-contracts/{contract.address}")
        if answer.get("is_fully_verified"):
            return Verdict(Match.EXACT)
        return Verdict(Match.PARTIAL) if answer.get("is_verified") else None


KINDS: Mapping[str, type[Verifier]] = {"sourcify": Sourcify, "blockscout": Blockscout}


def _match(found: Any) -> Verdict | None:
    told = found.get("match") if isinstance(found, dict) else None
    return {"exact_match": Verdict(Match.EXACT), "match": Verdict(Match.PARTIAL)}.get(str(told))


def _message(answer: Any) -> str:
    return str(answer.get("message") or answer) if isinstance(answer, dict) else str(answer)
