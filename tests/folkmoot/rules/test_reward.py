from folkmoot.rules import contest_reward, flat_reward, pay, score_share_reward, stake_reward


def test_pay_follows_the_scores_and_never_exceeds_the_rounds_share() -> None:
    assert score_share_reward([9_000, 8_000, 7_000], [1, 1, 1], 4, 3, 0) == [9_000, 8_000, 7_000, 0, 0]
    assert pay([9_000, 8_000, 7_000], 4_000, 4) == [375, 333, 291]
    assert pay([1, 1], 4_001, 4) == [500, 500]  # half of 1000.25 each
    assert pay([0, 0], 4_000, 4) == [0, 0]


def test_rewards_by_role() -> None:
    rule = 5 | 3 << 16  # five epochs, three a unit
    assert stake_reward([0] * 4, [10, 20, 41, 900], 6, 2, rule) == [
        150,
        300,
        600,
        600,
        36,
        36,
    ]  # twice the median is 40
    assert stake_reward([], [], 6, 2, rule) == [36, 36]
    assert stake_reward([0], [7], 0, 0, rule) == [105, 0, 0]
    assert stake_reward([0], [2**32 - 1], 600, 400, 0xFFFF_FFFF) == [2**24 - 1] * 3


def test_the_same_for_everybody() -> None:
    assert flat_reward([1, 2], [3, 4], 5, 6, 20 | 30 << 16 | 40 << 32) == [20, 20, 30, 40]
    assert flat_reward([], [], 0, 0, 20) == [0, 0]


def test_a_contest_has_prizes_for_the_best() -> None:
    assert contest_reward([9, 8, 7], [1, 1, 1], 3, 3, 2) == [2, 1, 0, 0, 0]
    assert contest_reward([9], [1], 3, 3, 2) == [2, 0, 0]
