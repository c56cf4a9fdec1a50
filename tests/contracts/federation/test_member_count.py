def test_who_is_admitted_counts_until_it_departs(cast, apply, members, outsider, stranger):
    federation = cast.federation
    before = federation.memberCount()
    application = apply(outsider)
    assert federation.memberCount() == before
    cast.decide(federation.admit, application)
    assert federation.memberCount() == before + 1
    federation.leave({"from": outsider})
    assert federation.memberCount() == before
    for account, count in ((members[1], before - 1), (stranger, before - 1), (members[2], before - 2)):
        cast.decide(federation.ban, account)
        assert federation.memberCount() == count
    cast.decide(federation.unban, members[1])
    assert federation.memberCount() == before - 2
