"""Reading mail: bytes in, desk values out. No I/O, no clock, no settings: all that matters is an argument.

The rooms, in the order in which a mail passes them:

    limits          a linear look at the bytes, before anything recursive     check_limits(raw)
    message         RFC 5322 and MIME                                         read_message(raw) -> InboundMail
    references      where it says it belongs                                  read_hints(mail, envelope, rules)
    alerts          is it a monitoring system?                                read_alerts(mail, rules)
    delivery_status is it a report about a mail of ours?                      read_report(mail, envelope, lexicon)
    automatic       who wrote it, a person or a machine?                      read_automatic(mail, envelope, ...)
    reply           the new words, apart from the quotation                   read_answer(mail, lexicon, sent)
    intent          what the new words want                                   read_intent(answer, mail.subject, lexicon)
    commands        an agent's command lines                                  read_commands(answer.new_words)
    authentication  what trusted hops say of the sender                       read_authentication(mail, rules)

No function here raises on any input: what cannot be read is a defect noted in the value.
"""
