"""One content, every form: messages as each channel and each kind of paper shows them."""
