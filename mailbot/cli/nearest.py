"""Groups of commands that tell who mistyped one what was perhaps meant."""

from __future__ import annotations

import click


class NearestGroup(click.Group):
    """A group whose unknown commands are answered with the nearest known one, or with all there are."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            from difflib import get_close_matches

            path = " ".join(ctx.command_path.split()[1:])
            near = get_close_matches(args[0], known, 1)
            hint = f"Did you mean `{f'{path} {near[0]}'.strip()}`?" if near else f"There are: {', '.join(known)}."
            raise click.UsageError(f"There is no command `{f'{path} {args[0]}'.strip()}`. {hint}", ctx)
        return super().resolve_command(ctx, args)
