"""Reports on mail that did not arrive, room by room; ``delivery_status`` is the door.

    words         the phrases of languages/automatic.toml, ready to be looked up
    notice        what a report says and the mail it returns, held apart
    gate          does a mail look like a report at all?         RFC 3464, or sender + subject + words
    fields        the groups of a delivery-status part                       RFC 3464, RFC 6533
    notifications read receipts and complaints                               RFC 8098, RFC 5965
    events        what mail services tell in JSON
    recipients    whom a report in free form speaks of
    reasons       why: status codes, SMTP replies, words                     RFC 3463

A report is only read here. Whether it is believed depends on the token or the Message-ID of ours that it brings back.
"""
