"""``display``: what it makes of frames, of streams that run, and in a notebook."""
