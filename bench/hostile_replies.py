"""How long hostile bodies take to read: every pattern of the reader gets text made against it, at growing sizes.

    python -m bench.hostile_replies [--largest 1048576]

Prints milliseconds of processor time per input at each size, and the mean growth per doubling over all of them.
Fails where a megabyte takes over a second, or the growth is over 2.3. Of two runs the better one counts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from mailbot.languages import load_lexicon
from mailbot.parsers.reply import read_answer_text

SENT = "Hello Ann,\n\nThe paper tray has been replaced yesterday. Please tell us if it works now.\n\nKind regards\nDesk"

TEXTS = {
    "on": "On ",
    "on-lines": "On 1/1/2025, x wrote\n",
    "attributions": "On 1/1/2025 10:12, x <a@b.example> wrote:\n",
    "attributions-quoted": "On 1/1/2025, x wrote:\n> q\n",
    "nearly-attributions": "x 1/1/2025 10:12 @ y z:\n",
    "colons": "wrote:\n",
    "dates": "1 May 2025 ",
    "date-digits": "1/1/",
    "words": "aaaa ",
    "letters": "a",
    "spaces": " ",
    "tabs-lines": "\t\n",
    "newlines": "\n",
    "nbsp": "\xa0",
    "zero-width": "\u200b",
    "digits": "1",
    "dots": "1.",
    "at": "a@",
    "at-lines": "a@b.example\n",
    "angle": "<",
    "angle-lines": "<\n> \n",
    "prefixes": ">",
    "prefixes-spaced": "> ",
    "prefixed-lines": "> q\n",
    "inline": "> a long quoted line that is surely long enough to wrap\nan answer below of sixty letters and more\n",
    "supercite": "Ann> x\n",
    "from-lines": "From: x\n",
    "from-only": "From: ",
    "labels": "From: a\nTo: b\n\n",
    "labels-far": "From: a@b\nx\nx\nx\n",
    "labels-date": "Date: x\n--- a ---\n",
    "labels-long": "To: a@b;\n c@d;\n",
    "unlisted": "Qwx: N <a@b.example>\nZyv: 4 xyz\n\n",
    "dashes": "-",
    "dash-lines": "-----\n",
    "titles": "----- a b c -----\n",
    "originals": "-----Original Message-----\n",
    "forwards-prefixed": "> ---------- Forwarded message ----------\n>\n",
    "own-marker": "##- ",
    "own-marker-lines": "##- please write your reply above this line -##\n",
    "reply-above": "reply above this line ",
    "mobile": "Sent from my iPhone\n\n",
    "mobile-line": "Sent from ",
    "links": "https://a.example/",
    "link-open": "[(<",
    "sign-offs": "Kind regards\n",
    "delimiters": "--\n",
    "names": "Ann Smith\n",
    "contacts": "+46 70 123 45 67\n",
    "phone": "+46 ",
    "disclaimers": "This is confidential and intended solely for the intended recipient.\n\n",
    "banners": "CAUTION: external sender, do not click links.\n\n",
    "sent-lines": "The paper tray has been replaced yesterday.\n",
    "sent-words": "the paper tray ",
    "sent-attributed": "On 1/1/2025, x wrote:\n\nThe paper tray has been replaced yesterday. Please tell us if\nnew\n",
    "groupwise": ">>> a 1 >>>\n",
    "shapes": "Qw 4 zyv 2025 10:12 N <a@b.example> kij:\n\n",
    "shapes-nearly": "Qw 4 zyv 2025 10:12 N <a@b.example> = kij:\nx\n",
    "moments": "4/3/2025 10:12 ",
    "rows": "Qwx: N <a@b.example>\n",
    "rows-spaced": "Qwx: N <a@b.example>\n\n",
    "rows-bold": "*Qwx:* N\n",
    "rows-ruled": "-----\nQwx: 4/3/2025 10:12\nZyv: x\n",
    "rows-plain": "----- Qwx -----\nZyv N <a@b.example>\nx\n\n",
    "label-long": "a" * 38 + ":",
    "grid": "          N 4/3/2025 10:12    To\n",
    "grid-spaced": "          N\n\n",
    "framed": "|  To: x  |\n",
    "prompts": ">>> x\ny\n",
    "product": "Qw zyv <https://aka.ms/o0ukef>\n\n",
    "head": "On 4/3/2025 10:12, x <a@b.example> wrote:  q\n",
    "head-colons": "4/3/2025 10:12 a@b.example: : : : : : : : :\n",
    "links-open": "](](https://",
    "sent-tail": "Kind regards\nDesk\nx\n",
    "backticks": "```\n",
    "equals": "a=\n",
}
HTMLS = {
    "div-open": "<div>",
    "div-closed": "<div>x</div>",
    "blockquotes": "<blockquote>x",
    "font-unclosed": "<p><font color=1>x</p>",
    "misnested": "<div><table></div></table>",
    "br": "<br>",
    "links-html": '<a href="https://a.example/">k</a>',
    "lt": "<",
    "comments": "<!-- ",
    "styles": "<style>",
    "styles-mixed": "<style></STYLE>",
    "entities": "&amp;",
    "attribute-quotes": '<p a="',
    "gmail": '<div class="gmail_quote">x<blockquote>y</blockquote></div>',
    "hidden": '<p style="display:none">x</p>',
    "cuts": '<div id="divRplyFwdMsg">From: x</div>',
    "spans": "<span>x </span>",
    "coloured": '<p style="color:#ff0000">x</p>',
    "coloured-below": '<div id="appendonsend"></div><p style="color:red">see below</p>',
    "bars": '<div style="border-left:2px solid red">x</div>',
    "bars-open": '<div style="border-left: border-left: border-left:">',
    "rules": "<hr>x",
    "bold-rows": "<b>Qwx:</b> N &lt;a@b.example&gt;<br>",
    "cut-sent": '<hr><div id="divRplyFwdMsg">q</div><p>The paper tray has been replaced yesterday.</p><p>new</p>',
    "table": "<table><tr><td>x",
}


FLOOR = 20.0
"""Milliseconds below which a growth says nothing."""


def milliseconds(run: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(2):
        began = time.process_time()
        run()
        best = min(best, time.process_time() - began)
    return best * 1000


def inputs() -> dict[str, Callable[[int], tuple[str, str]]]:
    made: dict[str, Callable[[int], tuple[str, str]]] = {}
    for name, unit in TEXTS.items():
        made[f"text {name}"] = lambda size, unit=unit: ("Hello\n\n" + unit * (size // len(unit)), "")
    for name, unit in HTMLS.items():
        made[f"html {name}"] = lambda size, unit=unit: ("", "<p>Hello</p>" + unit * (size // len(unit)))
    made["html attributes"] = lambda size: ("", "<p " + " ".join(f"a{n}=1" for n in range(size // 8)) + ">x")
    made["html in-attributes"] = lambda size: ("", "<p " + " ".join(f"a<{n}" for n in range(size // 8)) + ">x")
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=1 << 20)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    sizes = [arguments.largest >> shift for shift in (3, 2, 1, 0)]
    lexicon = load_lexicon()
    bad = 0
    print(f"{'input':28s}" + "".join(f"{size:>10d}" for size in sizes) + "   growth")
    for name, make in inputs().items():
        if arguments.only not in name:
            continue
        times = []
        for size in sizes:
            text, html = make(size)
            times.append(milliseconds(lambda text=text, html=html: read_answer_text(text, html, lexicon, (SENT,))))
        growth = (times[-1] / max(times[0], FLOOR)) ** (1 / 3)
        failed = times[-1] > 1000 * arguments.largest / (1 << 20) or growth > 2.3
        bad += failed
        print(
            f"{name:28s}"
            + "".join(f"{t:10.1f}" for t in times)
            + f"   {growth:5.2f}"
            + ("  TOO SLOW" if failed else "")
        )
    print(f"{bad} of {len(inputs())} too slow")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
