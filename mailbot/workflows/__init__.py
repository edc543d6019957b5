"""What happens in the life of the desk, one file an event.

    reception     a mail arrives and is kept
    intake        what is it? the chain of dispositions; quarantine; the reasons kept
    threading     which ticket does it belong to, and who says so?
    registration  a new ticket is logged and acknowledged
    conversation  a reply joins its ticket; what it wants is done, or a person is asked
    commands      what an agent writes on the first lines of a mail
    assignment    who works on it
    resolution    proposed, accepted, reopened, verified in person, cancelled
    monitoring    an alert opens or updates an incident
    returned_mail a report says that our mail did not arrive
    notification  facts go to the journal, and notices to the outbox: the only writer of the outbox
    current_wording
                  the words in force: what admins saved, over what comes with the program
    wording       admins change the words: tried, kept as a revision, brought back
    delivery      from the outbox to the courier; later, again, or give up
    audit         every accepted mail is accounted for
    housekeeping  what would stay undone is seen

Each one loads, asks the pure rooms, and records: in one transaction that the caller opened (``office``).
"""
