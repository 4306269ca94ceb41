"""``showhow doctor``: check this machine."""

from __future__ import annotations

import typer

from tui.commands.options import CommandContext, Json
from tui.console import print_json, say


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(doctor)


def doctor(context: typer.Context, json: Json = False) -> None:
    """Say what works on this machine, what does not, and the one command that mends it."""
    from tui.doctor import examine

    cli: CommandContext = context.obj
    findings = examine(cli.settings)
    if json:
        print_json({"checks": findings, "ok": all(f.state != "broken" for f in findings)})
    else:
        for finding in findings:
            mark = {"ok": "✓", "limited": "·", "broken": "✗"}[finding.state]
            say(
                f"{mark} {finding.name:<16} {finding.detail}"
                + (f"\n  {'':<16} → {finding.remedy}" if finding.remedy else "")
            )
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)
