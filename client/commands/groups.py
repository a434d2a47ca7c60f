"""Groups of commands that behave well in scripts."""

import os
from collections.abc import Sequence
from typing import Any

import click
from typing_extensions import override

from client.console import complain
from client.exits import Exit


class Root(click.Group):
    """The program: says what is wrong in one line and leaves with a code of `Exit`."""

    @override
    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        extra["standalone_mode"] = False
        try:
            code = super().main(args, *rest, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            code = Exit.USAGE
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            path = context.command_path if context else "sureface"
            complain(f"{error.format_message().rstrip('.')} (see `{path} --help`)")
            code = Exit.USAGE
        except (click.Abort, KeyboardInterrupt):
            complain("interrupted")
            code = Exit.INTERRUPTED
        except UnicodeEncodeError:
            complain("an argument is not text")
            code = Exit.USAGE
        except Exception as error:
            # Python's own code for a crash is 1, which a script would take for "no match".
            if "SUREFACE_TRACEBACK" in os.environ:
                raise
            complain(f"bug: {error!r}; SUREFACE_TRACEBACK=1 shows where")
            code = Exit.BUG
        raise SystemExit(int(code or Exit.OK))


class Defaulting(click.Group):
    """A group whose first command may be left out: ``policies`` is ``policies list``."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)
