"""Score an assistant over HTTP on labelled messages: counts, intervals, confusions."""
