"""What the desk says: words for people, bytes for the next server.

    catalogue   what each notice may speak of: a context for every ``NoticeKind``     ReceiptContext(...)
    render      a notice, a language and a context become words                        render_notice(...) -> Rendered
    compose     words and a head become a mail                                         compose_notice(...) -> bytes
    words       the word file of a language; links with a ready answer                 answer_mailto(...) -> str
    check       what is wrong with a wording, before it is ever sent                   check_wording(...)

One file a notice, ``<language>/<notice>.j2``; the frame of every HTML mail is ``layout.html.j2``.
"""
