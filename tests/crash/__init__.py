"""Nothing lost, nothing twice: queries that are killed with SIGKILL and started again."""
