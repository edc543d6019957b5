"""Figures of plain language: counted, not judged."""

from mailbot.templates.plain_language import Figures, measure


def test_figures_are_those_of_lix() -> None:
    text = "Vi har tagit emot ditt ärende. En handläggare läser det.\n\nSvara på det här mejlet."
    # 15 words in 3 sentences; one of them, "handläggare", has over six letters
    assert measure(text) == Figures(words=15, sentences=3, words_a_sentence=5.0, long_word_share=0.07, lix=12)


def test_long_sentences_and_words_are_shown() -> None:
    sentence = "Vi " + "ser att " * 10 + "ärendehanteringssystemet står still"
    figures = measure(f"{sentence}. Ärendehanteringssystemet!")
    assert (figures.long_sentences, figures.long_words) == ((sentence,), ("ärendehanteringssystemet",))


def test_links_numbers_and_empty_lines_are_no_words() -> None:
    assert measure("<https://desk.example/a-long-way> mailto:x@y.example\n\n12 34 – !") == Figures()
    assert measure("") == Figures()
