// A form with one button and nothing to decide: pressed for whoever has scripts. Without them, it waits for a person.
document.querySelector("form[data-press]")?.requestSubmit();
