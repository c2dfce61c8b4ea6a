"""All content as a browsable static site: for readers (also a fallback without the chat), and for editors."""
