"""What the invented people of the samples say, by language."""

from __future__ import annotations

SAID = {
    "sv": {
        "desk": "IT-supporten",
        "hours": "vardagar 8–18",
        "organisation": "Almby kommun",
        "group": "Skrivare och arbetsplats",
        "service": "Utskrift",
        "subject": "Skrivaren på plan 3 skriver bara ut tomma sidor",
        "problem": "Hej!\n\n"
        "Sedan i morse kommer det bara tomma sidor ur skrivaren på plan 3, vem som än skriver ut.\n"
        "Vi har provat att stänga av och slå på den. Tonern byttes i fredags.\n\n"
        "Vi har ett sammanträde klockan ett och behöver handlingarna på papper.",
        "solution": "Tonerkassetten satt snett efter bytet i fredags. "
        "Vi har satt den rätt och skrivit ut tre provsidor.\n\n"
        "Skulle det bli tomma sidor igen: öppna luckan på framsidan och tryck kassetten inåt tills det klickar.",
        "question": "Hej Åsa!\n\nVilken modell är det? Det står på en etikett på baksidan.\n\nHälsningar",
        "answer": "Modellen heter LX-430 och står vid kopiatorn.",
        "unclear": "Nu fungerar det på min dator men inte på Karins.",
        "again": "Nej, nu är det tomma sidor igen. Det klickade aldrig.",
        "seen": "Felet syns även på plan 4.",
        "cancelled": "Det här är samma fel som i SD-1040. Vi arbetar vidare där, och du får besked därifrån.",
        "file": "Lathund skrivare.pdf",
        "event_title": "Skrivarna på plan 3 och 4 krånglar",
        "event": "Utskrifter på plan 3 och 4 blir tomma eller fastnar i kön. Vi arbetar med leverantören.",
        "promise": "Du får svar inom två arbetsdagar.",
    },
    "en": {
        "desk": "IT Support",
        "hours": "working days 8–18",
        "organisation": "Almby Council",
        "group": "Printers and workplaces",
        "service": "Printing",
        "subject": "The printer on floor 3 prints nothing but empty pages",
        "problem": "Hello,\n\nSince this morning the printer on floor 3 gives empty pages, whoever prints.\n"
        "We have switched it off and on. The toner was changed on Friday.\n\n"
        "We have a meeting at one and need the papers for it.",
        "solution": "The toner cartridge sat askew since Friday. We have set it right and printed three test pages.\n\n"
        "Should the pages be empty again: open the front cover and push the cartridge in until it clicks.",
        "question": "Hello Åsa,\n\nWhich model is it? There is a label on the back.\n\nKind regards",
        "answer": "It is an LX-430 and stands beside the copier.",
        "unclear": "It works on my computer now, but not on Karin's.",
        "again": "No, the pages are empty again. It never clicked.",
        "seen": "The fault shows on floor 4 too.",
        "cancelled": "This is the same fault as SD-1040. We go on working there, and you will hear from us about it.",
        "file": "Printer guide.pdf",
        "event_title": "Printers on floors 3 and 4 are failing",
        "event": "Printouts on floors 3 and 4 come out empty or stay in the queue. We work with the supplier.",
        "promise": "We answer within two working days.",
    },
}
