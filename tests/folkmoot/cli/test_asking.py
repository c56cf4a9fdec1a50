import typer
from typer.testing import CliRunner, Result

from folkmoot.cli.asking import ask
from folkmoot.cli.command import command
from folkmoot.cli.session import Session


def answered(said: str) -> Result:
    """What a command does that asks something and hears this."""
    probe = typer.Typer()

    @command(probe, "probe")
    def leave(session: Session) -> None:
        session.output.show({"left": ask("Leave?")})

    return CliRunner().invoke(probe, ["--json"], input=said)


def test_a_question_is_answered_with_yes_or_no() -> None:
    assert '"left": true' in answered("y\n").stdout
    assert '"left": false' in answered("n\n").stdout


def test_where_nobody_answers_it_says_how_to_do_without() -> None:
    done = answered("")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nobody answers: there is no terminal" in done.stderr
    assert "--yes" in done.stderr
