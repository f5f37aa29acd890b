"""The command line: plain English commands, each loaded only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

COMMANDS = {
    "scorecards": ("survey_app.cli.scorecards:scorecards", "Write one PDF scorecard per brand."),
    "analyse": ("survey_app.cli.analyse:analyse", "Analyse a file of answers."),
    "calibrate": ("survey_app.cli.calibrate:calibrate", "Calibrate items for short forms."),
    "short-form": (
        "survey_app.cli.short_form:short_form",
        "Show what asking fewer questions saves and loses.",
    ),
    "export": ("survey_app.cli.export:export", "Write labelled data for SPSS, R or Excel."),
    "paper": ("survey_app.cli.paper:paper", "Write a questionnaire to be filled in with a pen."),
    "instruments": ("survey_app.cli.instruments:instruments", "List and check questionnaires."),
    "metrics": ("survey_app.cli.metrics:metrics", "Keep what people do beside what they answer."),
    "contacts": ("survey_app.cli.contacts:contacts", "Keep the people who can be invited."),
    "bounces": ("survey_app.cli.contacts:bounces", "Take in mails that came back."),
    "demo": ("survey_app.cli.demo:demo", "Build the demo from real answers and serve it."),
    "serve": ("survey_app.cli.serve:serve", "Serve the web application."),
    "worker": ("survey_app.cli.worker:worker", "Do the long work that people ask for on the web."),
    "deliver": ("survey_app.cli.deliver:deliver", "Send what is due by mail."),
    "jobs": ("survey_app.cli.jobs:jobs", "List long work and how far it is."),
    "database": ("survey_app.cli.database:database", "Create or upgrade the database."),
    "users": ("survey_app.cli.users:users", "Add people who can sign in."),
    "audit": ("survey_app.cli.audit:audit", "Let old entries of the audit trail go."),
    "settings": ("survey_app.cli.settings:settings", "List the settings and their meaning."),
}

OUR_PACKAGES = frozenset({"instruments", "psychometrics", "reports", "survey_app"})


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what a user can mend is told in words, with exit status 2."""
        try:
            return super().invoke(ctx)
        except (ValueError, RuntimeError, LookupError) as error:
            if type(error).__module__.partition(".")[0] not in OUR_PACKAGES or ctx.obj["debug"]:
                raise
            raise Refusal(str(error)) from None
        except BrokenPipeError:
            raise  # the reader has seen enough, as with `| head`
        except OSError as error:
            if ctx.obj["debug"]:
                raise
            place = error.filename or "The system"
            raise Refusal(f"{place}: {error.strerror or error}.") from None


class Refusal(click.ClickException):
    """Something the user can mend: a message, no traceback, exit status 2."""

    exit_code = 2


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="customer-engagement", prog_name="engage")
@click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
@click.pass_context
def engage(ctx: click.Context, debug: bool) -> None:
    """Measure customer engagement with questionnaires.

    From answers to scale results that can be proved, and a scorecard for every brand's manager.
    """
    ctx.obj = {"debug": debug}


def main() -> None:
    """The entry point of the `engage` command."""
    debug = "--debug" in sys.argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack a sign that we print
    try:
        engage(prog_name="engage")
    except Exception as error:
        if debug:
            raise
        click.echo(
            f"engage stopped on something it did not expect ({type(error).__name__}: {error}). "
            "Nothing was left half-written. Run it again with `engage --debug …` and report "
            "what it prints.",
            err=True,
        )
        sys.exit(1)
