"""Protocol buffers in columns of bytes."""
