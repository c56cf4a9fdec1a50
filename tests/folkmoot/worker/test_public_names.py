from folkmoot import worker

NAMES = {
    "Behaviour",
    "TaskBlobs",
    "LiveReporter",
    "PlainReporter",
    "Reporter",
    "View",
    "fetch_descriptor",
    "make_learner",
    "make_reporter",
    "member_data",
    "run_worker",
    "step",
}


def test_public_names_are_these_and_exist() -> None:
    assert set(worker.__all__) == NAMES
    assert [name for name in NAMES if not hasattr(worker, name)] == []
