"""What is played with contracts that do something else than they should."""

from random import Random

from folkmoot.chain import Phase
from tests.manipulations.game import BASELINE, Game, refused
from tests.support.network import new_account, word


def begin(game: Game, random: Random) -> Game:
    """Members in any order; the first three have the first seats."""
    members = [one for one in random.sample([*game.members], len(game.members)) if game.is_member(one)]
    return game.begin(members[:3], *members)


def eventful(game: Game, random: Random) -> None:
    """A dissenter, a bad update, two absent seats of a round and its recovery, a pause, and its end."""
    begin(game, random).to(Phase.COMMITTING)
    scores = [9_000 - 100 * place for place in range(game.task.round().submitted)]
    bad = random.randrange(2, len(scores))
    game.commit(opinion=(BASELINE, [900 if place == bad else score for place, score in enumerate(scores)]))
    game.to(Phase.AGGREGATING)
    dissenter = game.silent()[2]
    game.attest(dissenter, pointer=word(13))
    game.finish_round()
    game.pause(random.randint(1, 900))
    game.resume()
    game.to(Phase.COMMITTING)
    game.commit(game.waiting()[random.randrange(3)])
    game.time_out()
    game.recover()
    game.finish()
    game.score_final(*game.judging()[:2])


def paused_too_long(game: Game, random: Random) -> None:
    begin(game, random)
    game.pause(game.parameters.max_pause + random.randint(1, 1_000))


def revealed_otherwise(game: Game, random: Random) -> None:
    liar = random.choice(begin(game, random).judging())
    game.to(Phase.REVEALING)
    baseline, scores, salt = game.openings[liar.address, 0]
    game.openings[liar.address, 0] = baseline, [score - random.randint(1, 99) for score in scores], salt
    game.finish_round()


def late_update(game: Game, random: Random) -> None:
    idle = begin(game, random).to(Phase.TRAINING).idle()
    late, *others = random.sample(idle, len(idle))
    game.submit(*others[:3])
    game.time_out()
    game.submit(late)


def attested_twice(game: Game, random: Random) -> None:
    begin(game, random).to(Phase.AGGREGATING)
    eager = random.choice(game.silent())
    game.attest(eager)
    game.attest(eager)


def recovered_too_early(game: Game, random: Random) -> None:
    begin(game, random).to(Phase.COMMITTING)
    game.commit(random.choice(game.waiting()))
    game.recover()


def settled_too_early(game: Game, random: Random) -> None:
    """Before anybody has judged."""
    idle = begin(game, random).to(Phase.TRAINING).idle()
    game.submit(*random.sample(idle, 3))
    game.settle()


def confirmed_too_late(game: Game, random: Random) -> None:
    """The second confirmation comes when the first does not count any more."""
    network, fee = game.network, random.randint(1, 99)
    network.send(network.managers[0], network.federation.set_fee(fee))
    network.pass_time(8 * 86_400)
    network.send(network.managers[1], network.federation.set_fee(fee))


def confirmed_in_an_earlier_term(game: Game, random: Random) -> None:
    network, federation, fee = game.network, game.network.federation, random.randint(1, 99)
    network.send(network.managers[2], federation.set_fee(fee))
    network.decide(federation.remove_manager(network.managers[2].address))
    network.decide(federation.add_manager(network.managers[2].address))
    network.send(network.managers[0], federation.set_fee(fee))


def admitted_without_application(game: Game, random: Random) -> None:
    """Of two that apply one withdraws, and is admitted all the same."""
    network = game.network
    applied = [network.apply(new_account()) for _ in range(2)]
    sender, number = random.choice(applied)
    network.send(sender, network.federation.withdraw_application())
    network.decide(network.federation.admit(number))


def added_a_manager(game: Game, random: Random) -> None:
    game.network.send(random.choice(game.members), game.network.federation.add_manager(new_account().address))


def cancelled_by_a_stranger(game: Game, random: Random) -> None:
    game.send(random.choice(game.members), game.task.cancel())


def withdrawn(game: Game, random: Random) -> None:
    begin(game, random).finish_round()
    for one in game.members:
        refused(game.send, one, game.network.treasury.withdraw())


def recovered_in_two_calls(game: Game) -> None:
    """Of 70 seats three commit, and the others are found vacant by two calls."""
    game.begin(game.members[:70], *game.members).to(Phase.COMMITTING)
    game.commit(*game.judging()[10:13])
    game.time_out()
    game.recover()
    game.recover()


def left_while_settling(game: Game) -> None:
    """One author leaves before settling comes to its update, and one after it."""
    _settled_in_part(game, before=2)
    game.send(game.sender(game.task.updates(3, 1)[0][0].author), game.network.federation.leave())
    game.settle()


def rolled_back_while_settling(game: Game) -> None:
    """In its last round, which ends the task: some scores are stored, and no event tells them."""
    _settled_in_part(game, before=2)
    game.roll_back(0, game.judging())


def _settled_in_part(game: Game, *, before: int) -> None:
    game.begin(game.members[:3], *game.members).to(Phase.COMMITTING)
    game.commit()
    game.reveal(*game.sealed()[:-1])
    game.time_out()
    game.send(game.sender(game.task.updates(before, 1)[0][0].author), game.network.federation.leave())
    game.settle(1)
