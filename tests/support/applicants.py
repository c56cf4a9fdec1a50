"""Applicants who call themselves something."""

from folkmoot.chain.accounts import public_key
from tests.support.network import Network, new_account


def applies(network: Network, name: str) -> str:
    """Let a new account pay the fee and apply under a name; its address."""
    applicant = network.sender(new_account())
    account, fee = applicant._account, network.local.fee
    token, federation = network.token, network.federation
    network.execute(
        [
            (applicant, token.mint(account.address, fee)),
            (applicant, token.approve(network.deployment.treasury, fee)),
            (applicant, federation.apply_for_membership(public_key(account), name)),
        ]
    )
    return account.address
