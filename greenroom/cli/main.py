"""The command line's arguments. Exit codes: 0 success, 1 refused, 2 bad usage, 130 interrupted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from greenroom import __version__
from greenroom.cli.output import BadUsage, CliResult, refuse, refuse_usage, show
from greenroom.errors import GreenroomError

Work = Callable[[argparse.Namespace], CliResult]
#: What shells answer for a command that Ctrl+C ended.
INTERRUPTED = 130
_FORMATS = ("json", "yaml", "curl", "python", "js")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parser().parse_args(arguments)
        return show(options.work(options), options.json)
    except SystemExit as ended:  # help
        return int(ended.code or 0)
    except BadUsage as error:
        return refuse_usage(error, as_json)
    except GreenroomError as error:
        return refuse(error, as_json)
    except BrokenPipeError:
        return 0  # the reader of the output closed the pipe
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        advice = "Check that the path exists, is writable and has free space; GREENROOM_DATA_DIR names the data folder."
        return refuse(GreenroomError(f"{error.strerror or error}{where}.", advice=advice), as_json)
    except KeyboardInterrupt:
        return INTERRUPTED


class _Arguments(argparse.ArgumentParser):
    """Raises BadUsage for arguments that don't fit."""

    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"{message[:1].upper()}{message[1:]}.", self.format_usage().strip())


def _parser() -> argparse.ArgumentParser:
    parser = _Arguments("greenroom", description="Agents as files, sessions as data. No server needed.")
    topics = parser.add_subparsers(required=True, metavar="COMMAND")
    _agents(topics.add_parser("agents", help="list, show, import, export and check agents"))
    _sessions(topics.add_parser("sessions", help="list and export past sessions"))
    _rehearse(topics.add_parser("rehearse", help="test agents with simulated callers"))
    brain = topics.add_parser("brain", help="get a language model for offline agents").add_subparsers(
        required=True, metavar="COMMAND"
    )
    _command(brain, "download", "Download the recommended model, about 1 GB.", _brain_download)
    _command(
        topics, "version", "Show Greenroom's version.", lambda: lambda options: CliResult({"version": __version__}, __version__)
    )
    return parser


def _agents(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "list", "List all agents, last edited first.", lambda: _work("list_agents"))
    shown = _command(commands, "show", "Show an agent's draft, or one of its versions.", lambda: _work("show_agent"))
    shown.add_argument("id", metavar="ID[@VERSION]", help="an agent's ID or name, and a version number")
    imported = _command(commands, "import", "Create an agent from any file that contains one.", lambda: _work("import_agent"))
    _file(imported)
    imported.add_argument("--dry-run", action="store_true", help="only report what would be imported")
    imported.add_argument("--name", help="the new agent's name")
    imported.add_argument("--into", metavar="ID", help="replace the draft of this agent instead of creating one")
    exported = _command(
        commands, "export", "Export an agent as a document or as code, without keys.", lambda: _work("export_agent")
    )
    exported.add_argument("id", metavar="ID[@VERSION]", help="an agent's ID or name, and a version number")
    exported.add_argument("--as", dest="form", choices=_FORMATS, default="yaml", help="default: yaml")
    exported.add_argument("--output", "-o", metavar="FILE", help="write to this file")
    _file(_command(commands, "check", "Check whether the agent in a file can be launched.", lambda: _work("check_file")))


def _sessions(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listed = _command(commands, "list", "List the newest sessions.", lambda: _session_work("list_sessions"))
    listed.add_argument("--limit", type=_count, default=50, help="at most this many (default 50)")
    exported = _command(commands, "export", "Export all sessions as data.", lambda: _session_work("export_sessions"))
    exported.add_argument("--as", dest="form", choices=("csv", "jsonl", "parquet"), default="jsonl", help="default: jsonl")
    exported.add_argument("--output", "-o", metavar="FILE", help="write to this file")
    for command in (listed, exported):
        command.add_argument("--agent", metavar="ID", help="only sessions of this agent")
        command.add_argument("--search", default="", metavar="WORDS", help="only sessions in which these words were said")


def _rehearse(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    checked = _command(commands, "check", "Check whether scenario files can run.", lambda: _rehearse_work("check_files"))
    run = _command(commands, "run", "Run scenario files against an agent.", lambda: _rehearse_work("run_files"))
    for command in (checked, run):
        command.add_argument("files", nargs="+", metavar="FILE", help="*.rehearse.yaml, or a folder with such files")
        command.add_argument(
            "--agent", default="", metavar="ID[@VERSION]", help="ID or name, and draft, live or a version number"
        )
    run.add_argument("--mode", choices=("text", "voice"), help="default: the file's")
    run.add_argument("--where", choices=("twin", "agora"), help="where agents run; agora costs money (default: the file's)")
    run.add_argument("--usd", type=_dollars, metavar="N", help="spending cap of a run on Agora (default: the file's, or 1)")
    run.add_argument("--browser", action="store_true", help="callers join through a headless browser, as they do on Agora")
    run.add_argument("--repeat", type=_count, metavar="N", help="run each scenario N times")
    run.add_argument("--tag", action="append", default=[], metavar="TAG", help="only scenarios with this tag")
    exam = _command(commands, "exam", "Have the judge take its exam.", lambda: _rehearse_work("take_exam"))
    exam.add_argument("--model", default="", metavar="NAME", help="a model that a scenario file names (default: the one set)")
    again = _command(commands, "resume", "Finish a run that was stopped or killed.", lambda: _rehearse_work("resume_run"))
    again.add_argument("run", metavar="RUN", help="the run's ID, printed at its start")
    for command, name in ((command, name) for command in (run, again) for name in ("junit", "jsonl", "html")):
        command.add_argument(f"--{name}", default="", metavar="FILE", help=f"write the results as {name.upper()}")


def _command(commands: argparse._SubParsersAction, name: str, about: str, work: Callable[[], Work]) -> argparse.ArgumentParser:
    """One command with ``--json``. ``work`` is looked up when it runs, so that help and version start fast."""
    command = commands.add_parser(name, help=about[0].lower() + about[1:].rstrip("."), description=about)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(work=lambda options: work()(options))
    return command


def _file(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="JSON, YAML, TOML, curl, code, Postman, HAR, .env, Markdown; - reads stdin")
    command.add_argument("--profile", metavar="NAME", help="the profile of a .env file with several")


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("must be between 1 and 1000")
    return number


def _dollars(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = 0.0
    if not 0.01 <= amount <= 10_000:
        raise argparse.ArgumentTypeError("must be between 0.01 and 10000")
    return amount


def _work(name: str) -> Work:
    from greenroom.cli import agent_commands

    return getattr(agent_commands, name)


def _session_work(name: str) -> Work:
    from greenroom.cli import session_commands

    return getattr(session_commands, name)


def _brain_download() -> Work:
    from greenroom.cli.brain_commands import download

    return download


def _rehearse_work(name: str) -> Work:
    from greenroom.cli import rehearse_commands

    return getattr(rehearse_commands, name)
