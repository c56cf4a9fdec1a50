import folkmoot.chain

PUBLIC = {
    "CONTRACT_ERRORS", "EVENTS", "FULL_PARTICIPATION", "Account", "PointerTally", "Block", "Call", "Client",
    "Contract", "Deployment", "Event", "StrikeReason", "FederationContract", "LocalToken", "Metric", "Participant",
    "Membership", "Milestone", "Origin", "Parameters", "Phase", "Receipt", "Recipients", "Roster", "Round",
    "RoundState", "ScoreRuleContract", "Seat", "Sender", "RoundProgress", "TaskContract", "TaskState", "Token",
    "TreasuryContract", "Update", "Verdict", "address_of", "agree", "create_account", "decode_logs", "draw_seed",
    "extend_digest", "fetch_events", "fetch_round", "find_task", "keystore_address", "list_members", "load_account",
    "phase_at", "phase_end", "public_key", "read_address", "read_password", "replay", "score_commitment",
    "EventFeed", "stalled_phase", "Bidding", "GasSettings", "Provenance",
}  # fmt: skip


def test_public_names_are_these_and_exist() -> None:
    assert set(folkmoot.chain.__all__) == PUBLIC
    assert [name for name in folkmoot.chain.__all__ if not hasattr(folkmoot.chain, name)] == []
