"""What the desk says: words for people, bytes for the next server.

    catalogue   what each notice may speak of: a context for every ``NoticeKind``     ReceiptContext(...)
    render      a notice, a language and a context become words                        render_notice(...) -> Rendered
    compose     words and a head become a mail                                         compose_notice(...) -> bytes
    words       the word file of a language; links with a ready answer                 answer_mailto(...) -> str
    samples     invented contexts, for previews and for trying a wording               sample_contexts(...)
    check       what is wrong with a wording, before it is ever sent                   check_wording(...)
    names       what a wording of a notice can speak of, for people who edit           names_of(...)

Below them, for ``render``: sandbox, plain, clean, text, dates, inline; for ``compose``: headers, mime; for ``words``:
mailto; for ``check``: html_check, contrast. plain_language has figures to be shown beside a wording.

One file a notice, ``<language>/<notice>.j2``. The frame of every HTML mail is ``layout.html.j2``, that of a mail which
must stay small is ``lean.html.j2``, and ``parts.html.j2`` holds what notices have in common.
"""
