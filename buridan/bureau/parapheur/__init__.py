"""The signature book: all that waits for my opinion, visa, validation, signature or decision, whatever the nature."""
